"""A pickup that is due is made as it was told, whatever the improver and new riders do in the meantime."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import pytest
from fleet_town import EPOCH, NINE, SIDE, make_town, wish

from fleet.dispatch.conditions import Conditions
from fleet.dispatch.fleet_state import DUE_S, Mode
from fleet.dispatch.optimise import LATER_SHARE, Optimiser
from fleet.dispatch.shuttle import Shuttle
from fleet.model.ride import Offer, RideState
from fleet.model.service import PromiseRules, Supervision
from fleet.simulation.movement import Phase
from fleet.simulation.twin import Twin, TwinRules

ROUNDING_S = 2


def make_twin(vehicles: int, rounds: int = 0, every_s: int = 15) -> Twin:
    shuttle = make_town(vehicles, on_duty=False, supervision=Supervision(8, ("sato", "ito")))
    rules = TwinRules(improve_rounds=rounds, improve_every_s=every_s, improve_budget_s=60.0)
    twin = Twin(shuttle, [], rules=rules, seed=1)
    twin.open(NINE)
    return twin


def booked(shuttle: Shuttle, origin: str, destination: str, now_s: int, at_s: int | None = None) -> str:
    answer = shuttle.quoting.quote(wish(origin, destination, now_s if at_s is None else at_s), now_s)
    assert isinstance(answer, Offer)
    return shuttle.quoting.confirm(answer.ride_id, now_s).id


@dataclass
class Street:
    """Riders who book from outside, as over HTTP, while the twin is moved second by second."""

    twin: Twin
    rng: random.Random
    booking_share: float  # of the seconds
    told: dict[str, tuple[int, str]] = field(default_factory=dict)  # due soon: pickup and vehicle as told
    kept: int = 0

    def second(self, now_s: int) -> None:
        shuttle = self.twin.shuttle
        self.twin.run_until(now_s)
        self.check(now_s)
        if self.rng.random() < self.booking_share:
            ends = [f"s{self.rng.randrange(SIDE)}{self.rng.randrange(SIDE)}" for _ in range(2)]
            later_s = self.rng.choice([0, 0, 0, 120, 600])
            if ends[0] != ends[1]:
                shuttle.quoting.quote(wish(*ends, now_s + later_s), now_s)
        for ride in list(shuttle.state.rides.values()):
            if ride.state is RideState.HELD and self.rng.random() < 0.2:
                shuttle.quoting.confirm(ride.id, now_s)

    def check(self, now_s: int) -> None:
        state = self.twin.shuttle.state
        for v, duty in enumerate(state.duties):
            tasks = state.plans.tasks(v)
            for task in tasks[1:] if duty.at_stop else tasks:
                assert task.start_s >= now_s, f"{duty.id} would begin in the past: {task}"
        for ride in state.rides.values():
            if ride.state is RideState.CONFIRMED:
                pickup_s, _ = state.plans.times(ride.id, state.plans.vehicle(ride.vehicle_id))
                self._still(ride.id, pickup_s, ride.vehicle_id)
                assert pickup_s <= ride.promise.pickup_until_s
                if pickup_s <= now_s + DUE_S:
                    self.told.setdefault(ride.id, (pickup_s, ride.vehicle_id))
            elif ride.state in (RideState.ON_BOARD, RideState.COMPLETED) and ride.id in self.told:
                self._still(ride.id, ride.pickup_s, ride.vehicle_id)
                del self.told[ride.id]
                self.kept += 1

    def _still(self, ride_id: str, pickup_s: int, vehicle_id: str) -> None:
        if ride_id in self.told:
            told_s, by = self.told[ride_id]
            assert vehicle_id == by, f"{ride_id} was taken from {by} when it was due"
            assert pickup_s <= told_s + ROUNDING_S, f"{ride_id} was told {told_s}, now {pickup_s}"


@pytest.mark.parametrize(("seed", "booking_share"), [(0, 0.03), (1, 0.01), (2, 0.003), (3, 0.003)])
def test_what_is_due_is_kept_to_while_plans_are_improved_between_the_seconds(
    seed: int, booking_share: float
) -> None:
    street = Street(make_twin(4, rounds=60), random.Random(seed), booking_share)
    for now_s in range(NINE + 1, NINE + 3000):
        street.second(now_s)
    assert street.kept > 800 * booking_share
    assert street.twin.tally.rounds > 50
    assert street.twin.shuttle.state.breaches == []


def passing(ahead_s: int, leaves_s: int) -> tuple[Shuttle, str]:
    """A ride of the vehicle that stands at its stop, and another one, with room, that would pass there later.

    The pickup is told for `ahead_s` from now; the other vehicle leaves the stop before in `leaves_s`.
    """
    shuttle = make_town(2)
    state = shuttle.state
    for duty, stop in zip(state.duties, ("s30", "s20"), strict=True):
        shuttle.operations.position(duty.id, state.stop_location(stop), NINE, NINE)
    state.plans.board.taking[0] = 0
    booked(shuttle, "s20", "s35", NINE)
    shuttle.operations.arrived("v1", NINE)
    shuttle.operations.done("v1", NINE)
    shuttle.operations.position("v1", state.stop_location("s20"), NINE + leaves_s, NINE)
    state.plans.board.taking[:] = (1, 0)
    mine = booked(shuttle, "s30", "s35", NINE, NINE + ahead_s)
    state.plans.board.taking[:] = 1
    assert state.plans.times(mine, 0)[0] == NINE + ahead_s
    return shuttle, mine


def test_a_vehicle_at_the_stop_whose_pickup_is_due_is_not_robbed() -> None:
    """As at Makuhari Messe, where a rider was to be fetched in seconds and waited for minutes."""
    shuttle, mine = passing(0, 0)
    Optimiser(shuttle.state).run_once(30.0, NINE, rounds_max=300)
    assert shuttle.state.rides[mine].vehicle_id == "v0"
    assert shuttle.state.plans.times(mine, 0)[0] == NINE


@pytest.mark.parametrize(("ahead_s", "vehicle"), [(DUE_S + 70, "v0"), (400, "v1")])
def test_a_round_delays_a_pickup_by_no_more_than_a_share_of_the_time_until_then(
    ahead_s: int, vehicle: str
) -> None:
    """Thirty seconds later is too much for who has to be there at once, and nothing to a rider of later."""
    shuttle, mine = passing(ahead_s, ahead_s + 30 - 48)
    Optimiser(shuttle.state).run_once(30.0, NINE, rounds_max=300)
    assert shuttle.state.rides[mine].vehicle_id == vehicle
    pickup_s, _ = shuttle.state.plans.times(mine, shuttle.state.plans.vehicle(vehicle))
    assert pickup_s - NINE - ahead_s <= LATER_SHARE * ahead_s
    assert pickup_s - NINE - ahead_s == (30 if vehicle == "v1" else 0)


def test_a_plan_laid_on_a_vehicle_that_stood_begins_now_and_not_when_it_came() -> None:
    """A vehicle idle for an hour takes a ride that another cannot make: its times are to come."""
    shuttle = make_town(2, promise=PromiseRules(hold_s=120, pickup_slack_s=900))
    state = shuttle.state
    ride = booked(shuttle, "s00", "s50", NINE + 3600)
    mine = state.rides[ride].vehicle_id
    now_s = NINE + 4200  # its vehicle has not moved since
    shuttle.operations.catch_up(now_s)
    assert state.plans.tasks(state.plans.vehicle(mine))[0].start_s >= now_s
    shuttle.operations.stop(mine, now_s, "obstacle", riders_leave=True)
    other = state.rides[ride].vehicle_id
    assert other != mine
    v = state.plans.vehicle(other)
    way_s = int(state.matrix.seconds[state.plans.board.origin_loc[v], state.stop_location("s00")])
    assert state.plans.tasks(v)[0].start_s >= now_s + way_s
    assert state.rides[ride].pickup_s >= now_s + way_s


def test_what_has_become_late_without_a_word_is_mended_and_told() -> None:
    shuttle = make_town(2)
    state = shuttle.state
    ride = booked(shuttle, "s00", "s50", NINE)
    mine = state.plans.vehicle(state.rides[ride].vehicle_id)
    other = 1 - mine
    board = state.plans.board
    state.plans.set_origin(mine, state.stop_location("s55"), NINE)  # in truth it is far away
    until = state.rides[ride].promise.pickup_until_s
    shuttle.operations.position(state.duties[other].id, state.stop_location("s01"), until - 120, until - 120)
    shuttle.operations.catch_up(until - 100)
    assert state.rides[ride].vehicle_id == state.duties[other].id
    assert state.breaches == []
    board.taking[mine] = 0
    shuttle.operations.catch_up(until + 100)
    told = {(b.ride_id, b.kind) for b in state.breaches}
    assert (ride, "pickup") in told
    shuttle.operations.catch_up(until + 110)
    assert len(state.breaches) == len(told)  # once each, until they have grown


def test_a_stop_that_is_due_is_served_before_whoever_asks_now() -> None:
    shuttle = make_town(1)
    state = shuttle.state
    shuttle.operations.position("v0", state.stop_location("s20"), NINE, NINE)
    first = booked(shuttle, "s20", "s25", NINE, NINE + 25)
    told_s, _ = state.plans.times(first, 0)
    shuttle.operations.catch_up(NINE)
    booked(shuttle, "s20", "s24", NINE)  # cheaper before, as the vehicle is there and waits
    tasks = state.plans.tasks(0)
    assert (tasks[0].ride_id, tasks[0].start_s) == (first, told_s)


def test_a_vehicle_sets_out_for_a_rider_who_books_between_two_events_of_the_twin() -> None:
    """Nothing else happens in a quiet zone for two minutes; the booking itself has to wake the vehicle."""
    twin = make_twin(1)
    twin.run_until(NINE + 200)
    ride = booked(twin.shuttle, "s22", "s25", NINE + 200)
    twin.run_until(NINE + 201)
    assert [body.phase for body in twin.bodies] == [Phase.DRIVING]
    told_s, _ = twin.shuttle.state.plans.times(ride, 0)
    twin.run_until(told_s + 1)
    assert [body.phase for body in twin.bodies] == [Phase.SERVING]


def test_who_stands_at_the_stop_already_boards_at_once() -> None:
    twin = make_twin(1)
    state = twin.shuttle.state
    state.duties[0].target = state.stop_location("s22")
    state.tell("relocate", "v0", NINE)
    twin.run_until(NINE + 600)
    assert twin.bodies[0].location == state.stop_location("s22")
    ride = booked(twin.shuttle, "s22", "s25", NINE + 600)
    dwell_s = state.plans.tasks(0)[0].dwell_s
    twin.run_until(NINE + 601)
    assert (twin.bodies[0].phase, state.duties[0].at_stop) == (Phase.SERVING, True)
    twin.run_until(NINE + 601 + dwell_s + 1)
    assert state.rides[ride].state is RideState.ON_BOARD


def test_a_round_wakes_every_vehicle_whose_plan_it_changed() -> None:
    """Also one whose own riders come in another order, and that stood waiting for the one before."""
    heard: list[tuple[str, str]] = []
    for seed in range(8):
        shuttle = make_town(3)
        rng = random.Random(seed)
        for _ in range(14):
            a, b = rng.sample(range(SIDE * SIDE), 2)
            at_s = NINE + rng.randrange(2400)
            answer = shuttle.quoting.quote(wish(f"s{a % 6}{a // 6}", f"s{b % 6}{b // 6}", at_s), NINE)
            if isinstance(answer, Offer):
                shuttle.quoting.confirm(answer.ride_id, NINE)
        before = [[t.ride_id for t in shuttle.state.plans.tasks(v)] for v in range(3)]
        heard.clear()
        shuttle.state.listeners.append(lambda what, identity, _: heard.append((what, identity)))
        Optimiser(shuttle.state, seed).run_once(30.0, NINE, rounds_max=400)
        after = [[t.ride_id for t in shuttle.state.plans.tasks(v)] for v in range(3)]
        changed = {f"v{v}" for v in range(3) if before[v] != after[v]}
        assert {identity for what, identity in heard if what == "vehicle"} == changed
    assert EPOCH < NINE


def test_what_is_planned_for_a_ride_is_what_the_live_plan_says_and_at_last_what_was() -> None:
    shuttle = make_town(1)
    state = shuttle.state
    first = booked(shuttle, "s10", "s50", NINE, NINE + 600)
    told_s = state.planned(state.rides[first])[0]
    shuttle.operations.position(
        "v0", state.stop_location("s55"), NINE + 500, NINE
    )  # late, within the promise
    later_s = state.planned(state.rides[first])[0]
    assert told_s < later_s == state.plans.tasks(0)[0].start_s
    shuttle.operations.arrived("v0", later_s)
    shuttle.operations.done("v0", later_s + 60)
    shuttle.operations.arrived("v0", later_s + 300)
    shuttle.operations.done("v0", later_s + 330)
    ride = state.rides[first]
    assert ride.state is RideState.COMPLETED
    assert state.planned(ride) == (ride.pickup_s, ride.drop_s)


def test_a_vehicle_that_was_to_go_home_takes_riders_in_the_second_in_which_it_need_not_any_more() -> None:
    """Its visit to the depot was due at once; a gale that drops must not leave the fleet shut."""
    shuttle = make_town(1)
    shuttle.domain.update(Conditions(wind_m_s=25.0), NINE)
    shuttle.operations.catch_up(NINE)
    assert shuttle.state.plans.board.fixed[0] == 1
    shuttle.domain.update(Conditions(), NINE)
    booked(shuttle, "s00", "s55", NINE)


def test_who_cancels_at_the_stop_frees_the_vehicle_that_waits_there() -> None:
    """It came four minutes early, and would else stand there until the ride had been over."""
    twin = make_twin(1)
    shuttle = twin.shuttle
    ride = booked(shuttle, "s22", "s25", NINE, NINE + 900)
    twin.run_until(NINE + 800)
    assert shuttle.state.duties[0].at_stop
    shuttle.quoting.cancel(ride, NINE + 800)
    other = booked(shuttle, "s32", "s35", NINE + 800)
    told_s, _ = shuttle.state.plans.times(other, 0)
    twin.run_until(NINE + 801)
    assert [body.phase for body in twin.bodies] == [Phase.DRIVING]
    twin.run_until(told_s + 90)
    assert shuttle.state.rides[other].pickup_s <= told_s + ROUNDING_S


def test_a_stopped_vehicle_is_not_mended_by_the_clock() -> None:
    shuttle = make_town(2)
    ride = booked(shuttle, "s00", "s50", NINE)
    vehicle = shuttle.state.rides[ride].vehicle_id
    v = shuttle.state.plans.vehicle(vehicle)
    shuttle.operations.arrived(vehicle, NINE + 10)
    shuttle.operations.done(vehicle, NINE + 60)
    shuttle.operations.stop(vehicle, NINE + 70, "obstacle", riders_leave=False)
    shuttle.operations.catch_up(NINE + 3600)
    assert shuttle.state.duty(vehicle).mode is Mode.STOPPED
    assert shuttle.state.plans.tasks(v)[0].start_s >= NINE + 3600
    assert shuttle.state.breaches == []
