"""GBFS 2.3: one file a language, POSIX instants (gbfs.mobilitydata.org, v2.3)."""

from __future__ import annotations

from typing import Any

from gtfs.gbfs.model import Rule, System, SystemAlert, Zone, text_in
from gtfs.gbfs.v3 import closed, minutes

__all__ = ["VERSION", "files"]

VERSION = "2.3"
Data = dict[str, Any]


def files(system: System, language: str) -> dict[str, Data]:
    """File name without `.json` -> its `data` in a language; discovery (`gbfs`) is made by `feeds`."""
    found: dict[str, Data] = {
        "system_information": _information(system, language),
        "vehicle_types": {"vehicle_types": _types(system, language)},
        "system_alerts": {"alerts": [_alert(system, alert, language) for alert in system.alerts]},
    }
    if system.stations:
        found["station_information"] = {"stations": _stations(system, language)}
        found["station_status"] = {"stations": _status(system)}
    if system.vehicles is not None:
        found["free_bike_status"] = {"bikes": _bikes(system)}
    if system.plans:
        found["system_pricing_plans"] = {"plans": _plans(system, language)}
    if system.zones:
        found["geofencing_zones"] = {
            "geofencing_zones": {
                "type": "FeatureCollection",
                "features": [_zone(zone, language) for zone in system.zones],
            }
        }
    return found


def _information(system: System, language: str) -> Data:
    data: Data = {
        "system_id": system.id,
        "language": language,
        "name": text_in(system.name, language),
        "timezone": system.timezone,
        "feed_contact_email": system.contact,
    }
    if system.operator:
        data["operator"] = text_in(system.operator, language)
    data["license_url"] = system.licence.url
    return data


def _types(system: System, language: str) -> list[Data]:
    return [
        {
            "vehicle_type_id": kind.id, "form_factor": kind.form_factor, "propulsion_type": kind.propulsion,
            "name": text_in(kind.name, language),
            **_given("max_range_meters", kind.range_m), **_given("rider_capacity", kind.rider_capacity),
            **_given("max_permitted_speed", kind.speed_kmh_max),
            **_given("return_constraint", kind.return_constraint),
            **_given("default_pricing_plan_id", kind.plan_id),
            **({} if kind.plan_id is None else {"pricing_plan_ids": [kind.plan_id]}),
        }
        for kind in system.types
    ]  # fmt: skip


def _stations(system: System, language: str) -> list[Data]:
    return [
        {
            "station_id": s.id, "name": text_in(s.name, language), "lat": s.lat, "lon": s.lon,
            "capacity": s.capacity, "is_charging_station": s.charging,
        }
        for s in system.stations
    ]  # fmt: skip


def _status(system: System) -> list[Data]:
    return [
        {
            "station_id": s.id, "num_bikes_available": sum(s.vehicles.values()),
            "vehicle_types_available": [
                {"vehicle_type_id": kind, "count": count} for kind, count in sorted(s.vehicles.items())
            ],
            "num_bikes_disabled": s.disabled, "num_docks_available": s.docks_free,
            "is_installed": True, "is_renting": True, "is_returning": True, "last_reported": s.reported_s,
        }
        for s in system.status
    ]  # fmt: skip


def _bikes(system: System) -> list[Data]:
    return [
        {
            "bike_id": v.id, "vehicle_type_id": v.type_id, "lat": v.lat, "lon": v.lon,
            "is_reserved": v.reserved, "is_disabled": v.disabled, "last_reported": v.reported_s,
            **_given("current_range_meters", v.range_m), **_given("current_fuel_percent", v.charge_share),
            **_given("station_id", v.station_id),
        }
        for v in system.vehicles or ()
    ]  # fmt: skip


def _plans(system: System, language: str) -> list[Data]:
    return [
        {
            "plan_id": plan.id, "name": text_in(plan.name, language), "currency": plan.currency,
            "price": plan.price, "is_taxable": False, "description": text_in(plan.description, language),
            **minutes(plan),
        }
        for plan in system.plans
    ]  # fmt: skip


def _alert(system: System, alert: SystemAlert, language: str) -> Data:
    times = {**_given("start", alert.since_s), **_given("end", alert.until_s)}
    return {
        "alert_id": alert.id, "type": alert.kind, "summary": text_in(alert.summary, language),
        "description": text_in(alert.description, language), "last_updated": system.at_s,
        **({"times": [times]} if alert.since_s is not None else {}),
        **({"station_ids": list(alert.station_ids)} if alert.station_ids else {}),
    }  # fmt: skip


def _zone(zone: Zone, language: str) -> Data:
    return {
        "type": "Feature",
        "geometry": {"type": "MultiPolygon", "coordinates": [[closed(zone)]]},
        "properties": {"name": text_in(zone.name, language), "rules": [_rule(zone.rule)]},
    }


def _rule(rule: Rule) -> Data:
    """2.3 has one word for beginning and ending a ride."""
    return {
        "ride_allowed": rule.start and rule.end, "ride_through_allowed": rule.through,
        **_given("maximum_speed_kph", rule.speed_kmh_max),
    }  # fmt: skip


def _given(name: str, value: object) -> Data:
    return {} if value is None else {name: value}
