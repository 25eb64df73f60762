"""A timetable folder becomes a GTFS-JP (v4) feed.

Sources: `feed.toml`, `agencies.csv`, `stops.csv`, `lines.toml`. Names go into `translations.txt` as `ja`,
`ja-Hrkt` and whatever other languages the sources give.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import jpholiday
import polars as pl

from gtfs.authoring.sources import (
    FareSource,
    FeedSource,
    LineSource,
    PatternSource,
    SourceError,
    departures,
    read_rows,
    read_sources,
)
from gtfs.schedule.feed import Feed

__all__ = ["compile_timetable"]

_ROUTE_TYPE = {"tram": "0", "subway": "1", "rail": "2", "bus": "3", "ferry": "4"}
_LANGUAGES = {"name_en": "en", "name_zh": "zh-Hans", "name_ko": "ko", "kana": "ja-Hrkt"}
_STATION_CHANGE_S = 120
_RAIL_DETOUR = 1.1
"""Railways are about a tenth longer than the line from station to station."""


class _Tables:
    """Rows of every file, in the order in which they are added."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, str]]] = {}

    def add(self, table: str, **values: object) -> None:
        self.rows.setdefault(table, []).append({k: str(v) for k, v in values.items()})

    def translate(self, table: str, field: str, record: str, texts: Iterable[tuple[str, str]]) -> None:
        for language, text in texts:
            if text:
                self.add(
                    "translations", table_name=table, field_name=field, language=language, translation=text,
                    record_id=record, record_sub_id="", field_value="",
                )  # fmt: skip

    def feed(self, source: str) -> Feed:
        tables = {
            name: pl.DataFrame(rows, schema=dict.fromkeys(rows[0], pl.String))
            for name, rows in self.rows.items()
        }
        return Feed(source=source, tables=tables)


def compile_timetable(folder: Path) -> Feed:
    """Compile the sources in `folder`. Raises SourceError, naming file, line and field, if they are wrong."""
    feed, lines = read_sources(folder)
    out = _Tables()
    _agencies(folder, out)
    stops = {row["id"]: row for row in read_rows(folder / "stops.csv", ("id", "kind", "name", "lat", "lon"))}
    _check_lines(folder, feed, lines, stops)
    _stops(folder, lines, stops, out)
    _calendars(feed, out)
    for line in lines:
        _line(folder, line, out)
    _fares(feed, lines, stops, out)
    out.add(
        "feed_info", feed_publisher_name=feed.publisher, feed_publisher_url=feed.url, feed_lang="ja",
        feed_start_date=_ymd(feed.start), feed_end_date=_ymd(feed.end), feed_version=feed.version,
        feed_contact_url=feed.url,
    )  # fmt: skip
    return out.feed(folder.name)


def _ymd(day: date) -> str:
    return day.strftime("%Y%m%d")


def _hms(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"


def _names(row: dict[str, str]) -> list[tuple[str, str]]:
    return [("ja", row["name"]), *((tag, row.get(column, "")) for column, tag in _LANGUAGES.items())]


def _agencies(folder: Path, out: _Tables) -> None:
    for row in read_rows(folder / "agencies.csv", ("id", "name", "url")):
        out.add(
            "agency", agency_id=row["id"], agency_name=row["name"], agency_url=row["url"],
            agency_timezone="Asia/Tokyo", agency_lang="ja",
        )  # fmt: skip
        out.translate("agency", "agency_name", row["id"], _names(row))


def _check_lines(
    folder: Path, feed: FeedSource, lines: list[LineSource], stops: dict[str, dict[str, str]]
) -> None:
    path = folder / "lines.toml"
    calendars = {c.id for c in feed.calendar}
    for line in lines:
        if line.fare not in feed.fares:
            known = ", ".join(feed.fares)
            raise SourceError(f"{path}, line {line.id}, fare: {line.fare!r} is not in feed.toml. Use {known}")
        for pattern in line.pattern:
            if len(pattern.minutes) != len(pattern.stops):
                raise SourceError(
                    f"{path}, line {line.id}, minutes: {len(pattern.minutes)} of {len(pattern.stops)} stops. "
                    "Give one for each"
                )
            if any(b < a for a, b in itertools.pairwise(pattern.minutes)):
                raise SourceError(f"{path}, line {line.id}, minutes: they go back. Order them")
            for stop in pattern.stops:
                if stop not in stops:
                    raise SourceError(f"{path}, line {line.id}, stops: {stop!r} is not in stops.csv. Add it")
            for calendar in pattern.times:
                if calendar not in calendars:
                    raise SourceError(
                        f"{path}, line {line.id}, times: no calendar {calendar!r} in feed.toml. "
                        f"Use {', '.join(sorted(calendars))}"
                    )


def _stops(folder: Path, lines: list[LineSource], stops: dict[str, dict[str, str]], out: _Tables) -> None:
    path = folder / "stops.csv"
    platforms: dict[str, dict[str, str]] = {}
    for line in lines:
        for pattern in line.pattern:
            for stop in pattern.stops:
                for direction in (0, 1) if pattern.back else (0,):
                    if line.platforms:
                        platforms.setdefault(stop, {})[_platform(line, stop, direction)] = line.name
    for stop, row in stops.items():
        try:
            lat, lon = float(row["lat"]), float(row["lon"])
        except ValueError:
            raise SourceError(f"{path}, line {row['__line']}, lat/lon: not a number. Write degrees") from None
        if row["kind"] not in ("station", "stop"):
            raise SourceError(f"{path}, line {row['__line']}, kind: {row['kind']!r}. Use station or stop")
        common = {
            "stop_lat": f"{lat:.5f}", "stop_lon": f"{lon:.5f}", "zone_id": stop,
            "wheelchair_boarding": row.get("wheelchair") or "0",
        }  # fmt: skip
        station = row["kind"] == "station"
        names = _names(row)
        out.add(
            "stops", stop_id=stop, stop_name=row["name"], **(common | ({"zone_id": ""} if station else {})),
            location_type=1 if station else 0, parent_station="", platform_code="",
        )  # fmt: skip
        out.translate("stops", "stop_name", stop, names)
        for number, platform in enumerate(platforms.get(stop, {}), start=1):
            out.add(
                "stops", stop_id=platform, stop_name=row["name"], **common,
                location_type=0, parent_station=stop, platform_code=number,
            )  # fmt: skip
            out.translate("stops", "stop_name", platform, names)
        if len(platforms.get(stop, {})) > 1:
            out.add(
                "transfers", from_stop_id=stop, to_stop_id=stop, transfer_type=2,
                min_transfer_time=_STATION_CHANGE_S,
            )  # fmt: skip


def _platform(line: LineSource, stop: str, direction: int) -> str:
    return f"{stop}-{line.id}-{direction + 1}" if line.platforms else stop


def _calendars(feed: FeedSource, out: _Tables) -> None:
    days = [feed.start + timedelta(days=k) for k in range((feed.end - feed.start).days + 1)]
    holidays = [d for d in days if jpholiday.is_holiday(d)]
    names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    for calendar in feed.calendar:
        out.add(
            "calendar", service_id=calendar.id, **{n: int(n in calendar.days) for n in names},
            start_date=_ymd(feed.start), end_date=_ymd(feed.end),
        )  # fmt: skip
        for day in holidays:
            runs = names[day.weekday()] in calendar.days
            if runs != calendar.holidays:
                out.add(
                    "calendar_dates", service_id=calendar.id, date=_ymd(day),
                    exception_type=1 if calendar.holidays else 2,
                )  # fmt: skip


def _line(folder: Path, line: LineSource, out: _Tables) -> None:
    out.add(
        "routes", route_id=line.id, agency_id=line.agency, route_short_name="", route_long_name=line.name,
        route_type=_ROUTE_TYPE[line.mode], route_color=line.color,
        route_text_color="000000" if line.color == "FFD400" else "FFFFFF",
    )  # fmt: skip
    names = [("ja", line.name), ("en", line.name_en), ("zh-Hans", line.name_zh), ("ko", line.name_ko)]
    out.translate("routes", "route_long_name", line.id, names)
    for number, pattern in enumerate(line.pattern, start=1):
        for direction in (0, 1) if pattern.back else (0,):
            _pattern(folder, line, pattern, f"{line.id}-{number}-{direction}", direction, out)


def _pattern(
    folder: Path, line: LineSource, pattern: PatternSource, name: str, direction: int, out: _Tables
) -> None:
    stops, minutes = pattern.stops, pattern.minutes
    headsign, headsign_en = pattern.headsign, pattern.headsign_en
    if direction and pattern.back:
        stops, minutes = stops[::-1], [minutes[-1] - m for m in reversed(minutes)]
        headsign, headsign_en = pattern.back.headsign, pattern.back.headsign_en
    for calendar, spans in pattern.times.items():
        for begin in departures(folder / "lines.toml", line.id, spans):
            trip = f"{name}-{calendar}-{begin // 3600:02}{begin // 60 % 60:02}"
            out.add(
                "trips", route_id=line.id, service_id=calendar, trip_id=trip, trip_headsign=headsign,
                direction_id=direction, wheelchair_accessible=1, bikes_allowed=2,
            )  # fmt: skip
            out.translate("trips", "trip_headsign", trip, [("ja", headsign), ("en", headsign_en)])
            for sequence, (stop, minute) in enumerate(zip(stops, minutes, strict=True), start=1):
                last = sequence == len(stops)
                out.add(
                    "stop_times", trip_id=trip, arrival_time=_hms(begin + minute * 60),
                    departure_time=_hms(begin + minute * 60), stop_id=_platform(line, stop, direction),
                    stop_sequence=sequence, pickup_type=1 if last else 0,
                    drop_off_type=1 if sequence == 1 else 0, timepoint=1,
                )  # fmt: skip


def _fares(feed: FeedSource, lines: list[LineSource], stops: dict[str, dict[str, str]], out: _Tables) -> None:
    """Flat fares per line; distance fares as a matrix of zones, one zone a station."""
    agency = {line.fare: line.agency for line in lines}
    for name, fare in feed.fares.items():
        if name not in agency:
            continue
        prices = [fare.flat] if fare.flat is not None else list(dict.fromkeys(fare.price))
        for price in prices:
            ic = fare.ic_flat if fare.flat is not None else fare.ic_price[fare.price.index(price or 0)]
            out.add(
                "fare_attributes", fare_id=f"{name}-{price}", price=price, currency_type="JPY",
                payment_method=0 if fare.flat is not None else 1, transfers=0, agency_id=agency[name],
                ic_price=ic if ic is not None else price,
            )  # fmt: skip
    for line in lines:
        fare = feed.fares[line.fare]
        if fare.flat is not None:
            out.add("fare_rules", fare_id=f"{line.fare}-{fare.flat}", route_id=line.id, origin_id="",
                    destination_id="")  # fmt: skip
            continue
        longest = max((p.stops for p in line.pattern), key=len)
        for (a, i), (b, j) in itertools.permutations([(s, k) for k, s in enumerate(longest)], 2):
            low, high = sorted((i, j))
            km = sum(_km(stops[x], stops[y]) for x, y in itertools.pairwise(longest[low : high + 1]))
            out.add(
                "fare_rules", fare_id=f"{line.fare}-{_band(fare, km)}", route_id=line.id, origin_id=a,
                destination_id=b,
            )  # fmt: skip


def _band(fare: FareSource, km: float) -> int:
    for limit, price in zip(fare.bands_km, fare.price, strict=True):
        if km <= limit:
            return price
    return fare.price[-1]


def _km(a: dict[str, str], b: dict[str, str]) -> float:
    lat = math.radians((float(a["lat"]) + float(b["lat"])) / 2)
    north = float(b["lat"]) - float(a["lat"])
    east = (float(b["lon"]) - float(a["lon"])) * math.cos(lat)
    return _RAIL_DETOUR * math.radians(math.hypot(north, east)) * 6371.0
