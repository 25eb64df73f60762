"""Partners that speak the Open Booking API, behind the port `OutsideBooking`.

The order's UUID is made from the idempotency key, so a process that died and came back asks about the same
order. A booking or cancellation without an answer is never simply repeated: the order is asked for first.
Quotes may be repeated as they are, a PUT on the same UUID renews the same lease.
"""

from __future__ import annotations

import re
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from maas.adapters.openactive import NoAnswer, OpenBookingClient, Refusal
from maas.services.errors import OutsideRefused, OutsideUnknown
from maas.services.model import OutsideRef
from maas.services.ports import OutsideCustomer, OutsideHold, OutsideOrder, OutsideSlot, OutsideState

__all__ = ["OpenActiveBooking", "order_uuid"]

Result = TypeVar("Result")
Json = dict[str, Any]
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:makuhari-maas:outside-order")
_DURATION = re.compile(r"^PT(?:(\d+)H)?(?:(\d+)M)?$")
_ALREADY = "OrderAlreadyExistsError"
_PAGES_MAX = 10_000


def order_uuid(key: str) -> str:
    """The UUID that stands for an idempotency key at every partner."""
    return str(uuid.uuid5(_NAMESPACE, key))


@dataclass(slots=True)
class _Feed:
    """What was read of a feed so far, and where the next changes are."""

    next_url: str
    slots: dict[str, Json] = field(default_factory=dict)


class OpenActiveBooking:
    """One partner. Implements `maas.services.ports.OutsideBooking`; safe to share between threads."""

    def __init__(
        self,
        client: OpenBookingClient,
        *,
        system: str,
        seller: str,
        feed_url: str = "",
        attempts: int = 3,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._system = system
        self._seller = seller
        self._attempts = attempts
        self._pause = pause
        self._feed = _Feed(feed_url)
        self._feed_lock = threading.Lock()

    def availability(self, ref: OutsideRef, first: datetime, last: datetime) -> list[OutsideSlot]:
        """What is bookable at the facility `ref.opportunity`, after reading the feed's newest changes."""
        with self._feed_lock:
            if self._feed.next_url:
                self._harvest()
            slots = list(self._feed.slots.values())
        found = [made for data in slots if (made := self._slot(data, ref)) is not None]
        wanted = [slot for slot in found if first <= slot.starts_at <= last]
        return sorted(wanted, key=lambda slot: (slot.starts_at, slot.ref.opportunity))

    def hold(self, key: str, ref: OutsideRef, quantity: int, customer: OutsideCustomer) -> OutsideHold:
        """C1, then C2. Raises OutsideRefused and OutsideUnknown."""
        order, name = self._order(ref, quantity), order_uuid(key)
        self._repeated(lambda: self._client.quote_template(name, order))
        return self._repeated(lambda: _hold_of(key, self._client.quote(name, order | _person(customer))))

    def release(self, key: str) -> None:
        """Delete the quote, if there is one."""
        self._repeated(lambda: self._client.delete_quote(order_uuid(key)))

    def confirm(
        self,
        key: str,
        ref: OutsideRef,
        quantity: int,
        customer: OutsideCustomer,
        *,
        price_minor: int,
        payment_reference: str,
    ) -> OutsideOrder:
        """B. Raises OutsideRefused, also when the price differs, and OutsideUnknown."""
        due = {"@type": "PriceSpecification", "price": price_minor, "priceCurrency": "JPY"}
        payment = {"payment": {"@type": "Payment", "identifier": payment_reference}} if price_minor else {}
        body = self._order(ref, quantity) | _person(customer) | payment | {"totalPaymentDue": due}

        def attempt() -> OutsideOrder:
            try:
                return _order_of(key, self._client.book(order_uuid(key), body))
            except Refusal as refusal:
                if refusal.code != _ALREADY:
                    raise
                return self._status(key)  # an earlier attempt got through

        return self._asked_first(key, attempt, done=lambda order: order.state is not OutsideState.NONE)

    def cancel(self, key: str) -> OutsideOrder:
        """PATCH every part that is not cancelled yet. Raises OutsideRefused and OutsideUnknown."""

        def attempt() -> OutsideOrder:
            order = self._status(key)
            if order.state is OutsideState.CONFIRMED:
                self._client.cancel(order_uuid(key), order.items)
                order = self._status(key)
            return order

        return self._asked_first(key, attempt, done=lambda order: order.state is not OutsideState.CONFIRMED)

    def status(self, key: str) -> OutsideOrder:
        """GET the order. Raises OutsideRefused and OutsideUnknown."""
        return self._repeated(lambda: self._status(key))

    def _status(self, key: str) -> OutsideOrder:
        found = self._client.order(order_uuid(key))
        return OutsideOrder(key, OutsideState.NONE, 0) if found is None else _order_of(key, found)

    def _asked_first(
        self, key: str, attempt: Callable[[], OutsideOrder], *, done: Callable[[OutsideOrder], bool]
    ) -> OutsideOrder:
        """Act; after each silence ask what became of it, and act again only if nothing did."""
        silence: NoAnswer | None = None
        for number in range(self._attempts):
            try:
                if silence is not None:
                    self._pause(0.2 * 2 ** (number - 1))
                    order = self._status(key)
                    if done(order):
                        return order
                return attempt()
            except NoAnswer as error:
                silence = error
            except Refusal as refusal:
                raise self._refused(refusal) from refusal
        raise self._unknown(silence) from silence

    def _repeated(self, call: Callable[[], Result]) -> Result:
        silence: NoAnswer | None = None
        for number in range(self._attempts):
            try:
                if silence is not None:
                    self._pause(0.2 * 2 ** (number - 1))
                return call()
            except NoAnswer as error:
                silence = error
            except Refusal as refusal:
                raise self._refused(refusal) from refusal
        raise self._unknown(silence) from silence

    def _refused(self, refusal: Refusal) -> OutsideRefused:
        return OutsideRefused(f"{self._system}: {refusal}", code=refusal.code)

    def _unknown(self, silence: NoAnswer | None) -> OutsideUnknown:
        return OutsideUnknown(
            f"{self._system}: no answer after {self._attempts} attempts ({silence}); ask later"
        )

    def _order(self, ref: OutsideRef, quantity: int) -> Json:
        item = {
            "@type": "OrderItem",
            "acceptedOffer": {"@type": "Offer", "@id": ref.offer},
            "orderedItem": {"@type": "Slot", "@id": ref.opportunity},
        }
        return {
            "brokerRole": "https://openactive.io/AgentBroker",
            "broker": {"@type": "Organization", "name": "Makuhari MaaS"},
            "seller": {"@type": "Organization", "@id": self._seller},
            "orderedItem": [item | {"position": n} for n in range(quantity)],
        }

    def _harvest(self) -> None:
        """Read on from where the last reading ended, until a page has nothing new."""
        for _ in range(_PAGES_MAX):
            url = self._feed.next_url
            page = self._repeated(lambda u=url: self._client.feed_page(u))  # type: ignore[misc]
            for item in page["items"]:
                if item.get("state") == "deleted":
                    self._feed.slots.pop(str(item.get("id")), None)
                elif isinstance(item.get("data"), dict):
                    self._feed.slots[str(item.get("id"))] = item["data"]
            self._feed.next_url = page["next"]
            if not page["items"]:
                return
        raise OutsideUnknown(
            f"{self._system}: the feed does not end after {_PAGES_MAX} pages; ask the partner"
        )

    def _slot(self, data: Json, ref: OutsideRef) -> OutsideSlot | None:
        """A slot of that facility in yen, or None for anything else, or what is not understood."""
        facility = data.get("facilityUse")
        facility = facility.get("@id") if isinstance(facility, dict) else facility
        offers = [
            o for o in data.get("offers") or [] if o.get("priceCurrency") == "JPY" or not o.get("price")
        ]
        if facility != ref.opportunity or not offers:
            return None
        offer = next((o for o in offers if o.get("@id") == ref.offer), offers[0])
        try:
            start = _instant(data["startDate"])
            end = _instant(data["endDate"]) if "endDate" in data else start + _duration(data["duration"])
            exact = OutsideRef(system=self._system, opportunity=data["@id"], offer=offer["@id"])
            return OutsideSlot(exact, start, end, int(data["remainingUses"]), _yen(offer.get("price", 0)))
        except (KeyError, TypeError, ValueError, NoAnswer):
            return None


def _person(customer: OutsideCustomer) -> Json:
    person = {
        "@type": "Person",
        "identifier": customer.reference,
        "email": customer.email,
        "givenName": customer.given_name,
        "familyName": customer.family_name,
    }
    return {"customer": {name: value for name, value in person.items() if value}}


def _hold_of(key: str, quoted: Json) -> OutsideHold:
    lease = quoted.get("lease")
    expires = lease.get("leaseExpires") if isinstance(lease, dict) else None
    return OutsideHold(key, _total(quoted), None if expires is None else _instant(expires))


def _order_of(key: str, data: Json) -> OutsideOrder:
    items = [item for item in data.get("orderedItem") or [] if isinstance(item, dict)]
    alive = [item for item in items if not str(item.get("orderItemStatus", "")).endswith("Cancelled")]
    state = OutsideState.CONFIRMED if alive or not items else OutsideState.CANCELLED
    names = tuple(str(item["@id"]) for item in (alive or items) if item.get("@id"))
    return OutsideOrder(key, state, _total(data), names)


def _total(data: Json) -> int:
    due = data.get("totalPaymentDue")
    if not isinstance(due, dict):
        raise NoAnswer("the answer has no totalPaymentDue")
    if due.get("priceCurrency", "JPY") != "JPY":
        raise Refusal(409, "Currency", f"the price is in {due['priceCurrency']}, not in yen")
    return _yen(due.get("price", 0))


def _yen(value: object) -> int:
    try:
        exact = Decimal(str(value))
    except InvalidOperation:
        raise NoAnswer(f"the price {value!r} is no number") from None
    if exact != exact.to_integral_value() or exact < 0:
        raise NoAnswer(f"the price {value!r} is no whole number of yen")
    return int(exact)


def _instant(text: object) -> datetime:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        raise NoAnswer(f"{text!r} is no date and time") from None
    if found.tzinfo is None:
        raise NoAnswer(f"{text!r} has no offset from UTC")
    return found


def _duration(text: object) -> timedelta:
    match = _DURATION.match(str(text))
    if match is None:
        raise NoAnswer(f"{text!r} is no duration of hours and minutes")
    return timedelta(hours=int(match[1] or 0), minutes=int(match[2] or 0))
