"""The city's page over HTTP: key figures, how far stops serve wheelchairs, the disaster switch."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from maas.errors import BadRequest
from maas.feeds.days import by_day
from maas.feeds.usage import DAYS_MAX, K, RiddenLegs
from maas.identity.principal import Principal
from maas.wiring.disaster import Act, Disaster, Standing

__all__ = ["router"]

Corner = tuple[Annotated[float, Field(ge=-180, le=180)], Annotated[float, Field(ge=-90, le=90)]]
Ring = Annotated[list[Corner], Field(min_length=3, max_length=200)]


class CityDayView(BaseModel):
    """One day's key figures; null: left out because few rode."""

    day: date
    rides: int | None
    riders: int | None
    wait_median_s: int | None
    wait_p90_s: int | None
    occupancy_percent: int | None
    punctual_percent: int | None


class CityFiguresView(BaseModel):
    """Key figures by day."""

    threshold: int = Field(description="days with fewer rides are left out")
    days: list[CityDayView]


class ActIn(BaseModel):
    """What the switch is to do."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["earthquake", "tsunami", "typhoon", "flood", "fire", "other"]
    draw_in: bool = Field(True, description="every shuttle finishes its riders on board and goes home")
    closures: list[Ring] = Field([], max_length=20, description="[lon, lat] corners of what is closed")
    message: dict[str, str] = Field(description="language -> what riders are told; ja at least")

    def plain(self) -> Act:
        """As the switch has it."""
        if not self.message.get("ja", "").strip() or any(len(t) > 500 for t in self.message.values()):
            raise BadRequest("message: give ja at least, with at most 500 characters in each language")
        rings = tuple(tuple(ring) for ring in self.closures)
        return Act(self.kind, self.draw_in, rings, {k: t for k, t in self.message.items() if t.strip()})


class OutlookView(BaseModel):
    """Whom drawing in would touch now."""

    vehicles: int
    riders_on_board: int
    rides_promised: int


class SwitchView(BaseModel):
    """How the switch stood from an instant on."""

    on: bool
    at: datetime
    actor: str
    kind: str | None
    draw_in: bool
    closures: list[list[tuple[float, float]]]
    message: dict[str, str]
    drawn_in: list[str]
    breaches: int = Field(description="promises that switching on broke")
    told: bool = Field(description="riders are told by a notice of the area's feed")

    @classmethod
    def of(cls, standing: Standing) -> SwitchView:
        """The view of it."""
        act = standing.act
        return cls(
            on=standing.on, at=standing.at, actor=standing.actor, kind=None if act is None else act.kind,
            draw_in=act is not None and act.draw_in,
            closures=[] if act is None else [list(ring) for ring in act.closures],
            message={} if act is None else act.message, drawn_in=list(standing.drawn_in),
            breaches=standing.breaches, told=bool(standing.notice_id),
        )  # fmt: skip


class DisasterView(BaseModel):
    """The switch: how it stands, whom it would touch, what was done with it."""

    on: bool
    outlook: OutlookView
    history: list[SwitchView]


def router(disaster: Disaster, rides: RiddenLegs, zone: ZoneInfo, administrator: Any) -> APIRouter:
    """Routes for administrators; `administrator` is a dependency that gives the principal or refuses."""
    routes = APIRouter(prefix="/v1/city", tags=["city"])
    acting = Depends(administrator)

    @routes.get("/figures", dependencies=[acting])
    def show_figures(
        first: Annotated[date, Query(alias="from")], last: Annotated[date, Query(alias="to")]
    ) -> CityFiguresView:
        """Rides, waiting, occupancy and punctuality of the shuttles by day; today's as far as it went."""
        if not first <= last or (last - first).days >= DAYS_MAX:
            raise BadRequest(f"{first} to {last}: the first day first, at most {DAYS_MAX} days at once")
        begin = datetime.combine(first, time(), zone)
        end = datetime.combine(last + timedelta(days=1), time(), zone)
        legs = rides.between(int(begin.timestamp()), int(end.timestamp()))
        return CityFiguresView(
            threshold=K, days=[CityDayView.model_validate(asdict(day)) for day in by_day(legs, zone)]
        )

    @routes.get("/disaster", dependencies=[acting])
    def show_switch() -> DisasterView:
        """How the disaster switch stands."""
        return _view(disaster)

    @routes.post("/disaster", status_code=201)
    def switch_on(asked: ActIn, who: Principal = acting) -> DisasterView:
        """Draw the shuttles in, close parts of the area, tell riders; 409 if it is on."""
        disaster.switch_on(asked.plain(), who.actor)
        return _view(disaster)

    @routes.delete("/disaster")
    def switch_off(who: Principal = acting) -> DisasterView:
        """End it: open again, start what was drawn in, take the notice back; 409 if it is off."""
        disaster.switch_off(who.actor)
        return _view(disaster)

    return routes


def _view(disaster: Disaster) -> DisasterView:
    history = [SwitchView.of(s) for s in disaster.history()]
    return DisasterView(
        on=bool(history) and history[0].on, outlook=OutlookView(**asdict(disaster.outlook())), history=history
    )
