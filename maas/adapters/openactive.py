"""The wire of OpenActive's Open Booking API 1.0 and of its RPDE feeds: requests out, JSON-LD back.

Source: the specification at https://openactive.io/open-booking-api/ (C1 and C2 quote, B books, an order is
cancelled by PATCH) and Realtime Paged Data Exchange. Every write is a PUT, PATCH or DELETE on a UUID that
the caller chose, so that it can be repeated. What an unanswered request did is unknown: `NoAnswer`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

__all__ = ["MEDIA_TYPE", "NoAnswer", "OpenBookingClient", "Refusal"]

MEDIA_TYPE = "application/vnd.openactive.booking+json; version=1"
CONTEXT = "https://openactive.io/"
Json = dict[str, Any]


class NoAnswer(Exception):
    """Timeout, broken connection, the server's own failure, or nonsense: the outcome is unknown."""


class Refusal(Exception):
    """The booking system said no; `code` is OpenActive's error type, such as OpportunityIsFullError."""

    def __init__(self, status: int, code: str, description: str) -> None:
        super().__init__(f"{code}: {description}" if description else code)
        self.status = status
        self.code = code


class OpenBookingClient:
    """One booking system. `http` carries timeouts and credentials; it is the caller's to close."""

    def __init__(self, http: httpx.Client, booking_url: str) -> None:
        self._http = http
        self._base = booking_url.rstrip("/")

    def quote_template(self, uuid: str, order: Mapping[str, Any]) -> Json:
        """C1: what it would cost, before anything is known of the customer."""
        return self._checked("PUT", f"order-quote-templates/{uuid}", {**order, "@type": "OrderQuote"})

    def quote(self, uuid: str, order: Mapping[str, Any]) -> Json:
        """C2: what it costs; a booking system with leases keeps the places until `lease.leaseExpires`."""
        return self._checked("PUT", f"order-quotes/{uuid}", {**order, "@type": "OrderQuote"})

    def delete_quote(self, uuid: str) -> None:
        """Let go of a lease; one that is not there is let go of already."""
        self._request("DELETE", f"order-quotes/{uuid}", None, missing_ok=True)

    def book(self, uuid: str, order: Mapping[str, Any]) -> Json:
        """B: book and pay."""
        return self._checked("PUT", f"orders/{uuid}", {**order, "@type": "Order"})

    def order(self, uuid: str) -> Json | None:
        """The order as it stands; None if the system has none under this UUID."""
        return self._request("GET", f"orders/{uuid}", None, missing_ok=True)

    def cancel(self, uuid: str, items: tuple[str, ...]) -> None:
        """Cancel parts of an order by their `@id`, as its customer."""
        status = "https://openactive.io/CustomerCancelled"
        changes = [{"@type": "OrderItem", "@id": item, "orderItemStatus": status} for item in items]
        self._request("PATCH", f"orders/{uuid}", {"@type": "Order", "orderedItem": changes})

    def feed_page(self, url: str) -> Json:
        """One page of an RPDE feed: `items`, and `next`, where the following changes are."""
        page = self._send("GET", url, None)
        if page is None or not isinstance(page.get("items"), list) or not isinstance(page.get("next"), str):
            raise NoAnswer(f"GET {url}: this is no page of an RPDE feed (items and next are missing)")
        return page

    def _checked(self, method: str, path: str, body: Json) -> Json:
        answer = self._request(method, path, body)
        if answer is None:
            raise NoAnswer(f"{method} {path}: an empty answer where an order was expected")
        errors = _item_errors(answer)
        if errors:
            raise Refusal(409, *errors[0])
        return answer

    def _request(self, method: str, path: str, body: Json | None, *, missing_ok: bool = False) -> Json | None:
        document = None if body is None else {"@context": CONTEXT, **body}
        return self._send(method, f"{self._base}/{path}", document, missing_ok=missing_ok)

    def _send(self, method: str, url: str, body: Json | None, *, missing_ok: bool = False) -> Json | None:
        headers = {"Accept": f"{MEDIA_TYPE}, application/json"}
        if body is not None:
            headers["Content-Type"] = MEDIA_TYPE
        try:
            response = self._http.request(method, url, json=body, headers=headers)
        except httpx.HTTPError as error:
            raise NoAnswer(f"{method} {url}: {type(error).__name__}") from error
        if response.status_code >= 500 or response.status_code == 429:
            raise NoAnswer(f"{method} {url}: {response.status_code}")
        if response.status_code == 404 and missing_ok:
            return None
        answer = _json(response, f"{method} {url}")
        if response.is_success:
            return answer
        raise _refusal(response.status_code, answer or {})


def _json(response: httpx.Response, what: str) -> Json | None:
    if not response.content:
        return None
    try:
        answer = response.json()
    except ValueError as error:
        raise NoAnswer(f"{what}: {response.status_code} with text that is no JSON") from error
    if not isinstance(answer, dict):
        raise NoAnswer(f"{what}: {response.status_code} with JSON that is no object")
    return answer


def _refusal(status: int, answer: Json) -> Refusal:
    errors = _item_errors(answer)
    if errors:
        return Refusal(status, *errors[0])
    code = str(answer.get("@type") or f"HTTP {status}")
    return Refusal(status, code, str(answer.get("description") or answer.get("name") or ""))


def _item_errors(answer: Json) -> list[tuple[str, str]]:
    items = answer.get("orderedItem")
    found = [
        error
        for item in (items if isinstance(items, list) else [])
        if isinstance(item, dict)
        for error in (item.get("error") or [])
        if isinstance(error, dict)
    ]
    return [(str(e.get("@type") or "OpenBookingError"), str(e.get("description") or "")) for e in found]
