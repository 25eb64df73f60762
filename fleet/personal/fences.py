"""Where devices may drive and stand, and how fast."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from math import cos, hypot, radians
from zoneinfo import ZoneInfo

import shapely

from fleet.dispatch.hours import service_day_start_s
from fleet.model.devices import Base, DeviceService, Fence, ParkingPlace
from fleet.personal.ports import Position

__all__ = ["LEAVE_S", "Fences", "metres"]

M_PER_DEG = 111_320.0
LEAVE_S = 1200
"""A fence that begins within this time is kept out of already, and left: so long may a drive take."""
_TOUCH_M = 3.0
"""A device this near to a parking place stands in it."""


class Fences:
    """The zone, its fences and its parking places."""

    def __init__(self, service: DeviceService) -> None:
        self._service = service
        self._zone = shapely.Polygon(service.zone)
        self._places: list[ParkingPlace | Base] = [*service.parking, *service.bases]
        self._shapes = {fence.id: shapely.Polygon(fence.polygon) for fence in service.fences}
        self._timezone = ZoneInfo(service.timezone)
        self._hours = {fence.id: fence.hours() for fence in service.fences}
        for shape in (self._zone, *self._shapes.values()):
            shapely.prepare(shape)

    def barred(self, at_s: int, leaving: Position | None = None) -> frozenset[str]:
        """The no-entry fences that hold at an instant or will within `LEAVE_S`, the time of a drive.

        Unmanned devices keep out of them; one that is `leaving` from inside of a fence may do so.
        """
        return frozenset(
            fence.id
            for fence in self._service.fences
            if fence.rule == "no_entry"
            and (self.holds(fence, at_s) or self.holds(fence, at_s + LEAVE_S))
            and not (leaving and shapely.contains_xy(self._shapes[fence.id], leaving[1], leaving[0]))
        )

    def may_enter(self, lat: float, lon: float, at_s: int) -> str:
        """Empty if a device may be here at an instant, else why not."""
        if not shapely.contains_xy(self._zone, lon, lat):
            return "outside the zone"
        for fence in self._inside(lat, lon, at_s):
            if fence.rule == "no_entry":
                return f"devices may not enter {fence.id}{_when(fence)}"
        return ""

    def ruled_out(self, lat: float, lon: float, at_s: int) -> str:
        """Empty if devices may stand here at an instant as far as zone and fences go, else why not."""
        refused = self.may_enter(lat, lon, at_s)
        if refused:
            return refused
        for fence in self._inside(lat, lon, at_s):
            if fence.rule == "no_parking":
                return f"no parking in {fence.id}{_when(fence)}"
        return ""

    def clears_up(self, lat: float, lon: float) -> bool:
        """Whether some fence here holds by hour only."""
        return any(
            f.by_hour and f.rule != "slow" and shapely.contains_xy(self._shapes[f.id], lon, lat)
            for f in self._service.fences
        )

    def may_park(self, lat: float, lon: float, others: list[Position], at_s: int) -> str:
        """Empty if a device may be left here among `others` that stand, else why not.

        Anywhere in the zone outside the no-parking fences: alone beside the way, or within a parking place.
        """
        refused = self.ruled_out(lat, lon, at_s)
        if refused:
            return refused
        for place in self._places:
            if metres(lat, lon, place.lat, place.lon) <= 4 * _TOUCH_M:
                there = sum(metres(place.lat, place.lon, *other) <= 4 * _TOUCH_M for other in others)
                return "" if there < place.capacity else f"parking place {place.id} is full"
        if any(metres(lat, lon, *other) < _TOUCH_M for other in others):
            return "another device stands here; two abreast block the way"
        return ""

    def nearest_parking(
        self, lat: float, lon: float, others: list[Position], at_s: int
    ) -> tuple[str, Position] | None:
        """The nearest parking place or base with room."""
        places = sorted(self._places, key=lambda p: metres(lat, lon, p.lat, p.lon))
        for place in places:
            if not self.may_park(place.lat, place.lon, others, at_s):
                return place.id, (place.lat, place.lon)
        return None

    def speed_kmh(self, lat: float, lon: float, usual_kmh: float, at_s: int) -> float:
        """The speed allowed here at an instant."""
        limits = [f.speed_kmh for f in self._inside(lat, lon, at_s) if f.rule == "slow"]
        return float(min([usual_kmh, *limits]))

    def seconds(self, line: list[Position], usual_kmh: float, at_s: int) -> int:
        """How long a way that begins at an instant takes under the speed limits along it."""
        if len(line) < 2:
            return 0
        total = 0.0
        for (lat, lon), (lat_to, lon_to) in itertools.pairwise(line):
            far = metres(lat, lon, lat_to, lon_to)
            slow = self.speed_kmh((lat + lat_to) / 2, (lon + lon_to) / 2, usual_kmh, at_s + int(total))
            total += far / (slow / 3.6)
        return int(total + 0.999)

    def _inside(self, lat: float, lon: float, at_s: int) -> list[Fence]:
        return [
            f for f in self._service.fences
            if shapely.contains_xy(self._shapes[f.id], lon, lat) and self.holds(f, at_s)
        ]  # fmt: skip

    def holds(self, fence: Fence, at_s: int) -> bool:
        """Whether a fence is in force: on its weekdays, within its hours, which may pass midnight."""
        if not fence.by_hour:
            return True
        begins, ends = self._hours[fence.id]
        today = datetime.fromtimestamp(at_s, self._timezone).date()
        for day in (today - timedelta(days=1), today):
            start_s = service_day_start_s(day, self._timezone)
            on_day = not fence.weekdays or day.weekday() in fence.weekdays
            if on_day and start_s + begins <= at_s < start_s + ends:
                return True
        return False


def _when(fence: Fence) -> str:
    """The hours of a fence, for people."""
    if not (fence.valid_from or fence.valid_until):
        return ""
    return f" from {fence.valid_from or '00:00'} until {fence.valid_until or '24:00'}"


def metres(lat: float, lon: float, lat_to: float, lon_to: float) -> float:
    """Straight distance of two near points."""
    return hypot(lat_to - lat, (lon_to - lon) * cos(radians(lat))) * M_PER_DEG
