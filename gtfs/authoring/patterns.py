"""Which trips of a feed share a pattern, and what each of them looks like as a table of times."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import zip_longest

import polars as pl

from gtfs.authoring.documents import PASS, Call, Headway, Pattern, Timetable, Trip, seconds
from gtfs.schedule.feed import Feed

__all__ = ["PATTERN", "Index", "Patterns", "fitted", "times_of"]

PATTERN = "jp_pattern_id"
"""The column of trips.txt that GTFS-JP has for it; a feed without it gets ids made of what they stand for."""
_NO = "1"


@dataclass(frozen=True, slots=True)
class Index:
    """One pattern of a feed: its trips by service."""

    id: str
    route: str
    direction: int | None
    calls: tuple[Call, ...]
    headsign: str
    shape: str
    trips: dict[str, list[str]] = field(default_factory=dict)  # service -> trips in the order of the file


class Patterns:
    """The patterns of a feed, found once."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self.all: dict[str, Index] = {}
        self.of_trip: dict[str, str] = {}
        trips = feed.table("trips")
        if not trips.height or "trip_id" not in trips.columns:
            return
        self._calls = _calls(feed)
        named: dict[tuple[str, str, str], list[dict[str, str]]] = defaultdict(list)
        for row in trips.iter_rows(named=True):
            if any(not stop for stop, _, _ in self._calls.get(row["trip_id"], ())):
                continue  # on demand in a zone: no stops, no pattern
            key = (row.get(PATTERN, ""), row.get("route_id", ""), row.get("direction_id", ""))
            named[key].append(row)
        for (name, route, direction), rows in named.items():
            self._sort_in(name, route, direction, rows)

    def _sort_in(self, name: str, route: str, direction: str, rows: list[dict[str, str]]) -> None:
        longest = max((self._calls.get(r["trip_id"], ()) for r in rows), key=len, default=())
        one = bool(name) and all(_within(self._calls.get(r["trip_id"], ()), longest) for r in rows)
        for row in rows:
            calls = longest if one else self._calls.get(row["trip_id"], ())
            key = name if one else _made(route, direction, calls)
            if key not in self.all:
                self.all[key] = Index(
                    key, route, int(direction) if direction in ("0", "1") else None,
                    tuple(Call(stop=s, pick_up=p != _NO, set_down=d != _NO) for s, p, d in calls),
                    row.get("trip_headsign", ""), row.get("shape_id", ""),
                )  # fmt: skip
            self.all[key].trips.setdefault(row.get("service_id", ""), []).append(row["trip_id"])
            self.of_trip[row["trip_id"]] = key

    def document(self, pattern: str, shape: Sequence[tuple[float, float]] = ()) -> Pattern:
        """The pattern as a document."""
        found = self.all[pattern]
        return Pattern(
            minutes=self._minutes(found), route=found.route, direction=found.direction,
            headsign=found.headsign, calls=list(found.calls),
            shape=list(shape),
        )  # fmt: skip

    def _minutes(self, found: Index) -> list[float]:
        """Running times of a pattern that is run by headway, as its template trip has them."""
        ids = [trip for trips in found.trips.values() for trip in trips]
        repeated = _headways(self._feed, ids)
        if not repeated:
            return []
        table = self._feed.table("stop_times")
        rows = table.filter(table["trip_id"] == next(iter(repeated))).to_dicts()
        times = times_of(rows, [c.stop for c in found.calls])
        try:
            at = [seconds(str(time).split("/")[-1]) for time in times]
        except ValueError:
            return []  # a stop that is passed or not timed
        return [(t - at[0]) / 60 for t in at]

    def timetable(self, pattern: str, service: str) -> Timetable:
        """The trips of a pattern on the days of a service, by departure."""
        found = self.all[pattern]
        ids = found.trips.get(service, [])
        table = self._feed.table("stop_times")
        rows: dict[str, list[dict[str, str]]] = defaultdict(list)
        for row in table.filter(table["trip_id"].is_in(ids)).iter_rows(named=True):
            rows[row["trip_id"]].append(row)
        trips_table = self._feed.table("trips")
        about = {r["trip_id"]: r for r in trips_table.filter(trips_table["trip_id"].is_in(ids)).to_dicts()}
        repeated = _headways(self._feed, ids)
        stops = [c.stop for c in found.calls]
        trips: list[Trip] = []
        for trip in ids:
            headsign = about[trip].get("trip_headsign", "")
            trips.append(
                Trip.model_construct(
                    id=trip, times=times_of(rows[trip], stops),
                    headsign="" if headsign == found.headsign else headsign,
                    block=about[trip].get("block_id", ""),
                )
            )  # fmt: skip
        trips.sort(key=lambda t: next((x for x in t.times if x not in (None, PASS)), "").zfill(11))
        return Timetable.model_construct(
            pattern=pattern, calendar=service, trips=[t for t in trips if t.id not in repeated],
            headways=[h for spans in repeated.values() for h in spans],
        )  # fmt: skip


def times_of(rows: list[dict[str, str]], stops: Sequence[str]) -> list[str | None]:
    """Times of a trip's rows, for each of a pattern's stops; a stop that it does not call at is passed."""
    rows = sorted(rows, key=_sequence)
    found: list[str | None] = []
    k = 0
    for stop in stops:
        if k < len(rows) and rows[k].get("stop_id", "") == stop:
            found.append(_told(rows[k].get("arrival_time", ""), rows[k].get("departure_time", "")))
            k += 1
        else:
            found.append(PASS)
    return found


def fitted(trip: Trip, before: Sequence[str], after: Sequence[str]) -> list[str | None]:
    """A trip's times moved to another list of stops: kept where a stop stays, none where one is new."""
    times: list[str | None] = [None] * len(after)
    matcher = SequenceMatcher(None, list(before), list(after), autojunk=False)
    for block in matcher.get_matching_blocks():
        for k in range(block.size):
            times[block.b + k] = trip.times[block.a + k]
    return times


def _headways(feed: Feed, ids: list[str]) -> dict[str, list[Headway]]:
    table = feed.table("frequencies")
    found: dict[str, list[Headway]] = {}
    if "trip_id" not in table.columns:
        return found
    for row in table.filter(table["trip_id"].is_in(ids)).iter_rows(named=True):
        found.setdefault(row["trip_id"], []).append(
            Headway.model_construct(
                start=_short(row.get("start_time", "")), until=_short(row.get("end_time", "")),
                every_min=float(row.get("headway_secs", "0") or 0) / 60,
                exact=row.get("exact_times", "") == "1",
            )
        )  # fmt: skip
    return found


def _told(arrival: str, departure: str) -> str | None:
    arrival, departure = _short(arrival), _short(departure)
    if arrival and departure and arrival != departure:
        return f"{arrival}/{departure}"
    return departure or arrival or None


def _short(text: str) -> str:
    text = text.strip()
    return text.removesuffix(":00").removeprefix("0") if text.count(":") == 2 else text


def _sequence(row: dict[str, str]) -> int:
    text = row.get("stop_sequence", "").strip()
    return int(text) if text.isdigit() else 0


_Calls = tuple[tuple[str, str, str], ...]


def _calls(feed: Feed) -> dict[str, _Calls]:
    """Trip -> (stop, pickup_type, drop_off_type) in order."""
    table = feed.table("stop_times")
    if not table.height or "trip_id" not in table.columns or "stop_id" not in table.columns:
        return {}
    names = ["pickup_type", "drop_off_type"]
    filled = table.with_columns(pl.lit("").alias(n) for n in names if n not in table.columns)
    order = (
        pl.col("stop_sequence").cast(pl.Int64, strict=False)
        if "stop_sequence" in table.columns
        else pl.int_range(pl.len())
    )
    grouped = (
        filled.with_columns(order.alias("__order"))
        .sort("trip_id", "__order", maintain_order=True)
        .group_by("trip_id", maintain_order=True)
        .agg("stop_id", *names)
    )
    known: dict[_Calls, _Calls] = {}  # most trips share their stops: keep each list once
    found: dict[str, _Calls] = {}
    for trip, stops, picked, dropped in grouped.iter_rows():
        dropped[0] = picked[-1] = ""  # nobody alights where it begins, whatever the feed says of it
        marks = (["" if m == "0" else m for m in column] for column in (picked, dropped))
        calls = tuple(zip_longest(stops, *marks, fillvalue=""))
        found[trip] = known.setdefault(calls, calls)
    return found


def _within(calls: _Calls, longest: _Calls) -> bool:
    rest = iter(longest)
    return all(call in rest for call in calls)


def _made(route: str, direction: str, calls: _Calls) -> str:
    text = "\0".join((route, direction, *("\1".join(c) for c in calls)))
    return "p-" + hashlib.sha256(text.encode()).hexdigest()[:10]
