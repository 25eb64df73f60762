"""How a vehicle of the twin moves.

From location to location along the ways that the dispatcher reckons with.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from enum import StrEnum

from fleet.dispatch.fleet_state import FleetState

__all__ = ["Body", "Phase", "begin_leg", "leave_s", "where"]

EARLY_S = 240
"""A vehicle with a later task leaves so much before it must.

Time to be asked for something else till then.
"""


class Phase(StrEnum):
    """What a vehicle is doing."""

    WAITING = "waiting"
    DRIVING = "driving"
    SERVING = "serving"


@dataclass(slots=True)
class Body:
    """One vehicle on the road."""

    v: int
    location: int  # where it is, or was last
    phase: Phase = Phase.WAITING
    target: int = -1
    passed: list[tuple[int, int]] = field(
        default_factory=list
    )  # (location, epoch seconds) still ahead, in order
    from_s: int = 0  # when it left `location`
    token: int = 0  # of the wake-up that counts; older ones are void
    metres: float = 0.0
    empty_metres: float = 0.0
    rider_metres: float = 0.0
    energy_wh: float = 0.0


def leave_s(state: FleetState, body: Body, now_s: int) -> int | None:
    """When a waiting vehicle should set out for its first task; None if it has none."""
    board = state.plans.board
    v = body.v
    if board.size[v] == 0:
        return None
    start = int(board.start_s[v, 1]) + state.epoch_s
    way = int(state.matrix.seconds[body.location, board.loc[v, 1]])
    return max(now_s, start - way - EARLY_S)


def begin_leg(state: FleetState, body: Body, target: int, now_s: int) -> None:
    """Set out for a location. Times on the way are counted back from the arrival that the plan reckons with.

    So a vehicle is never later than its plan by the rounding of the pieces of its way.
    """
    seconds = state.matrix.seconds
    arrive = now_s + int(seconds[body.location, target])
    body.phase, body.target, body.from_s = Phase.DRIVING, target, now_s
    body.passed = [
        (k, max(now_s, arrive - int(seconds[k, target]))) for k in state.ways.via(body.location, target)[1:]
    ]
    if not body.passed:
        body.passed = [(target, arrive)]


def where(state: FleetState, body: Body, now_s: int) -> tuple[float, float, float]:
    """(lat, lon, metres a second) of a vehicle at a moment, along the line of its way."""
    if body.phase is not Phase.DRIVING or not body.passed:
        return float(state.ways.lat[body.location]), float(state.ways.lon[body.location]), 0.0
    ahead, at = body.passed[0]
    line = state.ways.line(body.location, ahead)
    whole = max(at - body.from_s, 1)
    share = min(max((now_s - body.from_s) / whole, 0.0), 1.0)
    metres = float(state.matrix.metres[body.location, ahead])
    lat, lon = _along(line, share)
    return lat, lon, metres / whole


def _along(line: list[tuple[float, float]], share: float) -> tuple[float, float]:
    """The point at a share of a line's length.

    In degrees weighted as on a sphere is close enough for a map.
    """
    if len(line) < 2:
        return line[0]
    steps = [abs(b[0] - a[0]) + 0.81 * abs(b[1] - a[1]) for a, b in itertools.pairwise(line)]
    rest = share * sum(steps)
    for (a, b), step in zip(itertools.pairwise(line), steps, strict=True):
        if rest <= step and step > 0:
            part = rest / step
            return a[0] + part * (b[0] - a[0]), a[1] + part * (b[1] - a[1])
        rest -= step
    return line[-1]
