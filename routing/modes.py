"""What a route_type is called."""

from __future__ import annotations

_BASIC_MODES = (
    "tram", "subway", "rail", "bus", "ferry", "cable_tram", "gondola", "funicular",
)  # fmt: skip
_EXTENDED_MODES = {
    1: "rail", 2: "coach", 4: "subway", 5: "subway", 6: "subway", 7: "bus", 8: "trolleybus", 9: "tram",
    10: "ferry", 11: "air", 12: "ferry", 13: "gondola", 14: "funicular", 15: "taxi", 17: "other",
}  # fmt: skip


def mode_name(route_type: int) -> str:
    """The mode of a basic or extended GTFS route_type."""
    if route_type < len(_BASIC_MODES):
        return _BASIC_MODES[route_type]
    if route_type in (11, 12):
        return "trolleybus" if route_type == 11 else "monorail"
    if route_type == 405:
        return "monorail"
    return _EXTENDED_MODES.get(route_type // 100, "other")
