"""Devices, their uses, and docks as they cross the edge."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from maas.api.fleet.views import Price
from maas.journeys.model import Latitude, Longitude, Whereabouts


class DeviceQuestion(BaseModel):
    """A wish for a device at a place."""

    model_config = ConfigDict(extra="forbid")

    at_place: Whereabouts | str = Field(description="where to meet: a position, a place, or text")
    to_place: Whereabouts | str | None = Field(default=None, description="where the rider means to go")
    handover_id: str = Field(default="", description="an indoor meeting point of /v1/devices instead")
    at: datetime | None = Field(default=None, description="now if left out")
    kind: Literal["chair", "scooter", "cart"] = "chair"
    use_s: Annotated[int, Field(ge=60, le=14_400)] = 1800
    age: Annotated[int, Field(ge=0, le=130)] | None = None
    lang: str = ""


class DeviceOfferView(BaseModel):
    """A device that is held until `hold_until`; `code` unlocks it once it is there."""

    mission_id: str
    device_id: str = Field(description="empty if it is chosen nearer to the time")
    meet: AwareDatetime
    meet_until: AwareDatetime
    lat: float
    lon: float
    way_m: int
    price: Price
    hold_until: AwareDatetime


class DeviceRefusalView(BaseModel):
    """Why there is none, and what would work."""

    reason: str
    devices: dict[str, int]
    earliest: AwareDatetime | None
    other_kinds: list[str]
    parked_near: list[str]


class DeviceAnswer(BaseModel):
    """Either an offer or a refusal."""

    offer: DeviceOfferView | None = None
    refusal: DeviceRefusalView | None = None


class MissionView(BaseModel):
    """One use as it stands."""

    mission_id: str
    state: str
    cause: str
    device_id: str
    lat: float
    lon: float
    meet: AwareDatetime
    meet_until: AwareDatetime
    code: str
    price: Price
    device_lat: float | None
    device_lon: float | None


class UnlockIn(BaseModel):
    """What the device has read."""

    model_config = ConfigDict(extra="forbid")

    code: str


class ReleaseIn(BaseModel):
    """Where the device is left."""

    model_config = ConfigDict(extra="forbid")

    lat: Latitude
    lon: Longitude


class PointView(BaseModel):
    """A base, parking place or meeting point."""

    id: str
    name: str
    lat: float
    lon: float
    indoors: str = ""


class FenceView(BaseModel):
    """A rule on the map."""

    id: str
    rule: str
    speed_kmh: float
    polygon: list[tuple[float, float]]
    weekdays: list[int] = []  # 0 Monday .. 6; none: all
    valid_from: str = ""
    valid_until: str = ""


class DevicesView(BaseModel):
    """The service as the public may know it."""

    id: str
    name: dict[str, str]
    zone: list[tuple[float, float]]
    kinds: list[str]
    bases: list[PointView]
    parking: list[PointView]
    handovers: list[PointView]
    fences: list[FenceView]
    unlock_price: int
    minute_price: int
    currency: str


class DeviceSpotView(BaseModel):
    """A device on the public map."""

    id: str
    kind: str
    lat: float
    lon: float
    free: bool
    battery: float


class DeviceOperatorView(DeviceSpotView):
    """A device as its remote operators see it."""

    mode: str
    mission_id: str
    goal: tuple[float, float] | None
    unmanned_kmh: float  # how fast it shall drive by itself
    follows: str  # the leader of its platoon


class IncidentView(BaseModel):
    """A device that needs a person."""

    id: int
    device_id: str
    cause: str
    severity: int
    state: str
    operator: str
    raised: AwareDatetime
    notes: list[str]


class IncidentIn(BaseModel):
    """What is wrong."""

    model_config = ConfigDict(extra="forbid")

    cause: str


class ByOperator(BaseModel):
    """Who acts."""

    model_config = ConfigDict(extra="forbid")

    operator: str


class ResolveIncidentIn(ByOperator):
    """What was seen and done, and where the device stands now."""

    note: str = Field(max_length=500)
    lat: Latitude | None = None
    lon: Longitude | None = None


class DockStatus(BaseModel):
    """A dock now, and the chances when somebody gets there."""

    id: str
    name: str
    lat: float
    lon: float
    capacity: int
    bikes: int
    places: int
    bike_chance: float
    place_chance: float


class DockHoldIn(BaseModel):
    """What to keep."""

    model_config = ConfigDict(extra="forbid")

    what: Literal["bike", "place"] = "bike"


class DockHoldView(BaseModel):
    """A bike or place kept until then."""

    id: str
    dock_id: str
    what: str
    until: AwareDatetime


class TourStop(BaseModel):
    """One stop of a rebalancing tour: bikes loaded (+) or unloaded (-)."""

    dock_id: str
    bikes: int
    after_s: int
