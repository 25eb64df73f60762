"""A booked train costs what its feed says, whatever the client says."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from fleet.model.ride import Party
from maas.area.open import Area, open_area
from maas.booking.wishes import Spot, TransitWish
from maas.journeys.model import JourneysRequest, LegView
from maas.journeys.service import plan
from maas.wiring.transit_fares import fare_of


@pytest.fixture(scope="module")
def area(makuhari: Path) -> Area:
    return open_area(makuhari)


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
