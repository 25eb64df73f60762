"""What rides cost besides time: their fares one by one, and CO2 over the straight ways between stops."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from gtfs.model.schedule import WAYSIDE
from routing.day_network import DayNetwork
from routing.kernels.bounded import COSTS, RideCosts
from routing.modes import mode_name
from routing.network import Network
from routing.street.graph import step_m

__all__ = ["CostTables", "Costs"]

_PRICED_MAX = 400_000
"""Rides that differ in route or stops; a network with more of them is searched without prices."""
_KINDS_MAX = 8
RidePrice = Callable[[int, Sequence[int]], int | None]
"""Price of one ride by route and the stops from boarding to alighting, None where it is not known."""
GramsKm = Callable[[str], float | None]
"""CO2 that a passenger causes on a kilometre by mode, None where it is not known."""


@dataclass(frozen=True, slots=True)
class Costs:
    """For one day; `priced` tells whether fares are in it."""

    rides: RideCosts
    priced: bool


class CostTables:
    """Makes the costs of a network's days. What a ride costs is asked once; not known counts as nothing."""

    def __init__(self, network: Network, price: RidePrice | None, grams_km: GramsKm) -> None:
        self._network = network
        self._price = price
        modes = [mode_name(int(t)) for t in network.schedule.routes.types]
        self._mg_m = np.array([round(grams_km(mode) or 0.0) for mode in modes] or [0], np.int32)
        self._known: dict[tuple[int, tuple[int, ...]], int] = {}
        self._days: dict[int, tuple[DayNetwork, Costs]] = {}

    def of(self, network: DayNetwork) -> Costs:
        """Costs of a day's rides; kept for the days asked for last."""
        kept = self._days.get(id(network))
        if kept is not None and kept[0] is network:
            return kept[1]
        made = self._made(network)
        if len(self._days) >= 4:
            self._days.clear()
        self._days[id(network)] = network, made
        return made

    def _made(self, network: DayNetwork) -> Costs:
        timetable = network.forward.timetable
        lengths = np.diff(timetable.pattern_offsets)
        pattern = np.repeat(np.arange(len(lengths)), np.diff(timetable.run_offsets))
        route = self._routes(network)
        priced = self._price is not None and int((lengths.astype(np.int64) ** 2).sum()) <= _PRICED_MAX
        tables: list[np.ndarray] = [np.zeros(int(lengths.max(initial=0)) ** 2, np.int32)]
        offsets = np.zeros(len(pattern), np.int64)
        size = len(tables[0])
        kind = np.zeros(len(pattern), np.uint8)
        kinds = np.zeros(len(lengths), np.int32)
        of: dict[tuple[int, int], tuple[int, int]] = {}  # pattern, route -> offset, kind
        for run, key in enumerate(zip(pattern.tolist(), route.tolist(), strict=True)):
            if key not in of:
                entry = timetable.pattern_offsets[key[0]]
                stops = network_stops(self._network, timetable.pattern_stops[entry : entry + lengths[key[0]]])
                number = min(bin(int(kinds[key[0]])).count("1"), _KINDS_MAX - 1)
                kinds[key[0]] |= 1 << number
                of[key] = (size if priced else 0), number
                if priced:
                    tables.append(self._table(key[1], stops))
                    size += len(tables[-1])
            offsets[run], kind[run] = of[key]
        rides = RideCosts(
            offsets, np.concatenate(tables), self._metres(network, lengths), self._mg_m[route], kinds, kind,
            np.ones(COSTS, np.int32),
        )  # fmt: skip
        return Costs(rides, priced)

    def _routes(self, network: DayNetwork) -> np.ndarray:
        """Route of each day run; of a run that one stays seated in, that of its first trip."""
        runs = len(self._network.timetable.run_pattern)
        first = np.asarray(self._network.timetable.member_trip)[self._network.timetable.member_offsets[:-1]]
        routes = np.concatenate(
            (self._network.schedule.trips.route[first], [a.route for a in network.day.added])
        ).astype(np.int64)
        assert len(routes) == runs + len(network.day.added)
        return routes[network.day.run]

    def _metres(self, network: DayNetwork, lengths: np.ndarray) -> np.ndarray:
        timetable, stops = network.forward.timetable, self._network.schedule.stops
        at = network_stops(self._network, timetable.pattern_stops)
        way = np.concatenate(([0.0], np.cumsum(np.nan_to_num(step_m(stops.lat[at], stops.lon[at])))))[
            : len(at)
        ]
        starts = np.repeat(way[timetable.pattern_offsets[:-1]] if len(lengths) else way[:0], lengths)
        metres: np.ndarray = np.rint(way - starts).astype(np.int32)
        return metres

    def _table(self, route: int, stops: np.ndarray) -> np.ndarray:
        assert self._price is not None
        length = len(stops)
        table = np.zeros((length, length), np.int32)
        before, after, published = _paid_calls(self._network.schedule.stops.location_type[stops] != WAYSIDE)
        for i in range(length):
            for j in range(i + 1, length):
                paid = slice(before[i], after[j] + 1)
                ridden = tuple(stops[paid][published[paid]].tolist())
                key = route, ridden
                if key not in self._known:
                    self._known[key] = self._price(route, ridden) or 0
                table[i, j] = self._known[key]
        return table.ravel()


def _paid_calls(published: np.ndarray) -> tuple[list[int], list[int], np.ndarray]:
    """For each call the stop from which, and the stop to which, a ride is paid: others are waysides."""
    at = np.arange(len(published))
    before = np.maximum.accumulate(np.where(published, at, 0))
    after = np.minimum.accumulate(np.where(published, at, len(at) - 1)[::-1])[::-1]
    return before.tolist(), after.tolist(), published


def network_stops(network: Network, search_stops: np.ndarray) -> np.ndarray:
    """The stops that search stops stand for."""
    stops: np.ndarray = np.asarray(network.splits.stop_of)[search_stops]
    return stops
