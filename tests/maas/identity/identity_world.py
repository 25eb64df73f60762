"""What the tests of the one ID share: a clock that they turn, a mailer that they read, a house of both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from maas.identity import accounts, sessions
from maas.identity.compose import Identity, build_identity
from maas.identity.model import AccountKind, IdentitySettings
from maas.identity.ports import Message
from maas.identity.sessions import Session
from maas.identity.work import Work
from storage.database import Database

START = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
ISSUER = "https://id.makuhari.example"


@dataclass
class TestClock:
    """An instant that stands still until a test moves it."""

    __test__ = False
    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Postbox:
    """Keeps what was sent."""

    sent: list[Message] = field(default_factory=list)

    def send(self, message: Message) -> None:
        self.sent.append(message)


@dataclass
class House:
    """An identity with its clock and postbox, and what tests do all the time."""

    identity: Identity
    clock: TestClock
    mail: Postbox

    def do(self, act: Callable[[Work], object], actor: str = "test") -> object:
        return self.identity.write(act, actor=actor)

    def person(self, email: str | None = None, name: str | None = None) -> str:
        return self.identity.write(
            lambda work: accounts.create(work, AccountKind.PERSON, language="ja", email=email, name=name)
        ).id

    def session(self, account_id: str, method: str = "passkey") -> Session:
        return self.identity.write(lambda work: sessions.open_session(work, account_id, method)).session


def settings(**changed: object) -> IdentitySettings:
    return IdentitySettings(**({"issuer": ISSUER, "server_key": b"k" * 32} | changed))  # type: ignore[arg-type]


def build_house(url: str, **changed: object) -> House:
    """A new one ID in an empty database."""
    clock, mail = TestClock(), Postbox()
    identity = build_identity(Database.open(url), settings(**changed), mailer=mail, clock=clock)
    return House(identity, clock, mail)
