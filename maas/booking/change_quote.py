"""What a change comes to before anybody agrees to it: all is held for a moment, priced, and let go of."""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection

from maas.booking.after import fee_now
from maas.booking.engine import Engine, kind_of
from maas.booking.errors import PartRefused
from maas.booking.local import hold_local
from maas.booking.model import Bundle, Held, Part, PartState
from maas.booking.replace import added, affected, hold_outside, trial
from maas.booking.wishes import Wish

__all__ = ["Change", "ChangeQuotes", "Line"]


@dataclass(frozen=True, slots=True)
class Line:
    """One part that is replaced: what it cost, what is kept of that, what the new one costs."""

    label: str
    old_minor: int
    fee_minor: int
    new_minor: int
    held: Held


@dataclass(frozen=True, slots=True)
class Change:
    """What a change comes to; `pay_minor` below zero comes back."""

    lines: tuple[Line, ...]

    @property
    def pay_minor(self) -> int:
        """The difference to pay."""
        return sum(line.new_minor + line.fee_minor - line.old_minor for line in self.lines)


class _Tried(Exception):
    """Ends a transaction that only wanted to know."""


class ChangeQuotes:
    """Tries changes on an engine's providers."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._deps = engine.deps

    def quote(self, bundle: Bundle, label: str, wish: Wish, now_ms: int) -> Change:
        """What another wish for a part would come to now; everything is held for a moment and let go of.

        Raises NotBookable, PartRefused.
        """
        olds = affected(bundle, label)
        news = added(bundle, olds, label, wish)
        # Under another name: what is let go of again must not be taken for the change's own hold.
        bundle = msgspec.structs.replace(bundle, id=f"{bundle.id}~{secrets.token_hex(4)}")
        try:
            self._try_local(bundle, news)
            hold_outside(self._engine, bundle, news)
            priced = self._priced(bundle, news)
        finally:
            for part in reversed(news):
                provider = self._deps.outside.get(kind_of(part))
                if provider is not None and part.held is not None:
                    provider.cancel(part.key(bundle.id), part, now=self._deps.clock())
        return Change(
            tuple(
                Line(old.label, old.price_minor, fee_now(old, now_ms), new.price_minor, held)
                for old, new, held in zip(olds, news, priced, strict=True)
            )
        )

    def _try_local(self, bundle: Bundle, news: list[Part]) -> None:
        """Hold the local ones in a transaction that is thrown away: what they are and cost stays known."""
        refusals: list[PartRefused | None] = []

        def work(connection: Connection) -> None:
            refusals[:] = hold_local(self._deps, connection, [trial(bundle, news)])
            raise _Tried

        with suppress(_Tried):
            self._deps.database.run(work)
        if refusals[0] is not None:
            raise refusals[0]

    def _priced(self, bundle: Bundle, news: list[Part]) -> list[Held]:
        for part in news:
            part.state = PartState.HELD
        with self._deps.database.read() as connection:
            self._deps.pricing.price(connection, [trial(bundle, news)], now=self._deps.clock())
        return [part.held for part in news if part.held is not None]
