"""A service day as searches read it: both directions, with what was prepared for them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from routing.kernels.bounds import HopGraph, hop_graph, turned_hops
from routing.kernels.layout import DayTimetable, Interchanges
from routing.timetable.day import Day, mirrored
from routing.timetable.interchange import limited
from routing.timetable.prepare import LIMITS_S, Kept, Prepared, assembled, key_of

__all__ = ["DayNetwork", "SearchSide", "both_ways"]


@dataclass(frozen=True, slots=True)
class SearchSide:
    """One direction of search on one day."""

    timetable: DayTimetable
    change: Interchanges
    hops: HopGraph
    prepared: Prepared | None = None  # makes searches several times faster; the answers are the same


@dataclass(frozen=True)
class DayNetwork:
    """A day, ready to be searched forwards and backwards."""

    day: Day
    forward: SearchSide
    backward: SearchSide

    @cached_property
    def key(self) -> str:
        """Names all that preparing this day depends on."""
        return key_of(self.forward.timetable, self.forward.change)

    def with_prepared(self, kept: tuple[Kept, Kept]) -> DayNetwork:
        """The same day, searched faster."""
        ahead, back = (
            replace(side, prepared=assembled(side.timetable, side.change, k))
            for side, k in zip((self.forward, self.backward), kept, strict=True)
        )
        return DayNetwork(self.day, ahead, back)

    def for_less(self, walk_s_max: int) -> DayNetwork:
        """The same day for who walks less between vehicles."""
        ahead, back = (_for_less(side, walk_s_max) for side in (self.forward, self.backward))
        return DayNetwork(self.day, ahead, back)


def _for_less(side: SearchSide, walk_s_max: int) -> SearchSide:
    """Bounds stay: with fewer ways nobody is sooner."""
    ready = None
    if side.prepared and walk_s_max in LIMITS_S:
        ready = replace(side.prepared, walk_class=LIMITS_S.index(walk_s_max))
    return replace(side, change=limited(side.change, walk_s_max), prepared=ready)


def both_ways(
    day: Day, change: Interchanges, turned: Interchanges, backward: DayTimetable | None = None
) -> DayNetwork:
    """A day, not prepared; `turned` are its interchanges, `backward` is its timetable mirrored, if known."""
    hops = hop_graph(day.timetable, change)
    back = mirrored(day.timetable) if backward is None else backward
    return DayNetwork(
        day, SearchSide(day.timetable, change, hops), SearchSide(back, turned, turned_hops(hops))
    )
