"""Fares as they cross the edge, in minor units of their currency (whole yen)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from routing.fares import FareBasis

__all__ = ["FareView", "GroupFareView", "MediumFareView", "PartyFareView", "ProofView"]


class ProofView(BaseModel):
    """What must be shown by who pays less. The proof itself is kept nowhere."""

    category: str = Field(description="a feed's rider category, or one of our own concessions")
    name: str = Field(description="as whoever grants it calls it")
    eligibility_url: str | None = Field(description="who may claim it, and with which proof")
    text: dict[str, str] = Field(description="what to tell the rider, by language")


class MediumFareView(BaseModel):
    """What a leg costs one adult with one medium."""

    id: str
    name: str = Field(description="as the feed names it, e.g. of a transit card")
    kind: Literal["none", "paper", "transit_card", "bank_card", "app"]
    amount_minor: int
    product: str | None = None


class FareView(BaseModel):
    """What a leg or journey costs one adult (`party_fare`: all who ride), in minor units (whole yen)."""

    amount_minor: int = Field(description="in cash or by paper ticket")
    ic_amount_minor: int = Field(description="by IC card")
    currency: str
    product: str | None = Field(None, description="the fare class or product, as the feed names it")
    valid_until: datetime | None = Field(
        default=None,
        description="of a day pass or a ticket for some hours: riding on until then costs nothing more",
    )
    media: list[MediumFareView] = Field(
        default=[], description="of a leg, in cash or not: with each of the media that its feed names"
    )


class GroupFareView(BaseModel):
    """What all of one category pay together for the timetabled legs."""

    category: str = Field(description="adult, child, or as the question called it")
    count: int
    by: FareBasis | None = Field(
        description="tables: a category of each feed; half, adult: of an adult's fare where one has none"
    )
    amount_minor: int | None = Field(description="in cash or by paper ticket; null: not known")
    ic_amount_minor: int | None = Field(description="by IC card")
    proofs: list[ProofView] = Field(
        default=[], description="what each of them must show for it (rider_categories.eligibility_url)"
    )


class PartyFareView(BaseModel):
    """What all who ride pay together, in minor units of the currency (whole yen)."""

    amount_minor: int = Field(description="in cash or by paper ticket")
    ic_amount_minor: int = Field(description="by IC card")
    currency: str
    adults: int = Field(description="who pay as adults, riders in wheelchairs among them")
    children: int
    children_by: FareBasis | None = Field(
        description="tables: by the feeds' own categories; half: half of an adult's where a feed has none "
        "for children; null: no children on a timetabled leg"
    )
    groups: list[GroupFareView] = Field(description="what each category pays of it for timetabled legs")
