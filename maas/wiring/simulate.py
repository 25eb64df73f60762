"""A day in the twin: an area, its demand, and what strikes it, to figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fleet.dispatch.hours import service_day_start_s
from fleet.errors import FleetError
from fleet.personal.demand import model_wishes
from fleet.personal.twin import DeviceTwin
from fleet.simulation.demand import Wish, model_demand, read_demand, write_demand
from fleet.simulation.script import Script, draw_script
from fleet.simulation.twin import Twin, TwinRules
from maas.area.open import Area
from maas.errors import BadRequest
from maas.wiring.live_devices import DEVICE_SHARE, open_personal
from maas.wiring.zone import open_zone, service_of

__all__ = ["DayPlan", "simulate"]

_DAY_S = 86_400
_AFTER_S = 2 * 3600
"""Riders of the last hour are still brought home."""


@dataclass(frozen=True, slots=True)
class DayPlan:
    """Which day, and what happens on it besides what the dispatcher does."""

    day: date
    demand: Path | None = None  # CSV; the demand model if None
    riders: int = 400  # of the model
    seed: int = 1
    faults_per_day: float = 0.0
    weather: bool = False
    improve_rounds: int = 300  # of the improver each half minute; 0 for insertion alone


def simulate(
    area: Area, plan: DayPlan, progress: Callable[[str], None] = lambda _: None, *, keep: Path | None = None
) -> dict[str, Any]:
    """Run a day and tell its figures; the same plan gives the same figures, `timing` apart.

    `keep` writes the demand that was used as a CSV. Raises BadRequest that names file, line and column.
    """
    service = service_of(area)
    start = service_day_start_s(plan.day, ZoneInfo(service.timezone))
    try:
        wishes = _wishes(area, plan)
    except FleetError as error:
        raise BadRequest(str(error)) from error
    if keep is not None:
        write_demand(keep, wishes, plan.day, service.timezone)
    vehicles = [vehicle.id for vehicle in service.vehicles]
    script = Script()
    if plan.faults_per_day or plan.weather:
        script = draw_script(
            vehicles, start + 6 * 3600, start + 22 * 3600, plan.seed,
            faults_per_day=plan.faults_per_day, weather=plan.weather,
        )  # fmt: skip
    twin = Twin(
        open_zone(area, start),
        wishes,
        script,
        TwinRules(improve_rounds=plan.improve_rounds),
        plan.seed,
    )
    twin.open(start)
    twin.run_until(start + _DAY_S + _AFTER_S, lambda now: progress(_told(twin, now - start)))
    told = {
        "area": area.manifest.id,
        "day": plan.day.isoformat(),
        "seed": plan.seed,
        "vehicles": len(vehicles),
        **twin.tally.figures(twin.shuttle.state, twin.bodies),
        "loops_missed": len(twin.shuttle.loops.missed),
        "timing": twin.tally.timing(),
    }
    if area.devices is not None:
        told["devices"] = _devices(area, plan, start)
    return told


def _devices(area: Area, plan: DayPlan, start_s: int) -> dict[str, Any]:
    """The same day of the area's devices."""
    personal = open_personal(area)
    wishes = model_wishes(
        personal.state.service, start_s, plan.day, int(plan.riders * DEVICE_SHARE), plan.seed
    )
    mishaps = plan.faults_per_day
    twin = DeviceTwin(personal, wishes, seed=plan.seed, mishaps_per_day=mishaps)
    twin.open(start_s)
    twin.run_until(start_s + _DAY_S + _AFTER_S)
    return twin.figures()


def _wishes(area: Area, plan: DayPlan) -> list[Wish]:
    service = service_of(area)
    if plan.demand is not None:
        return read_demand(plan.demand, service, plan.day)
    return model_demand(service, plan.day, plan.riders, plan.seed)


def _told(twin: Twin, after_s: int) -> str:
    return f"{after_s // 3600:02}:00  {twin.tally.asked} asked, {len(twin.shuttle.state.breaches)} breaches"
