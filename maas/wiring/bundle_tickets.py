"""Tickets of bundles: implements `maas.booking.ports.TicketIssuer` over `maas.tickets`."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from maas.booking.model import Bundle, Part, PartState, reduced_of
from maas.booking.service import Booking
from maas.booking.wishes import OutsideWish, ServiceWish, ShuttleWish, TransitWish
from maas.errors import UserError
from maas.tickets.model import Concession, Kind, Reduced
from maas.tickets.service import NewTicket, Seen, Ticket, Tickets
from maas.tickets.texts import KINDS

__all__ = ["BundleTickets", "tell_booking"]

_log = logging.getLogger(__name__)
_EARLY, _LATE = timedelta(minutes=30), timedelta(minutes=60)
_OPEN_ENDED = timedelta(days=180)
_KINDS = {
    "shuttle": Kind.SHUTTLE, "device": Kind.DEVICE, "cycle": Kind.CYCLE, "transit": Kind.TRANSIT,
}  # fmt: skip
_CONCESSIONS = {
    "child": Concession.CHILD, "65+": Concession.AGE_65, "disability": Concession.DISABILITY,
    "returned_licence": Concession.RETURNED_LICENCE, "student": Concession.STUDENT,
    "resident": Concession.RESIDENT, "senior": Concession.SENIOR, "youth": Concession.YOUTH,
}  # fmt: skip


class BundleTickets:
    """One ticket for each part that is confirmed."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    def issue(self, connection: Connection, bundle: Bundle, parts: Sequence[Part], *, now: datetime) -> None:
        """See the port."""
        wanted = [_wanted(bundle, part, now) for part in parts if part.state is PartState.CONFIRMED]
        self._tickets.issue(connection, wanted, now=now)

    def revoke(self, connection: Connection, bundle: Bundle, parts: Sequence[Part], *, now: datetime) -> None:
        """See the port."""
        if parts:
            numbers = [part.no for part in parts]
            self._tickets.revoke(connection, bundle.id, numbers, "given back", now=now)


def tell_booking(booking: Booking, reader: str, seen: Sequence[Seen], tickets: Sequence[Ticket]) -> list[str]:
    """A reader let these in: their parts were used. Safe to repeat; the ids of tickets that are refused."""
    refused = []
    by_id = {ticket.id: ticket for ticket in tickets}
    for each in seen:
        ticket = by_id.get(each.ticket_id)
        if ticket is None or not ticket.bundle_id.startswith("bdl_"):
            continue
        try:
            bundle = booking.get(ticket.bundle_id)
            label = bundle.parts[ticket.claims.part].label
            booking.after.used(bundle.id, label, use_key=f"ticket:{ticket.id}", actor=f"reader:{reader}")
        except (UserError, IndexError) as error:
            _log.warning("ticket %s was used, and booking says: %s", ticket.id, error)
            refused.append(ticket.id)
    return refused


def _wanted(bundle: Bundle, part: Part, now: datetime) -> NewTicket:
    held, wish = part.held, part.wish
    category = "" if held is None else held.category
    kind = _KINDS.get(category, Kind.OUTSIDE if isinstance(wish, OutsideWish) else Kind.SERVICE)
    starts = _instant(None if held is None else held.starts_ms)
    ends = _instant(None if held is None else held.ends_ms)
    begin = now if starts is None else starts - _EARLY
    end = (ends or starts or now + _OPEN_ENDED) + (_LATE if starts is not None else timedelta())
    people, chairs = _people(wish)
    provider = "" if held is None else held.provider_id
    scope = provider or "outside"
    if held is not None and held.offer_id:
        scope = f"{provider}/{held.offer_id}"
    return NewTicket(
        bundle.id, part.no, bundle.subject, kind, scope, begin, max(end, begin + _LATE), people, chairs,
        _concession(part), 1, _face(bundle, part, kind, starts, ends), _reduced(part),
    )  # fmt: skip


def _people(wish: Any) -> tuple[int, int]:
    if isinstance(wish, ShuttleWish | TransitWish):
        return min(255, max(1, wish.party.riders)), wish.party.wheelchairs
    if isinstance(wish, ServiceWish | OutsideWish):
        return wish.quantity, 0
    return 1, 0


def _concession(part: Part) -> Concession:
    for discount in part.discounts:
        kind, _, detail = discount.rule.partition(":")
        if kind == "concession" and detail in _CONCESSIONS:
            return _CONCESSIONS[detail]
    return Concession.NONE


def _reduced(part: Part) -> tuple[Reduced, ...]:
    """Who pays less and must show why: what a reader without a network can tell its supervisor."""
    return tuple(
        Reduced(_CONCESSIONS.get(one.kind, Concession.OTHER), min(255, one.count), one.proof)
        for one in reduced_of(part)
    )


def _face(
    bundle: Bundle, part: Part, kind: Kind, starts: datetime | None, ends: datetime | None
) -> dict[str, Any]:
    held = part.held
    told: dict[str, Any] = {} if held is None else held.told
    ride = kind in (Kind.SHUTTLE, Kind.TRANSIT)
    face: dict[str, Any] = {
        "title": told.get("name") or {language: words[kind] for language, words in KINDS.items()},
        "from": _name(told.get("pickup_stop") or told.get("from")),
        "to": _name(told.get("dropoff_stop") or told.get("to")),
        "line": told.get("route"), "vehicle": told.get("vehicle_id") or told.get("device_id"),
        "place": told.get("provider"), "price": f"¥{part.price_minor:,}",
        "booked_by": "call centre" if bundle.booked_by else None,
        "proof": ", ".join(one.name for one in reduced_of(part) if one.proof and one.name),
    }  # fmt: skip
    if starts is not None:
        face["departs" if ride else "starts"] = starts.isoformat()
    if ends is not None and ride:
        face["arrives"] = ends.isoformat()
    return {name: value for name, value in face.items() if value not in (None, "")}


def _name(value: Any) -> Any:
    return value.get("name") if isinstance(value, dict) and "name" in value else value


def _instant(at_ms: int | None) -> datetime | None:
    return None if at_ms is None else datetime.fromtimestamp(at_ms / 1000, UTC)
