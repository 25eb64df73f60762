"""What is asked for, as it crosses the edge, and the wishes that it means."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, TypeAlias

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from fleet.model.ride import Party
from maas.api.fleet.views import RideEnd
from maas.api.identity.fields import LocalPath
from maas.journeys.model import EndView, PartyIn, Whereabouts

__all__ = [
    "BundleIn", "CancelIn", "ChangeIn", "ConfirmIn", "CycleIn", "DeviceIn", "EventIn",
    "JourneyIn", "OutsideIn",
    "PartIn", "PartsView", "ServiceIn", "ShuttleIn", "TransitIn", "party",
]  # fmt: skip

Label = Annotated[
    str,
    Field(
        min_length=1,
        max_length=40,
        pattern=r"^[A-Za-z0-9_.-]+$",
        description="the caller's name for this part, by which other parts and later steps call it",
    ),
]
Before = Annotated[
    str,
    Field(max_length=40, pattern=r"^[A-Za-z0-9_.-]*$", description="label of the part to arrive before"),
]
Slack = Annotated[int, Field(ge=0, le=7200, description="be there so many seconds before it begins")]
Quantity = Annotated[int, Field(ge=1, le=100)]
AfterErrand = Annotated[
    bool,
    Field(
        description="something is done before it, as in an outing: tickets of the rides before it hold only "
        "if they say a time"
    ),
]
Short = Annotated[str, Field(max_length=200)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    label: Label


class ShuttleIn(_Part):
    """A seat in a self-driving shuttle. Without `at`, the part named in `before` fixes the arrival."""

    kind: Literal["shuttle"]
    origin: RideEnd | str = Field(alias="from")
    destination: RideEnd | str = Field(alias="to")
    at: datetime | None = Field(None, description="by the area's clock where it has no offset")
    arrive_by: bool = False
    before: Before = ""
    slack_s: Slack = 300
    party: PartyIn = PartyIn()
    walk_max_s: int | None = Field(None, ge=0, le=3600)
    wheelchair_stops: bool = False


class DeviceIn(_Part):
    """A device that comes to the rider and goes home by itself."""

    kind: Literal["device"]
    where: Whereabouts | str
    to: Whereabouts | str | None = None
    at: datetime | None = None
    before: Before = ""
    slack_s: Slack = 300
    device: str = Field("chair", max_length=20, description="chair, scooter or cart")
    use_s: int = Field(1800, ge=60, le=86_400)
    handover_id: str = Field("", max_length=80)


class CycleIn(_Part):
    """A bike kept at a dock for some minutes from now."""

    kind: Literal["cycle"]
    dock_id: str = Field(min_length=1, max_length=80, pattern=r"^[\x20-\x7e]*$")
    use_s: int = Field(1800, ge=60, le=86_400)


class TransitIn(_Part):
    """A ride on a timetabled line, as a journey's leg says it."""

    kind: Literal["transit"]
    origin: EndView = Field(alias="from")
    destination: EndView = Field(alias="to")
    departure: AwareDatetime
    arrival: AwareDatetime
    route_id: Short = ""
    route_name: Short = ""
    agency_name: Short = ""
    trip_id: Short = ""
    service_date: str = Field("", max_length=10)
    party: PartyIn = PartyIn()
    after_errand: AfterErrand = False


class ServiceIn(_Part):
    """Units of a slot of a local service."""

    kind: Literal["service"]
    slot_id: str = Field(min_length=1, max_length=120, pattern=r"^[\x20-\x7e]*$")
    quantity: Quantity = 1
    waiting: str = Field(
        "",
        max_length=80,
        pattern=r"^[\x20-\x7e]*$",
        description="the place in the queue that was offered this",
    )


class OutsideIn(_Part):
    """Units of an offer whose stock a partner's system keeps."""

    kind: Literal["outside"]
    offer_id: str = Field(min_length=1, max_length=60, pattern=r"^[\x20-\x7e]*$")
    quantity: Quantity = 1
    slot: str = Field("", max_length=400, description="the partner's name of the slot")


PartIn: TypeAlias = Annotated[
    ShuttleIn | DeviceIn | CycleIn | TransitIn | ServiceIn | OutsideIn, Field(discriminator="kind")
]


class BundleIn(BaseModel):
    """Parts to be held together."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "parts": [
                        {"kind": "service", "label": "clinic", "slot_id": "clinic-visit@2026-11-26T10:30"},
                        {
                            "kind": "shuttle", "label": "there", "from": "海浜幕張",
                            "to": {"lat": 35.6579, "lon": 140.0272}, "before": "clinic", "slack_s": 600,
                        },
                    ]
                }
            ]
        },
    )  # fmt: skip

    parts: list[PartIn] = Field(min_length=1, max_length=12)
    lang: str = Field("", max_length=16)


class Card(BaseModel):
    """A saved card; the payer's preferred one where none is named."""

    model_config = ConfigDict(extra="forbid")

    by: Literal["card"] = "card"
    method_id: str | None = Field(None, pattern=r"^pmt_[0-9a-f]{32}$")
    payer: Literal["rider", "booker"] = Field("rider", description="booker: who acts for the rider")


class OnSite(BaseModel):
    """Each provider is paid there, in cash; a call-taker may say so for a caller."""

    model_config = ConfigDict(extra="forbid")

    by: Literal["on_site"]


class ConfirmIn(BaseModel):
    """How a bundle is paid, and where the browser comes back to after a 3-D Secure challenge."""

    model_config = ConfigDict(extra="forbid")

    payment: Annotated[Card | OnSite, Field(discriminator="by")] = Card.model_validate({})
    return_path: LocalPath = "/"


class CancelIn(BaseModel):
    """What is given back: nothing named means all that stands."""

    model_config = ConfigDict(extra="forbid")

    parts: list[Label] = Field([], max_length=50)
    refund_minor: int | None = Field(None, ge=0, description="what was shown; refused if it would be another")


class ChangeIn(BaseModel):
    """Another wish instead of a confirmed part, under its label; parts that wait for it are asked anew."""

    model_config = ConfigDict(extra="forbid")

    part: PartIn
    return_path: LocalPath = "/"
    pay_minor: int | None = Field(
        None,
        description="the difference that was shown, below zero what comes back; refused if it is another",
    )
    lang: str = Field("", max_length=16)


class EventIn(BaseModel):
    """What became of a part, told by its provider's own system or staff."""

    model_config = ConfigDict(extra="forbid")

    what: Literal["used", "completed", "missed", "disrupted"]
    key: str = Field(
        "", max_length=80, pattern=r"^[\x20-\x7e]*$", description="tells a repeat of a use from a second use"
    )
    price_minor: int | None = Field(None, ge=0, description="of what was completed, if it became cheaper")
    cause: str = Field("", max_length=200)


class DocksIn(BaseModel):
    """Of an offered ride only what a part needs: where it begins."""

    model_config = ConfigDict(extra="ignore")

    start_id: str | None = Field(None, max_length=80, pattern=r"^[\x20-\x7e]*$")


class LegIn(BaseModel):
    """A leg as /v1/journeys answers it; more fields do no harm."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)

    mode: str = Field(max_length=40)
    origin: EndView = Field(alias="from")
    destination: EndView = Field(alias="to")
    departure: AwareDatetime
    arrival: AwareDatetime
    route_id: Short | None = None
    route_name: Short | None = None
    agency_name: Short | None = None
    trip_id: Short | None = None
    service_date: str | None = Field(None, max_length=10)
    on_demand: DocksIn | None = None


class JourneyIn(BaseModel):
    """A journey of /v1/journeys, to be turned into parts."""

    model_config = ConfigDict(extra="ignore")

    legs: list[LegIn] = Field(min_length=1, max_length=40)
    party: PartyIn = PartyIn()
    age: int | None = Field(None, ge=0, le=120, description="as in the question: a child alone rides as one")
    device: str = Field("chair", max_length=20, description="what comes for legs by device")
    after_errand: AfterErrand = False

    @model_validator(mode="after")
    def _of_age(self) -> JourneyIn:
        self.party = self.party.at_age(self.age)
        return self


class PartsView(BaseModel):
    """Parts to send to POST /v1/bundles; walks need none."""

    parts: list[PartIn]


def party(asked: PartyIn) -> Party:
    """The party as the fleet counts it."""
    return Party(**asked.travellers())
