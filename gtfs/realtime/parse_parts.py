"""Vehicles, alerts and trip descriptors from Google's bindings into the model."""

from __future__ import annotations

import math
import re
from datetime import date
from typing import Any

from google.transit import gtfs_realtime_pb2 as pb

from gtfs.model.schedule import NONE
from gtfs.realtime.model import (
    Alert,
    Faults,
    Informed,
    Sample,
    TripRef,
    TripRelationship,
    VehiclePosition,
    VehicleStatus,
)

__all__ = ["DAY", "TIME", "alert_of", "day", "ref_of", "seconds", "vehicle_of"]

DAY = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
TIME = re.compile(r"(\d{1,3}):([0-5]\d):([0-5]\d)", re.ASCII)
_EPOCH = date(1970, 1, 1)


def day(text: str) -> int | None:
    """Days since 1970-01-01 of YYYYMMDD; NONE for "", None for what is no day."""
    if not text:
        return NONE
    match = DAY.fullmatch(text)
    if match is None:
        return None
    try:
        return (date(int(match[1]), int(match[2]), int(match[3])) - _EPOCH).days
    except ValueError:
        return None


def seconds(text: str) -> int | None:
    """Seconds of H:MM:SS, which may exceed 24 h; NONE for "", None for what is no time."""
    if not text:
        return NONE
    match = TIME.fullmatch(text)
    return None if match is None else int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3])


def ref_of(trip: Any, entity: str, faults: Faults) -> TripRef:
    """A TripDescriptor. A start date or time that is none is counted and taken as not given."""
    start_day, start_s = day(trip.start_date), seconds(trip.start_time)
    if start_day is None:
        faults.add("bad-start-date", Sample(entity, "start_date", trip.start_date, "write it as YYYYMMDD"))
    if start_s is None:
        faults.add("bad-start-time", Sample(entity, "start_time", trip.start_time, "write it as HH:MM:SS"))
    return TripRef(
        trip.trip_id,
        trip.route_id,
        trip.direction_id if trip.HasField("direction_id") else NONE,
        NONE if start_day is None else start_day,
        NONE if start_s is None else start_s,
        TripRelationship(trip.schedule_relationship),
    )


def vehicle_of(entity: Any, faults: Faults) -> VehiclePosition | None:
    """A VehiclePosition; None, and counted, if it says no place on earth."""
    vehicle = entity.vehicle
    position = vehicle.position
    if not vehicle.HasField("position"):
        faults.add("no-position", Sample(entity.id, "position", "", "the vehicle does not say where it is"))
        return None
    lat, lon = position.latitude, position.longitude
    if not (abs(lat) <= 90 and abs(lon) <= 180) or (lat == 0 and lon == 0):
        told = "no place where a vehicle can be"
        faults.add("bad-position", Sample(entity.id, "position", f"{lat}, {lon}", told))
        return None
    given = vehicle.HasField
    return VehiclePosition(
        entity_id=entity.id,
        lat=lat,
        lon=lon,
        trip=ref_of(vehicle.trip, entity.id, faults) if given("trip") else None,
        vehicle_id=vehicle.vehicle.id,
        label=vehicle.vehicle.label,
        bearing=_number(position, "bearing", 0, 360, entity.id, faults),
        speed_m_s=_number(position, "speed", 0, 200, entity.id, faults),
        odometer_m=_number(position, "odometer", 0, math.inf, entity.id, faults),
        timestamp=vehicle.timestamp if given("timestamp") else NONE,
        stop_sequence=vehicle.current_stop_sequence if given("current_stop_sequence") else NONE,
        stop_id=vehicle.stop_id,
        status=VehicleStatus(vehicle.current_status),
        occupancy=vehicle.occupancy_status if given("occupancy_status") else NONE,
        occupancy_percent=vehicle.occupancy_percentage if given("occupancy_percentage") else NONE,
    )


def _number(position: Any, name: str, low: float, high: float, entity: str, faults: Faults) -> float | None:
    """A number of a position; None, and counted, outside what can be."""
    if not position.HasField(name):
        return None
    value = float(getattr(position, name))
    if low <= value <= high:
        return value
    faults.add(f"bad-{name}", Sample(entity, name, str(value), f"not between {low} and {high}"))
    return None


def alert_of(entity: Any, faults: Faults) -> Alert | None:
    """An Alert; None, and counted, if it has no text or concerns nobody."""
    alert = entity.alert
    informed = tuple(_informed(selector, entity.id, faults) for selector in alert.informed_entity)
    header = _texts(alert.header_text)
    description = _texts(alert.description_text)
    if not header and not description:
        faults.add("no-text", Sample(entity.id, "header_text", "", "the alert says nothing"))
        return None
    if not informed:
        faults.add("concerns-nobody", Sample(entity.id, "informed_entity", "", "the alert concerns nobody"))
        return None
    return Alert(
        entity_id=entity.id,
        informed=informed,
        header=header,
        description=description,
        url=_texts(alert.url),
        periods=tuple(
            (p.start if p.HasField("start") else NONE, p.end if p.HasField("end") else NONE)
            for p in alert.active_period
        ),
        cause=pb.Alert.Cause.Name(alert.cause),
        effect=pb.Alert.Effect.Name(alert.effect),
        severity=pb.Alert.SeverityLevel.Name(alert.severity_level),
    )


def _informed(selector: Any, entity: str, faults: Faults) -> Informed:
    given = selector.HasField
    return Informed(
        selector.agency_id,
        selector.route_id,
        selector.route_type if given("route_type") else NONE,
        selector.direction_id if given("direction_id") else NONE,
        ref_of(selector.trip, entity, faults) if given("trip") else None,
        selector.stop_id,
    )


def _texts(translated: Any) -> dict[str, str]:
    return {t.language: t.text for t in translated.translation if t.text}
