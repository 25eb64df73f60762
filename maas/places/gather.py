"""Places out of an area's sources: stops of the timetable, CSV lists, and a map extract."""

from __future__ import annotations

import csv
import math
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from gtfs.model.schedule import NONE, Schedule
from maas.errors import AreaError
from maas.places.index import distance_m
from maas.places.model import Place, PlaceKind
from routing.modes import mode_name

_SAME_PLACE_M = 500.0
"""Stops of one name within this distance are one place: the platforms and poles of a station."""
RAIL_MODES = frozenset({"rail", "subway", "monorail", "tram", "funicular"})
_LANGUAGE_COLUMN = re.compile(r"^name_([a-z]{2})$")


def stop_places(schedule: Schedule) -> list[Place]:
    """One place per group of same-named stops near one another, with the modes that call there."""
    modes = _modes_by_stop(schedule)
    stops = schedule.stops
    groups: dict[str, list[list[int]]] = defaultdict(list)
    for stop in np.flatnonzero(stops.location_type == 0).tolist():
        if not np.isfinite(stops.lat[stop]) or not modes[stop]:
            continue
        parent = int(stops.parent[stop])
        name = stops.names[parent] if parent != NONE else stops.names[stop]
        for group in groups[name]:
            first = group[0]
            if (
                distance_m((stops.lat[first], stops.lon[first]), (stops.lat[stop], stops.lon[stop]))
                < _SAME_PLACE_M
            ):
                group.append(stop)
                break
        else:
            groups[name].append([stop])
    return [_stop_place(schedule, name, group, modes) for name, all_ in groups.items() for group in all_]


def _modes_by_stop(schedule: Schedule) -> list[dict[str, int]]:
    """Stop -> mode -> number of routes that call."""
    trip_of_row = np.repeat(np.arange(len(schedule.trips.ids)), np.diff(schedule.stop_times.offsets))
    route_of_row = schedule.trips.route[trip_of_row].astype(np.int64)
    pairs = np.unique(schedule.stop_times.stop.astype(np.int64) * len(schedule.routes.ids) + route_of_row)
    found: list[dict[str, int]] = [{} for _ in schedule.stops.ids]
    for pair in pairs.tolist():
        stop, route = divmod(pair, len(schedule.routes.ids))
        mode = mode_name(int(schedule.routes.types[route]))
        found[stop][mode] = found[stop].get(mode, 0) + 1
    return found


def _stop_place(schedule: Schedule, name: str, group: list[int], modes: list[dict[str, int]]) -> Place:
    stops = schedule.stops
    counted: dict[str, int] = defaultdict(int)
    for stop in group:
        for mode, routes in modes[stop].items():
            counted[mode] += routes
    named = dict.fromkeys((stops.ids[group[0]], *(stops.ids[int(stops.parent[s])] for s in group)))
    names = {"": name}
    kana = ""
    for record in named:
        for lang, text in schedule.translations.get(("stops", "stop_name", record), {}).items():
            if "hrkt" in lang.lower():
                kana = kana or text
            else:
                names.setdefault(lang, text)
    served = tuple(sorted(counted, key=lambda m: (m not in RAIL_MODES, m)))
    station = bool(RAIL_MODES & set(served))
    return Place(
        id=f"stop:{stops.ids[group[0]]}",
        kind=PlaceKind.STOP,
        names=names,
        kana=kana,
        lat=float(np.mean(stops.lat[group])),
        lon=float(np.mean(stops.lon[group])),
        category=served[0] if served else "",
        stop_ids=tuple(stops.ids[s] for s in group),
        modes=served,
        weight=min(1.0, (0.8 if station else 0.45) + 0.02 * sum(counted.values())),
    )


def csv_places(path: Path, kind: PlaceKind, weight: float) -> Iterator[Place]:
    """Places of a CSV file: columns id, name, lat, lon, and if there kana, name_en…, category, detail."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            for needed in ("id", "name", "lat", "lon"):
                if needed not in (rows.fieldnames or ()):
                    raise AreaError(f"{path}, line 1: the column {needed!r} is missing. Add it to the header")
            for line, row in enumerate(rows, start=2):
                yield _csv_place(path, line, row, kind, weight)
    except FileNotFoundError:
        raise AreaError(f"{path}: there is no such file. Correct it in area.toml") from None
    except UnicodeDecodeError as error:
        raise AreaError(f"{path}: the text is not UTF-8 ({error.reason}). Save it as UTF-8") from None


def _csv_place(path: Path, line: int, row: dict[str, str], kind: PlaceKind, weight: float) -> Place:
    lat, lon = (_degrees(path, line, row, column) for column in ("lat", "lon"))
    names = {"": row["name"]}
    for column, value in row.items():
        match = _LANGUAGE_COLUMN.match(column or "")
        if match and value:
            names[match[1]] = value
    detail = row.get("detail") or row.get("address") or ""
    return Place(
        id=f"{kind.value}:{row['id']}",
        kind=kind,
        names=names,
        kana=row.get("kana") or "",
        lat=lat,
        lon=lon,
        category=row.get("category") or "",
        details={"": detail} if detail else {},
        weight=weight,
    )


def _degrees(path: Path, line: int, row: dict[str, str], column: str) -> float:
    try:
        value = float(row[column])
    except (TypeError, ValueError):
        value = math.nan
    if not abs(value) <= (90.0 if column == "lat" else 180.0):
        raise AreaError(
            f"{path}, line {line}, {column}: {row[column]!r} is no coordinate. Write degrees, as in 35.6483"
        )
    return value


def street_places(names: tuple[str, ...], positions: dict[int, tuple[float, float]]) -> list[Place]:
    """One place per named street, at the middle of one of its edges."""
    return [
        Place(
            id=f"street:{k}",
            kind=PlaceKind.ADDRESS,
            names={"": name},
            category="street",
            lat=positions[k][0],
            lon=positions[k][1],
            weight=0.3,
        )
        for k, name in enumerate(names)
        if k in positions
    ]
