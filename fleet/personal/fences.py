"""Where devices may drive and stand, and how fast."""

from __future__ import annotations

import itertools
from math import cos, hypot, radians

import shapely

from fleet.model.devices import Base, DeviceService, Fence, ParkingPlace
from fleet.personal.ports import Position

__all__ = ["Fences", "metres"]

M_PER_DEG = 111_320.0
_TOUCH_M = 3.0
"""A device this near to a parking place stands in it."""


class Fences:
    """The zone, its fences and its parking places."""

    def __init__(self, service: DeviceService) -> None:
        self._service = service
        self._zone = shapely.Polygon(service.zone)
        self._places: list[ParkingPlace | Base] = [*service.parking, *service.bases]
        self._shapes = {fence.id: shapely.Polygon(fence.polygon) for fence in service.fences}
        for shape in (self._zone, *self._shapes.values()):
            shapely.prepare(shape)

    def may_enter(self, lat: float, lon: float) -> str:
        """Empty if a device may be here, else why not."""
        if not shapely.contains_xy(self._zone, lon, lat):
            return "outside the zone"
        for fence in self._inside(lat, lon):
            if fence.rule == "no_entry":
                return f"devices may not enter {fence.id}"
        return ""

    def may_park(self, lat: float, lon: float, others: list[Position]) -> str:
        """Empty if a device may be left here among `others` that stand, else why not.

        Anywhere in the zone outside the no-parking fences: alone beside the way, or within a parking place.
        """
        refused = self.may_enter(lat, lon)
        if refused:
            return refused
        for fence in self._inside(lat, lon):
            if fence.rule == "no_parking":
                return f"no parking in {fence.id}"
        for place in self._places:
            if metres(lat, lon, place.lat, place.lon) <= 4 * _TOUCH_M:
                there = sum(metres(place.lat, place.lon, *other) <= 4 * _TOUCH_M for other in others)
                return "" if there < place.capacity else f"parking place {place.id} is full"
        if any(metres(lat, lon, *other) < _TOUCH_M for other in others):
            return "another device stands here; two abreast block the way"
        return ""

    def nearest_parking(self, lat: float, lon: float, others: list[Position]) -> tuple[str, Position] | None:
        """The nearest parking place or base with room."""
        places = sorted(self._places, key=lambda p: metres(lat, lon, p.lat, p.lon))
        for place in places:
            if not self.may_park(place.lat, place.lon, others):
                return place.id, (place.lat, place.lon)
        return None

    def speed_kmh(self, lat: float, lon: float, usual_kmh: float) -> float:
        """The speed allowed here."""
        limits = [f.speed_kmh for f in self._inside(lat, lon) if f.rule == "slow"]
        return float(min([usual_kmh, *limits]))

    def seconds(self, line: list[Position], usual_kmh: float) -> int:
        """How long a way takes under the speed limits along it."""
        if len(line) < 2:
            return 0
        total = 0.0
        for (lat, lon), (lat_to, lon_to) in itertools.pairwise(line):
            far = metres(lat, lon, lat_to, lon_to)
            slow = self.speed_kmh((lat + lat_to) / 2, (lon + lon_to) / 2, usual_kmh)
            total += far / (slow / 3.6)
        return int(total + 0.999)

    def _inside(self, lat: float, lon: float) -> list[Fence]:
        return [f for f in self._service.fences if shapely.contains_xy(self._shapes[f.id], lon, lat)]


def metres(lat: float, lon: float, lat_to: float, lon_to: float) -> float:
    """Straight distance of two near points."""
    return hypot(lat_to - lat, (lon_to - lon) * cos(radians(lat))) * M_PER_DEG
