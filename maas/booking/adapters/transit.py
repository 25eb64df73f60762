"""Timetabled rides: nothing is scarce, so a hold keeps only the time and the fare; a `LocalProvider`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from maas.booking.errors import PartRefused
from maas.booking.model import CaptureRule, Held, Reduced
from maas.booking.ports import Ask, Standing
from maas.booking.wishes import TransitWish
from maas.fares.config import agency_operator

__all__ = ["Fare", "FaresOf", "GoodUntil", "Transit", "one_price", "paid_on_board"]


@dataclass(frozen=True, slots=True)
class GoodUntil:
    """A day pass, or a ticket for some hours: riding on until `until_s` (epoch second) costs nothing more."""

    name: str  # as its feed names it
    until_s: int


@dataclass(frozen=True, slots=True)
class Fare:
    """What a ride costs its whole party, in minor units, and of it each rider, adults first.

    `base_minor` is what the first of them would pay without a category of their own: concessions are of that.
    `ticket` is set where it is one that is good for more rides.
    """

    total_minor: int
    each_minor: tuple[int, ...]
    base_minor: int
    reduced: tuple[Reduced, ...] = ()  # who of them pays less by the feed's categories
    ticket: GoodUntil | None = None


FaresOf = Callable[[Sequence[TransitWish]], list[Fare | None]]
"""The full fares of rides that are booked together; None where we do not know one."""

_TERMS = {"steps": [], "no_show_percent": 100}


def paid_on_board(wishes: Sequence[TransitWish]) -> list[Fare | None]:
    """We sell no tickets of any operator: a fare is paid there and costs nothing here."""
    return [None] * len(wishes)


def one_price(minor: int) -> FaresOf:
    """Every ride costs a party this much, whoever rides how far."""
    fare = Fare(minor, (minor,), minor)
    return lambda wishes: [fare] * len(wishes)


class Transit:
    """Implements `maas.booking.ports.LocalProvider`."""

    def __init__(self, fares: FaresOf = paid_on_board) -> None:
        self._fares = fares

    def hold(
        self, connection: Connection, groups: Sequence[Sequence[Ask]], *, now: datetime
    ) -> list[list[Held] | PartRefused]:
        """See the port; refuses what has left."""
        del connection
        return [self._group(group, now) for group in groups]

    def extend(self, connection: Connection, keys: Sequence[str], *, ttl_s: float) -> set[str]:
        """See the port."""
        del connection, ttl_s
        return set(keys)

    def confirm(
        self, connection: Connection, keys: Sequence[str], *, now: datetime
    ) -> dict[str, PartRefused | None]:
        """See the port."""
        del connection, now
        return dict.fromkeys(keys)

    def cancel(self, connection: Connection, key: str, *, undo: bool, now: datetime) -> None:
        """See the port: nobody keeps anything."""

    def standing(self, connection: Connection, keys: Sequence[str]) -> dict[str, Standing]:
        """See the port: gates and conductors tell readers of tickets, not us."""
        del connection, keys
        return {}

    def missed(self, connection: Connection, key: str, *, now: datetime) -> None:
        """See the port."""

    def used(self, connection: Connection, key: str, use_key: str, *, now: datetime) -> None:
        """See the port."""

    def _group(self, group: Sequence[Ask], now: datetime) -> list[Held] | PartRefused:
        held: list[Held] = []
        rides = [(ask, ask.wish) for ask in group if isinstance(ask.wish, TransitWish)]
        fares = self._fares([wish for _, wish in rides])
        for (ask, wish), fare in zip(rides, fares, strict=True):
            if wish.depart_s < now.timestamp():
                return PartRefused(f"{wish.route_name or 'the ride'} has left", reason="departed")
            agency = agency_operator(wish.agency_name)
            held.append(
                Held(
                    ref=ask.key, price_minor=fare.total_minor if fare else 0, starts_ms=wish.depart_s * 1000,
                    ends_ms=wish.arrive_s * 1000, account=f"operator:{agency[:100]}", provider_id=agency,
                    category="transit", capture=CaptureRule.NOW, terms=_TERMS,
                    told={
                        "route": wish.route_name, "agency": wish.agency_name, "trip_id": wish.trip_id,
                        "from": wish.origin.name, "to": wish.destination.name,
                        "paid_on_board": fare is None, **_ticket(fare),
                    },
                    each_minor=fare.each_minor if fare else (), base_minor=fare.base_minor if fare else 0,
                    reduced=fare.reduced if fare else (),
                )
            )  # fmt: skip
        return held


def _ticket(fare: Fare | None) -> dict[str, Any]:
    """The ticket that the rider is told of: one that is good for more rides."""
    if fare is None or fare.ticket is None:
        return {}
    return {"ticket": fare.ticket.name, "ticket_until_s": fare.ticket.until_s}
