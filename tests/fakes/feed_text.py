"""A Schedule out of inline text, written without the reader so that routing tests stand on their own.

Tables are named in brackets; columns are GTFS's:

    [stops]
    stop_id,stop_lat,stop_lon
    A,35.0,140.0
    [trips]
    …

Calendars are `[calendar]` with service_id and days as one 0/1 letter a day from FIRST_DATE on.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np

from gtfs.model.schedule import (
    NONE,
    Agencies,
    Frequencies,
    Pathways,
    Routes,
    Schedule,
    Services,
    Shapes,
    Stops,
    StopTimes,
    Transfers,
    Trips,
)

FIRST_DATE = date(2026, 11, 23)
Row = dict[str, str]
Tables = dict[str, list[Row]]


def tables_of(text: str) -> Tables:
    """Rows of every table of an inline feed."""
    tables: Tables = {}
    block: list[str] = []
    name = ""
    for line in [*(raw.strip() for raw in text.splitlines()), "[end]"]:
        if line.startswith("["):
            if name:
                tables[name] = list(csv.DictReader(block))
            name, block = line.strip("[]"), []
        elif line:
            block.append(line)
    return tables


def feed_of(text: str, folder: Path) -> Path:
    """A zip of inline tables."""
    path = folder / "feed.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, rows in tables_of(text).items():
            lines = io.StringIO()
            lines.write(",".join(rows[0]) + "\n")
            for row in rows:
                lines.write(",".join(value or "" for value in row.values()) + "\n")
            archive.writestr(f"{name}.txt", lines.getvalue())
    return path


def schedule_of(text: str) -> Schedule:
    """The schedule of an inline feed."""
    return schedule_from(tables_of(text))


def seconds(text: str) -> int:
    """`H:MM` or `H:MM:SS` in seconds, NONE if blank."""
    if not text:
        return NONE
    parts = [int(p) for p in text.split(":")]
    return sum(p * unit for p, unit in zip(parts, (3600, 60, 1), strict=False))


def schedule_from(tables: Tables) -> Schedule:
    """The schedule of tables of strings; columns that are missing take GTFS's defaults."""
    stops, routes, trips = tables["stops"], tables.get("routes", []), tables["trips"]
    stop_of = {r["stop_id"]: k for k, r in enumerate(stops)}
    routes = routes or [{"route_id": r} for r in sorted({t.get("route_id", "R") for t in trips})]
    route_of = {r["route_id"]: k for k, r in enumerate(routes)}
    trip_of = {r["trip_id"]: k for k, r in enumerate(trips)}
    calendar = tables.get("calendar") or [{"service_id": "daily", "days": "1111111"}]
    service_of = {r["service_id"]: k for k, r in enumerate(calendar)}
    shape_ids = list(dict.fromkeys(r["shape_id"] for r in tables.get("shapes", [])))
    block_of = {b: k for k, b in enumerate(dict.fromkeys(t.get("block_id", "") for t in trips))}
    agency = tables.get("agency") or [{"agency_id": "X", "agency_name": "X"}]
    translations: dict[tuple[str, str, str], dict[str, str]] = {}
    for r in tables.get("translations", []):
        key = (r["table_name"], r["field_name"], r["record_id"])
        translations.setdefault(key, {})[r["language"]] = r["translation"]
    return Schedule(
        agencies=Agencies(
            _texts(agency, "agency_id"),
            _texts(agency, "agency_name"),
            ("Asia/Tokyo",),
            ("https://x.example",),
            _texts(agency, "agency_phone"),
        ),
        stops=Stops(
            ids=_texts(stops, "stop_id"),
            codes=_texts(stops, "stop_code"),
            names=tuple(r.get("stop_name") or r["stop_id"] for r in stops),
            platform_codes=_texts(stops, "platform_code"),
            lat=_floats(stops, "stop_lat", 35.0),
            lon=_floats(stops, "stop_lon", 140.0),
            location_type=_ints(stops, "location_type", np.int8),
            parent=np.array([stop_of.get(r.get("parent_station") or "", NONE) for r in stops], np.int32),
            wheelchair=_ints(stops, "wheelchair_boarding", np.int8),
        ),
        routes=Routes(
            ids=_texts(routes, "route_id"),
            agency=np.zeros(len(routes), np.int32),
            short_names=tuple(r.get("route_short_name") or r["route_id"] for r in routes),
            long_names=_texts(routes, "route_long_name"),
            types=_ints(routes, "route_type", np.int32, 3),
            colors=_texts(routes, "route_color"),
            text_colors=_texts(routes, "route_text_color"),
        ),
        trips=Trips(
            ids=_texts(trips, "trip_id"),
            route=np.array([route_of[r.get("route_id", "R")] for r in trips], np.int32),
            service=np.array([service_of[r.get("service_id") or "daily"] for r in trips], np.int32),
            headsigns=_texts(trips, "trip_headsign"),
            short_names=_texts(trips, "trip_short_name"),
            direction=_ints(trips, "direction_id", np.int8, NONE),
            block=np.array([block_of[b] if (b := t.get("block_id", "")) else NONE for t in trips], np.int32),
            shape=np.array(
                [shape_ids.index(s) if (s := t.get("shape_id", "")) else NONE for t in trips], np.int32
            ),
            wheelchair=_ints(trips, "wheelchair_accessible", np.int8),
            bikes=_ints(trips, "bikes_allowed", np.int8),
        ),
        stop_times=_stop_times(tables["stop_times"], trip_of, stop_of),
        services=Services(
            ids=_texts(calendar, "service_id"),
            first_date=FIRST_DATE,
            active=np.array([[d == "1" for d in r["days"]] for r in calendar], np.bool_),
        ),
        frequencies=_frequencies(tables.get("frequencies", []), trip_of),
        transfers=_transfers(tables.get("transfers", []), stop_of, trip_of, route_of),
        shapes=_shapes(tables.get("shapes", []), shape_ids),
        translations=translations,
        feed_lang="ja",
        timezone=agency[0].get("agency_timezone") or "Asia/Tokyo",
        pathways=_pathways(tables, stop_of),
    )


def _pathways(tables: Tables, stop_of: dict[str, int]) -> Pathways:
    rows = tables.get("pathways", [])
    names = {r["level_id"]: r["level_name"] for r in tables.get("levels", [])}
    level = {r["stop_id"]: names.get(r.get("level_id") or "", "") for r in tables["stops"]}
    return Pathways(
        from_stop=np.array([stop_of[r["from_stop_id"]] for r in rows], np.int32),
        to_stop=np.array([stop_of[r["to_stop_id"]] for r in rows], np.int32),
        mode=_ints(rows, "pathway_mode", np.int8),
        both=_ints(rows, "is_bidirectional", np.int8),
        seconds=_ints(rows, "traversal_time", np.int32, NONE),
        length_m=_floats(rows, "length", np.nan),
        stairs=_ints(rows, "stair_count", np.int32),
        max_slope=_floats(rows, "max_slope", np.nan),
        min_width_m=_floats(rows, "min_width", np.nan),
        from_levels=tuple(level[r["from_stop_id"]] for r in rows),
        to_levels=tuple(level[r["to_stop_id"]] for r in rows),
        signs=_texts(rows, "signposted_as"),
        back_signs=_texts(rows, "reversed_signposted_as"),
    )


def _stop_times(rows: list[Row], trip_of: dict[str, int], stop_of: dict[str, int]) -> StopTimes:
    ordered = sorted(
        (trip_of[r["trip_id"]], int(r["stop_sequence"]) if r.get("stop_sequence") else k, k)
        for k, r in enumerate(rows)
    )
    trip = np.array([t for t, _, _ in ordered], np.int64)
    picked = [rows[k] for _, _, k in ordered]
    counts = np.bincount(trip, minlength=len(trip_of)) if len(trip) else np.zeros(len(trip_of), np.int64)
    return StopTimes(
        offsets=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        stop=np.array([stop_of[r["stop_id"]] for r in picked], np.int32),
        sequence=np.array([s for _, s, _ in ordered], np.int32),
        arrival_s=np.array([seconds(r["arrival_time"]) for r in picked], np.int32),
        departure_s=np.array(
            [seconds(r.get("departure_time") or r["arrival_time"]) for r in picked], np.int32
        ),
        pickup_type=_ints(picked, "pickup_type", np.int8),
        drop_off_type=_ints(picked, "drop_off_type", np.int8),
        shape_dist=_floats(picked, "shape_dist_traveled", np.nan),
        headsigns={k: r["stop_headsign"] for k, r in enumerate(picked) if r.get("stop_headsign")},
        continuous_pickup=_ints(picked, "continuous_pickup", np.int8, 1),
        continuous_drop_off=_ints(picked, "continuous_drop_off", np.int8, 1),
    )


def _frequencies(rows: list[Row], trip_of: dict[str, int]) -> Frequencies:
    return Frequencies(
        trip=np.array([trip_of[r["trip_id"]] for r in rows], np.int32),
        start_s=np.array([seconds(r["start_time"]) for r in rows], np.int32),
        end_s=np.array([seconds(r["end_time"]) for r in rows], np.int32),
        headway_s=_ints(rows, "headway_secs", np.int32),
        exact=_ints(rows, "exact_times", np.int8),
    )


def _transfers(
    rows: list[Row], stop_of: dict[str, int], trip_of: dict[str, int], route_of: dict[str, int]
) -> Transfers:
    def index(column: str, of: dict[str, int]) -> np.ndarray:
        return np.array([of[v] if (v := r.get(column) or "") else NONE for r in rows], np.int32)

    return Transfers(
        from_stop=index("from_stop_id", stop_of),
        to_stop=index("to_stop_id", stop_of),
        type=_ints(rows, "transfer_type", np.int8),
        min_s=_ints(rows, "min_transfer_time", np.int32, NONE),
        from_trip=index("from_trip_id", trip_of),
        to_trip=index("to_trip_id", trip_of),
        from_route=index("from_route_id", route_of),
        to_route=index("to_route_id", route_of),
    )


def _shapes(rows: list[Row], ids: list[str]) -> Shapes:
    grouped = [[r for r in rows if r["shape_id"] == shape] for shape in ids]
    flat = [r for group in grouped for r in group]
    return Shapes(
        ids=tuple(ids),
        offsets=np.cumsum([0, *(len(g) for g in grouped)]).astype(np.int64),
        lat=_floats(flat, "shape_pt_lat", np.nan),
        lon=_floats(flat, "shape_pt_lon", np.nan),
        dist=_floats(flat, "shape_dist_traveled", np.nan),
    )


def _texts(rows: Sequence[Row], column: str) -> tuple[str, ...]:
    return tuple(r.get(column) or "" for r in rows)


def _floats(rows: Sequence[Row], column: str, default: float) -> np.ndarray:
    return np.array([float(r[column]) if r.get(column) else default for r in rows], np.float64)


def _ints(rows: Sequence[Row], column: str, kind: type, default: int = 0) -> np.ndarray:
    return np.array([int(r[column]) if r.get(column) else default for r in rows], kind)
