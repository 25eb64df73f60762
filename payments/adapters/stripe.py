"""Stripe behind the `Processor` port (SDK 16, PaymentIntents with manual capture, Connect).

Every request carries the caller's key as Stripe's idempotency key, and in its metadata, because Stripe
forgets keys after a day while metadata stays. The SDK's own retries are off: a lost answer is the saga's
business. Answers are read through `.to_dict()`; a StripeObject is not a dict. Captures, refunds and
transfers are known by Stripe's own ids of the money that moved (`ch_`, `re_`, `tr_`, `po_`), which is what
its balance transactions name.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, cast

import stripe

from payments.adapters.signature import verify
from payments.errors import BadSignature, Declined, ProcessorError, Refused, Unavailable
from payments.ports import (
    Authorisation,
    AuthorisationState,
    AuthoriseRequest,
    Customer,
    Event,
    Movement,
    Payee,
    Receipt,
    SavedCard,
    Setup,
)

_STATES = {
    "requires_action": AuthorisationState.CHALLENGE,
    "requires_confirmation": AuthorisationState.CHALLENGE,
    "processing": AuthorisationState.PROCESSING,
    "requires_capture": AuthorisationState.HELD,
    "succeeded": AuthorisationState.CAPTURED,
    "canceled": AuthorisationState.VOIDED,
    "requires_payment_method": AuthorisationState.DECLINED,
}
_MOVEMENTS = {
    "charge": "capture", "payment": "capture", "refund": "refund", "payment_refund": "refund",
    "transfer": "transfer", "payout": "payout",
}  # fmt: skip
_EVENTS = {"payment_intent": "authorisation", "charge": "authorisation", "refund": "refund",
           "transfer": "transfer", "payout": "payout"}  # fmt: skip
Json = dict[str, Any]


class StripeProcessor:
    """The `Processor` port over Stripe's API. `base_url` points tests at a local server."""

    name = "stripe"

    def __init__(
        self, api_key: str, webhook_secret: str, *, base_url: str | None = None, timeout_s: float = 20.0
    ) -> None:
        self._secret = webhook_secret
        self._client = stripe.StripeClient(
            api_key,
            max_network_retries=0,
            http_client=stripe.RequestsClient(timeout=timeout_s),
            base_addresses=None if base_url is None else {"api": base_url},
        )

    def create_customer(self, key: str, reference: str) -> Customer:
        """See the port."""
        params: Any = {"metadata": {"reference": reference, "key": key}}
        found = self._call(lambda: self._client.v1.customers.create(params, {"idempotency_key": key}))
        return Customer(str(found["id"]), reference)

    def start_setup(self, key: str, customer_id: str) -> Setup:
        """See the port."""
        params: Any = {"customer": customer_id, "usage": "off_session", "metadata": {"key": key}}
        found = self._call(lambda: self._client.v1.setup_intents.create(params, {"idempotency_key": key}))
        return Setup(str(found["id"]), found["status"] == "succeeded", str(found.get("client_secret") or ""))

    def saved_card(self, setup_id: str) -> SavedCard | None:
        """See the port."""
        expand: Any = {"expand": ["payment_method"]}
        found = self._call(lambda: self._client.v1.setup_intents.retrieve(setup_id, expand))
        method = found.get("payment_method")
        if found["status"] != "succeeded" or not method:
            return None
        card = (method.get("card") or {}) if isinstance(method, dict) else {}
        year, month = card.get("exp_year"), card.get("exp_month")
        expires = f"{year:04d}-{month:02d}" if year and month else ""
        return SavedCard(_id_of(method), str(card.get("brand", "card")), str(card.get("last4", "")), expires)

    def forget_card(self, key: str, method: str) -> None:
        """See the port."""
        try:
            self._call(lambda: self._client.v1.payment_methods.detach(method, {}, {"idempotency_key": key}))
        except Refused:
            return  # detached already, or never attached: either way it cannot be charged

    def authorise(self, key: str, request: AuthoriseRequest) -> Authorisation:
        """See the port."""
        params: Json = {
            "amount": request.amount_minor,
            "currency": request.currency.lower(),
            "customer": request.customer_id,
            "payment_method": request.method,
            "payment_method_types": ["card"],
            "capture_method": "manual",
            "confirm": True,
            "transfer_group": request.reference,
            "metadata": {"key": key, "reference": request.reference},
            "payment_method_options": {
                "card": {"request_multicapture": "if_available", "request_three_d_secure": "automatic"}
            },
        }
        if request.off_session:
            params["off_session"] = True
        elif request.return_url:
            params["return_url"] = request.return_url
        if request.destination:
            params["transfer_data"] = {"destination": request.destination}
        found = self._call(
            lambda: self._client.v1.payment_intents.create(cast(Any, params), {"idempotency_key": key})
        )
        return _authorisation(found, key)

    def authorisation(self, authorisation_id: str) -> Authorisation:
        """See the port."""
        expand: Any = {"expand": ["latest_charge"]}
        return _authorisation(
            self._call(lambda: self._client.v1.payment_intents.retrieve(authorisation_id, expand))
        )

    def find_authorisation(self, key: str, since: datetime) -> Authorisation | None:
        """See the port. Lists instead of searching: Stripe's search index lags behind its writes."""
        params: Any = {"created": {"gte": int(since.timestamp())}, "limit": 100}
        for found in self._pages(lambda: self._client.v1.payment_intents.list(params)):
            if (found.get("metadata") or {}).get("key") == key:
                return _authorisation(found, key)
        return None

    def capture(self, key: str, authorisation_id: str, amount_minor: int, *, final: bool = True) -> Receipt:
        """See the port."""
        # final_capture is refused by cards without multicapture, so it is sent only when another
        # capture follows.
        params: Any = {"amount_to_capture": amount_minor} | ({} if final else {"final_capture": False})
        found = self._call(
            lambda: self._client.v1.payment_intents.capture(
                authorisation_id, params, {"idempotency_key": key}
            )
        )
        return Receipt(_id_of(found.get("latest_charge")) or str(found["id"]), amount_minor)

    def void(self, key: str, authorisation_id: str) -> Authorisation:
        """See the port."""
        found = self._call(
            lambda: self._client.v1.payment_intents.cancel(
                authorisation_id, {"cancellation_reason": "abandoned"}, {"idempotency_key": key}
            )
        )
        return _authorisation(found)

    def refund(self, key: str, authorisation_id: str, amount_minor: int) -> Receipt:
        """See the port."""
        params: Any = {"payment_intent": authorisation_id, "amount": amount_minor, "metadata": {"key": key}}
        found = self._call(lambda: self._client.v1.refunds.create(params, {"idempotency_key": key}))
        if found["status"] in ("failed", "canceled"):
            reason = found.get("failure_reason") or "no reason given"
            raise Refused(f"refund {found['id']} {found['status']}: {reason}", code="refund_failed")
        return Receipt(str(found["id"]), amount_minor, found["status"] == "succeeded")

    def find_refund(self, key: str, authorisation_id: str) -> Receipt | None:
        """See the port."""
        params: Any = {"payment_intent": authorisation_id, "limit": 100}
        for found in self._pages(lambda: self._client.v1.refunds.list(params)):
            if (found.get("metadata") or {}).get("key") == key:
                return Receipt(str(found["id"]), int(found["amount"]), found["status"] == "succeeded")
        return None

    def create_payee(self, key: str, reference: str) -> Payee:
        """See the port."""
        params: Any = {
            "type": "express", "country": "JP", "capabilities": {"transfers": {"requested": True}},
            "metadata": {"reference": reference, "key": key},
        }  # fmt: skip
        found = self._call(lambda: self._client.v1.accounts.create(params, {"idempotency_key": key}))
        return Payee(str(found["id"]), reference)

    def transfer(self, key: str, payee_id: str, amount_minor: int, reference: str) -> Receipt:
        """See the port."""
        params: Any = {
            "amount": amount_minor, "currency": "jpy", "destination": payee_id, "transfer_group": reference,
            "metadata": {"key": key, "reference": reference},
        }  # fmt: skip
        found = self._call(lambda: self._client.v1.transfers.create(params, {"idempotency_key": key}))
        return Receipt(str(found["id"]), amount_minor)

    def payout(self, key: str, payee_id: str, amount_minor: int) -> Receipt:
        """See the port; the payout is made in the payee's own account."""
        params: Any = {"amount": amount_minor, "currency": "jpy", "metadata": {"key": key}}
        options: Any = {"idempotency_key": key, "stripe_account": payee_id}
        found = self._call(lambda: self._client.v1.payouts.create(params, options))
        return Receipt(str(found["id"]), amount_minor, found["status"] == "paid")

    def receive(self, body: bytes, signature: str, *, now: datetime) -> Event:
        """See the port."""
        verify(body, signature, self._secret, now=now)
        try:
            found = json.loads(body)
            thing = found["data"]["object"]
            kind = _EVENTS.get(thing["object"], "other")
            is_charge = thing["object"] == "charge" and thing.get("payment_intent")
            object_id = _id_of(thing["payment_intent"]) if is_charge else str(thing["id"])
            return Event(str(found["id"]), kind, object_id, _instant(found["created"]))
        except (ValueError, KeyError, TypeError) as error:
            raise BadSignature(f"webhook is signed but not an event: {error!r}", code="malformed") from error

    def movements(self, since: datetime, until: datetime) -> Sequence[Movement]:
        """See the port."""
        params: Any = {
            "created": {"gte": int(since.timestamp()), "lt": int(until.timestamp())},
            "limit": 100, "expand": ["data.source"],
        }  # fmt: skip
        found = [
            Movement(
                _id_of(row.get("source")) or str(row["id"]),
                _MOVEMENTS.get(str(row["type"]), "other"),
                int(row["amount"]),
                int(row["fee"]),
                str(row["currency"]).upper(),
                _instant(row["created"]),
                _reference(row.get("source")),
            )
            for row in self._pages(lambda: self._client.v1.balance_transactions.list(params))
        ]
        return sorted(found, key=lambda m: (m.at, m.id))

    def _pages(self, first: Callable[[], Any]) -> list[Json]:
        def read() -> list[Json]:
            return [item.to_dict() for item in first().auto_paging_iter()]

        return cast(list[Json], self._guarded(read))

    def _call(self, request: Callable[[], Any]) -> Json:
        return cast(Json, self._guarded(lambda: request().to_dict()))

    def _guarded(self, request: Callable[[], Any]) -> Any:
        """Run a request and say in this package's words what went wrong."""
        try:
            return request()
        except stripe.StripeError as error:
            raise _translated(error) from error


def _translated(error: stripe.StripeError) -> ProcessorError:
    """Declined, Refused, or Unavailable where the outcome is not known."""
    code, status = str(error.code or ""), error.http_status
    if status == 409:  # a request with the same key is still under way
        return Unavailable(f"Stripe is still at the same request: {error}", code="conflict")
    if isinstance(error, stripe.CardError):
        reason = str((error.error and error.error.decline_code) or code or "card_declined")
        return Declined(f"the card was declined ({reason})", code=reason)
    if isinstance(error, stripe.APIConnectionError | stripe.RateLimitError):
        return Unavailable(f"Stripe did not answer: {error}", code="timeout")
    if isinstance(error, stripe.IdempotencyError):
        return Refused(f"key was used before for another request: {error}", code="key_reused")
    if status is None or status >= 500:
        return Unavailable(f"Stripe failed: {error}", code="server_error")
    return Refused(f"Stripe refused: {error}", code=code or "invalid_request")


def _authorisation(found: Mapping[str, Any], key: str = "") -> Authorisation:
    """A PaymentIntent as an Authorisation."""
    metadata = found.get("metadata") or {}
    action = (found.get("next_action") or {}).get("redirect_to_url") or {}
    failure = found.get("last_payment_error") or {}
    charge = found.get("latest_charge")
    card = (
        ((charge.get("payment_method_details") or {}).get("card") or {}) if isinstance(charge, dict) else {}
    )
    many = (card.get("multicapture") or {}).get("status") == "available"
    expires = card.get("capture_before")
    return Authorisation(
        id=str(found["id"]),
        key=key or str(metadata.get("key", "")),
        state=_STATES.get(str(found["status"]), AuthorisationState.PROCESSING),
        amount_minor=int(found["amount"]),
        captured_minor=int(found.get("amount_received") or 0),
        currency=str(found["currency"]).upper(),
        reference=str(metadata.get("reference", "")),
        challenge_url=str(action.get("url") or ""),
        decline_code=str(failure.get("decline_code") or failure.get("code") or ""),
        expires_at=_instant(expires) if expires else None,
        captures_many=many,
    )


def _id_of(thing: Any) -> str:
    """An id, whether the field came expanded or not."""
    if isinstance(thing, dict):
        return str(thing.get("id", ""))
    return str(thing or "")


def _reference(source: Any) -> str:
    if not isinstance(source, dict):
        return ""
    return str((source.get("metadata") or {}).get("reference", "") or source.get("transfer_group") or "")


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)
