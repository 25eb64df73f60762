"""A feed as typed columns: what the router reads.

Built from the lossless tables by `gtfs.schedule.typed`; every index points into the tuple of the same
object, `-1` stands for "none". Times are integer seconds from service-day noon minus 12 h (GTFS reference,
"Time"), `-1` where the feed leaves them blank.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

I8: TypeAlias = npt.NDArray[np.int8]
I32: TypeAlias = npt.NDArray[np.int32]
I64: TypeAlias = npt.NDArray[np.int64]
F64: TypeAlias = npt.NDArray[np.float64]
Bool: TypeAlias = npt.NDArray[np.bool_]

NONE = -1
"""Index, time or duration that the feed does not give."""
WAYSIDE = 5
"""`Stops.location_type` of a place where one hails a vehicle between its stops: made here, in no feed."""
NOWHERE_BETWEEN = 1
"""`continuous_pickup` and `continuous_drop_off`: none; the other values are those of `pickup_type`."""


def _none_given() -> I8:
    return np.empty(0, np.int8)


@dataclass(frozen=True, slots=True)
class Agencies:
    """`agency.txt`, one entry an agency."""

    ids: tuple[str, ...]
    names: tuple[str, ...]
    timezones: tuple[str, ...]
    urls: tuple[str, ...]
    phones: tuple[str, ...] = ()  # "" where not given; () if none is known


@dataclass(frozen=True, slots=True)
class Stops:
    """`stops.txt`: places where one boards, stations, entrances, nodes and boarding areas."""

    ids: tuple[str, ...]
    codes: tuple[str, ...]
    names: tuple[str, ...]
    platform_codes: tuple[str, ...]
    lat: F64  # stop -> degrees north, WGS 84; NaN where the feed gives none; (n,)
    lon: F64  # stop -> degrees east; (n,)
    location_type: I8  # stop -> 0 stop, 1 station, 2 entrance, 3 generic node, 4 boarding area, 5 `WAYSIDE`
    parent: I32  # stop -> index of its parent_station or NONE
    wheelchair: I8  # stop -> 0 unknown, 1 yes, 2 no (inheritance from the parent already applied)


@dataclass(frozen=True, slots=True)
class Routes:
    """`routes.txt`: a route is a line as the public knows it, not a stop sequence."""

    ids: tuple[str, ...]
    agency: I32  # route -> index into Agencies
    short_names: tuple[str, ...]
    long_names: tuple[str, ...]
    types: I32  # route -> GTFS route_type, basic or extended
    colors: tuple[str, ...]  # route -> "RRGGBB" or ""
    text_colors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trips:
    """`trips.txt`, in file order."""

    ids: tuple[str, ...]
    route: I32  # trip -> index into Routes
    service: I32  # trip -> index into Services
    headsigns: tuple[str, ...]
    short_names: tuple[str, ...]
    direction: I8  # trip -> 0, 1 or NONE
    block: I32  # trip -> number of its block_id within the feed, or NONE
    shape: I32  # trip -> index into Shapes or NONE
    wheelchair: I8  # trip -> 0 unknown, 1 yes, 2 no
    bikes: I8  # trip -> 0 unknown, 1 yes, 2 no


@dataclass(frozen=True, slots=True)
class StopTimes:
    """`stop_times.txt` grouped by trip and ordered by stop_sequence."""

    offsets: I64  # trip -> first row; (trips + 1,)
    stop: I32  # row -> index into Stops, NONE where the row names a location group or GeoJSON location
    sequence: I32  # row -> stop_sequence as given
    arrival_s: I32  # row -> seconds from service-day noon minus 12 h, NONE if blank
    departure_s: I32  # row -> same
    pickup_type: I8  # row -> 0 regular, 1 none, 2 phone agency, 3 ask driver
    drop_off_type: I8  # row -> same
    shape_dist: F64  # row -> shape_dist_traveled, NaN if blank
    headsigns: dict[int, str] = field(default_factory=dict)  # row -> stop_headsign where given
    # row -> pickup_type anywhere on the way to the next row; (rows,), or (0,) if there is none at all
    continuous_pickup: I8 = field(default_factory=_none_given)
    continuous_drop_off: I8 = field(default_factory=_none_given)  # row -> same of drop_off_type


@dataclass(frozen=True, slots=True)
class Services:
    """`calendar.txt` and `calendar_dates.txt` made into days: first_date + d runs where active[s, d]."""

    ids: tuple[str, ...]
    first_date: date
    active: Bool  # (services, days) -> runs on that day

    def on(self, day: date) -> Bool:
        """Which services run on `day`; all False outside the calendar. Shape (services,)."""
        d = (day - self.first_date).days
        if not 0 <= d < self.active.shape[1]:
            return np.zeros(len(self.ids), dtype=np.bool_)
        return self.active[:, d]


@dataclass(frozen=True, slots=True)
class Frequencies:
    """`frequencies.txt`: headway-based repetition of a template trip."""

    trip: I32
    start_s: I32
    end_s: I32
    headway_s: I32
    exact: I8  # 0 headway only, 1 exact timetable


@dataclass(frozen=True, slots=True)
class Transfers:
    """`transfers.txt`. A stop may be a station; a trip or route narrows the rule; NONE = not given."""

    from_stop: I32
    to_stop: I32
    type: I8  # 0 recommended, 1 timed, 2 minimum time, 3 impossible, 4 in-seat, 5 in-seat forbidden
    min_s: I32
    from_trip: I32
    to_trip: I32
    from_route: I32
    to_route: I32


@dataclass(frozen=True, slots=True)
class Shapes:
    """`shapes.txt` grouped by shape and ordered by sequence."""

    ids: tuple[str, ...]
    offsets: I64  # shape -> first point; (shapes + 1,)
    lat: F64
    lon: F64
    dist: F64  # point -> shape_dist_traveled, NaN if blank


@dataclass(frozen=True, slots=True)
class Pathways:
    """`pathways.txt`: ways within stations, with what `levels.txt` calls the levels at their ends."""

    from_stop: I32  # pathway -> index into Stops
    to_stop: I32
    mode: I8  # 1 walkway, 2 stairs, 3 moving walkway, 4 escalator, 5 lift, 6 fare gate, 7 exit gate
    both: I8  # 1: can be walked the other way, too
    seconds: I32  # traversal_time, NONE if not given
    length_m: F64  # NaN if not given
    stairs: I32  # stair_count, upwards positive, 0 if not given
    max_slope: F64  # of 1, upwards positive; NaN if not given
    min_width_m: F64  # NaN if not given
    from_levels: tuple[str, ...]  # name of the level where it begins, "" if not known
    to_levels: tuple[str, ...]
    signs: tuple[str, ...]  # what it is signposted as, from its beginning
    back_signs: tuple[str, ...]  # the same from its end


def no_pathways() -> Pathways:
    """Of a feed without any."""
    none, far = np.empty(0, np.int32), np.empty(0, np.float64)
    small = np.empty(0, np.int8)
    return Pathways(none, none, small, small, none, far, none, far, far, (), (), (), ())


TranslationKey: TypeAlias = tuple[str, str, str]
"""(table without .txt, field, record_id); translations given by field_value are resolved to records."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """One feed, or several merged with prefixed identifiers (`prefix:id`)."""

    agencies: Agencies
    stops: Stops
    routes: Routes
    trips: Trips
    stop_times: StopTimes
    services: Services
    frequencies: Frequencies
    transfers: Transfers
    shapes: Shapes
    translations: dict[TranslationKey, dict[str, str]]  # key -> BCP 47 language -> text
    feed_lang: str  # language of the untranslated texts, "" if unknown
    timezone: str  # IANA name of the first agency
    pathways: Pathways = field(default_factory=no_pathways)

    def translated(self, table: str, field_name: str, record_id: str, lang: str, default: str) -> str:
        """Text of a field in `lang`, else `default`. `zh` matches `zh-Hans`, case is ignored."""
        texts = self.translations.get((table, field_name, record_id))
        if not texts:
            return default
        wanted = lang.lower()
        for tag, text in texts.items():
            if tag.lower() == wanted:
                return text
        for tag, text in texts.items():
            if tag.lower().split("-")[0] == wanted and "hrkt" not in tag.lower():
                return text
        return default
