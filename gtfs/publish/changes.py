"""What changed for whom between two versions of a feed: stops, lines, departures, fares.

Trips are compared by what they offer (line, direction, type of day, first departure, stops), not by their
identifiers, which many systems make anew with every export.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from gtfs.errors import FeedError
from gtfs.model.schedule import Schedule
from gtfs.publish.day_types import DayType, Departures, Offer, Run, offers
from gtfs.schedule.feed import Feed
from gtfs.schedule.typed import to_schedule

__all__ = ["Change", "Kind", "changes"]

MOVED_M_MIN = 10.0
"""Less is a correction of the map, not a stop that one walks to elsewhere."""
_EARTH_M = 6_371_000.0


class Kind(StrEnum):
    """What sort of change; the order is that of a report."""

    STOP_GONE = "stop_gone"
    STOP_NEW = "stop_new"
    STOP_MOVED = "stop_moved"
    STOP_RENAMED = "stop_renamed"
    STOP_UNSERVED = "stop_unserved"
    LINE_GONE = "line_gone"
    LINE_NEW = "line_new"
    LINE_RENAMED = "line_renamed"
    TRIPS_GONE = "trips_gone"
    TRIPS_NEW = "trips_new"
    FIRST_DEPARTURE = "first_departure"
    LAST_DEPARTURE = "last_departure"
    FARE = "fare"
    PERIOD = "period"


@dataclass(frozen=True, slots=True)
class Change:
    """One change. `name` is what riders call the stop, line or fare; `before` and `after` are as written.

    `worse` says whether riders lose something by it: the report begins with these.
    """

    kind: Kind
    id: str
    name: str
    before: str = ""
    after: str = ""
    day_type: DayType | None = None
    direction: str = ""  # the last stop's name
    count: int = 0
    distance_m: int = 0
    worse: bool = False
    samples: tuple[str, ...] = field(default=())


def changes(before: Feed, after: Feed, from_day: date | None = None) -> list[Change]:
    """What changes for riders; `from_day` is the first day that the later version counts for.

    A feed without a usable timetable offers nothing: then only stops, lines and fares are compared.
    """
    old, new = _typed(before), _typed(after)
    found = [*_stops(before, after), *_lines(before, after), *_fares(before, after), *_period(before, after)]
    if old is not None and new is not None:
        found += _departures(old, new, from_day)
    order = list(Kind)
    return sorted(
        found, key=lambda c: (not c.worse, order.index(c.kind), c.id, c.day_type or "", c.direction)
    )


def _typed(feed: Feed) -> Schedule | None:
    copy = Feed(feed.source, dict(feed.tables), dict(feed.raw), [], dict(feed.lines))
    try:
        return to_schedule(copy)
    except FeedError:
        return None


def _rows(feed: Feed, stem: str, key: str) -> dict[str, dict[str, str]]:
    table = feed.table(stem)
    if key not in table.columns:
        return {}
    return {row[key]: row for row in table.iter_rows(named=True)}


def _stops(before: Feed, after: Feed) -> Iterator[Change]:
    old, new = _rows(before, "stops", "stop_id"), _rows(after, "stops", "stop_id")
    for stop, row in old.items():
        if stop not in new:
            yield Change(Kind.STOP_GONE, stop, row.get("stop_name", ""), worse=True)
            continue
        name, name_now = row.get("stop_name", "").strip(), new[stop].get("stop_name", "").strip()
        if name != name_now:
            yield Change(Kind.STOP_RENAMED, stop, name_now, name, name_now)
        metres = _apart_m(row, new[stop])
        if metres >= MOVED_M_MIN:
            yield Change(
                Kind.STOP_MOVED, stop, name_now, _place(row), _place(new[stop]), distance_m=round(metres)
            )
    for stop, row in new.items():
        if stop not in old:
            yield Change(Kind.STOP_NEW, stop, row.get("stop_name", ""))


def _place(row: dict[str, str]) -> str:
    return f"{row.get('stop_lat', '')},{row.get('stop_lon', '')}"


def _apart_m(one: dict[str, str], other: dict[str, str]) -> float:
    try:
        lat, lon, lat2, lon2 = (
            math.radians(float(row[column])) for row in (one, other) for column in ("stop_lat", "stop_lon")
        )
    except (KeyError, ValueError):
        return 0.0
    across = (lon2 - lon) * math.cos((lat + lat2) / 2)
    return _EARTH_M * math.hypot(lat2 - lat, across)


def _line_name(row: dict[str, str]) -> str:
    return " ".join(n for n in (row.get("route_short_name", ""), row.get("route_long_name", "")) if n)


def _lines(before: Feed, after: Feed) -> Iterator[Change]:
    old, new = _rows(before, "routes", "route_id"), _rows(after, "routes", "route_id")
    for line, row in old.items():
        if line not in new:
            yield Change(Kind.LINE_GONE, line, _line_name(row), worse=True)
        elif _line_name(row) != _line_name(new[line]):
            yield Change(
                Kind.LINE_RENAMED, line, _line_name(new[line]), _line_name(row), _line_name(new[line])
            )
    for line, row in new.items():
        if line not in old:
            yield Change(Kind.LINE_NEW, line, _line_name(row))


def _fares(before: Feed, after: Feed) -> Iterator[Change]:
    """Prices by what they are for: a fare's rules where it has some, else the fare itself."""
    old, new = _prices(before), _prices(after)
    for key in sorted(old.keys() & new.keys()):
        if old[key] != new[key]:
            name = " ".join(p for p in key if p)
            dearer = old[key] < new[key]
            yield Change(Kind.FARE, key[0], name, _yen(old[key]), _yen(new[key]), worse=dearer)


_Price = tuple[float, str, str]


def _yen(price: _Price) -> str:
    ticket, currency, ic = price
    amount = f"{ticket:g} {currency}".strip()
    return f"{amount} (IC {ic})" if ic else amount


def _prices(feed: Feed) -> dict[tuple[str, ...], _Price]:
    prices: dict[str, _Price] = {}
    for fare, row in _rows(feed, "fare_attributes", "fare_id").items():
        try:
            price = float(row.get("price", ""))
        except ValueError:
            continue
        prices[fare] = (price, row.get("currency_type", ""), row.get("ic_price", ""))
    rules = feed.table("fare_rules")
    if "fare_id" not in rules.columns or not rules.height:
        return {(fare,): price for fare, price in prices.items()}
    found: dict[tuple[str, ...], _Price] = {}
    for row in rules.iter_rows(named=True):
        if row["fare_id"] in prices:
            key = tuple(row.get(c, "") for c in ("route_id", "origin_id", "destination_id", "contains_id"))
            found[key if any(key) else (row["fare_id"],)] = prices[row["fare_id"]]
    return found


def _period(before: Feed, after: Feed) -> Iterator[Change]:
    def shown(feed: Feed) -> str:
        info = feed.table("feed_info")
        columns = ("feed_start_date", "feed_end_date")
        if not info.height or any(c not in info.columns for c in columns):
            return ""
        return "–".join(str(info[c][0]) for c in columns)

    if shown(before) != shown(after):
        yield Change(Kind.PERIOD, "feed_info", "", shown(before), shown(after))


def _departures(old: Schedule, new: Schedule, from_day: date | None) -> Iterator[Change]:
    were, are = offers(old, from_day) or offers(old), offers(new, from_day) or offers(new)
    for kind in DayType:
        before, after = were.get(kind), are.get(kind)
        if before is not None:
            yield from _of_day_type(kind, before, after, old, new)


def _of_day_type(
    kind: DayType, before: Offer, after: Offer | None, old: Schedule, new: Schedule
) -> Iterator[Change]:
    now = after.lines if after is not None else {}
    lines_now = {line for line, _ in now}
    for key in sorted({*before.lines, *now}):
        line = key[0]
        if line not in old.routes.ids or (line not in new.routes.ids and line not in lines_now):
            continue  # a line that came or went has been told of already
        were, are = before.lines.get(key), now.get(key)
        yield from _of_line(kind, line, were, are, old if were is not None else new)
    unserved = before.stops - (after.stops if after is not None else frozenset())
    still = set(new.stops.ids)
    for stop in sorted(unserved & still):
        name = new.stops.names[new.stops.ids.index(stop)]
        yield Change(Kind.STOP_UNSERVED, stop, name, day_type=kind, worse=True)


def _of_line(
    kind: DayType, line: str, were: Departures | None, are: Departures | None, schedule: Schedule
) -> Iterator[Change]:
    k = schedule.routes.ids.index(line)
    name = " ".join(n for n in (schedule.routes.short_names[k], schedule.routes.long_names[k]) if n)
    shown = were if were is not None else are
    assert shown is not None  # the key came from one of the two
    towards = _towards(shown, schedule)
    lost = Counter(were.runs if were else ()) - Counter(are.runs if are else ())
    gained = Counter(are.runs if are else ()) - Counter(were.runs if were else ())
    gone, extra = sum(lost.values()), sum(gained.values())
    counts = f"{len(were.runs) if were else 0}", f"{len(are.runs) if are else 0}"
    if gone:
        yield Change(
            Kind.TRIPS_GONE, line, name, *counts, kind, towards, gone, worse=gone > extra,
            samples=_times(lost),
        )  # fmt: skip
    if extra:
        yield Change(Kind.TRIPS_NEW, line, name, *counts, kind, towards, extra, samples=_times(gained))
    if were is None or are is None:
        return
    for which, begin, end, worse in (
        (Kind.FIRST_DEPARTURE, were.first_s, are.first_s, are.first_s > were.first_s),
        (Kind.LAST_DEPARTURE, were.last_s, are.last_s, are.last_s < were.last_s),
    ):
        if begin != end:
            yield Change(which, line, name, clock(begin), clock(end), kind, towards, worse=worse)


def _towards(departures: Departures, schedule: Schedule) -> str:
    ends = Counter(stops[-1] for _, stops in departures.runs if stops)
    if not ends:
        return ""
    last = ends.most_common(1)[0][0]
    return schedule.stops.names[schedule.stops.ids.index(last)]


_TIMES_MAX = 12


def _times(runs: Iterable[Run]) -> tuple[str, ...]:
    return tuple(clock(start) for start, _ in sorted(runs)[:_TIMES_MAX])


def clock(seconds: int) -> str:
    """`7:05`, beyond `24:00` after midnight, as timetables print it."""
    return f"{seconds // 3600}:{seconds // 60 % 60:02}"
