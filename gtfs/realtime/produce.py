"""The model into the bytes of a GTFS-Realtime message, and into its JSON form.

`schedule_relationship` is always written, as consumers are told not to guess it (rule W009).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from google.protobuf.json_format import MessageToDict
from google.transit import gtfs_realtime_pb2 as pb

from gtfs.model.schedule import I8, I32, I64, NONE
from gtfs.realtime.kernels import layout
from gtfs.realtime.kernels.encode import BYTES_PER_CALL, BYTES_PER_TRIP, write_updates
from gtfs.realtime.kernels.layout import NOT_GIVEN, CallArrays, TripArrays
from gtfs.realtime.model import NO_DELAY, Alert, RealtimeFeed, TripRef, TripUpdates, VehiclePosition, day_of

__all__ = ["as_json", "produce"]

VERSION = "2.0"


def produce(feed: RealtimeFeed) -> bytes:
    """The message. Its header is what `feed.header` says; an empty version becomes 2.0."""
    message = pb.FeedMessage()
    header = message.header
    header.gtfs_realtime_version = feed.header.version or VERSION
    header.incrementality = (
        pb.FeedHeader.DIFFERENTIAL if feed.header.differential else pb.FeedHeader.FULL_DATASET
    )
    if feed.header.timestamp != NONE:
        header.timestamp = feed.header.timestamp
    if feed.header.feed_version:
        header.feed_version = feed.header.feed_version
    for name in feed.deleted:
        message.entity.add(id=name, is_deleted=True)
    for vehicle in feed.vehicles:
        _vehicle(message.entity.add(id=vehicle.entity_id).vehicle, vehicle)
    for alert in feed.alerts:
        _alert(message.entity.add(id=alert.entity_id).alert, alert)
    # Messages that stand one after the other are one message (protobuf.dev, "Last One Wins").
    rest: bytes = message.SerializeToString()
    return rest + _updates(feed.trips)


def as_json(message: bytes) -> dict[str, Any]:
    """The message in the JSON form of Protocol Buffers, with the names of the proto."""
    told: dict[str, Any] = MessageToDict(pb.FeedMessage.FromString(message), preserving_proto_field_name=True)
    return told


def _updates(trips: TripUpdates) -> bytes:
    count = len(trips)
    if not count:
        return b""
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
        day = "" if new.start_day == NONE else _day(new.start_day)
        time = "" if new.start_s == NONE else _time(new.start_s)
        new_texts = (new.trip_id, day, time, new.shape_id, new.headsign, new.short_name)
        spans[k, layout.NEW_TRIP_ID :] = blob.add(new_texts)
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


def _day(day: int) -> str:
    return day_of(day).strftime("%Y%m%d")


def _time(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _days(days: I32) -> list[str]:
    known = {d: "" if d == NONE else _day(d) for d in set(days.tolist())}
    return [known[d] for d in days.tolist()]


def _times(seconds: I32) -> list[str]:
    return ["" if s == NONE else _time(s) for s in seconds.tolist()]


def _trip(message: Any, trip: TripRef) -> None:
    message.schedule_relationship = int(trip.relationship)
    for name, text in (
        ("trip_id", trip.trip_id),
        ("route_id", trip.route_id),
        ("start_date", "" if trip.start_day == NONE else _day(trip.start_day)),
        ("start_time", "" if trip.start_s == NONE else _time(trip.start_s)),
    ):
        if text:
            setattr(message, name, text)
    if trip.direction != NONE:
        message.direction_id = trip.direction


def _vehicle(message: Any, vehicle: VehiclePosition) -> None:
    position = message.position
    position.latitude, position.longitude = vehicle.lat, vehicle.lon
    for name, value in (
        ("bearing", vehicle.bearing),
        ("speed", vehicle.speed_m_s),
        ("odometer", vehicle.odometer_m),
    ):
        if value is not None:
            setattr(position, name, value)
    if vehicle.trip is not None:
        _trip(message.trip, vehicle.trip)
    if vehicle.vehicle_id:
        message.vehicle.id = vehicle.vehicle_id
    if vehicle.label:
        message.vehicle.label = vehicle.label
    for name, number in (
        ("timestamp", vehicle.timestamp),
        ("current_stop_sequence", vehicle.stop_sequence),
        ("occupancy_status", vehicle.occupancy),
        ("occupancy_percentage", vehicle.occupancy_percent),
    ):
        if number != NONE:
            setattr(message, name, number)
    if vehicle.stop_id:
        message.stop_id = vehicle.stop_id
    if vehicle.stop_id or vehicle.stop_sequence != NONE:
        message.current_status = int(vehicle.status)


def _alert(message: Any, alert: Alert) -> None:
    for start, end in alert.periods:
        period = message.active_period.add()
        if start != NONE:
            period.start = start
        if end != NONE:
            period.end = end
    for informed in alert.informed:
        selector = message.informed_entity.add()
        for name, text in (
            ("agency_id", informed.agency_id),
            ("route_id", informed.route_id),
            ("stop_id", informed.stop_id),
        ):
            if text:
                setattr(selector, name, text)
        if informed.route_type != NONE:
            selector.route_type = informed.route_type
        if informed.direction != NONE:
            selector.direction_id = informed.direction
        if informed.trip is not None:
            _trip(selector.trip, informed.trip)
    message.cause = pb.Alert.Cause.Value(alert.cause)
    message.effect = pb.Alert.Effect.Value(alert.effect)
    message.severity_level = pb.Alert.SeverityLevel.Value(alert.severity)
    for name, texts in (
        ("url", alert.url),
        ("header_text", alert.header),
        ("description_text", alert.description),
    ):
        for language, text in texts.items():
            translation = getattr(message, name).translation.add(text=text)
            if language:
                translation.language = language
