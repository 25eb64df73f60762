"""The fleet of a running server: owned through a lease, journaled, and driven by the clock on the wall.

Where the area is simulated, the twin moves the vehicles and sends simulated riders among the real ones; what
those book is not journaled, everything else is one and the same dispatcher.
"""

from __future__ import annotations

import dataclasses
import secrets
import time
from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

import msgspec

from fleet.adapters.journal_sql import SqlJournal
from fleet.adapters.standing_sql import SqlOrderBook
from fleet.dispatch.fleet_state import Mode
from fleet.dispatch.keeper import Keeper
from fleet.dispatch.ports import Journal
from fleet.dispatch.shuttle import Shuttle
from fleet.dispatch.tracking import Tracker
from fleet.errors import Unknown
from fleet.model.ride import Breach, PlanRow, Ride
from fleet.simulation.demand import model_demand
from fleet.simulation.movement import Body, Phase, where
from fleet.simulation.twin import Twin, TwinRules
from fleet.vehicles.adapters.history import History
from fleet.vehicles.adapters.history import create_schema as create_history
from fleet.vehicles.intake import Intake
from fleet.vehicles.telemetry import Autonomy, Doors, Kind, LiveState, Message
from maas.area.open import Area
from maas.wiring.hearing import Hearing
from maas.wiring.owned import OwnedZone
from maas.wiring.spots import Spot, bearing, spot_of
from maas.wiring.zone import open_zone, service_of
from storage.database import Database

__all__ = ["LiveFleet"]

_TWIN = "twin"
_MINUTE_S = 60
_IMPROVE_EVERY_S = 15
_IMPROVE_S = 1.0
_KEEP_S = 6 * 3600
_FLUSH_EVERY_S = 5
_HISTORY_S = 35 * 86_400


class LiveFleet(OwnedZone):
    """The shuttles of an area, kept running."""

    def __init__(
        self,
        area: Area,
        database: Database,
        intake: Intake,
        *,
        simulate: bool = True,
        clock: Callable[[], float] = time.time,
        lease_s: float = 10.0,
    ) -> None:
        self.area = area
        self.service = service_of(area)
        super().__init__(database, self.service.id, clock=clock, lease_s=lease_s)
        self._riders = area.manifest.simulated_riders if simulate else 0
        self._journal = SqlJournal(self.lease)
        create_history(database)
        self.history = History(database, self.service.id)
        self.intake = intake
        self._hearing = Hearing(intake.store, self._heard)
        self.intake.listeners.append(self._hearing.heard)
        self._tracker: Tracker | None = None
        self._shuttle: Shuttle | None = None
        self._keeper: Keeper | None = None
        self.twin: Twin | None = None
        self._day: date | None = None
        self._told_s = 0

    @property
    def simulated(self) -> bool:
        """Whether the twin moves the vehicles."""
        return self._riders > 0

    @property
    def shuttle(self) -> Shuttle:
        """The dispatcher; NotOwner while another process holds the zone."""
        if self._shuttle is None:
            raise self.elsewhere()
        return self._shuttle

    @property
    def zone(self) -> ZoneInfo:
        """The service's time zone."""
        return ZoneInfo(self.service.timezone)

    def ride(self, ride_id: str) -> Ride:
        """A ride by its id, also one that is long over; Unknown if there never was one."""
        try:
            return self.shuttle.state.ride(ride_id)
        except Unknown:
            ride = self._journal.ride(ride_id)
            if ride is None:
                raise
            return ride

    def position(self, vehicle_id: str) -> Spot | None:
        """Where one vehicle is; None if it has not told."""
        state = self.intake.store.get(Kind.VEHICLE, vehicle_id)
        return None if state is None else spot_of(state)

    def positions(self) -> list[Spot]:
        """Where every vehicle is that has told."""
        spots = (spot_of(state) for state in self.intake.store.all(Kind.VEHICLE))
        return [spot for spot in spots if spot is not None]

    def changes(self, since: int) -> tuple[int, list[Spot]]:
        """The vehicles that have told something new since a revision (0: all), and the revision now."""
        revision, states = self.intake.store.changes(since)
        spots = (spot_of(state) for state in states if state.kind is Kind.VEHICLE)
        return revision, [spot for spot in spots if spot is not None]

    def open(self, now_s: int) -> None:
        """Take over what is written down, and let the twin begin if vehicles are simulated."""
        journal: Journal = _RealRiders(self._journal) if self.simulated else self._journal
        shuttle = open_zone(self.area, now_s, journal=journal, orders=SqlOrderBook(self.lease))
        shuttle.state.token = lambda: secrets.token_urlsafe(12)
        if self.simulated:
            rules = TwinRules(improve_rounds=200, improve_budget_s=1.0)
            self.twin = Twin(shuttle, [], rules=rules, seed=self.area.manifest.simulation_seed)
            self.twin.open(now_s)
        else:
            self._keeper = Keeper(shuttle)
            self._tracker = Tracker(shuttle.state, shuttle.operations, shuttle.control)
        self._shuttle = shuttle
        self._hearing.open()
        self._tell(now_s)

    def step(self, now: float) -> None:
        """Move the twin, or keep the real fleet's plans; write history."""
        shuttle = self.shuttle
        self._hearing.drain()
        if self.twin is not None:
            self._more_riders(int(now))
            self.twin.run_until(int(now) + 1)
            self._tell(int(now))
        elif self._keeper is not None:
            shuttle.quoting.expire(int(now))
            shuttle.operations.catch_up(int(now))
            if self.is_due("direct", _MINUTE_S, now):
                self._keeper.direct(int(now))
            if self.is_due("improve", _IMPROVE_EVERY_S, now):
                self._keeper.improve(_IMPROVE_S, int(now), should_stop=self.stopping)
        if self.is_due("flush", _FLUSH_EVERY_S, now):
            self.history.flush()
        if self.is_due("forget", _MINUTE_S, now):
            shuttle.state.forget(int(now), _KEEP_S)
            self.history.forget(int(now) - _HISTORY_S)

    def shut(self) -> None:
        """Let go of everything that the zone's next owner will have."""
        self._hearing.close()
        self._shuttle = self._keeper = self.twin = self._tracker = None

    def _heard(self, before: LiveState | None, after: LiveState) -> None:
        """Samples are kept; real vehicles move the plans, simulated ones are moved by them."""
        self.history.heard(before, after)
        if self._tracker is not None:
            self._tracker.heard(before, after)

    def _tell(self, now_s: int) -> None:
        """What the simulated vehicles say of themselves, once a second."""
        if self.twin is None or now_s == self._told_s:
            return
        self._told_s = now_s
        state = self.shuttle.state
        with state.lock:
            messages = [self._message(self.twin, body, now_s) for body in self.twin.bodies]
        self.intake.receive(messages, self.clock(), _TWIN)

    def _message(self, twin: Twin, body: Body, now_s: int) -> Message:
        state = twin.shuttle.state
        duty, board = state.duties[body.v], state.plans.board
        lat, lon, speed = where(state, body, now_s)
        ahead = where(state, body, now_s + 1)
        autonomy = {Mode.OFF: Autonomy.OFF, Mode.STOPPED: Autonomy.MINIMAL_RISK}
        return Message(
            id=duty.id, at=float(now_s), lat=round(lat, 6), lon=round(lon, 6), speed_m_s=round(speed, 2),
            heading=bearing(lat, lon, ahead[0], ahead[1]) if speed else None,
            battery=round(duty.charge_wh / duty.model.battery_wh, 4),
            doors=Doors.OPEN if body.phase is Phase.SERVING else Doors.CLOSED,
            passengers=int(board.load[body.v, 0, 0]),
            faults=(duty.cause,) if duty.mode is Mode.STOPPED else (),
            autonomy=autonomy.get(duty.mode, Autonomy.AUTONOMOUS),
        )  # fmt: skip

    def _more_riders(self, now_s: int) -> None:
        """The simulated riders of each new day, as far as it has not passed."""
        today = datetime.fromtimestamp(now_s, ZoneInfo(self.service.timezone)).date()
        if today == self._day or self.twin is None:
            return
        self._day = today
        for wish in model_demand(self.service, today, self._riders, self.area.manifest.simulation_seed):
            if wish.request.at_s > now_s:
                request = msgspec.structs.replace(wish.request, rider=_TWIN)
                self.twin.ask(dataclasses.replace(wish, request=request))


class _RealRiders:
    """A journal that keeps out what simulated riders book: a restart owes them nothing."""

    def __init__(self, journal: SqlJournal) -> None:
        self._journal = journal
        self._simulated: set[str] = set()

    def save(self, rides: list[Ride], plans: list[PlanRow], breaches: list[Breach]) -> None:
        self._simulated |= {r.id for r in rides if r.request.rider == _TWIN}
        real = [r for r in rides if r.request.rider != _TWIN]
        kept = [b for b in breaches if b.ride_id not in self._simulated]
        if real or kept:
            self._journal.save(real, plans, kept)

    def load(self) -> tuple[list[Ride], list[PlanRow]]:
        return self._journal.load()
