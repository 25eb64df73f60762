"""What a clerk edits: one document a thing, in the words of the trade, with every limit checked.

A document says all of one stop, line, calendar, pattern, timetable or fare. Identifiers are those of the
feed; a timetable's is `PATTERN@CALENDAR`. Clock times are text as timetables print it (`7:05`, `25:10`).
"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

__all__ = [
    "MODELS",
    "Agency",
    "Booking",
    "Calendar",
    "Call",
    "Document",
    "Fare",
    "FeedInfo",
    "Flex",
    "Headway",
    "Kind",
    "Pattern",
    "Route",
    "Stop",
    "Timetable",
    "Trip",
    "hms",
    "seconds",
]  # fmt: skip

PASS = "レ"
"""In a trip's times: the vehicle passes the stop."""
_CLOCK = re.compile(r"(\d{1,2}):([0-5]\d)(?::([0-5]\d))?")
_HOURS_MAX = 48
Names = Annotated[dict[str, str], Field(description="BCP 47 language -> text, e.g. en, zh-Hans, ko")]
Degrees = Annotated[float, Field(ge=-180, le=180)]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Special = Literal["as_usual", "run", "no_service"]


def seconds(text: str) -> int:
    """Seconds from service-day noon minus 12 h of `7:05` or `7:05:30`. Raises ValueError."""
    match = _CLOCK.fullmatch(text)
    if match is None or int(match[1]) >= _HOURS_MAX:
        raise ValueError(f"{text!r} is no time; write it as 7:05, after midnight as 24:10")
    return int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3] or 0)


def hms(at_s: int) -> str:
    """`07:05:00`, as a feed writes it."""
    return f"{at_s // 3600:02}:{at_s // 60 % 60:02}:{at_s % 60:02}"


def _clock(text: str) -> str:
    seconds(text)
    return text


def _call_time(text: str | None) -> str | None:
    if text is None or text == PASS:
        return text
    for part in text.split("/", 1):
        seconds(part)
    return text


Clock = Annotated[str, AfterValidator(_clock)]
CallTime = Annotated[
    str | None, AfterValidator(_call_time),
    Field(description=f"`7:05`, `7:05/7:06` (arrival/departure), {PASS} (passes), null (not timed)"),
]  # fmt: skip


class Kind(StrEnum):
    """Sorts of documents, in the order in which they are worked into a feed."""

    INFO = "info"
    AGENCY = "agency"
    STOP = "stop"
    ROUTE = "route"
    CALENDAR = "calendar"
    PATTERN = "pattern"
    TIMETABLE = "timetable"
    FARE = "fare"
    FLEX = "flex"


class Document(BaseModel):
    """What all of them share."""

    model_config = ConfigDict(extra="forbid", str_max_length=2000)


class FeedInfo(Document):
    """`feed_info.txt`; its key is `feed`."""

    publisher: Annotated[str, Field(min_length=1)]
    url: Annotated[str, Field(pattern=r"^https?://")]
    lang: str = "ja"
    start: date | None = None
    end: date | None = None
    version: str = ""
    contact_email: str = ""
    contact_url: str = ""


class Agency(Document):
    """Who runs the vehicles."""

    name: Annotated[str, Field(min_length=1)]
    kana: str = ""
    names: Names = {}
    url: Annotated[str, Field(pattern=r"^https?://")]
    timezone: str = "Asia/Tokyo"
    lang: str = "ja"
    phone: str = ""
    fare_url: str = ""
    email: str = ""


class Stop(Document):
    """Where riders board: a pole, a platform or (with `station`) what groups them."""

    name: Annotated[str, Field(min_length=1)]
    kana: str = Field(
        default="", pattern=r"^[\u3041-\u3096\u30a0-\u30ff\uff10-\uff5a0-9A-Za-z・()（）／/ 　.&'-]*$"
    )
    names: Names = {}
    lat: Annotated[float, Field(ge=-90, le=90)]
    lon: Degrees
    code: str = ""
    station: bool = False
    parent: str = ""
    platform: str = ""
    zone: str = ""
    wheelchair: Annotated[int, Field(ge=0, le=2)] = 0


class Route(Document):
    """A line as the public knows it."""

    agency: str
    short_name: str = ""
    long_name: str = ""
    kana: str = ""
    names: Names = {}
    mode: Literal["tram", "subway", "rail", "bus", "ferry"] = "bus"
    color: Annotated[str, Field(pattern=r"^([0-9A-Fa-f]{6})?$")] = ""
    text_color: Annotated[str, Field(pattern=r"^([0-9A-Fa-f]{6})?$")] = ""

    @model_validator(mode="after")
    def _has_a_name(self) -> Route:
        if not (self.short_name or self.long_name):
            raise ValueError("give short_name or long_name: riders look for one of them")
        return self


class Calendar(Document):
    """Days on which a timetable runs; national holidays come from their own calendar, not from a list."""

    days: list[Weekday]
    start: date
    end: date
    holidays: Special = "as_usual"
    year_end: Special = Field(default="as_usual", description="29 December to 3 January")
    also_on: list[date] = []
    not_on: list[date] = []

    @model_validator(mode="after")
    def _in_order(self) -> Calendar:
        if self.end < self.start:
            raise ValueError(f"end {self.end} comes before start {self.start}")
        if (self.end - self.start).days > 3 * 366:
            raise ValueError("a calendar of more than three years is a mistake; give a nearer end")
        both = set(self.also_on) & set(self.not_on)
        if both:
            raise ValueError(f"{min(both)} stands in also_on and in not_on")
        return self


class Call(Document):
    """A stop of a pattern."""

    stop: str
    pick_up: bool = True
    set_down: bool = True


class Pattern(Document):
    """Stops in their order, with how riders call the direction."""

    route: str
    direction: Annotated[int, Field(ge=0, le=1)] | None = None
    headsign: str = ""
    names: Names = Field(default={}, description="of the headsign")
    calls: Annotated[list[Call], Field(min_length=2, max_length=400)]
    minutes: list[float] = Field(default=[], description="from the first stop, for headways; one a stop")
    shape: list[tuple[float, float]] = Field(default=[], description="(lat, lon) along the way")

    @model_validator(mode="after")
    def _whole(self) -> Pattern:
        if self.minutes and len(self.minutes) != len(self.calls):
            raise ValueError(f"minutes: {len(self.minutes)} for {len(self.calls)} stops; give one for each")
        if any(b < a for a, b in zip(self.minutes, self.minutes[1:], strict=False)):
            raise ValueError("minutes: they go back; order them")
        return self


class Trip(Document):
    """One trip, with a time for every stop of its pattern."""

    id: str = Field(default="", max_length=200, description="kept if given; else made of the departure")
    times: list[CallTime]
    headsign: str = ""
    block: str = ""

    @model_validator(mode="after")
    def _forward(self) -> Trip:
        last = -1
        for text in self.times:
            if text is None or text == PASS:
                continue
            for part in text.split("/", 1):
                if seconds(part) < last:
                    raise ValueError(f"times: {part} goes back in time; times after midnight are 24:10")
                last = seconds(part)
        if sum(t not in (None, PASS) for t in self.times) < 2:
            raise ValueError("times: a trip needs a time at two stops at least")
        return self


class Headway(Document):
    """Departures at equal distances; `until` belongs to the next span."""

    start: Clock
    until: Clock
    every_min: Annotated[float, Field(gt=0, le=240)]
    exact: bool = Field(default=True, description="False: riders are told the headway only")

    @model_validator(mode="after")
    def _forward(self) -> Headway:
        if seconds(self.until) <= seconds(self.start):
            raise ValueError(f"until {self.until} must come after start {self.start}")
        return self


class Timetable(Document):
    """All trips of a pattern on the days of a calendar, as a table, by headway, or both."""

    pattern: str
    calendar: str
    trips: Annotated[list[Trip], Field(max_length=2000)] = []
    headways: Annotated[list[Headway], Field(max_length=100)] = []


class Fare(Document):
    """A flat fare, or prices between zones; yen, with an IC price where it differs.

    `zones` maps a zone to its stops; a 三角表 has a zone for each stop. `triangle[i][j]` is the price
    between zones i and j < i in the order of `zones`; it holds both ways.
    """

    agency: str = ""
    routes: list[str] = Field(default=[], description="none: all of the agency")
    price: Annotated[int, Field(ge=0, le=100_000)] | None = None
    ic_price: Annotated[int, Field(ge=0, le=100_000)] | None = None
    zones: dict[str, list[str]] = {}
    triangle: list[list[int]] = []
    ic_triangle: list[list[int]] = []
    within: Annotated[int, Field(ge=0)] | None = Field(default=None, description="price inside one zone")
    before_boarding: bool = False

    @model_validator(mode="after")
    def _one_kind(self) -> Fare:
        if (self.price is None) == (not self.zones):
            raise ValueError("give either price (flat) or zones with a triangle")
        for name in ("triangle", "ic_triangle"):
            rows = getattr(self, name)
            if rows and [len(r) for r in rows] != list(range(len(self.zones))):
                raise ValueError(f"{name}: row k needs k prices, for {len(self.zones)} zones")
        if self.zones and not self.triangle:
            raise ValueError("triangle: give the prices between the zones")
        return self


class Booking(Document):
    """How an on-demand ride is booked."""

    ahead_min: Annotated[int, Field(ge=0, le=1440)] | None = Field(
        default=None, description="minutes before; 0: at once"
    )
    ahead_days: Annotated[int, Field(ge=1, le=60)] | None = None
    until: Clock | None = Field(default=None, description="with ahead_days: the last time on that day")
    phone: str = ""
    url: str = ""
    info_url: str = ""
    message: str = ""

    @model_validator(mode="after")
    def _one_kind(self) -> Booking:
        if (self.ahead_min is None) == (self.ahead_days is None):
            raise ValueError("give ahead_min or ahead_days")
        if not (self.phone or self.url or self.message):
            raise ValueError("say how to book: phone, url or message")
        return self


class Flex(Document):
    """An on-demand service: within a zone, or between the stops of a group, in a window of the day."""

    agency: str
    name: Annotated[str, Field(min_length=1)]
    kana: str = ""
    names: Names = {}
    calendar: str
    start: Clock
    end: Clock
    zone: list[tuple[float, float]] = Field(default=[], description="(lat, lon) round the zone")
    stops: list[str] = []
    booking: Booking

    @model_validator(mode="after")
    def _somewhere(self) -> Flex:
        if (len(self.zone) < 3) == (len(self.stops) < 2):
            raise ValueError("give a zone of three corners at least, or two stops at least")
        if seconds(self.end) <= seconds(self.start):
            raise ValueError("end must come after start")
        return self


MODELS: dict[Kind, type[Document]] = {
    Kind.INFO: FeedInfo, Kind.AGENCY: Agency, Kind.STOP: Stop, Kind.ROUTE: Route, Kind.CALENDAR: Calendar,
    Kind.PATTERN: Pattern, Kind.TIMETABLE: Timetable, Kind.FARE: Fare, Kind.FLEX: Flex,
}  # fmt: skip


def parse(kind: Kind, content: Any) -> Document:
    """The document that `content` (plain values of JSON) is. Raises pydantic's ValidationError."""
    return MODELS[kind].model_validate(content)
