"""How good our realtime is: the messages that everybody fetches, held against the published timetable."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from statistics import median
from typing import Any

from gtfs.errors import Severity
from gtfs.realtime.apply import Timetable
from gtfs.schedule.typed import to_schedule
from gtfs.validate.realtime.runner import judge, moment_of
from gtfs.validate.realtime.seen import Moment
from maas.feeds.errors import Refused
from maas.feeds.house import House
from maas.feeds.ports import Finding
from maas.feeds.publish import Publisher
from maas.feeds.where import Whereabouts
from maas.wiring.judge import findings_of
from maas.wiring.open_data import KINDS, OpenData

__all__ = ["LiveQuality", "Quality"]

DAY_S = 86_400
BUS, BUSES = 3, 7  # route_type: basic, and the hundreds of the extended ones


@dataclass(frozen=True, slots=True)
class Quality:
    """What one look at the messages found. Ages and delays in seconds; None where nothing says."""

    at: datetime
    under_way: int
    told: int
    updates: int
    vehicles: int
    vehicles_without_trip: int
    oldest_s: int | None
    alerts: int
    delay_median_s: int | None
    errors: int
    warnings: int
    findings: tuple[Finding, ...]


class LiveQuality:
    """Implements `maas.api.feeds.judging.Live`; the published timetable is compiled once a release."""

    def __init__(self, data: OpenData, house: House, publisher: Publisher) -> None:
        self._data = data
        self._house = house
        self._publisher = publisher
        self._kept: tuple[int, Timetable, Whereabouts] | None = None

    def of(self, feed_id: str) -> Quality:
        """As things are now. Raises Refused for another feed than the area's own."""
        if feed_id != self._data.area.manifest.id:
            own = self._data.area.manifest.id
            raise Refused(f"only {own!r} is told live here; judge others with maas gtfs validate-rt")
        timetable, where = self._timetable(feed_id)
        made = [(f"{kind}.pb", *self._data.realtime(kind, feed_id)) for kind in KINDS]
        now_s = made[0][2]
        moment = moment_of([(name, message) for name, message, _ in made])
        report = judge(timetable, [(moment, now_s)])
        updates = [entity for _, entity in moment.updates]
        running = _under_way(timetable, now_s)
        vehicles = [entity for _, entity in moment.vehicles]
        ages = [now_s - v.timestamp for v in vehicles if v.timestamp]
        delays = [delay for u in updates for delay in [_next_delay(u, now_s)] if delay is not None]
        return Quality(
            datetime.fromtimestamp(now_s, UTC), len(running),
            len(running & {(u.trip.trip_id, u.trip.start_date) for u in updates}), len(updates),
            len(vehicles), sum(not v.trip.trip_id for v in vehicles), max(ages, default=None),
            len(_alerts(moment)), round(median(delays)) if delays else None, report.total(Severity.ERROR),
            report.total(Severity.WARNING), findings_of(report, where),
        )  # fmt: skip

    def _timetable(self, feed_id: str) -> tuple[Timetable, Whereabouts]:
        live = self._publisher.live(feed_id)
        if self._kept is None or self._kept[0] != live.id:
            feed = self._house.feed(feed_id, live.number)
            self._kept = (live.id, Timetable(to_schedule(replace(feed))), Whereabouts(feed))
        return self._kept[1], self._kept[2]


def _alerts(moment: Moment) -> list[Any]:
    return [entity for _, entity in moment.alerts]


def _under_way(timetable: Timetable, now_s: int) -> set[tuple[str, str]]:
    """Buses between their first departure and their last arrival, with the service day as realtime writes it.

    Trains are not ours to tell of.
    """
    found = set()
    routes, trips = timetable.schedule.routes, timetable.schedule.trips
    today = datetime.fromtimestamp(now_s, timetable.zone).date().toordinal() - 719_163
    for name, trip in timetable.trips.items():
        kind = int(routes.types[int(trips.route[trip])])
        if kind != BUS and kind // 100 != BUSES:
            continue
        first_s, last_s = timetable.span_s(trip)
        for day in (today - 1, today):
            zero_s = timetable.zero_s(day)
            if zero_s + first_s <= now_s <= zero_s + last_s and timetable.runs_on(trip, day):
                date = datetime.fromtimestamp(zero_s + DAY_S // 2, timetable.zone)
                found.add((name, f"{date:%Y%m%d}"))
    return found


def _next_delay(update: Any, now_s: int) -> int | None:
    """The delay at the first stop that is still ahead, s."""
    for call in update.stop_time_update:
        event = call.departure if call.HasField("departure") else call.arrival
        if event.HasField("delay") and (not event.time or event.time >= now_s):
            return int(event.delay)
    return None
