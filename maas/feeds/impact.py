"""Impact before publishing: whose booked trip breaks, whose way becomes longer, which stops are lost.

Three looks at what a draft or version would do to people: at live bookings, trip by trip; at what was asked
in the last week, planned on the present network and on one with the new timetable in it; at stops that
nobody can reach any more.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gtfs.errors import FeedError
from gtfs.model.schedule import NONE, Schedule
from gtfs.schedule.feed import Feed
from gtfs.schedule.typed import to_schedule
from maas.feeds.errors import BadDocument
from maas.feeds.ports import BookedLeg, Network
from maas.feeds.queries import Question

__all__ = ["BrokenTrip", "Impact", "LostStop", "Slower", "broken_trips", "impact_words", "slower_ways"]

LATER_S = 60
"""A promise that moves by less is not broken."""
SLOWER_MIN = 5.0
QUESTIONS_MAX = 400
SAMPLES_MAX = 50


@dataclass(frozen=True, slots=True)
class BrokenTrip:
    """A booked ride that the new timetable does not keep."""

    leg: BookedLeg
    why: str  # gone | not_that_day | stop_dropped | earlier | later | connection
    place: str  # the name of the stop where it breaks
    minutes: int = 0  # by how much


@dataclass(frozen=True, slots=True)
class Slower:
    """A way that was asked for last week and takes longer, or is there no more."""

    question: Question
    before_min: float
    after_min: float | None  # None: there is no way any more


@dataclass(frozen=True, slots=True)
class LostStop:
    """A stop that something called at and nothing calls at any more."""

    id: str
    name: str
    asked: int  # questions of last week that began or ended in its square


@dataclass(frozen=True, slots=True)
class Impact:
    """All of it. Totals are exact over what was looked at; lists are capped."""

    booked: int
    broken: tuple[BrokenTrip, ...]
    asked: int  # questions planned
    slower: tuple[Slower, ...]
    lost: tuple[LostStop, ...]
    faster: int = 0


class _Table:
    """Trips of a schedule by their id."""

    def __init__(self, feed: Feed) -> None:
        copy = Feed(feed.source, dict(feed.tables), dict(feed.raw), [], dict(feed.lines))
        try:
            self.schedule: Schedule = to_schedule(copy)
        except FeedError as error:
            raise BadDocument(str(error)) from error
        self._trip = {trip: k for k, trip in enumerate(self.schedule.trips.ids)}

    def name(self, stop: str) -> str:
        """What riders call a stop."""
        ids = self.schedule.stops.ids
        return self.schedule.stops.names[ids.index(stop)] if stop in ids else stop

    def calls(self, trip: str, day: date) -> dict[str, tuple[int, int]] | None:
        """Stop -> (arrival, departure) of a trip; None if there is no such trip; {} if not on that day."""
        k = self._trip.get(trip)
        if k is None:
            return None
        schedule = self.schedule
        service = int(schedule.trips.service[k])
        if service == NONE or not schedule.services.on(day)[service]:
            return {}
        times = schedule.stop_times
        rows = range(int(times.offsets[k]), int(times.offsets[k + 1]))
        return {
            schedule.stops.ids[times.stop[r]]: (int(times.arrival_s[r]), int(times.departure_s[r]))
            for r in rows
            if times.stop[r] != NONE
        }


def broken_trips(feed: Feed, legs: Iterable[BookedLeg]) -> list[BrokenTrip]:
    """What becomes of booked rides in a new timetable, the worst kind first.

    A trip under another id that leaves the same stop within the minute counts as the same trip.
    """
    table = _Table(feed)
    found = [broken for leg in legs if (broken := _judged(table, leg)) is not None]
    order = ("gone", "not_that_day", "stop_dropped", "connection", "earlier", "later")
    return sorted(found, key=lambda b: (order.index(b.why), b.leg.service_date, b.leg.departure_s))


def _judged(table: _Table, leg: BookedLeg) -> BrokenTrip | None:
    calls = table.calls(leg.trip_id, leg.service_date)
    if not calls:
        calls = _same_ride(table, leg) or calls
    if calls is None:
        return BrokenTrip(leg, "gone", table.name(leg.from_stop))
    if not calls:
        return BrokenTrip(leg, "not_that_day", table.name(leg.from_stop))
    for stop in (leg.from_stop, leg.to_stop):
        if stop not in calls:
            return BrokenTrip(leg, "stop_dropped", table.name(stop))
    departure, arrival = calls[leg.from_stop][1], calls[leg.to_stop][0]
    if leg.next_departure_s is not None and arrival > leg.next_departure_s:
        late = -(-(arrival - leg.next_departure_s) // 60)
        return BrokenTrip(leg, "connection", leg.next_place or table.name(leg.to_stop), late)
    if departure < leg.departure_s:  # who comes at the promised time sees it leave
        return BrokenTrip(leg, "earlier", table.name(leg.from_stop), (leg.departure_s - departure + 59) // 60)
    if arrival - leg.arrival_s >= LATER_S:
        return BrokenTrip(leg, "later", table.name(leg.to_stop), (arrival - leg.arrival_s) // 60)
    return None


def _same_ride(table: _Table, leg: BookedLeg) -> dict[str, tuple[int, int]] | None:
    """A trip under another name that makes the same ride at the same time."""
    schedule = table.schedule
    if leg.from_stop not in schedule.stops.ids:
        return None
    stop = schedule.stops.ids.index(leg.from_stop)
    times, on = schedule.stop_times, schedule.services.on(leg.service_date)
    rows = ((times.stop == stop) & (abs(times.departure_s - leg.departure_s) < LATER_S)).nonzero()[0]
    for row in rows.tolist():
        trip = int(times.offsets.searchsorted(row, side="right")) - 1
        if on[schedule.trips.service[trip]]:
            calls = table.calls(schedule.trips.ids[trip], leg.service_date)
            if calls and leg.to_stop in calls and calls[leg.to_stop][0] > leg.departure_s:
                return calls
    return None


def slower_ways(
    questions: Sequence[Question],
    before: Network,
    after: Network,
    day_of: Mapping[date, date],
    zone: ZoneInfo,
) -> tuple[int, list[Slower], int]:
    """(questions planned, those that take longer, how many are faster), the most asked first.

    `day_of` says for which day in the new timetable's time a day of last week stands.
    """
    slower, faster, asked = [], 0, 0
    for question in questions[:QUESTIONS_MAX]:
        at = _instant(day_of[question.day], question.slot_s, zone)
        was = before.minutes(question.origin, question.destination, at)
        if was is None:
            continue
        asked += 1
        now = after.minutes(question.origin, question.destination, at)
        if now is None or now - was >= SLOWER_MIN:
            slower.append(Slower(question, round(was, 1), None if now is None else round(now, 1)))
        elif was - now >= SLOWER_MIN:
            faster += 1
    slower.sort(key=lambda s: (s.after_min is not None, -s.question.count))
    return asked, slower, faster


def lost_stops(
    before: set[str], after: set[str], places: Mapping[str, tuple[str, float, float]],
    questions: Sequence[Question], near_deg: float,
) -> list[LostStop]:  # fmt: skip
    """Stops that were served and are not, with how often last week's questions touched them.

    `places`: stop -> name, latitude, longitude.
    """
    ends: Counter[tuple[float, float]] = Counter()
    for question in questions:
        ends[question.origin] += question.count
        ends[question.destination] += question.count
    found = []
    for stop in sorted(before - after):
        name, lat, lon = places.get(stop, (stop, 0.0, 0.0))
        asked = sum(n for (y, x), n in ends.items() if abs(y - lat) <= near_deg and abs(x - lon) <= near_deg)
        found.append(LostStop(stop, name, asked))
    return sorted(found, key=lambda s: (-s.asked, s.id))


def same_weekday(week: Iterable[date], first: date) -> dict[date, date]:
    """For each day of last week the first day from `first` on that has the same weekday."""
    return {day: first + timedelta(days=(day.weekday() - first.weekday()) % 7) for day in week}


def _instant(day: date, at_s: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(at_s // 3600, at_s // 60 % 60), zone)


_WHY = {
    "gone": ("なくなります", "booked trips from {place} are withdrawn"),
    "not_that_day": ("その日に運休となります", "booked trips from {place} do not run on their day"),
    "stop_dropped": ("停まらなくなります", "booked trips no longer call at {place}"),
    "connection": ("乗継に間に合わなくなります", "booked trips lose their connection at {place}"),
    "earlier": ("約束より早く出ます", "booked trips leave {place} before the promised time"),
    "later": ("約束より遅く着きます", "booked trips arrive at {place} later than promised"),
}


def impact_words(impact: Impact, lang: str) -> list[str]:
    """The impact in sentences, the gravest first."""
    japanese = lang == "ja"
    by_place: dict[tuple[str, str], int] = defaultdict(int)
    for broken in impact.broken:
        by_place[broken.why, broken.place] += 1
    lines = [
        f"{n}件の予約が{place}で{_WHY[why][0]}" if japanese else f"{n} {_WHY[why][1].format(place=place)}"
        for (why, place), n in by_place.items()
    ]
    no_way = sum(s.after_min is None for s in impact.slower)
    longer = len(impact.slower) - no_way
    if no_way:
        lines.append(
            f"先週調べられた{impact.asked}通りの移動のうち{no_way}通りは行けなくなります"
            if japanese
            else f"{no_way} of {impact.asked} journeys asked for last week have no way any more"
        )
    if longer:
        lines.append(
            f"先週調べられた{impact.asked}通りの移動のうち{longer}通りは{SLOWER_MIN:.0f}分以上長くかかります"
            if japanese
            else f"{longer} of {impact.asked} journeys asked for last week take {SLOWER_MIN:.0f} min longer"
        )
    lines += [
        f"停留所「{stop.name}」にはどの便も停まらなくなります"
        if japanese
        else f"Nothing calls at stop {stop.name} any more"
        for stop in impact.lost
    ]
    return lines or ["利用者への影響は見つかりません" if japanese else "No impact on riders was found"]
