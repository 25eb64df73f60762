"""A feed as its files say, read with nothing but csv, and what a journey must satisfy to be true of it."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import defaultdict
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path

from routing.journey import Journey, Leg
from routing.query import Query

Row = dict[str, str]
WALK_ALL_THE_WAY_S = 7200  # where nothing runs, who asks is told how far it is on foot


def _seconds(text: str) -> int | None:
    if not text.strip():
        return None
    hours, minutes, rest = text.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(rest)


class RawFeeds:
    """The tables of one feed or of several, whose identifiers then carry `prefix:`."""

    def __init__(self, feeds: dict[str, Path]) -> None:
        self.trips: dict[str, Row] = {}
        self.calls: dict[str, list[Row]] = defaultdict(list)
        self._weekly: dict[str, Row] = {}
        self._exceptions: dict[tuple[str, str], str] = {}
        for prefix, path in feeds.items():
            self._read(f"{prefix}:" if len(feeds) > 1 else "", path)
        for calls in self.calls.values():
            calls.sort(key=lambda r: int(r["stop_sequence"]))

    def _read(self, prefix: str, path: Path) -> None:
        with zipfile.ZipFile(path) as archive:

            def rows(name: str) -> list[Row]:
                if name not in archive.namelist():
                    return []
                with archive.open(name) as file:
                    return list(csv.DictReader(io.TextIOWrapper(file, "utf-8-sig")))

            for row in rows("trips.txt"):
                row |= {key: prefix + row[key] for key in ("trip_id", "route_id", "service_id")}
                self.trips[row["trip_id"]] = row
            for row in rows("stop_times.txt"):
                row |= {key: prefix + row[key] for key in ("trip_id", "stop_id")}
                self.calls[row["trip_id"]].append(row)
            for row in rows("calendar.txt"):
                self._weekly[prefix + row["service_id"]] = row
            for row in rows("calendar_dates.txt"):
                self._exceptions[prefix + row["service_id"], row["date"]] = row["exception_type"]

    def runs(self, service: str, on: date) -> bool:
        """Whether a service runs on a day."""
        day = on.strftime("%Y%m%d")
        exception = self._exceptions.get((service, day))
        if exception:
            return exception == "1"
        week = self._weekly.get(service)
        weekday = on.strftime("%A").lower()
        return bool(week) and week["start_date"] <= day <= week["end_date"] and week[weekday] == "1"

    def check(self, journey: Journey, query: Query, asked_s: int) -> None:
        """Assert that a rider could make this journey, and that it answers the query."""
        legs = journey.legs
        assert (legs[0].departure_s, legs[-1].arrival_s) == (journey.departure_s, journey.arrival_s)
        assert journey.arrival_s <= asked_s if query.arrive_by else journey.departure_s >= asked_s
        for end, asked in ((legs[0].start, query.origin), (legs[-1].end, query.destination)):
            assert (end.lat, end.lon) == (asked.lat, asked.lon)
        for before, after in pairwise(legs):
            assert before.arrival_s <= after.departure_s
            assert (before.end.lat, before.end.lon) == (after.start.lat, after.start.lon)
            assert before.end.stop_id == after.start.stop_id
            assert not before.mode == after.mode == "walk"
        for leg in legs:
            points = leg.geometry
            assert points[0] == (leg.start.lat, leg.start.lon)
            assert points[-1] == (leg.end.lat, leg.end.lon)
            if leg.mode == "walk":
                limit = query.walk_s_max if len(legs) > 1 else WALK_ALL_THE_WAY_S
                assert 0 <= leg.arrival_s - leg.departure_s <= limit
                assert leg.distance_m <= (leg.arrival_s - leg.departure_s + 1) * query.walk_speed_m_s
            else:
                self._check_ride(leg, journey.service_date)
        ridden = [leg for leg in legs if leg.mode != "walk" and not leg.stay_seated]
        assert journey.interchanges == max(len(ridden) - 1, 0)

    def _check_ride(self, leg: Leg, service_date: date) -> None:
        assert leg.trip_id is not None
        assert leg.trip_service_date is not None
        trip = self.trips[leg.trip_id]
        assert trip["route_id"] == leg.route_id
        assert self.runs(trip["service_id"], leg.trip_service_date)
        shift = (leg.trip_service_date - service_date).days * 86_400
        named = [call.stop.stop_id for call in leg.calls]
        rows = self.calls[leg.trip_id]
        fits = [
            rows[k : k + len(named)]
            for k in range(len(rows) - len(named) + 1)
            if [r["stop_id"] for r in rows[k : k + len(named)]] == named
        ]
        assert any(self._is_ridden(part, leg, shift) for part in fits), leg
        times = [t for call in leg.calls for t in (call.arrival_s, call.departure_s)]
        assert times == sorted(times)
        assert leg.departure_s == leg.calls[0].departure_s
        assert leg.arrival_s == leg.calls[-1].arrival_s

    def _is_ridden(self, rows: list[Row], leg: Leg, shift: int) -> bool:
        if rows[0].get("pickup_type") == "1" or rows[-1].get("drop_off_type") == "1":
            return False
        for row, call in zip(rows, leg.calls, strict=True):
            arrival, departure = _seconds(row["arrival_time"]), _seconds(row["departure_time"])
            if arrival is not None and call.arrival_s != arrival + shift:
                return False
            if departure is not None and call.departure_s != departure + shift:
                return False
        return True


def dominated(journeys: list[Journey], query: Query) -> list[Journey]:
    """Journeys beside which another is no worse in time and changes, and better in one."""

    def cost(journey: Journey) -> tuple[int, int]:
        return (-journey.departure_s if query.arrive_by else journey.arrival_s, journey.interchanges)

    return [
        j
        for j in journeys
        if any(
            all(a <= b for a, b in zip(cost(k), cost(j), strict=True)) and cost(k) != cost(j)
            for k in journeys
        )
    ]


def midnight(at: datetime) -> datetime:
    """Noon minus 12 h of a day without a clock change."""
    return at.replace(hour=0, minute=0, second=0, microsecond=0)
