"""A rider and a supervisor speak by voice: who may call, who answers, and when a call is over."""

from __future__ import annotations

import pytest
from fleet_town import NINE, make_town, wish

from fleet.dispatch.calls import DESCRIPTION_MAX, GONE_S, RINGS_S, Side
from fleet.dispatch.shuttle import Shuttle
from fleet.errors import Conflict, Invalid
from fleet.model.ride import Offer, Ride
from fleet.model.service import Supervision

RIDING = NINE + 300
SOUND = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"


def riding(riders: int = 1) -> tuple[Shuttle, list[Ride]]:
    """A town with one supervisor on shift and riders on board of one vehicle."""
    shuttle = make_town(2, supervision=Supervision(2, ("sato", "ito")))
    shuttle.control.sign_in("sato", NINE)
    rides = []
    for _ in range(riders):
        offer = shuttle.quoting.quote(wish("s11", "s44", NINE), NINE)
        assert isinstance(offer, Offer)
        rides.append(shuttle.quoting.confirm(offer.ride_id, NINE))
    for _ in rides:
        shuttle.operations.arrived(rides[0].vehicle_id, NINE + 200)
        shuttle.operations.done(rides[0].vehicle_id, NINE + 240)
    return shuttle, [shuttle.state.ride(ride.id) for ride in rides]


def test_a_riders_call_is_an_alarm_and_is_answered_once() -> None:
    shuttle, (ride,) = riding()
    calls = shuttle.calls
    calls.call_supervisor(ride.id, SOUND, RIDING)
    assert [alarm.reason for alarm in shuttle.control.queue()] == ["a rider calls"]
    seen = calls.of_vehicle(ride.vehicle_id, RIDING + 2)
    assert seen is not None
    assert (seen.caller, seen.answer, seen.supervisor) == (Side.RIDER, "", "")
    calls.take(ride.vehicle_id, "sato", SOUND, RIDING + 3)
    heard = calls.of_ride(ride.id, RIDING + 4)
    assert heard is not None
    assert (heard.answer, heard.supervisor) == (SOUND, "sato")
    with pytest.raises(Conflict, match="no call"):
        calls.take(ride.vehicle_id, "sato", SOUND, RIDING + 5)
    calls.hang_up(ride.id)
    assert calls.of_vehicle(ride.vehicle_id, RIDING + 6) is None


def test_a_rider_is_heard_only_after_accepting() -> None:
    shuttle, (ride, other) = riding(2)
    calls = shuttle.calls
    calls.call_rider(ride.vehicle_id, ride.id, "sato", SOUND, RIDING)
    assert calls.of_ride(other.id, RIDING + 1) is None, "others learn nothing of it"
    with pytest.raises(Conflict, match="no call"):
        calls.take(ride.vehicle_id, "sato", SOUND, RIDING + 1)  # nobody accepts for the rider
    with pytest.raises(Conflict, match="spoken to"):
        calls.call_supervisor(other.id, SOUND, RIDING + 1)
    assert calls.accept(ride.id, SOUND, RIDING + 2).answer == SOUND
    assert shuttle.control.queue() == [], "who is called raises no alarm"
    calls.end(ride.vehicle_id)
    calls.end(ride.vehicle_id)  # both may hang up at once
    assert calls.call_supervisor(other.id, SOUND, RIDING + 3).number == 2


def test_only_who_is_there_may_call() -> None:
    shuttle, (ride,) = riding()
    elsewhere = next(v for v in ("v0", "v1") if v != ride.vehicle_id)
    offer = shuttle.quoting.quote(wish("s11", "s44", NINE), NINE)
    assert isinstance(offer, Offer)
    with pytest.raises(Conflict, match="on board"):
        shuttle.calls.call_supervisor(offer.ride_id, SOUND, RIDING)
    with pytest.raises(Conflict, match="on shift"):
        shuttle.calls.call_rider(ride.vehicle_id, ride.id, "ito", SOUND, RIDING)
    with pytest.raises(Conflict, match="on board of"):
        shuttle.calls.call_rider(elsewhere, ride.id, "sato", SOUND, RIDING)


def test_a_call_ends_when_nobody_answers_somebody_has_gone_or_gets_off() -> None:
    shuttle, (ride,) = riding()
    calls, vehicle = shuttle.calls, ride.vehicle_id
    calls.call_supervisor(ride.id, SOUND, RIDING)
    assert calls.of_ride(ride.id, RIDING + RINGS_S) is not None
    assert calls.of_ride(ride.id, RIDING + RINGS_S + 1) is None
    later = RIDING + 200
    calls.call_supervisor(ride.id, SOUND, later)
    calls.take(vehicle, "sato", SOUND, later)
    calls.of_ride(ride.id, later + GONE_S)
    assert calls.of_vehicle(vehicle, later + GONE_S) is not None
    calls.of_vehicle(vehicle, later + 2 * GONE_S)  # the rider asks no more
    assert calls.of_vehicle(vehicle, later + 2 * GONE_S + 1) is None
    calls.call_supervisor(ride.id, SOUND, later + 100)
    shuttle.operations.arrived(vehicle, later + 110)
    shuttle.operations.done(vehicle, later + 120)
    assert calls.of_vehicle(vehicle, later + 121) is None


@pytest.mark.parametrize(
    "offer",
    ["", "hello", SOUND + "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n", SOUND + "a=x\r\n" * DESCRIPTION_MAX],
    ids=["nothing", "no description", "pictures", "too long"],
)
def test_what_describes_no_sound_is_refused(offer: str) -> None:
    shuttle, (ride,) = riding()
    with pytest.raises(Invalid):
        shuttle.calls.call_supervisor(ride.id, offer, RIDING)
    assert shuttle.control.queue() == []
