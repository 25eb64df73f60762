"""What the one ID needs from outside, each named for the need."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol, TypeAlias

from sqlalchemy import Connection

__all__ = [
    "Broker", "BrokerAnswer", "Claimer", "Clock", "Eraser", "Exporter", "Json", "Kept", "Mailer", "Message",
    "Randomness",
]  # fmt: skip

Json: TypeAlias = Any
"""What `json.dumps` takes: dict, list, str, int, float, bool or None."""

Clock: TypeAlias = Callable[[], datetime]
"""The aware instant now."""

Randomness: TypeAlias = Callable[[int], bytes]
"""That many unguessable bytes (`secrets.token_bytes`)."""


@dataclass(frozen=True, slots=True)
class Message:
    """A mail in plain text."""

    to: str
    subject: str
    text: str


class Mailer(Protocol):
    """Sends mail. Raises MailNotSent."""

    def send(self, message: Message) -> None:
        """Hand the message over; returning means that somebody took it."""


@dataclass(frozen=True, slots=True)
class BrokerAnswer:
    """What a broker confirmed: who (its own identifier) and which attributes."""

    subject: str
    attributes: Mapping[str, Any]


class Broker(Protocol):
    """An identity broker as seen by its client. Raises BrokerRefused."""

    def authorization_url(self, *, state: str, nonce: str, verifier: str, redirect_uri: str) -> str:
        """Where to send the browser."""

    def answer(
        self, *, code: str, nonce: str, verifier: str, redirect_uri: str, now: datetime
    ) -> BrokerAnswer:
        """Exchange the code, verify everything, and say what was confirmed."""


class Exporter(Protocol):
    """A package that keeps something about people."""

    name: str

    def export(self, connection: Connection, account_id: str) -> Json:
        """Everything kept about the account, ready for JSON."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What an erasure leaves in place because a law asks for it."""

    what: str
    law: str
    until: date | None


class Eraser(Protocol):
    """A package that can forget a person."""

    name: str

    def kept(self, connection: Connection, account_id: str, now: datetime) -> tuple[Kept, ...]:
        """What would have to stay, and until when; changes nothing."""

    def erase(self, connection: Connection, account_id: str, now: datetime) -> tuple[Kept, ...]:
        """Forget all that may be forgotten, in the caller's transaction; say what stays."""


class Claimer(Protocol):
    """A package whose records move when a guest's or caller's bookings are claimed."""

    def claim(self, connection: Connection, guest_id: str, account_id: str) -> int:
        """Move everything of the guest to the account, in the caller's transaction; say how many records."""
