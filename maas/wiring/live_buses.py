"""The buses of an area's line operators: what they say of themselves, matched to trips and predicted.

Where the area is simulated, buses run its timetable with the luck of `gtfs.realtime.avl.simulate` and speak
through the same intake as real ones.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from fleet.vehicles.buses import Bus, load_buses
from fleet.vehicles.intake import Intake
from fleet.vehicles.telemetry import Kind, LiveState, Message
from gtfs.realtime.apply import Timetable
from gtfs.realtime.avl.learn import Learned
from gtfs.realtime.avl.match import Fix, Matcher, Report
from gtfs.realtime.avl.predict import Predicted, Predictor
from gtfs.realtime.avl.simulate import Run, World
from gtfs.realtime.model import Alert, TripRef, VehiclePosition
from gtfs.schedule.reader import read_feed
from gtfs.schedule.typed import to_schedule
from maas.area.open import Area
from maas.area.operations import BUSES
from maas.bridges.open_status import CallTold, TripTold
from maas.wiring.spots import bearing

__all__ = ["LiveBuses", "buses_of", "open_buses"]

_BELIEVED = 0.6
"""A guessed trip is published from this confidence on."""
_SILENT_S = 300
_TWIN = "twin"
_TWIN_EVERY_S = 5.0
_SAVE_EVERY_S = 600.0
_BUS_TYPES = frozenset((3, *range(700, 720)))


def buses_of(area: Area) -> tuple[Bus, ...]:
    """The buses of an area; none where its operators have none of their own."""
    path = area.folder / BUSES
    return load_buses(path) if path.exists() else ()


def timetable_of(area: Area) -> Path | None:
    """The feed that the buses run: the area's own, or the only one that it was built from."""
    feeds = sorted((area.folder / "feeds").glob("*.zip"))
    own = [path for path in feeds if path.stem == area.manifest.id]
    return own[0] if own else feeds[0] if len(feeds) == 1 else None


def open_buses(
    area: Area, cache: Path, intake: Intake, *, simulate: bool, clock: Callable[[], float]
) -> LiveBuses | None:
    """The buses of an area, which run the timetable that it was built from; None if there are none."""
    buses, feed = buses_of(area), timetable_of(area)
    if not buses or feed is None:
        return None
    cache.mkdir(parents=True, exist_ok=True)
    seed = area.manifest.simulation_seed if simulate and area.manifest.simulated_riders else None
    learned = cache / f"{area.manifest.id}-travel-times.msgpack"
    return LiveBuses(feed, buses, intake, clock=clock, learned=learned, simulated_seed=seed)


class LiveBuses:
    """Use as a context manager. Safe to call from several threads."""

    def __init__(
        self,
        feed: Path,
        buses: tuple[Bus, ...],
        intake: Intake,
        *,
        clock: Callable[[], float],
        learned: Path | None = None,
        simulated_seed: int | None = None,
    ) -> None:
        self.path = feed
        self.timetable = Timetable(to_schedule(read_feed(feed)))
        self.buses = {bus.id: bus for bus in buses}
        self.clock = clock
        self._intake = intake
        self._saved = learned
        self._matcher = Matcher(self.timetable)
        known = Learned()
        if learned and learned.exists():
            known = Learned.from_bytes(learned.read_bytes(), self.timetable.schedule.stops.ids)
        self._predictor = Predictor(self.timetable, self._matcher.tracks, known)
        self._lock = threading.Lock()
        self._fixes: dict[str, Fix] = {}
        self._states: dict[str, LiveState] = {}
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._seed = simulated_seed
        self._world: tuple[int, list[Run]] | None = None
        intake.listeners.append(self._heard)

    @property
    def feed(self) -> str:
        """The static feed that the trips are in, as the catalogue names it."""
        return self.path.stem

    @property
    def simulated(self) -> bool:
        """Whether the buses are made up."""
        return self._seed is not None

    def __enter__(self) -> LiveBuses:
        self._thread = threading.Thread(target=self._keep, name="buses", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=30)
        self._save()

    def take(self, timetable: Timetable) -> None:
        """From now on the buses run this timetable. What was learnt of its stops stays known."""
        matcher = Matcher(timetable)
        with self._lock:
            kept = self._predictor.learned.to_bytes(self.timetable.schedule.stops.ids)
            learned = Learned.from_bytes(kept, timetable.schedule.stops.ids)
            self.timetable, self._matcher = timetable, matcher
            self._predictor = Predictor(timetable, matcher.tracks, learned)
            self._world = None
            self._fixes.clear()  # trips of the old timetable; the next report of each bus finds its new one

    def step(self, now_s: int) -> None:
        """Let the simulated buses say where they are; nothing where buses are real."""
        if self.simulated:
            with self._lock:
                said = self._simulated(now_s)
            self._intake.receive(said, float(now_s), _TWIN)

    def fix(self, bus_id: str) -> Fix | None:
        """Where a bus is on which trip; None if that could not be told."""
        with self._lock:
            return self._fixes.get(bus_id)

    # what is published

    def trips(self, now_s: int) -> list[TripTold]:
        """Predictions for every bus on a trip, and for the trips that it runs next in its block."""
        with self._lock:
            told = [
                self._predicted(fix, now_s)
                for fix in self._fixes.values()
                if now_s - fix.at_s <= _SILENT_S and fix.confidence >= _BELIEVED
            ]
        running = [chain[0] for chain in told if chain]
        following = [one for chain in told for one in chain[1:]]
        runs: dict[tuple[str, int], TripTold] = {}
        for one in (*running, *following):  # a bus that runs a trip knows more of it than one that will
            runs.setdefault((one.ref.trip_id, one.ref.start_day), one)
        return list(runs.values())

    def positions(self, now_s: int) -> list[VehiclePosition]:
        """Every bus that has told where it is."""
        with self._lock:
            recent = [s for s in self._states.values() if now_s - s.at_s <= _SILENT_S]
            return [self._position(state) for state in recent]

    def alerts(self, _now_s: int) -> list[Alert]:
        """None: operators write theirs themselves."""
        return []

    def _predicted(self, fix: Fix, now_s: int) -> list[TripTold]:
        calls = self._predictor.ahead(fix)
        if not calls:
            return []
        told = [self._told(fix.trip, fix.day, fix.vehicle_id, calls, fix.at_s, now_s)]
        free_s = calls[-1].arrival_s
        for trip in self._predictor.block_after(fix.trip, fix.day):
            calls = self._predictor.next_trip(trip, fix.day, free_s)
            told.append(self._told(trip, fix.day, fix.vehicle_id, calls, fix.at_s, now_s))
            free_s = calls[-1].arrival_s
        return told

    def _told(self, trip: int, day: int, bus: str, calls: list[Predicted], at_s: int, now_s: int) -> TripTold:
        schedule = self.timetable.schedule
        first = int(schedule.stop_times.offsets[trip])
        found: list[CallTold] = []
        before = now_s  # what has not been seen to happen has not happened
        for call in calls:
            arrival = max(round(call.arrival_s), before)
            departure = max(round(call.departure_s), arrival)
            before = departure
            sequence = int(schedule.stop_times.sequence[first + call.row])
            late = arrival - call.planned_s
            found.append(CallTold(sequence, schedule.stops.ids[call.stop], arrival, departure, late))
        return TripTold(self._ref(trip, day), bus, tuple(found), min(at_s, now_s))

    def _ref(self, trip: int, day: int) -> TripRef:
        schedule = self.timetable.schedule
        route = schedule.routes.ids[int(schedule.trips.route[trip])]
        return TripRef(schedule.trips.ids[trip], route, int(schedule.trips.direction[trip]), day)

    def _position(self, state: LiveState) -> VehiclePosition:
        assert state.lat is not None
        assert state.lon is not None
        fix = self._fixes.get(state.id)
        believed = fix is not None and fix.confidence >= _BELIEVED and fix.at_s == int(state.at_s)
        return VehiclePosition(
            entity_id=f"bus-{state.id}",
            lat=state.lat,
            lon=state.lon,
            trip=self._ref(fix.trip, fix.day) if fix is not None and believed else None,
            vehicle_id=state.id,
            label=self.buses[state.id].label,
            bearing=state.heading,
            speed_m_s=state.speed_m_s,
            timestamp=int(state.at_s),
        )

    # what is heard

    def _heard(self, _before: LiveState | None, after: LiveState) -> None:
        if after.kind is not Kind.BUS or after.lat is None or after.lon is None:
            return
        report = Report(after.id, int(after.at_s), after.lat, after.lon, after.trip or "")
        with self._lock:
            self._states[after.id] = after
            fix = self._matcher.heard(report)
            if fix is None:
                self._fixes.pop(after.id, None)
                return
            self._fixes[after.id] = fix
            if fix.confidence >= _BELIEVED:
                self._predictor.watch(fix)

    # the thread

    def _keep(self) -> None:
        """Move the simulated buses, and keep what was learnt."""
        saved = self.clock()
        while not self._stop.wait(_TWIN_EVERY_S):
            now = self.clock()
            self.step(int(now))
            if now - saved >= _SAVE_EVERY_S:
                self._save()
                saved = now

    def _save(self) -> None:
        if self._saved is not None:
            with self._lock:
                data = self._predictor.learned.to_bytes(self.timetable.schedule.stops.ids)
            fresh = self._saved.with_suffix(".new")
            fresh.write_bytes(data)
            fresh.replace(self._saved)

    def _simulated(self, now_s: int) -> list[Message]:
        """What the buses that are under way say."""
        day = datetime.fromtimestamp(now_s, self.timetable.zone).date().toordinal() - 719_163
        if self._world is None or self._world[0] != day:
            routes = self.timetable.schedule.routes.types[self.timetable.schedule.trips.route]
            trips = np.flatnonzero(np.isin(routes, list(_BUS_TYPES))).tolist()
            world = World(self.timetable, self._seed or 0)
            self._world = day, [*world.day(day - 1, trips), *world.day(day, trips)]
        found = {}
        for run in self._world[1]:
            if run.departure[0] - 60 <= now_s <= run.arrival[-1] + 60 and run.vehicle_id in self.buses:
                found[run.vehicle_id] = self._message(run, now_s)
        return list(found.values())

    def _message(self, run: Run, now_s: int) -> Message:
        track = self._matcher.tracks.of(run.trip)
        clock = np.column_stack((run.arrival, run.departure)).ravel()
        place = np.repeat(track.stop_m, 2)
        here, there = (float(np.interp(now_s + s, clock, place)) for s in (0, 5))
        (lat, lon), ahead = track.at(here), track.at(there)
        moving: dict[str, Any] = {"heading": bearing(lat, lon, *ahead)} if there > here + 1 else {}
        trip = self.timetable.schedule.trips.ids[run.trip]
        return Message(
            kind=Kind.BUS, id=run.vehicle_id, at=float(now_s), lat=round(lat, 6), lon=round(lon, 6),
            speed_m_s=round((there - here) / 5, 1), trip=trip, **moving,
        )  # fmt: skip
