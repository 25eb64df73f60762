"""What strikes a simulated day: weather by the hour, vehicles that fail, all from one seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fleet.dispatch.conditions import Conditions
from fleet.dispatch.reasons import Reason

__all__ = ["Fault", "Script", "draw_script"]


@dataclass(frozen=True, slots=True)
class Fault:
    """A vehicle stops at minimal risk; a supervisor lets it go on after `repair_s`."""

    at_s: int
    vehicle_id: str
    cause: str
    repair_s: int
    riders_leave: bool


@dataclass(frozen=True, slots=True)
class Script:
    """What happens when, besides riders."""

    weather: tuple[tuple[int, Conditions], ...] = ()
    faults: tuple[Fault, ...] = ()


_CAUSES = (Reason.OBSTACLE, Reason.SENSOR, Reason.DOOR, Reason.LOCALISATION, Reason.PASSENGER)


def draw_script(
    vehicle_ids: list[str], start_s: int, end_s: int, seed: int, *, faults_per_day: float, weather: bool
) -> Script:
    """A day's faults (Poisson, each vehicle alike) and, if asked for, a shower and a gust."""
    random = np.random.default_rng([seed, 77])
    count = int(random.poisson(faults_per_day))
    faults = tuple(
        Fault(
            int(random.integers(start_s, end_s)),
            str(random.choice(vehicle_ids)),
            _CAUSES[int(random.integers(len(_CAUSES)))].value,
            int(random.lognormal(5.5, 0.6)),
            bool(random.random() < 0.3),
        )
        for _ in range(count)
    )
    turns: tuple[tuple[int, Conditions], ...] = ()
    if weather:
        rain, wind = sorted(int(x) for x in random.integers(start_s, end_s - 7200, 2))
        turns = (
            (rain, Conditions(rain_mm_h=float(random.uniform(11, 25)))),
            (rain + 2700, Conditions()),
            (wind + 3000, Conditions(wind_m_s=float(random.uniform(16, 25)))),
            (wind + 4800, Conditions()),
        )
    return Script(tuple(sorted(turns, key=lambda turn: turn[0])), tuple(sorted(faults, key=lambda f: f.at_s)))
