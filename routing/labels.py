"""What things are called in one language: looked up in the feeds' translations once, then kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gtfs.model.schedule import NONE, Schedule
from routing.journey import LegEnd
from routing.modes import mode_name

__all__ = ["Labels", "LineLabel"]


@dataclass(frozen=True, slots=True)
class LineLabel:
    """A line as riders know it."""

    mode: str
    route_id: str
    name: str
    color: str
    agency_name: str


class Labels:
    """Names of stops, lines and headsigns of a schedule; `stop_of`: search stop -> stop. Thread-safe."""

    def __init__(self, schedule: Schedule, stop_of: npt.NDArray[np.int32], lang: str) -> None:
        self._schedule = schedule
        self._stop_of = stop_of
        self._lang = lang
        self._stops: list[LegEnd | None] = [None] * len(stop_of)
        self._lines: dict[int, LineLabel] = {}

    def stop(self, stop: int) -> LegEnd:
        """A search stop as the end of a leg."""
        return self._stops[stop] or self._new_stop(stop)

    def stops(self, stops: Iterable[int]) -> list[LegEnd]:
        """Search stops as ends of legs."""
        known = self._stops
        return [known[stop] or self._new_stop(stop) for stop in stops]

    def line(self, route: int) -> LineLabel:
        """A route of the schedule."""
        return self._lines.get(route) or self._new_line(route)

    def headsign(self, trip: int, row: int) -> str:
        """What a trip of the schedule shows at a call, given by its row."""
        schedule = self._schedule
        shown = schedule.stop_times.headsigns.get(row, "") or schedule.trips.headsigns[trip]
        return schedule.translated("trips", "trip_headsign", schedule.trips.ids[trip], self._lang, shown)

    def _new_stop(self, search_stop: int) -> LegEnd:
        stops, stop = self._schedule.stops, int(self._stop_of[search_stop])
        stop_id = stops.ids[stop]
        name = self._schedule.translated("stops", "stop_name", stop_id, self._lang, stops.names[stop])
        end = LegEnd(
            name, float(stops.lat[stop]), float(stops.lon[stop]), stop_id, stops.platform_codes[stop]
        )
        self._stops[search_stop] = end
        return end

    def _new_line(self, route: int) -> LineLabel:
        schedule, routes = self._schedule, self._schedule.routes
        long_name = schedule.translated(
            "routes", "route_long_name", routes.ids[route], self._lang, routes.long_names[route]
        )
        made = LineLabel(
            mode_name(int(routes.types[route])),
            routes.ids[route],
            routes.short_names[route] or long_name,
            routes.colors[route],
            self._agency(int(routes.agency[route])),
        )
        self._lines[route] = made
        return made

    def _agency(self, agency: int) -> str:
        if agency == NONE:
            return ""
        agencies = self._schedule.agencies
        return self._schedule.translated(
            "agency", "agency_name", agencies.ids[agency], self._lang, agencies.names[agency]
        )
