"""What a rider is told and holds: offers, promises, refusals with their reasons, changes."""

from __future__ import annotations

import pytest
from fleet_town import EPOCH, LAT0, LON0, NINE, make_town, wish

from fleet.dispatch.conditions import Conditions
from fleet.dispatch.shuttle import Shuttle
from fleet.errors import Conflict, Invalid, Unknown
from fleet.model.ride import End, Offer, Party, Refusal, RideRequest, RideState
from fleet.model.service import Hours, VehicleModel


def held(shuttle: Shuttle, *args: str, now: int = NINE, **changes: object) -> Offer:
    offer = shuttle.quoting.quote(wish(*args, **changes), now)  # type: ignore[arg-type]
    assert isinstance(offer, Offer), offer
    return offer


def refused(shuttle: Shuttle, *args: str, now: int = NINE, **changes: object) -> Refusal:
    answer = shuttle.quoting.quote(wish(*args, **changes), now)  # type: ignore[arg-type]
    assert isinstance(answer, Refusal), answer
    return answer


def plans(shuttle: Shuttle) -> list[object]:
    return [shuttle.state.plans.tasks(v) for v in range(len(shuttle.state.duties))]


def test_an_offer_says_when_where_and_how_much_and_its_seat_is_in_the_plan() -> None:
    shuttle = make_town()
    offer = held(shuttle, "s10", "s55")
    assert (offer.leg.pickup_stop, offer.leg.drop_stop) == ("s10", "s55")
    assert offer.pickup_s in (NINE + 48, NINE + 49)  # 400 m at 30 km/h, rounded up
    assert offer.drop_s == offer.pickup_s + 30 + offer.leg.direct_s
    assert offer.promise.pickup_until_s == offer.pickup_s + 300
    assert offer.price_minor == 300 + 80  # 3.6 km: 1.6 km at 50 yen beyond the first two
    v = shuttle.state.plans.vehicle(offer.vehicle_id)
    assert [t.kind for t in shuttle.state.plans.tasks(v)] == ["pickup", "drop"]


def test_a_hold_ends_by_itself_and_can_then_not_be_confirmed() -> None:
    shuttle = make_town()
    before = plans(shuttle)
    offer = held(shuttle)
    assert shuttle.quoting.expire(offer.hold_until_s - 1) == []
    with pytest.raises(Conflict, match="Quote again"):
        shuttle.quoting.confirm(offer.ride_id, offer.hold_until_s)
    assert plans(shuttle) == before
    assert shuttle.state.ride(offer.ride_id).state is RideState.EXPIRED


def test_confirming_twice_is_one_confirmation() -> None:
    shuttle = make_town()
    offer = held(shuttle)
    first = shuttle.quoting.confirm(offer.ride_id, NINE + 1)
    assert shuttle.quoting.confirm(offer.ride_id, NINE + 500) == first
    with pytest.raises(Unknown):
        shuttle.quoting.confirm("nothing", NINE)


def test_cancel_then_quote_again_restores_the_plan_and_the_offer() -> None:
    shuttle = make_town(2)
    for k, (a, b) in enumerate([("s00", "s50"), ("s12", "s44"), ("s31", "s05")]):
        shuttle.quoting.confirm(held(shuttle, a, b, now=NINE + k).ride_id, NINE + k)
    before = plans(shuttle)
    first = held(shuttle, "s22", "s53", now=NINE + 5)
    shuttle.quoting.cancel(first.ride_id, NINE + 6)
    assert plans(shuttle) == before
    second = held(shuttle, "s22", "s53", now=NINE + 5)
    assert (second.vehicle_id, second.pickup_s, second.promise) == (
        first.vehicle_id,
        first.pickup_s,
        first.promise,
    )


def test_arrive_by_is_in_time_and_not_much_too_early() -> None:
    shuttle = make_town()
    train = NINE + 3600
    offer = held(shuttle, "s05", "s50", at_s=train, arrive_by=True)
    assert train - 900 <= offer.drop_s <= train
    assert offer.promise.arrive_until_s <= train


def test_a_wheelchair_takes_its_seats_and_only_stops_it_can_use() -> None:
    shuttle = make_town(1)
    assert (
        refused(shuttle, "s01", "s55", party=Party(adults=0, wheelchairs=1)).reason == "stop_not_accessible"
    )
    chair = held(shuttle, "s10", "s55", party=Party(adults=0, wheelchairs=1))
    together = held(shuttle, "s10", "s55", party=Party(adults=8))
    assert together.pickup_s < chair.drop_s, "8 seats are left beside it"
    shuttle.quoting.cancel(together.ride_id, NINE)
    nine = held(shuttle, "s10", "s55", party=Party(adults=9))
    assert nine.pickup_s > chair.drop_s, "3 of the 11 seats are folded away until then"
    too_many = refused(shuttle, "s10", "s55", party=Party(adults=0, wheelchairs=2))
    assert too_many.reason == "no_such_places"


def test_walking_to_another_stop_is_offered_when_it_serves_all_better() -> None:
    shuttle = make_town(1)
    shuttle.quoting.confirm(held(shuttle, "s00", "s50").ride_id, NINE)
    door = RideRequest(End(LAT0 + 0.0006, LON0 + 0.0088), End(stop_id="s50"), NINE + 60, walk_s_max=600)
    offer = shuttle.quoting.quote(door, NINE + 1)
    assert isinstance(offer, Offer)
    assert offer.leg.walk_to_s > 0
    assert offer.leg.pickup_stop.endswith("0"), "on the shuttle's way along the southern street"


def test_no_is_an_answer_with_reasons_and_what_would_work() -> None:
    shuttle = make_town(1, on_duty=True)
    early = refused(shuttle, at_s=EPOCH + 24 * 3600 + 3 * 3600, now=NINE)
    assert early.reason == "closed"
    assert [a.kind for a in early.alternatives] == [] or early.alternatives[0].kind == "later"
    for _ in range(12):
        answer = shuttle.quoting.quote(wish("s00", "s55", party=Party(adults=11)), NINE)
        if isinstance(answer, Refusal):
            break
    assert isinstance(answer, Refusal)
    assert sum(answer.vehicles.values()) == 1
    later = next(a for a in answer.alternatives if a.kind == "later")
    again = shuttle.quoting.quote(wish("s00", "s55", at_s=later.pickup_s, party=Party(adults=11)), NINE)
    assert isinstance(again, Offer), "what was named as working works"


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (wish(party=Party(adults=0)), "party"),
        (wish(party=Party(adults=-1)), "party.adults"),
        (wish(party=Party(adults=1, infants=2)), "party.infants"),
        (wish("nowhere"), "origin.stop_id"),
        (wish(at_s=NINE - 4000), "at"),
        (wish(at_s=NINE + 90 * 86_400), "at"),
        (wish(walk_s_max=9999), "walk_s_max"),
        (wish(arrive_by=True, at_s=NINE + 3600, not_before_s=NINE + 3600), "not_before"),
        (RideRequest(End(LAT0, LON0 - 0.1), End(stop_id="s00"), NINE), "origin"),
        (RideRequest(End(float("nan"), LON0), End(stop_id="s00"), NINE), "origin"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_field_and_changes_nothing(
    request_: RideRequest, field: str
) -> None:
    shuttle = make_town()
    before = plans(shuttle)
    with pytest.raises(Invalid) as caught:
        shuttle.quoting.quote(request_, NINE)
    assert caught.value.field == field
    assert plans(shuttle) == before


def test_a_place_in_the_zone_without_a_stop_near_and_one_outside_are_told_apart() -> None:
    shuttle = make_town()
    lonely = RideRequest(End(LAT0 + 0.0018, LON0 + 0.0022), End(stop_id="s55"), NINE, walk_s_max=60)
    outside = RideRequest(End(LAT0 + 0.5, LON0), End(stop_id="s55"), NINE)
    reasons = [shuttle.quoting.quote(r, NINE) for r in (lonely, outside)]
    assert [r.reason for r in reasons if isinstance(r, Refusal)] == ["no_stop_near", "outside_zone"]


def test_a_change_holds_both_until_the_new_one_is_confirmed() -> None:
    shuttle = make_town(2)
    old = held(shuttle, "s00", "s50")
    shuttle.quoting.confirm(old.ride_id, NINE)
    new = shuttle.quoting.change(old.ride_id, wish("s00", "s05"), NINE + 5)
    assert isinstance(new, Offer)
    assert shuttle.state.ride(old.ride_id).state is RideState.CONFIRMED
    shuttle.quoting.confirm(new.ride_id, NINE + 6)
    assert shuttle.state.ride(old.ride_id).state is RideState.CANCELLED


def test_a_change_instead_swaps_in_one_breath_or_leaves_the_old_ride_as_it_was() -> None:
    shuttle = make_town(1)
    old = held(shuttle, "s00", "s55", party=Party(adults=11))
    shuttle.quoting.confirm(old.ride_id, NINE)
    before = plans(shuttle)
    assert isinstance(
        shuttle.quoting.change(old.ride_id, wish("s00", "s01", party=Party(adults=12)), NINE, instead=True),
        Refusal,
    )
    assert plans(shuttle) == before
    new = shuttle.quoting.change(old.ride_id, wish("s00", "s54", party=Party(adults=11)), NINE, instead=True)
    assert isinstance(new, Offer)
    assert shuttle.state.ride(new.ride_id).state is RideState.CONFIRMED
    assert shuttle.state.ride(old.ride_id).state is RideState.CANCELLED


def test_a_late_train_moves_the_pickup_within_everybody_elses_promise() -> None:
    shuttle = make_town(1)
    mine = held(shuttle, "s00", "s50", at_s=NINE + 1200)
    shuttle.quoting.confirm(mine.ride_id, NINE)
    other = held(shuttle, "s05", "s55", at_s=NINE + 2400)
    kept = shuttle.quoting.confirm(other.ride_id, NINE)
    moved = shuttle.quoting.protect(mine.ride_id, NINE + 1500, NINE + 900)
    assert not isinstance(moved, Refusal)
    assert moved.promise.pickup_from_s == NINE + 1500
    assert shuttle.state.ride(other.ride_id).promise == kept.promise
    assert shuttle.state.plans.lateness(0) == []


def test_a_train_too_late_leaves_everything_as_it_was_and_says_why() -> None:
    shuttle = make_town(1)
    mine = held(shuttle, "s00", "s50", at_s=NINE + 3000, arrive_by=True)
    shuttle.quoting.confirm(mine.ride_id, NINE)
    before = plans(shuttle)
    answer = shuttle.quoting.protect(mine.ride_id, NINE + 2990, NINE + 900)
    assert isinstance(answer, Refusal)
    assert answer.reason == "connection_lost"
    assert plans(shuttle) == before


def test_outside_the_domain_nobody_is_served_those_waiting_are_told_and_vehicles_come_home() -> None:
    shuttle = make_town(2)
    waiting = held(shuttle, "s30", "s55", at_s=NINE + 600)
    later = held(shuttle, "s30", "s55", at_s=NINE + 3600)
    shuttle.quoting.confirm(later.ride_id, NINE)
    shuttle.quoting.confirm(waiting.ride_id, NINE)
    breaches = shuttle.domain.update(Conditions(wind_m_s=22.0), NINE + 60)
    assert [(b.ride_id, b.kind) for b in breaches] == [(waiting.ride_id, "not_served")]
    assert refused(shuttle, now=NINE + 61, at_s=NINE + 61).reason == "outside_domain"
    assert {str(d.mode) for d in shuttle.state.duties} == {"drawing_in"}
    assert shuttle.state.ride(later.ride_id).state is RideState.CONFIRMED, "the wind may drop before then"
    assert shuttle.domain.tick(NINE + 120) == []
    shuttle.domain.update(Conditions(), NINE + 600)
    held(shuttle, now=NINE + 601, at_s=NINE + 601)


def test_rain_slows_the_shuttles_down_and_new_offers_know() -> None:
    shuttle = make_town(1)
    dry = held(shuttle, "s10", "s55")
    shuttle.quoting.cancel(dry.ride_id, NINE)
    shuttle.domain.update(Conditions(rain_mm_h=12.0), NINE)
    wet = held(shuttle, "s10", "s55")
    assert wet.leg.direct_s > 1.5 * dry.leg.direct_s


def test_mixed_hours_and_batteries_are_respected() -> None:
    closed = make_town(1, hours=(Hours((0, 1, 2, 3, 4), "10:00", "12:00"),))
    answer = refused(closed, at_s=NINE)
    assert (answer.reason, answer.alternatives[0].kind) == ("closed", "later")
    assert answer.alternatives[0].pickup_s >= EPOCH + 10 * 3600
    low = make_town(1, models=(VehicleModel("bus", 11, 1, 3, 4, battery_wh=1000.0, reserve_share=0.5),))
    assert refused(low, "s50", "s05").reason == "battery"


def test_a_preview_says_what_a_quote_would_and_changes_nothing() -> None:
    shuttle = make_town()
    before, told = plans(shuttle), len(shuttle.state.rides)
    seen = shuttle.quoting.preview(wish("s10", "s55"), NINE)
    assert isinstance(seen, Offer)
    assert (plans(shuttle), len(shuttle.state.rides)) == (before, told)
    offer = held(shuttle, "s10", "s55")
    same = ("vehicle_id", "pickup_s", "drop_s", "leg", "promise", "price_minor", "currency", "detour_s")
    assert [getattr(seen, name) for name in same] == [getattr(offer, name) for name in same]
    assert (seen.ride_id, seen.hold_until_s) == ("", NINE)


def test_a_preview_that_finds_nothing_says_why_and_looks_no_further() -> None:
    shuttle = make_town()
    crowd = wish("s10", "s55", party=Party(adults=19))
    refusal = shuttle.quoting.preview(crowd, NINE)
    assert isinstance(refusal, Refusal)
    assert refusal.reason == refused(shuttle, "s10", "s55", party=Party(adults=19)).reason
    assert refusal.alternatives == ()
