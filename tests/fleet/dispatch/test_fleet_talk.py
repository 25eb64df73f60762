"""Supervisors and riders speak: who may, who hears what, and that a call is an alarm."""

from __future__ import annotations

import pytest
from fleet_town import NINE, make_town, wish

from fleet.dispatch.shuttle import Shuttle
from fleet.dispatch.talk import KEPT, Phrase
from fleet.errors import Conflict, Invalid, Unknown
from fleet.model.ride import Offer, Ride, RideState
from fleet.model.service import Supervision

RIDING = NINE + 300


def town() -> Shuttle:
    shuttle = make_town(2, supervision=Supervision(2, ("sato", "ito")))
    shuttle.control.sign_in("sato", NINE)
    return shuttle


def on_board(shuttle: Shuttle, riders: int = 1) -> list[Ride]:
    """Rides of one vehicle whose riders have boarded."""
    rides = []
    for _ in range(riders):
        offer = shuttle.quoting.quote(wish("s11", "s44", NINE), NINE)
        assert isinstance(offer, Offer)
        rides.append(shuttle.quoting.confirm(offer.ride_id, NINE))
    assert len({ride.vehicle_id for ride in rides}) == 1
    for _ in rides:
        shuttle.operations.arrived(rides[0].vehicle_id, NINE + 200)
        shuttle.operations.done(rides[0].vehicle_id, NINE + 240)
    return [shuttle.state.ride(ride.id) for ride in rides]


def test_a_riders_call_is_one_alarm_and_the_answer_is_heard() -> None:
    shuttle = town()
    (ride,) = on_board(shuttle)
    shuttle.talk.call(ride.id, RIDING, phrase=Phrase.NEED_HELP)
    shuttle.talk.call(ride.id, RIDING + 1, text=" A child is lost. ")
    assert [(a.vehicle_id, a.severity) for a in shuttle.control.queue()] == [(ride.vehicle_id, 2)]
    shuttle.talk.say(ride.vehicle_id, "sato", RIDING + 9, phrase=Phrase.HELP_IS_COMING)
    heard = shuttle.talk.of_ride(ride)
    assert [(line.phrase, line.text, line.supervisor) for line in heard] == [
        (Phrase.NEED_HELP, "", ""), (None, "A child is lost.", ""), (Phrase.HELP_IS_COMING, "", "sato"),
    ]  # fmt: skip
    assert shuttle.talk.of_ride(ride, after=2) == heard[2:]
    assert shuttle.talk.of_vehicle(ride.vehicle_id) == heard


def test_a_rider_hears_nothing_of_others_nor_of_before_and_after() -> None:
    shuttle = town()
    ride, other = on_board(shuttle, 2)
    vehicle = ride.vehicle_id
    shuttle.talk.say(vehicle, "sato", NINE + 100, text="before they boarded")
    shuttle.talk.call(other.id, RIDING, text="the other's")
    shuttle.talk.say(vehicle, "sato", RIDING, text="to the other", ride_id=other.id)
    assert shuttle.talk.of_ride(ride) == []
    shuttle.talk.say(vehicle, "sato", RIDING, text="to all")
    while any(shuttle.state.rides[one.id].state is RideState.ON_BOARD for one in (ride, other)):
        shuttle.operations.arrived(vehicle, RIDING + 600)
        shuttle.operations.done(vehicle, RIDING + 620)
    shuttle.talk.say(vehicle, "sato", RIDING + 9_000, text="to the next")
    assert [line.text for line in shuttle.talk.of_ride(shuttle.state.rides[ride.id])] == ["to all"]
    assert [line.text for line in shuttle.talk.of_ride(shuttle.state.rides[other.id])] == [
        "the other's", "to the other", "to all",
    ]  # fmt: skip


def test_only_who_is_there_speaks() -> None:
    shuttle = town()
    offer = shuttle.quoting.quote(wish("s11", "s44", NINE), NINE)
    assert isinstance(offer, Offer)
    with pytest.raises(Conflict, match="on board"):
        shuttle.talk.call(offer.ride_id, NINE, phrase=Phrase.NEED_HELP)
    with pytest.raises(Conflict, match="not on shift"):
        shuttle.talk.say("v0", "ito", NINE, text="hello")
    with pytest.raises(Conflict, match="on board"):
        shuttle.talk.say("v0", "sato", NINE, text="hello", ride_id=offer.ride_id)
    with pytest.raises(Unknown):
        shuttle.talk.say("v9", "sato", NINE, text="hello")
    assert shuttle.control.queue() == []


@pytest.mark.parametrize(
    "words", [{}, {"text": "  "}, {"text": "x", "phrase": Phrase.UNWELL}, {"text": "x" * 301}]
)
def test_either_a_phrase_or_words_and_not_too_many(words: dict[str, str | Phrase]) -> None:
    with pytest.raises(Invalid):
        town().talk.say("v0", "sato", NINE, **words)  # type: ignore[arg-type]


def test_the_newest_lines_are_kept_and_numbers_go_on() -> None:
    shuttle = town()
    for k in range(KEPT + 5):
        shuttle.talk.say("v0", "sato", NINE + k, text=str(k))
    kept = shuttle.talk.of_vehicle("v0")
    assert len(kept) == KEPT
    assert [kept[0].number, kept[-1].number] == [6, KEPT + 5]
