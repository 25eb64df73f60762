"""The control room: who watches which vehicle and may let it go on, and what becomes of its riders."""

from __future__ import annotations

import pytest
from fleet_town import NINE, make_town, wish

from fleet.dispatch.fleet_state import Mode
from fleet.dispatch.shuttle import Shuttle
from fleet.dispatch.supervision import AlarmState
from fleet.errors import Conflict, Invalid, Unknown
from fleet.model.ride import Offer, Ride, RideState
from fleet.model.service import Supervision


def room(vehicles: int, each: int = 2, *signed_in: str) -> Shuttle:
    shuttle = make_town(vehicles, supervision=Supervision(each, ("sato", "ito", "mori")))
    for supervisor in signed_in:
        shuttle.control.sign_in(supervisor, NINE)
    return shuttle


def booked(shuttle: Shuttle, origin: str = "s11", destination: str = "s44", at_s: int = NINE + 900) -> Ride:
    offer = shuttle.quoting.quote(wish(origin, destination, at_s), NINE)
    assert isinstance(offer, Offer)
    return shuttle.quoting.confirm(offer.ride_id, NINE)


def on_board(shuttle: Shuttle) -> Ride:
    """A ride whose rider has boarded."""
    ride = booked(shuttle, at_s=NINE)
    shuttle.operations.arrived(ride.vehicle_id, NINE + 200)
    shuttle.operations.done(ride.vehicle_id, NINE + 240)
    boarded = shuttle.state.ride(ride.id)
    assert boarded.state is RideState.ON_BOARD
    return boarded


def test_a_supervisor_watches_so_many_vehicles_and_no_more() -> None:
    shuttle = room(5)
    control = shuttle.control
    assert control.sign_in("sato", NINE) == ["v0", "v1"]
    assert control.sign_in("sato", NINE) == []
    assert control.sign_in("ito", NINE) == ["v2", "v3"]
    with pytest.raises(Conflict, match="2 supervisors watch 2 vehicles each"):
        control.require_watched("v4", NINE)
    control.release("v1")
    assert control.require_watched("v4", NINE) == "sato"
    assert (control.watched_by("v4"), control.watched_by("v1")) == ("sato", None)
    with pytest.raises(Unknown):
        control.sign_in("nobody", NINE)


def test_who_watches_fewest_gets_the_next() -> None:
    shuttle = room(5, 5, "sato", "ito")
    control = shuttle.control
    assert {control.watched_by(f"v{k}") for k in range(5)} == {"sato"}  # ito came when all were given
    for vehicle in ("v0", "v1", "v2"):
        control.release(vehicle)
    assert [control.require_watched(f"v{k}", NINE) for k in range(3)] == ["ito", "ito", "sato"]


def test_the_worst_alarm_comes_first_then_the_oldest_and_what_is_taken_last() -> None:
    control = room(4, 4, "sato").control
    control.raise_alarm("v0", "door", 3, NINE)
    control.raise_alarm("v1", "obstacle", 1, NINE + 20)
    control.raise_alarm("v2", "obstacle", 1, NINE + 10)
    taken = control.raise_alarm("v3", "passenger", 1, NINE)
    control.take(taken.id, "sato", NINE + 30)
    assert [a.vehicle_id for a in control.queue()] == ["v2", "v1", "v0", "v3"]
    again = control.raise_alarm("v0", "door", 1, NINE + 40)  # the same, but worse now
    assert [a.vehicle_id for a in control.queue()] == ["v0", "v2", "v1", "v3"]
    assert (again.id, again.raised_s, len(control.queue())) == (1, NINE, 4)
    with pytest.raises(Invalid, match="severity"):
        control.raise_alarm("v0", "door", 5, NINE)
    with pytest.raises(Unknown):
        control.raise_alarm("tram", "door", 1, NINE)


def test_an_alarm_is_one_persons_and_closed_by_them_with_a_note() -> None:
    control = room(2, 2, "sato", "ito").control
    alarm = control.raise_alarm("v0", "door", 2, NINE)
    with pytest.raises(Conflict, match="not taken"):
        control.resolve(alarm.id, "sato", "seen", NINE)
    with pytest.raises(Conflict, match="not on shift"):
        control.take(alarm.id, "mori", NINE)
    control.take(alarm.id, "sato", NINE + 5)
    with pytest.raises(Conflict, match="taken by sato"):
        control.take(alarm.id, "ito", NINE + 6)
    with pytest.raises(Conflict, match="not taken by ito"):
        control.resolve(alarm.id, "ito", "seen", NINE + 6)
    with pytest.raises(Invalid, match="note"):
        control.resolve(alarm.id, "sato", "  ", NINE + 6)
    control.resolve(alarm.id, "sato", "a bag in the door", NINE + 7)
    assert control.queue() == []
    assert control.raise_alarm("v0", "door", 2, NINE + 60).id != alarm.id
    with pytest.raises(Unknown):
        control.take(99, "sato", NINE)


def test_only_the_supervisor_who_watches_a_vehicle_lets_it_go_on() -> None:
    shuttle = room(4, 3, "sato", "ito")
    control, state = shuttle.control, shuttle.state
    own = control.watched_by("v0")
    other = "ito" if own == "sato" else "sato"
    control.stop("v0", "obstacle", NINE)
    assert (state.duty("v0").mode, [a.reason for a in control.queue()]) == (Mode.STOPPED, ["obstacle"])
    with pytest.raises(Conflict, match="A supervisor must resume"):
        shuttle.operations.start("v0", NINE + 10)
    with pytest.raises(Conflict, match=f"watched by {own}"):
        control.resume("v0", other, NINE + 10)
    assert state.duty("v0").mode is Mode.STOPPED
    control.hand_over("v0", other)
    with pytest.raises(Conflict):
        control.resume("v0", str(own), NINE + 20)
    control.resume("v0", other, NINE + 20)
    assert state.duty("v0").mode is Mode.SERVICE
    with pytest.raises(Conflict, match="nothing to resume"):
        control.resume("v0", other, NINE + 30)


def test_a_vehicle_is_handed_over_only_to_somebody_on_shift_with_room() -> None:
    control = room(4, 2, "sato", "ito").control
    mine = next(v for v in ("v0", "v1", "v2", "v3") if control.watched_by(v) == "sato")
    for nobody in ("ito", "mori"):  # watches two already; is not here
        with pytest.raises(Conflict, match="not on shift or watches 2"):
            control.hand_over(mine, nobody)
    assert control.watched_by(mine) == "sato"
    with pytest.raises(Unknown):
        control.hand_over("tram", "ito")


def test_who_leaves_hands_over_as_many_as_the_other_can_watch_and_the_rest_is_drawn_in() -> None:
    shuttle = room(4, 3, "sato")
    control = shuttle.control
    alarm = control.raise_alarm("v0", "door", 2, NINE)
    control.take(alarm.id, "sato", NINE)
    control.sign_in("ito", NINE)  # the fourth
    assert [control.watched_by(f"v{k}") for k in range(4)] == ["sato", "sato", "sato", "ito"]
    with pytest.raises(Conflict, match="mori is not on shift"):
        control.sign_out("sato", NINE + 60, to="mori")
    assert control.sign_out("sato", NINE + 60, to="ito") == ["v2"]
    assert [control.watched_by(f"v{k}") for k in range(4)] == ["ito", "ito", None, "ito"]
    assert shuttle.state.duty("v2").mode is Mode.DRAWING_IN
    assert (alarm.state, alarm.supervisor) == (AlarmState.OPEN, "")
    with pytest.raises(Conflict, match="not on shift"):
        control.sign_out("sato", NINE + 60)


def test_riders_who_wait_for_a_stopped_vehicle_get_another_within_their_promise() -> None:
    shuttle = room(2, 2, "sato")
    ride = booked(shuttle)
    assert shuttle.control.stop(ride.vehicle_id, "sensor", NINE + 60) == []
    moved = shuttle.state.ride(ride.id)
    assert moved.vehicle_id != ride.vehicle_id
    assert (moved.state, moved.promise) == (RideState.CONFIRMED, ride.promise)
    plans = shuttle.state.plans
    assert plans.rides_of(plans.vehicle(ride.vehicle_id)) == []
    assert plans.rides_of(plans.vehicle(moved.vehicle_id)) == [ride.id]
    assert shuttle.state.breaches == []


def test_riders_who_wait_for_the_only_vehicle_are_told_that_it_will_not_come() -> None:
    shuttle = room(1, 1, "sato")
    ride = booked(shuttle)
    (breach,) = shuttle.control.stop("v0", "sensor", NINE + 60)
    assert (breach.ride_id, breach.kind, breach.cause) == (ride.id, "not_served", "sensor")
    assert shuttle.state.ride(ride.id).state is RideState.BROKEN


@pytest.mark.parametrize("riders_leave", [False, True])
def test_riders_on_board_stay_unless_the_vehicle_cannot_go_on(riders_leave: bool) -> None:
    shuttle = room(2, 2, "sato")
    ride = on_board(shuttle)
    shuttle.control.stop(ride.vehicle_id, "localisation", NINE + 300, riders_leave=riders_leave)
    after = shuttle.state.ride(ride.id)
    plans = shuttle.state.plans
    if not riders_leave:
        assert (after.vehicle_id, after.state) == (ride.vehicle_id, RideState.ON_BOARD)
        assert plans.rides_of(plans.vehicle(ride.vehicle_id)) == [ride.id]
        return
    assert (after.vehicle_id != ride.vehicle_id, after.state) == (True, RideState.CONFIRMED)
    pickup, drop = plans.tasks(plans.vehicle(after.vehicle_id))
    assert pickup.location == int(plans.board.origin_loc[plans.vehicle(ride.vehicle_id)])
    assert drop.ride_id == ride.id
    assert after.promise.arrive_until_s == ride.promise.arrive_until_s


def test_riders_of_a_vehicle_that_nobody_can_watch_any_more_go_to_another() -> None:
    shuttle = room(2, 1, "sato", "ito")
    ride = booked(shuttle)
    watcher = shuttle.control.watched_by(ride.vehicle_id)
    assert watcher is not None
    assert shuttle.control.sign_out(watcher, NINE + 30) == [ride.vehicle_id]
    moved = shuttle.state.ride(ride.id)
    assert moved.vehicle_id != ride.vehicle_id
    assert moved.state is RideState.CONFIRMED
