"""The model into the bytes of a GTFS-Realtime message, and into its JSON form.

`schedule_relationship` is always written, as consumers are told not to guess it (rule W009).
"""

from __future__ import annotations

from typing import Any

from google.protobuf.json_format import MessageToDict
from google.transit import gtfs_realtime_pb2 as pb

from gtfs.model.schedule import NONE
from gtfs.realtime.model import Alert, RealtimeFeed, TripRef, VehiclePosition
from gtfs.realtime.produce_updates import clock_text, day_text, updates_bytes

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
    return rest + updates_bytes(feed.trips)


def as_json(message: bytes) -> dict[str, Any]:
    """The message in the JSON form of Protocol Buffers, with the names of the proto."""
    told: dict[str, Any] = MessageToDict(pb.FeedMessage.FromString(message), preserving_proto_field_name=True)
    return told


def _trip(message: Any, trip: TripRef) -> None:
    message.schedule_relationship = int(trip.relationship)
    for name, text in (
        ("trip_id", trip.trip_id),
        ("route_id", trip.route_id),
        ("start_date", "" if trip.start_day == NONE else day_text(trip.start_day)),
        ("start_time", "" if trip.start_s == NONE else clock_text(trip.start_s)),
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
