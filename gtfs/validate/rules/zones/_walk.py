"""`locations.geojson` from the outside in: its shape as JSON, its features, their geometry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from gtfs.validate.context import Context
from gtfs.validate.notice import Kind, Report
from gtfs.validate.zones import Feature, Zones

FILE = "locations.geojson"
WHY_EN = "Riders in the zone are not offered the service."
WHY_JA = "区域の利用者にサービスが案内されません。"
_ROOT = {"type", "features"}
_FEATURE = {"type", "id", "properties", "geometry"}
_PROPERTIES = {"stop_name", "stop_desc"}
_AREAS = ("Polygon", "MultiPolygon")


class Fault(NamedTuple):
    """One finding of the walk: its code, the element, the value, and what else is to be said."""

    code: str
    field: str = ""
    value: object = ""
    more: str = ""


def faults(context: Context) -> dict[str, list[Fault]]:
    """All findings by code."""
    found: dict[str, list[Fault]] = {}
    for fault in _file(context.zones) if context.zones.exists else ():
        found.setdefault(fault.code, []).append(fault)
    return found


def report_faults(context: Context, report: Report, kind: Kind) -> None:
    """Findings of one code."""
    for fault in context.fact(faults).get(kind.code, ()):
        report.add(kind, FILE, field=fault.field, value=fault.value, reason=fault.more)


def _file(zones: Zones) -> Iterator[Fault]:
    if zones.broken:
        yield Fault("malformed_json", more=zones.broken)
        return
    for key in zones.repeated:
        yield Fault("geo_json_duplicated_element", key)
    root = zones.root
    if not isinstance(root, dict) or root.get("type") != "FeatureCollection":
        found = root.get("type", "") if isinstance(root, dict) else type(root).__name__
        code = "missing_required_element" if found == "" else "unsupported_geo_json_type"
        yield Fault(code, "type", found)
        return
    for key in root.keys() - _ROOT:
        yield Fault("geo_json_unknown_element", key)
    if not isinstance(root.get("features"), list):
        yield Fault("missing_required_element", "features")
        return
    for index, body in enumerate(root["features"]):
        if not isinstance(body, dict):
            yield Fault("unsupported_feature_type", f"features[{index}]", type(body).__name__)
    first: dict[str, int] = {}
    for feature in zones.features:
        if feature.id and first.setdefault(feature.id, feature.index) != feature.index:
            yield Fault("duplicate_geo_json_key", "id", feature.id, str(first[feature.id]))
        yield from _feature(feature)


def _feature(feature: Feature) -> Iterator[Fault]:
    body, where = feature.body, f"features[{feature.index}]"
    for key in sorted(_FEATURE - body.keys()):
        yield Fault("missing_required_element", f"{where}.{key}", feature.id)
    for key in sorted(body.keys() - _FEATURE):
        yield Fault("geo_json_unknown_element", f"{where}.{key}", feature.id)
    if body.get("type", "Feature") != "Feature":
        yield Fault("unsupported_feature_type", f"{where}.type", body["type"])
    properties = body.get("properties")
    for key in sorted(properties.keys() - _PROPERTIES) if isinstance(properties, dict) else ():
        yield Fault("geo_json_unknown_element", f"{where}.properties.{key}", feature.id)
    if isinstance(body.get("geometry"), dict):
        yield from _geometry(body["geometry"], f"{where}.geometry", feature.id)
    elif "geometry" in body:
        yield Fault("missing_required_element", f"{where}.geometry", feature.id)


def _geometry(geometry: dict[str, Any], where: str, name: str) -> Iterator[Fault]:
    for key in ("type", "coordinates"):
        if key not in geometry:
            yield Fault("missing_required_element", f"{where}.{key}", name)
            return
    if geometry["type"] not in _AREAS:
        yield Fault("unsupported_geometry_type", f"{where}.type", geometry["type"])
        return
    reason = _reason(geometry)
    if reason:
        yield Fault("invalid_geometry", f"{where}.coordinates", name, reason)


def _reason(geometry: dict[str, Any]) -> str:
    """Why an area is not valid by OpenGIS Simple Features; empty if it is."""
    from shapely import is_valid_reason
    from shapely.errors import ShapelyError
    from shapely.geometry import shape

    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    if not isinstance(polygons, list) or not polygons:
        return "no coordinates"
    for rings in polygons:
        for ring in rings if isinstance(rings, list) and rings else [None]:
            if not isinstance(ring, list) or len(ring) < 4:
                return "a ring needs four positions"
            if ring[0] != ring[-1]:
                return "a ring is not closed"
    try:
        area = shape(geometry)
    except (TypeError, ValueError, AttributeError, IndexError, ShapelyError) as error:
        return str(error)[:100] or "coordinates cannot be read"
    return "" if area.is_valid else str(is_valid_reason(area))
