"""What rides on demand add to what can be reached: by what each mover really offers now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from routing.on_demand import Move, Mover, Offered
from routing.query import Point

__all__ = ["LANDINGS_MAX", "OFFERS_MAX", "Landing", "landings", "offers", "take_offers"]

F64 = npt.NDArray[np.float64]

OFFERS_MAX = 30
"""Offers asked of each mover for one origin."""
LANDINGS_MAX = 24
"""Places where riders are let off, and walk on from, in one answer."""
_ROUND = 4  # decimals of a degree: some ten metres


@dataclass(frozen=True, slots=True)
class Landing:
    """Where a ride ends (or, asked backwards, begins), seconds from the question's time."""

    lat: float
    lon: float
    seconds: int


def offers(
    mover: Mover, origin: Point, to: Sequence[Point], at_s: int, limit_s: int, best: F64, *,
    arrive_by: bool, inward: bool = False, count: int = OFFERS_MAX,
) -> Iterator[tuple[int, Offered, int]]:  # fmt: skip
    """Offers from an origin to places (`inward`: from the places to it), within `limit_s`, and their seconds.

    So many are asked for at most: of the places where one could be soonest by the mover's own estimate, and
    sooner than `best`, seconds to each place. With `arrive_by` seconds count back from the time of arrival.
    """

    def ends(k: int) -> tuple[Point, Point]:
        return (to[k], origin) if inward else (origin, to[k])

    guessed = [(mover.estimate_s(*ends(k)), k) for k in range(len(to))]
    worth = sorted((s, k) for s, k in guessed if s is not None and s < min(best[k], limit_s))
    for _, k in worth[:count]:
        offer = mover.offer(*ends(k), at_s, arrive_by=arrive_by)
        if offer is not None:
            takes = at_s - offer.departure_at_s if arrive_by else offer.arrival_at_s - at_s
            if takes <= limit_s:
                yield k, offer, takes


def take_offers(
    mover: Mover, origin: Point, to: Sequence[Point], at_s: int, limit_s: int, best: F64, *, arrive_by: bool
) -> None:
    """Lower `best`, seconds to each place, where a mover really offers to be sooner from door to door."""
    for k, _, takes in list(offers(mover, origin, to, at_s, limit_s, best, arrive_by=arrive_by)):
        best[k] = min(best[k], takes)


def landings(found: Sequence[Offered], at_s: int, *, inward: bool) -> list[Landing]:
    """Where rides let one off (`inward`: take one up), the soonest first, each place once."""
    soonest: dict[tuple[float, float], Landing] = {}
    for offer in found:
        ridden: list[Move] = [move for move in offer.moves if move.mode != "walk"]
        if not ridden:
            continue
        end = ridden[0].start if inward else ridden[-1].end
        seconds = at_s - ridden[0].departure_at_s if inward else ridden[-1].arrival_at_s - at_s
        key = (round(end.lat, _ROUND), round(end.lon, _ROUND))
        if key not in soonest or seconds < soonest[key].seconds:
            soonest[key] = Landing(end.lat, end.lon, seconds)
    return sorted(soonest.values(), key=lambda one: one.seconds)[:LANDINGS_MAX]
