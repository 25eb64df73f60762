"""Looking ahead and back: what a change would do, and how a day went."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from fleet.dispatch.conditions import Conditions
from fleet.dispatch.ports import Closure
from maas.api.fleet.live import FleetOf, Guard
from maas.api.fleet.operator_views import ConditionsIn
from maas.api.fleet.present import Presenter
from maas.api.fleet.views import BreachView
from maas.errors import BadRequest
from maas.wiring.what_if import HORIZON_S_MAX, VEHICLES_MORE_MAX, Change, foresee

__all__ = ["conditions_of", "router"]

_SPAN_S_MAX = 26 * 3600


class WhatIfIn(BaseModel):
    """A change to think through. Nothing of it is applied."""

    model_config = ConfigDict(extra="forbid")

    conditions: ConditionsIn | None = Field(
        default=None, description="weather and closures instead of those in force"
    )
    vehicles_more: int = Field(default=0, ge=0, le=VEHICLES_MORE_MAX)
    minutes: int = Field(default=60, ge=5, le=HORIZON_S_MAX // 60, description="how far to look ahead")
    riders_per_day: int = Field(
        default=400, ge=0, le=20_000, description="riders that come by themselves, beside those booked"
    )


class FutureView(BaseModel):
    """One future in figures."""

    figures: dict[str, Any]
    broken: list[BreachView] = Field(description="promises to riders of now that it breaks")


class WhatIfView(BaseModel):
    """The future as things are, and with the change; the same riders come in both."""

    since: AwareDatetime
    until: AwareDatetime
    now: FutureView
    changed: FutureView
    harmed: list[BreachView] = Field(description="promises that only the change breaks")
    spared: list[BreachView] = Field(description="promises that only the change keeps")


class PastView(BaseModel):
    """Samples in the order of time, as columns of one length."""

    ids: list[str] = Field(description="of the vehicles; `vehicle` counts into them")
    vehicle: list[int]
    at_s: list[int] = Field(description="epoch seconds")
    lat: list[float]
    lon: list[float]
    passengers: list[int | None]
    battery: list[float | None]
    autonomy: list[str | None]


def conditions_of(asked: ConditionsIn) -> Conditions:
    """Conditions as the dispatcher has them."""
    shut = tuple(Closure(c.id, tuple(c.polygon)) for c in asked.closures)
    return Conditions(**asked.model_dump(exclude={"closures"}), closures=shut)


def router(guard: Guard, fleet_of: FleetOf) -> APIRouter:
    """Routes for operators only."""
    routes = APIRouter(prefix="/v1/fleet", tags=["fleet"], dependencies=[Depends(guard)])

    @routes.post("/what-if")
    def think_through(asked: WhatIfIn) -> WhatIfView:
        """Run the twin of now ahead, as things are and with the change; 409 while another one runs."""
        fleet = fleet_of()
        seen = foresee(
            fleet,
            Change(
                None if asked.conditions is None else conditions_of(asked.conditions),
                asked.vehicles_more,
                asked.minutes * 60,
                asked.riders_per_day,
            ),
        )
        told = Presenter(fleet)
        futures = [
            FutureView(figures=one.figures, broken=[told.breach(b) for b in one.broken.values()])
            for one in (seen.now, seen.changed)
        ]
        return WhatIfView(
            since=told.instant(seen.from_s),
            until=told.instant(seen.until_s),
            now=futures[0],
            changed=futures[1],
            harmed=[told.breach(b) for b in seen.harmed],
            spared=[told.breach(b) for b in seen.spared],
        )

    @routes.get("/history")
    def show_past(start: AwareDatetime, end: AwareDatetime) -> PastView:
        """Where every vehicle was between two instants, a day at most: a sample a minute and each change."""
        from_s, until_s = int(start.timestamp()), int(end.timestamp())
        if not 0 < until_s - from_s <= _SPAN_S_MAX:
            raise BadRequest(f"end must come after start, at most {_SPAN_S_MAX // 3600} hours")
        fleet = fleet_of()
        fleet.history.flush()
        return PastView(**fleet.history.columns(from_s, until_s))

    return routes
