"""Ten thousand events in random order: whatever happens, the plans stay true to what was promised."""

from __future__ import annotations

import random

import pytest
from fleet_town import NINE, SIDE, make_town

from fleet.dispatch.conditions import Conditions
from fleet.dispatch.fleet_state import Mode
from fleet.dispatch.ports import Closure
from fleet.dispatch.shuttle import Shuttle
from fleet.errors import Conflict, FleetError
from fleet.model.ride import End, Offer, Party, RideRequest, RideState


class Storm:
    """Riders, vehicles and the weather, driven by one seed."""

    def __init__(self, seed: int, vehicles: int = 5) -> None:
        self.rng = random.Random(seed)
        self.shuttle: Shuttle = make_town(vehicles, on_duty=False)
        self.now = NINE
        self.world_broke = False
        for duty in self.shuttle.state.duties:
            self.shuttle.operations.start(duty.id, self.now)
        for supervisor in ("sato", "ito"):
            self.shuttle.control.sign_in(supervisor, self.now)
        self.log: list[str] = []

    def pick(self, *states: RideState) -> str | None:
        fitting = [r.id for r in self.shuttle.state.rides.values() if r.state in states]
        return self.rng.choice(fitting) if fitting else None

    def stop(self) -> End:
        return End(stop_id=f"s{self.rng.randrange(SIDE)}{self.rng.randrange(SIDE)}")

    def request(self) -> RideRequest:
        rng = self.rng
        party = Party(
            adults=rng.choice([0, 1, 1, 1, 2, 4]),
            children=rng.choice([0, 0, 1]),
            wheelchairs=rng.choice([0, 0, 0, 1]),
            luggage=rng.choice([0, 0, 1]),
        )
        at = self.now + rng.choice([0, 0, 600, 1800, 5400])
        if party.riders == 0:
            party = Party()
        return RideRequest(
            self.stop(), self.stop(), at, arrive_by=rng.random() < 0.3 and at > self.now, party=party
        )

    def step(self) -> None:
        kind = self.rng.choices(
            [
                "quote",
                "confirm",
                "cancel",
                "drive",
                "change",
                "protect",
                "late",
                "halt",
                "resume",
                "weather",
                "no_show",
            ],
            [30, 18, 4, 60, 3, 3, 2, 0.4, 3, 0.3, 1],
        )[0]
        try:
            getattr(self, kind)()
            self.log.append(kind)
        except FleetError as error:
            self.log.append(f"{kind}: {type(error).__name__}")

    def quote(self) -> None:
        answer = self.shuttle.quoting.quote(self.request(), self.now)
        self.log.append(type(answer).__name__)

    def confirm(self) -> None:
        if ride := self.pick(RideState.HELD):
            self.shuttle.quoting.confirm(ride, self.now)

    def cancel(self) -> None:
        if ride := self.pick(RideState.HELD, RideState.CONFIRMED, RideState.ON_BOARD):
            self.shuttle.quoting.cancel(ride, self.now)

    def change(self) -> None:
        if ride := self.pick(RideState.CONFIRMED):
            self.shuttle.quoting.change(ride, self.request(), self.now, instead=self.rng.random() < 0.5)

    def protect(self) -> None:
        if ride := self.pick(RideState.CONFIRMED):
            self.shuttle.quoting.protect(ride, self.now + self.rng.choice([60, 600]), self.now)

    def no_show(self) -> None:
        if ride := self.pick(RideState.CONFIRMED):
            self.shuttle.quoting.no_show(ride, self.now)

    def drive(self) -> None:
        """Let time pass until something is due and do it."""
        state = self.shuttle.state
        due = []
        for v, duty in enumerate(state.duties):
            tasks = state.plans.tasks(v)
            if tasks and duty.mode is not Mode.STOPPED:
                due.append((tasks[0].start_s + (tasks[0].dwell_s if duty.at_stop else 0), v))
        self.now += 5
        self.shuttle.quoting.expire(self.now)
        for at, v in sorted(due):
            if at > self.now:
                break
            duty = state.duties[v]
            tasks = state.plans.tasks(v)
            if not tasks:
                continue
            ride = state.rides.get(tasks[0].ride_id)
            if ride is not None and ride.state is RideState.HELD:
                continue  # nobody boards on a hold; it will end
            if duty.at_stop:
                self.shuttle.operations.done(duty.id, at)
            else:
                self.shuttle.operations.arrived(duty.id, at)
        for v, duty in enumerate(state.duties):
            waits = state.plans.board.size[v] == 0 or duty.at_stop
            if waits and duty.mode is not Mode.STOPPED:
                location = (
                    int(state.plans.board.loc[v, 1]) if duty.at_stop else int(state.plans.board.origin_loc[v])
                )
                if not duty.at_stop:
                    self.shuttle.operations.position(duty.id, location, self.now, self.now)

    def late(self) -> None:
        v = self.rng.randrange(len(self.shuttle.state.duties))
        duty = self.shuttle.state.duties[v]
        if duty.at_stop:
            raise Conflict("at_stop", "it stands")
        self.world_broke = True
        here = int(self.shuttle.state.plans.board.origin_loc[v])
        self.shuttle.operations.position(duty.id, here, self.now + self.rng.choice([60, 400, 900]), self.now)

    def halt(self) -> None:
        self.world_broke = True
        vehicle = self.rng.choice(self.shuttle.state.duties).id
        self.shuttle.control.stop(vehicle, "obstacle", self.now, riders_leave=self.rng.random() < 0.5)

    def resume(self) -> None:
        stopped = [d.id for d in self.shuttle.state.duties if d.mode is Mode.STOPPED]
        if stopped:
            vehicle = self.rng.choice(stopped)
            watcher = self.shuttle.control.require_watched(vehicle, self.now)
            self.shuttle.control.resume(vehicle, watcher, self.now)

    def weather(self) -> None:
        self.world_broke = True
        wind = self.rng.choice([0.0, 0.0, 12.0, 25.0])
        closures = self.rng.choice(
            [(), (Closure("x", ((140.0, 35.646), (140.034, 35.646), (140.034, 35.651))),)]
        )
        self.shuttle.domain.update(Conditions(wind_m_s=wind, closures=closures), self.now)

    def check(self) -> None:
        state = self.shuttle.state
        board = state.plans.board
        where: dict[str, int] = {}
        for v in range(len(state.duties)):
            assert (board.load[v, : board.size[v] + 1] <= board.capacity[v]).all(), "more riders than places"
            assert (board.load[v, : board.size[v] + 1] >= 0).all()
            assert (board.load[v, board.size[v]] == 0).all(), "everybody gets off at last"
            for ride_id in state.plans.rides_of(v):
                assert ride_id not in where, "a ride in two plans"
                where[ride_id] = v
            tasks = state.plans.tasks(v)
            for task in tasks:
                if task.ride_id and not self.world_broke:
                    assert task.start_s <= task.late_s, f"a promise broken without cause: {task}"
            if not self.world_broke:
                assert board.needed_wh[v] <= board.usable_wh[v] + 1e-3
        for ride in state.rides.values():
            assert ride.state.open == (ride.id in where), f"{ride.id} is {ride.state}"
            if ride.state.open:
                assert state.duties[where[ride.id]].id == ride.vehicle_id
        if not self.world_broke:
            assert state.breaches == []


@pytest.mark.parametrize("seed", range(4))
def test_without_faults_no_promise_is_ever_broken(seed: int) -> None:
    storm = Storm(seed)
    for name in ("late", "halt", "weather"):
        setattr(storm, name, lambda: None)
    for _ in range(2500):
        storm.step()
        storm.check()
    done = [r for r in storm.shuttle.state.rides.values() if r.state is RideState.COMPLETED]
    assert len(done) > 50
    for ride in done:
        assert ride.pickup_s <= ride.promise.pickup_until_s
        assert ride.drop_s <= ride.promise.arrive_until_s
    assert storm.shuttle.state.breaches == []


@pytest.mark.parametrize("seed", range(4))
def test_with_faults_every_invariant_but_punctuality_holds_and_breaches_are_told(seed: int) -> None:
    storm = Storm(100 + seed)
    for _ in range(2500):
        storm.step()
        storm.check()
    state = storm.shuttle.state
    told = {(b.ride_id, b.kind) for b in state.breaches}
    broken = [r for r in state.rides.values() if r.state is RideState.BROKEN and r.version > 1]
    assert all((r.id, "not_served") in told for r in broken)
    for ride in state.rides.values():
        if ride.state is RideState.COMPLETED and ride.drop_s > ride.promise.arrive_until_s:
            assert (ride.id, "arrival") in told
    assert storm.log.count("halt") > 0


def test_the_same_seed_gives_the_same_storm() -> None:
    logs = []
    for _ in range(2):
        storm = Storm(7)
        for _ in range(600):
            storm.step()
        rides = [
            (r.id, r.state, r.vehicle_id, r.pickup_s, r.drop_s) for r in storm.shuttle.state.rides.values()
        ]
        logs.append((storm.log, rides))
    assert logs[0] == logs[1]


def test_offers_are_what_they_say() -> None:
    storm = Storm(3)
    offers = [
        o for _ in range(60) if isinstance(o := storm.shuttle.quoting.quote(storm.request(), NINE), Offer)
    ]
    assert offers
    for offer in offers:
        v = storm.shuttle.state.plans.vehicle(offer.vehicle_id)
        pickup_s, drop_s = storm.shuttle.state.plans.times(offer.ride_id, v)
        assert offer.pickup_s <= pickup_s <= offer.promise.pickup_until_s
        assert drop_s <= offer.promise.arrive_until_s
