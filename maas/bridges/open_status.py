"""What the shuttles are doing, told as GTFS-Realtime: rounds of loops, positions, and alerts in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import shapely

from fleet.dispatch.conditions import Domain, Verdict
from fleet.dispatch.hours import service_day_start_s
from fleet.dispatch.loops import Round
from fleet.dispatch.shuttle import Shuttle
from fleet.model.service import ShuttleService, clock_s
from fleet.vehicles.telemetry import LiveState
from gtfs.model.schedule import NONE
from gtfs.realtime.model import (
    NO_DELAY,
    Alert,
    CallUpdates,
    Informed,
    TripRef,
    TripRelationship,
    TripUpdates,
    VehiclePosition,
)
from maas.bridges.open_service import days_id, loop_trip_id

__all__ = ["CallTold", "TripTold", "alerts_of", "columns_of", "shuttle_positions", "shuttle_trips"]

_EPOCH = date(1970, 1, 1).toordinal()
_BREACH_RECENT_S = 1800
# OccupancyStatus of the proto, by the share of seats that are taken.
_EMPTY, _MANY, _FEW, _FULL = 0, 1, 2, 5


@dataclass(frozen=True, slots=True)
class CallTold:
    """A call that is still to come: POSIX seconds, and how late that is."""

    sequence: int
    stop_id: str
    arrival_s: int
    departure_s: int
    late_s: int


@dataclass(frozen=True, slots=True)
class TripTold:
    """A run of a trip with what is to come of it; no calls: it does not run."""

    ref: TripRef
    vehicle_id: str
    calls: tuple[CallTold, ...]
    at_s: int


def columns_of(told: list[TripTold]) -> TripUpdates:
    """Runs as the columns of a message."""
    calls = [call for trip in told for call in trip.calls]
    stops = tuple(dict.fromkeys(call.stop_id for call in calls))
    index = {stop: k for k, stop in enumerate(stops)}
    blank8, blank32 = np.full(len(calls), NONE, np.int8), np.full(len(calls), NONE, np.int32)
    late = np.array([call.late_s for call in calls], np.int32)
    ids = tuple(f"{trip.ref.trip_id}@{trip.ref.start_day}" for trip in told)
    return TripUpdates(
        entity_ids=ids,
        trip_ids=tuple(trip.ref.trip_id for trip in told),
        route_ids=tuple(trip.ref.route_id for trip in told),
        vehicle_ids=tuple(trip.vehicle_id for trip in told),
        direction=np.array([trip.ref.direction for trip in told], np.int8),
        start_day=np.array([trip.ref.start_day for trip in told], np.int32),
        start_s=np.array([trip.ref.start_s for trip in told], np.int32),
        relationship=np.array([trip.ref.relationship for trip in told], np.int8),
        timestamp=np.array([trip.at_s for trip in told], np.int64),
        delay=np.full(len(told), NO_DELAY, np.int32),
        offsets=np.cumsum([0, *(len(trip.calls) for trip in told)], dtype=np.int64),
        calls=CallUpdates(
            sequence=np.array([call.sequence for call in calls], np.int32),
            stop=np.array([index[call.stop_id] for call in calls], np.int32),
            arrival_time=np.array([call.arrival_s for call in calls], np.int64),
            arrival_delay=late,
            departure_time=np.array([call.departure_s for call in calls], np.int64),
            departure_delay=late,
            relationship=np.zeros(len(calls), np.int8),
            assigned_stop=blank32,
            pickup_type=blank8,
            drop_off_type=blank8,
            uncertainty=blank32,
        ),
        stop_ids=stops,
    )


def round_ref(service: ShuttleService, one: Round, *, runs: bool = True) -> TripRef | None:
    """The trip of the public timetable that a round is; None if it has none (the hours have changed)."""
    zone = ZoneInfo(service.timezone)
    line = next((line for line in service.loops if line.id == one.line), None)
    today = datetime.fromtimestamp(one.times[0], zone).date()
    for day in (today, today - timedelta(days=1)):
        second = one.times[0] - service_day_start_s(day, zone)
        days = days_id(service, day, second)
        if line is not None and days and clock_s(line.first) <= second <= clock_s(line.last):
            relationship = TripRelationship.SCHEDULED if runs else TripRelationship.CANCELED
            return TripRef(
                loop_trip_id(line.id, days, second), line.id, start_day=day.toordinal() - _EPOCH,
                relationship=relationship,
            )  # fmt: skip
    return None


def shuttle_trips(shuttle: Shuttle, now_s: int) -> list[TripTold]:
    """Rounds that run or will, as the live plan has them, and those of today that nobody could run."""
    state = shuttle.state
    told = []
    with state.lock:
        for one in shuttle.loops.rounds.values():
            ref = round_ref(state.service, one)
            if ref is None or not one.vehicle_id:
                continue
            calls = tuple(_calls_ahead(shuttle, one))
            if calls:
                told.append(TripTold(ref, one.vehicle_id, calls, now_s))
        for one in shuttle.loops.missed:
            ref = round_ref(state.service, one, runs=False)
            if ref is not None and one.times[-1] >= now_s:
                told.append(TripTold(ref, "", (), now_s))
    return told


def _calls_ahead(shuttle: Shuttle, one: Round) -> Iterable[CallTold]:
    """The calls of a round that its vehicle still has in its plan."""
    state = shuttle.state
    plan = state.plans.tasks(state.plans.vehicle(one.vehicle_id))
    ahead = {(t.location, t.early_s): t for t in plan if t.kind == "visit"}
    last = len(one.stops) - 1
    before = 0
    for k, (stop, due_s) in enumerate(zip(one.stops, one.times, strict=True)):
        task = ahead.get((stop, due_s))
        if task is None:
            continue
        arrival = max(task.start_s, due_s, before + 1)
        departure = arrival + (task.dwell_s if 0 < k < last else 0)
        before = departure
        yield CallTold(k + 1, state.location_id(stop), arrival, departure, arrival - due_s)


def shuttle_positions(shuttle: Shuttle, live: Iterable[LiveState], now_s: int) -> list[VehiclePosition]:
    """Where the shuttles are, with the round that they run; the rest of what they do is on demand."""
    state = shuttle.state
    seats = {unit.id: state.service.model_of(unit).seats for unit in state.service.vehicles}
    with state.lock:
        running = {one.vehicle_id: one for one in shuttle.loops.rounds.values() if _under_way(one, now_s)}
    found = []
    for told in live:
        if told.lat is None or told.lon is None or told.id not in seats:
            continue
        one = running.get(told.id)
        found.append(
            VehiclePosition(
                entity_id=f"vehicle-{told.id}",
                lat=told.lat,
                lon=told.lon,
                trip=None if one is None else round_ref(state.service, one),
                vehicle_id=told.id,
                bearing=told.heading,
                speed_m_s=told.speed_m_s,
                timestamp=int(told.at_s),
                occupancy=_occupancy(told.passengers, seats[told.id]),
            )
        )
    return found


def _under_way(one: Round, now_s: int) -> bool:
    return bool(one.vehicle_id) and one.times[0] <= now_s <= one.times[-1]


def _occupancy(passengers: int | None, seats: int) -> int:
    """In steps, as a small vehicle's exact count would tell of single people."""
    if passengers is None:
        return NONE
    if passengers == 0:
        return _EMPTY
    if passengers >= seats:
        return _FULL
    return _MANY if passengers * 2 <= seats else _FEW


_WHY = {
    "wind": ("強風", "strong wind"),
    "rain": ("大雨", "heavy rain"),
    "snow": ("雪", "snow"),
    "visibility": ("視界不良", "poor visibility"),
    "temperature": ("気温", "the temperature"),
}


def alerts_of(shuttle: Shuttle, now_s: int) -> list[Alert]:
    """What riders should know: rest, slow running, closed streets, and promises that could not be kept.

    Nothing in it tells of single riders.
    """
    state = shuttle.state
    everybody = (Informed(agency_id=state.service.id),)
    with state.lock:
        alerts = _weather(shuttle.domain, everybody)
        for closure in state.closures:
            polygon = shapely.Polygon(closure.polygon)
            inside = [s.id for s in state.service.stops if polygon.contains(shapely.Point(s.lon, s.lat))]
            alerts.append(_closed(closure.id, inside, everybody))
        recent = sum(b.known_s >= now_s - _BREACH_RECENT_S for b in state.breaches)
    if recent:
        alerts.append(
            Alert(
                "breaches", everybody,
                {"ja": "シャトルに遅れが出ています", "en": "Shuttles are late"},
                {
                    "ja": "一部の予約で、お約束した時刻に遅れています。該当の方にはお知らせしています。",
                    "en": "Some booked rides are later than promised. Those concerned are told one by one.",
                },
                cause="OTHER_CAUSE", effect="SIGNIFICANT_DELAYS", severity="WARNING",
            )
        )  # fmt: skip
    return alerts


def _weather(domain: Domain, everybody: tuple[Informed, ...]) -> list[Alert]:
    if domain.verdict is Verdict.NORMAL:
        return []
    known = [_WHY[word] for text in domain.causes if (word := text.split()[0]) in _WHY]
    why_ja = "・".join(dict.fromkeys(ja for ja, _ in known)) or "気象"
    why_en = " and ".join(dict.fromkeys(en for _, en in known)) or "the weather"
    detail = "; ".join(domain.causes)
    if domain.verdict is Verdict.SUSPENDED:
        header = {
            "ja": f"{why_ja}のため自動運転シャトルは運休しています",
            "en": f"Self-driving shuttles rest because of {why_en}",
        }
        effect, severity = "NO_SERVICE", "SEVERE"
    else:
        header = {
            "ja": f"{why_ja}のため自動運転シャトルは徐行しています",
            "en": f"Self-driving shuttles run slowly because of {why_en}",
        }
        effect, severity = "SIGNIFICANT_DELAYS", "WARNING"
    description = {"ja": f"運行設計領域の限度：{detail}", "en": f"Operational design domain: {detail}"}
    return [
        Alert("domain", everybody, header, description, cause="WEATHER", effect=effect, severity=severity)
    ]


def _closed(identity: str, stops: list[str], everybody: tuple[Informed, ...]) -> Alert:
    return Alert(
        f"closure-{identity}",
        tuple(Informed(stop_id=stop) for stop in stops) or everybody,
        {"ja": "通行止めのため経路が変わっています", "en": "A street is closed; shuttles go another way"},
        {
            "ja": "通行止めの区域の停留所にはシャトルが止まりません。"
            if stops
            else "迂回により時間がかかることがあります。",
            "en": "Shuttles do not stop within the closed area." if stops else "Rides may take longer.",
        },
        cause="OTHER_CAUSE",
        effect="NO_SERVICE" if stops else "DETOUR",
        severity="WARNING",
    )
