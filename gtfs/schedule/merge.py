"""Several schedules as one network, their identifiers told apart by a prefix."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from gtfs.errors import FeedError, Problem
from gtfs.model.schedule import (
    NONE,
    NOWHERE_BETWEEN,
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

__all__ = ["merge"]


def merge(parts: Sequence[tuple[str, Schedule]]) -> Schedule:
    """One schedule out of (prefix, schedule) pairs; ids become `prefix:id`, a single one stays as it is.

    Raises FeedError if the feeds keep different clocks (their service days could not be put side by side),
    and ValueError if there is no part or two have the same prefix.
    """
    if not parts or len({prefix for prefix, _ in parts}) < len(parts):
        raise ValueError("merge needs at least one part, and a prefix of its own for each")
    if len(parts) == 1:
        return parts[0][1]
    zones = {s.timezone for _, s in parts}
    if len(zones) > 1:
        shown = ", ".join(f"{prefix}: {s.timezone}" for prefix, s in parts)
        raise FeedError(
            " + ".join(p for p, _ in parts),
            [Problem("agency.txt", 0, "agency_timezone", shown, "the feeds are in different time zones",
                     "Build one area per time zone")],
        )  # fmt: skip
    prefixes = [p for p, _ in parts]
    schedules = [s for _, s in parts]
    return Schedule(
        agencies=_agencies(prefixes, schedules),
        stops=_stops(prefixes, schedules),
        routes=_routes(prefixes, schedules),
        trips=_trips(prefixes, schedules),
        stop_times=_stop_times(schedules),
        services=_services(prefixes, schedules),
        frequencies=Frequencies(
            trip=_shifted([s.frequencies.trip for s in schedules], _sizes(schedules, "trips")),
            **_joined(schedules, "frequencies", ("start_s", "end_s", "headway_s", "exact")),
        ),
        transfers=_transfers(schedules),
        shapes=_shapes(prefixes, schedules),
        translations={
            (table, name, f"{p}:{record}"): texts
            for p, s in parts
            for (table, name, record), texts in s.translations.items()
        },
        feed_lang=schedules[0].feed_lang,
        timezone=schedules[0].timezone,
        pathways=_pathways(schedules),
    )


def _sizes(schedules: list[Schedule], part: str) -> list[int]:
    return [len(getattr(s, part).ids) for s in schedules]


def _shifted(indices: list[npt.NDArray[Any]], sizes: list[int]) -> npt.NDArray[Any]:
    """Indices of each part moved behind those before it; NONE stays NONE."""
    starts = np.cumsum([0, *sizes[:-1]])
    moved = [np.where(i == NONE, NONE, i + start) for i, start in zip(indices, starts, strict=True)]
    return np.concatenate(moved).astype(np.int32)


def _ids(prefixes: list[str], schedules: list[Schedule], part: str) -> tuple[str, ...]:
    return tuple(f"{p}:{i}" for p, s in zip(prefixes, schedules, strict=True) for i in getattr(s, part).ids)


def _texts(schedules: list[Schedule], part: str, name: str) -> tuple[str, ...]:
    return tuple(t for s in schedules for t in getattr(getattr(s, part), name))


def _joined(schedules: list[Schedule], part: str, names: tuple[str, ...]) -> dict[str, npt.NDArray[Any]]:
    return {n: np.concatenate([getattr(getattr(s, part), n) for s in schedules]) for n in names}


def _offsets(parts: list[npt.NDArray[np.int64]]) -> npt.NDArray[np.int64]:
    return np.concatenate(([0], np.cumsum(np.concatenate([np.diff(o) for o in parts])))).astype(np.int64)


def _agencies(prefixes: list[str], schedules: list[Schedule]) -> Agencies:
    return Agencies(
        ids=_ids(prefixes, schedules, "agencies"),
        names=_texts(schedules, "agencies", "names"),
        timezones=_texts(schedules, "agencies", "timezones"),
        urls=_texts(schedules, "agencies", "urls"),
        phones=tuple(phone for s in schedules for phone in s.agencies.phones or ("",) * len(s.agencies.ids)),
    )


def _stops(prefixes: list[str], schedules: list[Schedule]) -> Stops:
    sizes = _sizes(schedules, "stops")
    return Stops(
        ids=_ids(prefixes, schedules, "stops"),
        codes=_texts(schedules, "stops", "codes"),
        names=_texts(schedules, "stops", "names"),
        platform_codes=_texts(schedules, "stops", "platform_codes"),
        parent=_shifted([s.stops.parent for s in schedules], sizes),
        **_joined(schedules, "stops", ("lat", "lon", "location_type", "wheelchair")),
    )


def _routes(prefixes: list[str], schedules: list[Schedule]) -> Routes:
    return Routes(
        ids=_ids(prefixes, schedules, "routes"),
        agency=_shifted([s.routes.agency for s in schedules], _sizes(schedules, "agencies")),
        types=np.concatenate([s.routes.types for s in schedules]),
        short_names=_texts(schedules, "routes", "short_names"),
        long_names=_texts(schedules, "routes", "long_names"),
        colors=_texts(schedules, "routes", "colors"),
        text_colors=_texts(schedules, "routes", "text_colors"),
    )


def _trips(prefixes: list[str], schedules: list[Schedule]) -> Trips:
    blocks = [int(s.trips.block.max(initial=NONE)) + 1 for s in schedules]
    return Trips(
        ids=_ids(prefixes, schedules, "trips"),
        route=_shifted([s.trips.route for s in schedules], _sizes(schedules, "routes")),
        service=_shifted([s.trips.service for s in schedules], _sizes(schedules, "services")),
        headsigns=_texts(schedules, "trips", "headsigns"),
        short_names=_texts(schedules, "trips", "short_names"),
        block=_shifted([s.trips.block for s in schedules], blocks),
        shape=_shifted([s.trips.shape for s in schedules], _sizes(schedules, "shapes")),
        **_joined(schedules, "trips", ("direction", "wheelchair", "bikes")),
    )


def _stop_times(schedules: list[Schedule]) -> StopTimes:
    starts = np.cumsum([0, *(len(s.stop_times.stop) for s in schedules)])
    names = ("sequence", "arrival_s", "departure_s", "pickup_type", "drop_off_type", "shape_dist")
    return StopTimes(
        offsets=_offsets([s.stop_times.offsets for s in schedules]),
        stop=_shifted([s.stop_times.stop for s in schedules], _sizes(schedules, "stops")),
        **_joined(schedules, "stop_times", names),
        headsigns={
            row + int(start): text
            for s, start in zip(schedules, starts[:-1], strict=True)
            for row, text in s.stop_times.headsigns.items()
        },
        continuous_pickup=_anywhere([s.stop_times.continuous_pickup for s in schedules], starts),
        continuous_drop_off=_anywhere([s.stop_times.continuous_drop_off for s in schedules], starts),
    )


def _anywhere(parts: list[npt.NDArray[np.int8]], starts: npt.NDArray[Any]) -> npt.NDArray[np.int8]:
    """Continuous stopping of all rows; feeds that know none have no values."""
    if not any(map(len, parts)):
        return np.empty(0, np.int8)
    sizes = np.diff(starts).tolist()
    none = (np.full(size, NOWHERE_BETWEEN, np.int8) for size in sizes)
    return np.concatenate([p if len(p) else n for p, n in zip(parts, none, strict=True)])


def _services(prefixes: list[str], schedules: list[Schedule]) -> Services:
    held = [s.services for s in schedules if s.services.active.shape[1]] or [schedules[0].services]
    first = min(s.first_date for s in held)
    last = max(s.first_date + timedelta(days=s.active.shape[1]) for s in held)
    active = np.zeros((sum(_sizes(schedules, "services")), (last - first).days), np.bool_)
    row = 0
    for schedule in schedules:
        part = schedule.services
        height, span = part.active.shape
        shift = (part.first_date - first).days if span else 0
        active[row : row + height, shift : shift + span] = part.active
        row += height
    return Services(_ids(prefixes, schedules, "services"), first, active)


def _transfers(schedules: list[Schedule]) -> Transfers:
    def index(name: str, of: str) -> npt.NDArray[Any]:
        return _shifted([getattr(s.transfers, name) for s in schedules], _sizes(schedules, of))

    return Transfers(
        from_stop=index("from_stop", "stops"),
        to_stop=index("to_stop", "stops"),
        from_trip=index("from_trip", "trips"),
        to_trip=index("to_trip", "trips"),
        from_route=index("from_route", "routes"),
        to_route=index("to_route", "routes"),
        **_joined(schedules, "transfers", ("type", "min_s")),
    )


def _pathways(schedules: list[Schedule]) -> Pathways:
    sizes = _sizes(schedules, "stops")
    numbers = ("mode", "both", "seconds", "length_m", "stairs", "max_slope", "min_width_m")
    return Pathways(
        from_stop=_shifted([s.pathways.from_stop for s in schedules], sizes),
        to_stop=_shifted([s.pathways.to_stop for s in schedules], sizes),
        from_levels=_texts(schedules, "pathways", "from_levels"),
        to_levels=_texts(schedules, "pathways", "to_levels"),
        signs=_texts(schedules, "pathways", "signs"),
        back_signs=_texts(schedules, "pathways", "back_signs"),
        **_joined(schedules, "pathways", numbers),
    )


def _shapes(prefixes: list[str], schedules: list[Schedule]) -> Shapes:
    return Shapes(
        ids=_ids(prefixes, schedules, "shapes"),
        offsets=_offsets([s.shapes.offsets for s in schedules]),
        **_joined(schedules, "shapes", ("lat", "lon", "dist")),
    )
