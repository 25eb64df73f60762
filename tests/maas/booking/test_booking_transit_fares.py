"""A booked train costs what its feed says, whatever the client says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from fleet.model.ride import Party
from maas.area.open import Area, open_area
from maas.booking.wishes import Spot, TransitWish
from maas.journeys.model import JourneysRequest, JourneyView, LegView
from maas.journeys.service import plan
from maas.wiring.transit_fares import fares_of


@pytest.fixture(scope="module")
def area(makuhari: Path) -> Area:
    return open_area(makuhari)


def fare_of(area: Area) -> Callable[[TransitWish], int | None]:
    def priced(wish: TransitWish) -> int | None:
        (fare,) = fares_of(area)([wish])
        return None if fare is None else fare.total_minor

    return priced


@pytest.fixture(scope="module")
def train(area: Area) -> LegView:
    question = {"from": "海浜幕張", "to": "蘇我", "at": "2026-11-25T10:00:00+09:00"}
    answer = plan(area, JourneysRequest.model_validate(question), datetime.now(UTC))
    return next(leg for leg in answer.journeys[0].legs if leg.mode == "rail")


def wish(leg: LegView, **changes: object) -> TransitWish:
    asked = TransitWish(
        Spot(stop_id=leg.origin.stop_id or ""), Spot(stop_id=leg.destination.stop_id or ""),
        int(leg.departure.timestamp()), int(leg.arrival.timestamp()), leg.route_id or "", "", "",
        leg.trip_id or "", leg.service_date or "",
    )  # fmt: skip
    return msgspec.structs.replace(asked, **changes)


def test_one_adult_pays_what_the_journey_said(area: Area, train: LegView) -> None:
    assert train.fare is not None
    assert fare_of(area)(wish(train)) == train.fare.ic_amount_minor > 0


def test_children_pay_half_in_tens_and_wheelchair_users_as_adults(area: Area, train: LegView) -> None:
    price = fare_of(area)
    adult = price(wish(train))
    assert adult is not None
    child = price(wish(train, party=Party(adults=0, children=1)))
    assert child == -(-adult // 20) * 10
    assert (
        price(wish(train, party=Party(adults=1, children=2, infants=1, wheelchairs=1)))
        == 2 * adult + 2 * child
    )


def test_a_ride_that_the_timetable_does_not_know_has_no_fare(area: Area, train: LegView) -> None:
    price = fare_of(area)
    backwards = wish(train, origin=Spot(stop_id=train.destination.stop_id or ""),
                     destination=Spot(stop_id=train.origin.stop_id or ""))  # fmt: skip
    for unknown in (
        wish(train, trip_id="nothing"),
        backwards,
        wish(train, destination=Spot(stop_id="nowhere")),
    ):
        assert price(unknown) is None


@pytest.mark.parametrize(
    ("party", "riders"), [({"adults": 2, "children": 1}, (2, 1)), ({"adults": 1, "wheelchairs": 1}, (2, 0))]
)
def test_a_party_books_at_the_price_that_it_was_told(
    area: Area, party: dict[str, int], riders: tuple[int, int]
) -> None:
    question = {
        "from": "海浜幕張",
        "to": "蘇我",
        "at": "2026-11-25T10:00:00+09:00",
        "party": party,
        "count": 4,
    }
    answer = plan(area, JourneysRequest.model_validate(question), datetime.now(UTC))
    price, ridden = fare_of(area), 0
    for journey in answer.journeys:
        rides = [leg for leg in journey.legs if leg.trip_id]
        told = [leg.party_fare for leg in rides]
        booked = [price(wish(leg, party=Party(**party))) for leg in rides]
        assert [None if fare is None else fare.ic_amount_minor for fare in told] == booked
        if rides and journey.party_fare is not None:
            whole = journey.party_fare
            assert (whole.adults, whole.children) == riders
            assert whole.ic_amount_minor == sum(fare or 0 for fare in booked) > 0
            assert whole.children_by == ("half" if riders[1] else None)
            ridden += 1
    assert ridden > 0


def test_one_adult_is_told_one_fare_and_a_child_alone_its_own(area: Area) -> None:
    asked = {"from": "海浜幕張", "to": "蘇我", "at": "2026-11-25T10:00:00+09:00"}

    def first(**more: object) -> JourneyView:
        return plan(area, JourneysRequest.model_validate(asked | more), datetime.now(UTC)).journeys[0]

    adult, pupil, grown = first(), first(age=8), first(age=12)
    assert adult.party_fare is grown.party_fare is None
    assert adult.fare is not None
    assert pupil.party_fare is not None
    assert (pupil.party_fare.adults, pupil.party_fare.children) == (0, 1)
    assert pupil.party_fare == first(party={"adults": 0, "children": 1}).party_fare
    assert pupil.party_fare.ic_amount_minor < adult.fare.ic_amount_minor
