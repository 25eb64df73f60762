"""Usage figures (利用実態) as open data: boardings, occupancy and punctuality by line, stop and hour.

A cell with fewer riders than `K` could be somebody: it is left out. Because each line's total of a day is
published too, what is left out could be told by subtraction: so the cells that are left out of a day and
line are always two or more, and together at least `K`. Only days that are over are told.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from maas.errors import BadRequest

__all__ = ["Cell", "Figure", "K", "RiddenLeg", "RiddenLegs", "Total", "Usage", "published", "tally"]

K = 5
DAYS_MAX = 31
Key = tuple[date, str, str, int]
"""(service day, line, stop, hour)."""


@dataclass(frozen=True, slots=True)
class RiddenLeg:
    """A ride that took place; says nothing of who rode."""

    line: str
    vehicle: str
    seats: int
    from_stop: str
    to_stop: str
    boarded_s: int  # epoch seconds
    left_s: int
    riders: int
    promised_s: int  # the latest boarding that was promised
    waited_s: int | None = None  # from being at the stop, as was wished, to boarding


class RiddenLegs(Protocol):
    """Rides that took place."""

    def between(self, begin_s: int, end_s: int) -> Iterable[RiddenLeg]:
        """Rides boarded from `begin_s` to before `end_s`."""
        ...


@dataclass(slots=True)
class Cell:
    """Counts of one line, stop and hour."""

    boardings: int = 0
    alightings: int = 0
    calls: int = 0  # boardings of parties
    punctual: int = 0  # of these, not after the promised time
    on_board: int = 0  # riders on board after each call, summed
    seats: int = 0  # seats at each call, summed


@dataclass(frozen=True, slots=True)
class Figure:
    """One published cell; None: left out because few rode."""

    day: date
    line: str
    stop: str
    hour: int
    boardings: int | None
    alightings: int | None
    occupancy_percent: int | None
    punctual_percent: int | None


@dataclass(frozen=True, slots=True)
class Total:
    """A line's day; None: left out because few rode."""

    day: date
    line: str
    boardings: int | None
    punctual_percent: int | None


def tally(legs: Iterable[RiddenLeg], zone: ZoneInfo) -> dict[Key, Cell]:
    """Counts by day, line, stop and hour of the local clock."""
    cells: dict[Key, Cell] = defaultdict(Cell)
    by_vehicle: dict[tuple[str, str], list[RiddenLeg]] = defaultdict(list)
    for leg in legs:
        by_vehicle[leg.line, leg.vehicle].append(leg)
    for (line, _), rides in by_vehicle.items():
        for leg in rides:
            board = cells[_key(leg.boarded_s, line, leg.from_stop, zone)]
            board.boardings += leg.riders
            board.calls += 1
            board.punctual += leg.boarded_s <= leg.promised_s
            board.seats += leg.seats
            board.on_board += sum(r.riders for r in rides if r.boarded_s <= leg.boarded_s < r.left_s)
            cells[_key(leg.left_s, line, leg.to_stop, zone)].alightings += leg.riders
    return dict(cells)


def _key(at_s: int, line: str, stop: str, zone: ZoneInfo) -> Key:
    local = datetime.fromtimestamp(at_s, UTC).astimezone(zone)
    return local.date(), line, stop, local.hour


def published(cells: Mapping[Key, Cell], k: int = K) -> tuple[list[Figure], list[Total]]:
    """What may be told: cells and the totals of each day and line."""
    groups: dict[tuple[date, str], dict[Key, Cell]] = defaultdict(dict)
    for key, cell in cells.items():
        groups[key[0], key[1]][key] = cell
    figures: list[Figure] = []
    totals: list[Total] = []
    for (day, line), group in sorted(groups.items()):
        hidden = _hidden({key: cell.boardings for key, cell in group.items()}, k)
        hidden |= _hidden({key: cell.alightings for key, cell in group.items()}, k)
        hidden |= _hidden({key: cell.boardings for key, cell in group.items()}, k, hidden)
        figures += [_figure(key, group[key], key in hidden, k) for key in sorted(group)]
        boardings = sum(c.boardings for c in group.values())
        calls = sum(c.calls for c in group.values())
        punctual = sum(c.punctual for c in group.values())
        few = boardings < k
        share = None if few or calls < k else _percent(punctual, calls)
        totals.append(Total(day, line, None if few else boardings, share))
    return figures, totals


def _hidden(counts: Mapping[Key, int], k: int, also: Iterable[Key] = ()) -> set[Key]:
    """Cells to be left out of a group whose total is known."""
    hidden = {key for key, n in counts.items() if 0 < n < k} | set(also)
    counted = {key for key in hidden if counts[key]}
    rest = sorted((n, key) for key, n in counts.items() if n and key not in hidden)
    while counted and rest and (len(counted) < 2 or sum(counts[key] for key in counted) < k):
        _, key = rest.pop(0)
        hidden.add(key)
        counted.add(key)
    return hidden


def _figure(key: Key, cell: Cell, hidden: bool, k: int) -> Figure:
    if hidden:
        return Figure(*key, None, None, None, None)
    enough = cell.calls >= k
    return Figure(
        *key, cell.boardings, cell.alightings, _percent(cell.on_board, cell.seats) if enough else None,
        _percent(cell.punctual, cell.calls) if enough else None,
    )  # fmt: skip


def _percent(part: int, whole: int) -> int | None:
    return round(100 * part / whole) if whole else None


class Usage:
    """The usage figures of an area."""

    def __init__(self, legs: RiddenLegs, zone: ZoneInfo) -> None:
        self._legs = legs
        self._zone = zone

    def of(self, first: date, last: date, now: datetime) -> tuple[list[Figure], list[Total]]:
        """Figures of whole days, both ends included. Raises BadRequest for today, or too many days."""
        if not first <= last < now.astimezone(self._zone).date():
            raise BadRequest(f"{first} to {last}: ask for days that are over, the first one first")
        if (last - first).days >= DAYS_MAX:
            raise BadRequest(f"{first} to {last}: at most {DAYS_MAX} days at once")
        begin = datetime.combine(first, datetime.min.time(), self._zone)
        end = datetime.combine(last + timedelta(days=1), datetime.min.time(), self._zone)
        legs = self._legs.between(int(begin.timestamp()), int(end.timestamp()))
        return published(tally(legs, self._zone))


def as_csv(figures: Iterable[Figure]) -> str:
    """The figures as a table; what is left out is empty."""
    out = io.StringIO()
    rows = csv.writer(out)
    names = list(Figure.__dataclass_fields__)
    rows.writerow(names)
    for figure in figures:
        rows.writerow([getattr(figure, name) for name in names])
    return out.getvalue()
