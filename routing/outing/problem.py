"""What an outing is, and what following it in a given order really takes.

Instants are POSIX seconds. Place 0 is home, place k the k-th errand, counted from 1. Travel times depend on
when one sets out; who sets out later is never there sooner (first in, first out), so that in a given order
being everywhere as soon as possible is best.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

__all__ = ["HOME", "Errand", "Outing", "Row", "Rows", "Visit", "Way", "follow"]

HOME = 0

Row = Sequence[int | None]
"""Arrival at every place, None where it is out of reach."""


@dataclass(frozen=True, slots=True)
class Errand:
    """Something to do somewhere: how long it takes, and in which spans of time it may begin."""

    stay_s: int
    begins: tuple[tuple[int, int], ...] = ()  # first and last instant, in order; none: at any time

    def begin_from(self, at_s: int) -> int | None:
        """The first instant from `at_s` on at which it may begin."""
        if not self.begins:
            return at_s
        return next((max(first, at_s) for first, last in self.begins if last >= at_s), None)


@dataclass(frozen=True, slots=True)
class Outing:
    """Errands to be done in any order, home before and after."""

    errands: tuple[Errand, ...]
    leave_s: int  # not before
    home_by_s: int  # back by then


@dataclass(frozen=True, slots=True)
class Visit:
    """An errand as it is done."""

    errand: int  # from 1
    arrival_s: int
    begin_s: int
    end_s: int


@dataclass(frozen=True, slots=True)
class Way:
    """An outing in one order."""

    visits: tuple[Visit, ...]
    home_s: int  # back again


@dataclass
class Rows:
    """Travel times as the router knows them, asked once for each place and instant."""

    ask: Callable[[int, int], Row]  # place, leaving at -> arrival at every place
    known: dict[int, dict[int, Row]] = field(default_factory=dict)  # place -> instant -> row
    _times: dict[int, list[int]] = field(default_factory=dict)  # the same instants in order

    def row(self, place: int, at_s: int) -> Row:
        """Arrivals when leaving a place at an instant."""
        rows = self.known.setdefault(place, {})
        if at_s not in rows:
            rows[at_s] = self.ask(place, at_s)
            times = self._times.setdefault(place, [])
            times.insert(bisect_right(times, at_s), at_s)
        return rows[at_s]

    def at_least(self, place: int, at_s: int) -> Row:
        """Arrivals no later than the true ones, from the last instant asked; before the first, at once."""
        times = self._times.get(place, [])
        last = bisect_right(times, at_s) - 1
        if last >= 0:
            return self.known[place][times[last]]
        return [at_s if arrival is not None else None for arrival in self.row(place, at_s)]

    @property
    def asked(self) -> int:
        """How many rows are known: where it does not grow, nothing was learnt."""
        return sum(len(known) for known in self.known.values())

    def times(self, place: int) -> Sequence[int]:
        """The instants asked so far, in order."""
        return self._times.get(place, ())


def follow(outing: Outing, rows: Rows, order: Sequence[int]) -> Way | None:
    """The errands in this order, each as soon as can be; None if one is too late or home is."""
    at_s, place = outing.leave_s, HOME
    visits: list[Visit] = []
    for errand in order:
        arrival = rows.row(place, at_s)[errand]
        if arrival is None:
            return None
        begin = outing.errands[errand - 1].begin_from(arrival)
        if begin is None:
            return None
        at_s, place = begin + outing.errands[errand - 1].stay_s, errand
        visits.append(Visit(errand, arrival, begin, at_s))
    home = rows.row(place, at_s)[HOME] if order else at_s
    return None if home is None or home > outing.home_by_s else Way(tuple(visits), home)
