"""What an outing costs, as it crosses the edge, in minor units of its currency (whole yen)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from maas.journeys.fare_model import GroupFareView

__all__ = ["OutingCapView", "OutingFareView", "OutingTicketView", "RideRef"]


class RideRef(BaseModel):
    """A leg of an outing."""

    journey: int = Field(description="its place in the plan's `journeys`, from 0")
    leg: int = Field(description="its place in the journey's `legs`, from 0")


class OutingTicketView(BaseModel):
    """A ticket that holds for rides of several journeys, such as a day pass: bought once, at the first."""

    category: str = Field(description="who buys it, as in `groups`")
    count: int = Field(description="how many of them")
    paid: Literal["cash", "ic"]
    product: str | None = Field(description="as the feed names it")
    amount_minor: int = Field(description="for all of them")
    apart_minor: int | None = Field(description="what its rides cost them, each journey paid by itself")
    valid_until: datetime | None = Field(description="riding on until then costs nothing more")
    rides: list[RideRef]


class OutingCapView(BaseModel):
    """A limit of the area's own fares: a rider with an account never pays more within a day."""

    id: str
    off_minor: int = Field(description="what it takes off the sum")


class OutingFareView(BaseModel):
    """What the whole outing costs all who ride, own services among it."""

    amount_minor: int = Field(description="in cash or by paper ticket")
    ic_amount_minor: int = Field(description="by IC card")
    currency: str
    apart_minor: int = Field(description="the same, each journey paid by itself: the sum of their own fares")
    ic_apart_minor: int
    adults: int = Field(description="who pay as adults, riders in wheelchairs among them")
    children: int
    groups: list[GroupFareView] = Field(description="what each category pays of it for timetabled legs")
    tickets: list[OutingTicketView] = Field(description="that hold for rides of several journeys")
    caps: list[OutingCapView]
