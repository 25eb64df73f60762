"""Trip updates into bytes: by a kernel where there are many, by Google's bindings where there are few.

The kernel is ten times faster, but has to be compiled once, which no reader of a small feed should wait for.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from google.transit import gtfs_realtime_pb2 as pb

from gtfs.model.schedule import I8, I32, I64, NONE
from gtfs.realtime.kernels import layout
from gtfs.realtime.kernels.encode import BYTES_PER_CALL, BYTES_PER_TRIP, write_updates
from gtfs.realtime.kernels.layout import NOT_GIVEN, CallArrays, TripArrays
from gtfs.realtime.model import NO_DELAY, TripProperties, TripUpdates, day_of

__all__ = ["clock_text", "day_text", "updates_bytes"]

_MANY_CALLS = 5000


def updates_bytes(trips: TripUpdates) -> bytes:
    """The entities of all trip updates, as they stand in a message."""
    if len(trips.calls.sequence) < _MANY_CALLS:
        return by_bindings(trips)
    return by_kernel(trips)


def by_bindings(trips: TripUpdates) -> bytes:
    """Written one by one."""
    message = pb.FeedMessage()
    days, times = _days(trips.start_day), _times(trips.start_s)
    for k in range(len(trips)):
        update = message.entity.add(id=trips.entity_ids[k]).trip_update
        trip = update.trip
        trip.schedule_relationship = int(trips.relationship[k])
        for part, name, text in (
            (trip, "trip_id", trips.trip_ids[k]),
            (trip, "route_id", trips.route_ids[k]),
            (trip, "start_date", days[k]),
            (trip, "start_time", times[k]),
            (update.vehicle, "id", trips.vehicle_ids[k]),
        ):
            if text:
                setattr(part, name, text)
        _set(trip, "direction_id", trips.direction[k], NONE)
        _set(update, "timestamp", trips.timestamp[k], NONE)
        _set(update, "delay", trips.delay[k], NO_DELAY)
        if k in trips.properties:
            for name, text in zip(_PROPERTIES, _property_texts(trips.properties[k]), strict=True):
                if text:
                    setattr(update.trip_properties, name, text)
        for c in range(int(trips.offsets[k]), int(trips.offsets[k + 1])):
            _call(update.stop_time_update.add(), trips, c)
    told: bytes = message.SerializePartialToString()  # the header stands elsewhere
    return told


def _call(call: Any, trips: TripUpdates, c: int) -> None:
    table = trips.calls
    call.schedule_relationship = int(table.relationship[c])
    _set(call, "stop_sequence", table.sequence[c], NONE)
    if table.stop[c] != NONE:
        call.stop_id = trips.stop_ids[table.stop[c]]
    if table.assigned_stop[c] != NONE:
        call.stop_time_properties.assigned_stop_id = trips.stop_ids[table.assigned_stop[c]]
    _set(call.stop_time_properties, "pickup_type", table.pickup_type[c], NONE)
    _set(call.stop_time_properties, "drop_off_type", table.drop_off_type[c], NONE)
    _set(call.arrival, "time", table.arrival_time[c], NONE)
    _set(call.arrival, "delay", table.arrival_delay[c], NO_DELAY)
    _set(call.departure, "time", table.departure_time[c], NONE)
    _set(call.departure, "delay", table.departure_delay[c], NO_DELAY)
    if table.uncertainty[c] != NONE:  # one a call: that of both its instants
        events = [call.departure] if call.HasField("departure") or not call.HasField("arrival") else []
        events += [call.arrival] if call.HasField("arrival") else []
        for event in events:
            event.uncertainty = int(table.uncertainty[c])


def _set(message: Any, name: str, value: Any, missing: int) -> None:
    if value != missing:
        setattr(message, name, int(value))


_PROPERTIES = ("trip_id", "start_date", "start_time", "shape_id", "trip_headsign", "trip_short_name")


def _property_texts(new: TripProperties) -> tuple[str, ...]:
    day = "" if new.start_day == NONE else day_text(new.start_day)
    time = "" if new.start_s == NONE else clock_text(new.start_s)
    return new.trip_id, day, time, new.shape_id, new.headsign, new.short_name


def by_kernel(trips: TripUpdates) -> bytes:
    """Written at once."""
    count = len(trips)
    blob = _Blob()
    spans = np.zeros((count, layout.TEXTS, 2), np.int64)
    for column, texts in (
        (layout.ENTITY, trips.entity_ids),
        (layout.TRIP_ID, trips.trip_ids),
        (layout.ROUTE_ID, trips.route_ids),
        (layout.VEHICLE_ID, trips.vehicle_ids),
        (layout.START_DATE, _days(trips.start_day)),
        (layout.START_TIME, _times(trips.start_s)),
    ):
        spans[:, column] = blob.add(texts)
    for k, new in trips.properties.items():
        spans[k, layout.NEW_TRIP_ID :] = blob.add(_property_texts(new))
    numbers = np.stack(
        (
            _given(trips.direction, NONE),
            trips.relationship.astype(np.int64),
            _given(trips.timestamp, NONE),
            _given(trips.delay, NO_DELAY),
        ),
        axis=1,
    )
    calls = trips.calls
    stop_spans = np.vstack((blob.add(trips.stop_ids), np.zeros((1, 2), np.int64)))  # NONE finds the last
    call_spans = np.stack((stop_spans[calls.stop], stop_spans[calls.assigned_stop]), axis=1)
    call_numbers = np.empty((len(calls.sequence), layout.CALL_NUMBERS), np.int64)
    for column, values, missing in (
        (layout.SEQUENCE, calls.sequence, NONE),
        (layout.ARRIVAL_TIME, calls.arrival_time, NONE),
        (layout.ARRIVAL_DELAY, calls.arrival_delay, NO_DELAY),
        (layout.DEPARTURE_TIME, calls.departure_time, NONE),
        (layout.DEPARTURE_DELAY, calls.departure_delay, NO_DELAY),
        (layout.CALL_RELATIONSHIP, calls.relationship, NOT_GIVEN),
        (layout.PICKUP, calls.pickup_type, NONE),
        (layout.DROP_OFF, calls.drop_off_type, NONE),
        (layout.UNCERTAINTY, calls.uncertainty, NONE),
    ):
        call_numbers[:, column] = _given(values, missing)
    told = blob.bytes()
    stop_bytes = int((call_spans[:, :, 1] - call_spans[:, :, 0]).sum())
    room = len(told) + stop_bytes + count * BYTES_PER_TRIP + len(call_numbers) * BYTES_PER_CALL
    out = np.empty(room, np.uint8)
    start = write_updates(
        np.frombuffer(told or b"\0", np.uint8),
        TripArrays(spans, numbers, trips.offsets),
        CallArrays(call_numbers, call_spans),
        out,
    )
    return out[start:].tobytes()


class _Blob:
    """Texts one after the other, with where each stands."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0

    def add(self, texts: Iterable[str]) -> I64:
        """Append texts; their spans, (n, 2)."""
        parts = [text.encode() for text in texts]
        ends = self._size + np.cumsum([len(part) for part in parts], dtype=np.int64)
        starts = np.concatenate(([self._size], ends[:-1])) if parts else ends
        self._parts += parts
        self._size = int(ends[-1]) if parts else self._size
        return np.stack((starts, ends), axis=1)

    def bytes(self) -> bytes:
        """All of them."""
        return b"".join(self._parts)


def _given(values: I8 | I32 | I64, missing: int) -> I64:
    wide = values.astype(np.int64)
    return np.where(wide == missing, NOT_GIVEN, wide)


def day_text(day: int) -> str:
    """YYYYMMDD."""
    return day_of(day).strftime("%Y%m%d")


def clock_text(seconds: int) -> str:
    """HH:MM:SS, beyond 24 h too."""
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _days(days: I32) -> list[str]:
    known = {d: "" if d == NONE else day_text(d) for d in set(days.tolist())}
    return [known[d] for d in days.tolist()]


def _times(seconds: I32) -> list[str]:
    return ["" if s == NONE else clock_text(s) for s in seconds.tolist()]
