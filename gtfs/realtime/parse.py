"""A GTFS-Realtime message into the model: what is bad is counted, reported and left out, the rest stands.

Trip updates, by far the most of it, are read by `kernels.decode`; header, vehicles and alerts by Google's
bindings, entity by entity, so that a broken one costs itself alone.
"""

from __future__ import annotations

import numpy as np
from google.protobuf.message import DecodeError
from google.transit import gtfs_realtime_pb2 as pb

from gtfs.errors import FeedError, Problem
from gtfs.model.schedule import NONE
from gtfs.realtime.kernels.decode import count_calls, entities, read_updates
from gtfs.realtime.kernels.layout import (
    BROKEN,
    CALL_NUMBERS,
    CALL_TEXTS,
    ENTITY,
    I8,
    I64,
    NUMBERS,
    OTHER,
    TEXTS,
    U8,
    UPDATE,
    CallArrays,
    TripArrays,
)
from gtfs.realtime.model import Alert, Faults, Header, RealtimeFeed, Sample, VehiclePosition
from gtfs.realtime.parse_parts import alert_of, vehicle_of
from gtfs.realtime.parse_updates import updates_of

__all__ = ["BYTES_MAX", "parse"]

BYTES_MAX = 256 << 20
"""Longest message that is read; a whole country's is a tenth of it."""


def parse(message: bytes, source: str = "realtime") -> RealtimeFeed:
    """Read one message.

    Raises FeedError if it is no GTFS-Realtime message at all (another format, no header and no entity) or
    longer than BYTES_MAX. Everything less is in `RealtimeFeed.faults`, by code and with samples.
    """
    if len(message) > BYTES_MAX:
        raise _unusable(source, f"{len(message)} bytes are more than the {BYTES_MAX} that are read")
    data = np.frombuffer(message, np.uint8)
    faults = Faults()
    header_span = np.zeros(2, np.int64)
    count, _ = entities(data, header_span, np.empty((0, 2), np.int64))
    spans = np.empty((count, 2), np.int64)
    _, broken_at = entities(data, header_span, spans)
    header = _header(message[header_span[0] : header_span[1]], faults)
    if header is None and (not count or broken_at < len(message)):
        start = message[:40].decode("utf-8", "replace")
        raise _unusable(source, f"this is no GTFS-Realtime message; it begins with {start!r}")
    if broken_at < len(message):
        lost = len(message) - broken_at
        told = f"the message breaks off at byte {broken_at}; the last {lost} bytes are lost"
        faults.add("broken-message", Sample("", "", "", told))
    trips, calls, kind = _decoded(data, spans)
    for k in np.flatnonzero(kind & BROKEN).tolist():
        name = message[trips.spans[k, ENTITY, 0] : trips.spans[k, ENTITY, 1]].decode("utf-8", "replace")
        faults.add("broken-entity", Sample(name, "", "", f"entity {k + 1}: its bytes break off"))
    updates = updates_of(message, trips, calls, np.flatnonzero(kind & UPDATE), faults)
    vehicles, alerts, deleted = _others(message, spans[(kind & OTHER) != 0].tolist(), faults)
    return RealtimeFeed(header or Header(), updates, vehicles, alerts, deleted, faults)


def _decoded(data: U8, spans: I64) -> tuple[TripArrays, CallArrays, I8]:
    count = len(spans)
    room = count_calls(data, spans)
    trips = TripArrays(
        np.empty((count, TEXTS, 2), np.int64),
        np.empty((count, NUMBERS), np.int64),
        np.empty(count + 1, np.int64),
    )
    # One row more than calls: a broken entity may leave its last call half written.
    calls = CallArrays(
        np.empty((room + 1, CALL_NUMBERS), np.int64), np.empty((room + 1, CALL_TEXTS, 2), np.int64)
    )
    kind = np.empty(count, np.int8)
    used = read_updates(data, spans, trips, calls, kind)
    return trips, CallArrays(calls.numbers[:used], calls.spans[:used]), kind


def _header(message: bytes, faults: Faults) -> Header | None:
    if not message:
        faults.add("no-header", Sample("", "header", "", "the message has no header"))
        return None
    try:
        header = pb.FeedHeader.FromString(message)
    except DecodeError:
        faults.add("broken-header", Sample("", "header", "", "the header's bytes break off"))
        return None
    return Header(
        header.gtfs_realtime_version,
        header.incrementality == pb.FeedHeader.DIFFERENTIAL,
        header.timestamp if header.HasField("timestamp") else NONE,
        header.feed_version,
    )


def _others(
    message: bytes, spans: list[list[int]], faults: Faults
) -> tuple[tuple[VehiclePosition, ...], tuple[Alert, ...], tuple[str, ...]]:
    vehicles: list[VehiclePosition] = []
    alerts: list[Alert] = []
    deleted: list[str] = []
    for start, end in spans:
        try:
            entity = pb.FeedEntity.FromString(message[start:end])
            if entity.is_deleted:
                deleted.append(entity.id)
                continue
            vehicle = vehicle_of(entity, faults) if entity.HasField("vehicle") else None
            alert = alert_of(entity, faults) if entity.HasField("alert") else None
        except (DecodeError, UnicodeDecodeError):
            name = message[start : start + 24].decode("utf-8", "replace")
            faults.add("broken-entity", Sample("", "", name, "the entity's bytes break off"))
            continue
        if vehicle is not None:
            vehicles.append(vehicle)
        if alert is not None:
            alerts.append(alert)
    return tuple(vehicles), tuple(alerts), tuple(deleted)


def _unusable(source: str, message: str) -> FeedError:
    fix = "Check the address: it must answer with a FeedMessage in Protocol Buffers"
    return FeedError(source, [Problem(source, 0, "", "", message, fix)])
