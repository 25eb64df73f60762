"""A partner's booking system over real HTTP that loses answers, is late, hears things twice and breaks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from openactive_server import FACILITY, BookingSystem, serving

from maas.adapters.openactive import OpenBookingClient
from maas.services.errors import OutsideRefused, OutsideUnknown
from maas.services.model import OutsideRef
from maas.services.outside_openactive import OpenActiveBooking, order_uuid
from maas.services.ports import OutsideBooking, OutsideCustomer, OutsideOrder, OutsideState

SLOT = OutsideRef(
    system="partner", opportunity="https://partner.example/slots/s1",
    offer="https://partner.example/offers/adult",
)  # fmt: skip
ANN = OutsideCustomer("p-123", "ann@example.com", "Ann", "Lee")


@pytest.fixture
def system() -> BookingSystem:
    return BookingSystem()


@pytest.fixture
def booking(system: BookingSystem) -> Iterator[OutsideBooking]:
    with serving(system) as url, httpx.Client(timeout=0.4) as http:
        yield OpenActiveBooking(
            OpenBookingClient(http, url), system="partner", seller="https://partner.example/seller",
            feed_url=f"{url}/feed?after=0", pause=lambda _: None,
        )  # fmt: skip


def book(booking: OutsideBooking, key: str = "saga:1", quantity: int = 1) -> OutsideOrder:
    price = booking.hold(key, SLOT, quantity, ANN).price_minor
    return booking.confirm(key, SLOT, quantity, ANN, price_minor=price, payment_reference="pay-1")


def test_an_outing_is_quoted_leased_booked_and_cancelled(
    system: BookingSystem, booking: OutsideBooking
) -> None:
    held = booking.hold("saga:1", SLOT, 2, ANN)
    assert held.price_minor == 3000
    assert held.expires_at is not None
    assert timedelta(minutes=14) < held.expires_at - datetime.now(UTC) < timedelta(minutes=16)
    assert booking.status("saga:1").state is OutsideState.NONE
    order = booking.confirm("saga:1", SLOT, 2, ANN, price_minor=3000, payment_reference="pay-1")
    assert (order.state, order.price_minor, len(order.items)) == (OutsideState.CONFIRMED, 3000, 2)
    assert system.requests[:2] == ["PUT order-quote-templates", "PUT order-quotes"]
    assert booking.cancel("saga:1").state is OutsideState.CANCELLED
    assert booking.cancel("saga:1").state is OutsideState.CANCELLED
    assert system.booked() == 0


def test_a_lease_keeps_the_places_from_others_until_it_is_let_go(booking: OutsideBooking) -> None:
    booking.hold("a", SLOT, 3, ANN)
    booking.hold("a", SLOT, 3, ANN)  # renewing one's own lease takes nothing more
    with pytest.raises(OutsideRefused, match="no spaces left") as refused:
        booking.hold("b", SLOT, 1, ANN)
    assert refused.value.code == "OpportunityIsFullError"
    booking.release("a")
    booking.release("a")
    assert book(booking, "b").state is OutsideState.CONFIRMED


@pytest.mark.parametrize("fault", ["lose", "late", "refuse", "broken", "twice", "garbage"])
@pytest.mark.parametrize("exists_error", [False, True])
def test_a_booking_is_made_once_whatever_becomes_of_the_answer(
    system: BookingSystem, booking: OutsideBooking, fault: str, exists_error: bool
) -> None:
    system.always_exists_error = exists_error and fault != "twice"
    system.faults = [("PUT /orders/", fault)]
    assert book(booking).state is OutsideState.CONFIRMED
    system.settle()  # a request that was late arrives now, after ours went through
    assert book(booking, "other").state is OutsideState.CONFIRMED
    assert system.bookings_made == 2
    assert len(system.orders) == 2


def test_after_silence_the_order_is_asked_for_before_anything_is_repeated(
    system: BookingSystem, booking: OutsideBooking
) -> None:
    system.faults = [("PUT /orders/", "lose")]
    book(booking)
    assert system.requests[2:] == ["PUT orders", "GET orders"]
    system.requests.clear()
    system.faults = [("PUT /orders/", "refuse")]
    book(booking, "again")
    assert system.requests[2:] == ["PUT orders", "GET orders", "PUT orders"]


@pytest.mark.parametrize("fault", ["lose", "refuse", "broken", "twice"])
def test_a_cancellation_survives_lost_answers(
    system: BookingSystem, booking: OutsideBooking, fault: str
) -> None:
    book(booking)
    system.faults = [("PATCH /orders/", fault)]
    assert booking.cancel("saga:1").state is OutsideState.CANCELLED
    assert system.booked() == 0


@pytest.mark.parametrize("stage", ["order-quote-templates", "order-quotes"])
@pytest.mark.parametrize("fault", ["lose", "refuse", "broken", "garbage"])
def test_a_quote_without_an_answer_is_asked_again_under_the_same_name(
    system: BookingSystem, booking: OutsideBooking, stage: str, fault: str
) -> None:
    system.faults = [(f"PUT /{stage}/", fault)]
    assert booking.hold("saga:1", SLOT, 1, ANN).price_minor == 1500
    assert list(system.leases) == [order_uuid("saga:1")]


def test_lasting_silence_is_an_unknown_outcome_that_a_later_call_clears_up(
    system: BookingSystem, booking: OutsideBooking
) -> None:
    held = booking.hold("saga:1", SLOT, 1, ANN)
    system.faults = [("PUT /orders/", "lose")] + [("GET /orders/", "refuse")] * 3
    with pytest.raises(OutsideUnknown, match="no answer after 3 attempts"):
        booking.confirm("saga:1", SLOT, 1, ANN, price_minor=held.price_minor, payment_reference="p")
    system.faults = []
    assert booking.status("saga:1").state is OutsideState.CONFIRMED
    again = booking.confirm("saga:1", SLOT, 1, ANN, price_minor=1500, payment_reference="p")
    assert again.state is OutsideState.CONFIRMED
    assert system.bookings_made == 1


def test_a_price_that_changed_is_refused_and_nothing_is_booked(
    system: BookingSystem, booking: OutsideBooking
) -> None:
    booking.hold("saga:1", SLOT, 1, ANN)
    system.price = 1800
    with pytest.raises(OutsideRefused, match="price has changed") as refused:
        booking.confirm("saga:1", SLOT, 1, ANN, price_minor=1500, payment_reference="p")
    assert refused.value.code == "TotalPaymentDueMismatchError"
    assert system.orders == {}


@pytest.mark.parametrize("price", [1500.5, -1])
def test_a_price_that_is_no_whole_yen_is_not_taken(
    system: BookingSystem, booking: OutsideBooking, price: float
) -> None:
    system.price = price
    with pytest.raises(OutsideUnknown, match="no whole number of yen"):
        booking.hold("saga:1", SLOT, 1, ANN)


def test_cancelling_what_was_never_booked_does_nothing(
    system: BookingSystem, booking: OutsideBooking
) -> None:
    assert booking.cancel("saga:9").state is OutsideState.NONE
    assert not [r for r in system.requests if r.startswith("PATCH")]


def test_the_feed_is_read_page_by_page_and_then_only_what_is_new(
    system: BookingSystem, booking: OutsideBooking
) -> None:
    court = OutsideRef(system="partner", opportunity=FACILITY, offer="any")
    first, last = (datetime(2026, 12, day, tzinfo=UTC) for day in (1, 2))
    found = booking.availability(court, first, last)
    assert [(s.ref.opportunity[-2:], s.free, s.price_minor) for s in found] == [
        ("s1", 3, 1500),
        ("s2", 3, 1500),
    ]
    assert [(s.ends_at - s.starts_at) // timedelta(minutes=1) for s in found] == [60, 90]
    pages = len(system.requests)
    system.feed.append(system.slot("s1", "2026-12-01T10:00:00+09:00", PT="PT1H", uses=1))
    system.feed.append({"state": "deleted", "kind": "FacilityUse/Slot", "id": "s2"})
    system.feed.append({"state": "updated", "id": "odd", "data": {"@type": "Slot", "facilityUse": FACILITY}})
    system.faults = [("GET /feed", "lose")]
    assert [(s.ref.opportunity[-2:], s.free) for s in booking.availability(court, first, last)] == [("s1", 1)]
    assert len(system.requests) - pages == 4  # the lost one, two pages, and the empty one at the end
    assert booking.availability(SLOT, first, last) == []  # a slot is no facility
