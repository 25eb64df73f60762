"""GBFS 3.0: every text in all languages, instants as RFC 3339 (gbfs.mobilitydata.org, v3.0)."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import Any

from gtfs.gbfs.model import Plan, Rule, Station, StationStatus, System, SystemAlert, Texts, Vehicle, Zone

__all__ = ["VERSION", "closed", "files", "instant", "minutes"]

VERSION = "3.0"
Data = dict[str, Any]


def files(system: System) -> dict[str, Data]:
    """File name without `.json` -> its `data`; discovery (`gbfs`) is made by `feeds`."""
    found: dict[str, Data] = {
        "system_information": _information(system),
        "vehicle_types": {"vehicle_types": [_type(system, k) for k in range(len(system.types))]},
        "system_alerts": {"alerts": [_alert(system, alert) for alert in system.alerts]},
    }
    if system.stations:
        found["station_information"] = {"stations": [_station(system, s) for s in system.stations]}
        found["station_status"] = {"stations": [_status(s) for s in system.status]}
    if system.vehicles is not None:
        found["vehicle_status"] = {"vehicles": [_vehicle(v) for v in system.vehicles]}
    if system.plans:
        found["system_pricing_plans"] = {"plans": [_plan(system, k) for k in range(len(system.plans))]}
    if system.zones:
        found["geofencing_zones"] = {
            "geofencing_zones": {
                "type": "FeatureCollection",
                "features": [_zone(system, zone) for zone in system.zones],
            },
            "global_rules": [] if system.elsewhere is None else [_rule(system.elsewhere)],
        }
    return found


def instant(at_s: int) -> str:
    """RFC 3339 in UTC."""
    return datetime.fromtimestamp(at_s, UTC).isoformat().replace("+00:00", "Z")


def _texts(system: System, texts: Texts) -> list[dict[str, str]]:
    return [{"text": texts[tag], "language": tag} for tag in system.languages if texts.get(tag)] or [
        {"text": next(iter(texts.values())), "language": system.languages[0]}
    ]


def _information(system: System) -> Data:
    data: Data = {
        "system_id": system.id,
        "languages": list(system.languages),
        "name": _texts(system, system.name),
        "opening_hours": system.opening_hours,
        "feed_contact_email": system.contact,
        "timezone": system.timezone,
    }
    if system.operator:
        data["operator"] = _texts(system, system.operator)
    licence = system.licence
    data["license_id"] = licence.spdx  # an address belongs to terms that are no standard licence
    if licence.attribution:
        data["attribution_organization_name"] = _texts(system, licence.attribution)
    if licence.attribution_url:
        data["attribution_url"] = licence.attribution_url
    return data


def _type(system: System, k: int) -> Data:
    kind = system.types[k]
    return {
        "vehicle_type_id": kind.id, "form_factor": kind.form_factor, "propulsion_type": kind.propulsion,
        "name": _texts(system, kind.name),
        **_given("max_range_meters", kind.range_m), **_given("rider_capacity", kind.rider_capacity),
        **_given("max_permitted_speed", kind.speed_kmh_max),
        **_given("return_constraint", kind.return_constraint),
        **_given("default_pricing_plan_id", kind.plan_id),
        **({} if kind.plan_id is None else {"pricing_plan_ids": [kind.plan_id]}),
    }  # fmt: skip


def _station(system: System, station: Station) -> Data:
    return {
        "station_id": station.id, "name": _texts(system, station.name), "lat": station.lat,
        "lon": station.lon, "capacity": station.capacity, "is_charging_station": station.charging,
    }  # fmt: skip


def _status(status: StationStatus) -> Data:
    return {
        "station_id": status.id, "num_vehicles_available": sum(status.vehicles.values()),
        "vehicle_types_available": [
            {"vehicle_type_id": kind, "count": count} for kind, count in sorted(status.vehicles.items())
        ],
        "num_vehicles_disabled": status.disabled, "num_docks_available": status.docks_free,
        "is_installed": True, "is_renting": True, "is_returning": True,
        "last_reported": instant(status.reported_s),
    }  # fmt: skip


def _vehicle(vehicle: Vehicle) -> Data:
    return {
        "vehicle_id": vehicle.id, "vehicle_type_id": vehicle.type_id, "lat": vehicle.lat, "lon": vehicle.lon,
        "is_reserved": vehicle.reserved, "is_disabled": vehicle.disabled,
        "last_reported": instant(vehicle.reported_s),
        **_given("current_range_meters", vehicle.range_m),
        **_given("current_fuel_percent", vehicle.charge_share), **_given("station_id", vehicle.station_id),
    }  # fmt: skip


def _plan(system: System, k: int) -> Data:
    plan = system.plans[k]
    return {
        "plan_id": plan.id, "name": _texts(system, plan.name), "currency": plan.currency,
        "price": plan.price, "is_taxable": False, "description": _texts(system, plan.description),
        **minutes(plan),
    }  # fmt: skip


def minutes(plan: Plan) -> Data:
    """What a use costs beyond its price."""
    if not plan.rate:
        return {}
    span = {"start": plan.from_min, "rate": plan.rate, "interval": plan.every_min}
    return {"per_min_pricing": [span]}


def _alert(system: System, alert: SystemAlert) -> Data:
    times = {} if alert.since_s is None else {"start": instant(alert.since_s)}
    if times and alert.until_s is not None:
        times["end"] = instant(alert.until_s)
    return {
        "alert_id": alert.id, "type": alert.kind, "summary": _texts(system, alert.summary),
        "description": _texts(system, alert.description), "last_updated": instant(system.at_s),
        **({"times": [times]} if times else {}),
        **({"station_ids": list(alert.station_ids)} if alert.station_ids else {}),
    }  # fmt: skip


def _zone(system: System, zone: Zone) -> Data:
    return {
        "type": "Feature",
        "geometry": {"type": "MultiPolygon", "coordinates": [[closed(zone)]]},
        "properties": {"name": _texts(system, zone.name), "rules": [_rule(zone.rule)]},
    }


def closed(zone: Zone) -> list[list[float]]:
    """The ring as GeoJSON wants it: anticlockwise, and the first corner again at the end."""
    ring = [list(corner) for corner in zone.ring]
    if ring[0] != ring[-1]:
        ring.append(ring[0])
    area = sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(ring))
    return ring if area > 0 else ring[::-1]


def _rule(rule: Rule) -> Data:
    return {
        "ride_start_allowed": rule.start, "ride_end_allowed": rule.end,
        "ride_through_allowed": rule.through, **_given("maximum_speed_kph", rule.speed_kmh_max),
    }  # fmt: skip


def _given(name: str, value: object) -> Data:
    return {} if value is None else {name: value}
