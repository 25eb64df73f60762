"""`locations.geojson`: its shape as JSON, its features, their geometry."""

from __future__ import annotations

from typing import Any

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, INFO, kind
from gtfs.validate.zones import Feature

_WHY_EN, _WHY_JA = (
    "Riders in the zone are not offered the service.",
    "区域の利用者にサービスが案内されません。",
)

MALFORMED = kind(
    "malformed_json",
    ERROR,
    ("the file is no JSON: {reason}", _WHY_EN, "Correct the place named, or export the file again."),
    ("JSON として読めません: {reason}", _WHY_JA, "示された箇所を直すか、書き出し直してください。"),
)
TYPE = kind(
    "unsupported_geo_json_type",
    ERROR,
    ("the file must be a FeatureCollection", _WHY_EN, "Put the features into one FeatureCollection."),
    ("FeatureCollection でなければなりません", _WHY_JA, "全体を一つの FeatureCollection にしてください。"),
)
FEATURE = kind(
    "unsupported_feature_type",
    ERROR,
    ("each feature must be of type Feature", _WHY_EN, 'Write "type": "Feature".'),
    ("各要素の type は Feature でなければなりません", _WHY_JA, '"type": "Feature" と書いてください。'),
)
GEOMETRY = kind(
    "unsupported_geometry_type",
    ERROR,
    ("a zone must be a Polygon or MultiPolygon", _WHY_EN, "Draw the zone as an area."),
    ("区域は Polygon か MultiPolygon でなければなりません", _WHY_JA, "区域を面として描いてください。"),
)
INVALID = kind(
    "invalid_geometry",
    ERROR,
    (
        "the polygon is not valid: {reason}",
        "Apps disagree on who is inside the zone.",
        "Redraw the outline so that it closes and does not cross itself.",
    ),
    (
        "ポリゴンが正しくありません: {reason}",
        "区域の内外がアプリによって異なります。",
        "輪郭を閉じ、交差しないように描き直してください。",
    ),
)
MISSING = kind(
    "missing_required_element",
    ERROR,
    ("{field} is missing", _WHY_EN, "Add it."),
    ("{field} がありません", _WHY_JA, "追加してください。"),
)
UNKNOWN = kind(
    "geo_json_unknown_element",
    INFO,
    (
        "GTFS knows no element {field} here",
        "Riders never see what it holds.",
        "Correct the name, or keep it if a consumer of yours reads it.",
    ),
    (
        "ここに {field} という要素は GTFS にありません",
        "内容は利用者に届きません。",
        "名前を直してください。独自の利用者がいるなら残して構いません。",
    ),
)
TWICE = kind(
    "geo_json_duplicated_element",
    ERROR,
    (
        "an object has the element {field} twice; the first is used",
        "Apps may read the other one than you meant.",
        "Keep one of the two.",
    ),
    (
        "要素 {field} が重複しています(最初のものを使用)",
        "アプリが意図しない方を読むおそれがあります。",
        "一つだけ残してください。",
    ),
)
KEY = kind(
    "duplicate_geo_json_key", ERROR,
    ("feature {first} has this id already", "The service is offered in one of the two zones only.", "Give each feature an id of its own."),
    ("{first} 番目の要素と id が重複しています", "片方の区域でしかサービスが案内されません。", "要素ごとに別の id を付けてください。"),
)  # fmt: skip
KINDS = (MALFORMED, TYPE, FEATURE, GEOMETRY, INVALID, MISSING, UNKNOWN, TWICE, KEY)
FILE = "locations.geojson"
_ROOT = {"type", "features"}
_FEATURE = {"type", "id", "properties", "geometry"}
_PROPERTIES = {"stop_name", "stop_desc"}
_AREAS = ("Polygon", "MultiPolygon")


def check(context: Context, report: Report) -> None:
    """The file from the outside in."""
    zones = context.zones
    if not zones.exists:
        return
    if zones.broken:
        report.add(MALFORMED, FILE, reason=zones.broken)
        return
    for key in zones.repeated:
        report.add(TWICE, FILE, field=key)
    root = zones.root
    if not isinstance(root, dict) or root.get("type") != "FeatureCollection":
        found = root.get("type", "") if isinstance(root, dict) else type(root).__name__
        report.add(MISSING if found == "" else TYPE, FILE, field="type", value=found)
        return
    for key in root.keys() - _ROOT:
        report.add(UNKNOWN, FILE, field=key)
    if not isinstance(root.get("features"), list):
        report.add(MISSING, FILE, field="features")
        return
    for index, body in enumerate(root["features"]):
        if not isinstance(body, dict):
            report.add(FEATURE, FILE, field=f"features[{index}]", value=type(body).__name__)
    first: dict[str, int] = {}
    for feature in zones.features:
        if feature.id and first.setdefault(feature.id, feature.index) != feature.index:
            report.add(KEY, FILE, field="id", value=feature.id, first=first[feature.id])
        _feature(report, feature)


def _feature(report: Report, feature: Feature) -> None:
    body, where = feature.body, f"features[{feature.index}]"
    for key in sorted(_FEATURE - body.keys()):
        report.add(MISSING, FILE, field=f"{where}.{key}", value=feature.id)
    for key in sorted(body.keys() - _FEATURE):
        report.add(UNKNOWN, FILE, field=f"{where}.{key}", value=feature.id)
    if body.get("type", "Feature") != "Feature":
        report.add(FEATURE, FILE, field=f"{where}.type", value=body["type"])
    properties = body.get("properties")
    for key in sorted(properties.keys() - _PROPERTIES) if isinstance(properties, dict) else ():
        report.add(UNKNOWN, FILE, field=f"{where}.properties.{key}", value=feature.id)
    if isinstance(body.get("geometry"), dict):
        _geometry(report, body["geometry"], f"{where}.geometry", feature.id)
    elif "geometry" in body:
        report.add(MISSING, FILE, field=f"{where}.geometry", value=feature.id)


def _geometry(report: Report, geometry: dict[str, Any], where: str, name: str) -> None:
    for key in ("type", "coordinates"):
        if key not in geometry:
            report.add(MISSING, FILE, field=f"{where}.{key}", value=name)
            return
    if geometry["type"] not in _AREAS:
        report.add(GEOMETRY, FILE, field=f"{where}.type", value=geometry["type"])
        return
    reason = _fault(geometry)
    if reason:
        report.add(INVALID, FILE, field=f"{where}.coordinates", value=name, reason=reason)


def _fault(geometry: dict[str, Any]) -> str:
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
