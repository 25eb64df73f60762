"""Timetabled rides: nothing is scarce, so a hold keeps only the time and the fare; a `LocalProvider`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection

from maas.booking.errors import PartRefused
from maas.booking.model import CaptureRule, Held
from maas.booking.ports import Ask, Standing
from maas.booking.wishes import TransitWish

__all__ = ["FareOf", "Transit", "paid_on_board"]

FareOf = Callable[[TransitWish], int | None]
"""The full fare of a ride for its whole party, in minor units; None where we do not know it."""

_TERMS = {"steps": [], "no_show_percent": 100}


def paid_on_board(_wish: TransitWish) -> int | None:
    """We sell no tickets of any operator: a fare is paid there and costs nothing here."""
    return None


class Transit:
    """Implements `maas.booking.ports.LocalProvider`."""

    def __init__(self, fare: FareOf = paid_on_board) -> None:
        self._fare = fare

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
        for ask in group:
            wish = ask.wish
            if not isinstance(wish, TransitWish):
                continue
            if wish.depart_s < now.timestamp():
                return PartRefused(f"{wish.route_name or 'the ride'} has left", reason="departed")
            fare = self._fare(wish)
            agency = "".join(c for c in (wish.agency_name or "transit") if c.isalnum() or c in "_.-")
            held.append(
                Held(
                    ref=ask.key, price_minor=fare or 0, starts_ms=wish.depart_s * 1000,
                    ends_ms=wish.arrive_s * 1000, account=f"operator:{agency[:100]}", provider_id=agency,
                    category="transit", capture=CaptureRule.NOW, terms=_TERMS,
                    told={
                        "route": wish.route_name, "agency": wish.agency_name, "trip_id": wish.trip_id,
                        "from": wish.origin.name, "to": wish.destination.name,
                        "paid_on_board": fare is None,
                    },
                )
            )  # fmt: skip
        return held
