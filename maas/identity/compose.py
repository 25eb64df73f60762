"""The one ID put together: `open_identity`, and the object that runs pieces of work."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TypeVar

import httpx
from sqlalchemy import Connection

from maas.identity import keys, roles
from maas.identity.adapters.memory import MemoryMailer
from maas.identity.adapters.oidc_broker import OidcBroker
from maas.identity.adapters.smtp import SmtpMailer, SmtpSettings
from maas.identity.errors import IdentityError
from maas.identity.model import BrokerSettings, IdentitySettings
from maas.identity.ports import Broker, Claimer, Clock, Eraser, Exporter, Mailer, Randomness
from maas.identity.principal import Principal
from maas.identity.purposes import PURPOSES, Purpose
from maas.identity.sealing import Seals
from maas.identity.server_key import settled
from maas.identity.tables import create_schema
from maas.identity.work import Kit, Work
from storage.database import Database

__all__ = ["Identity", "build_identity", "create_administrator", "open_identity", "utc_now"]

Result = TypeVar("Result")

BROKER_TIMEOUT_S = 10.0


def utc_now() -> datetime:
    """The instant now; the only place where the one ID looks at the clock."""
    return datetime.now(UTC)


class Identity:
    """What edges hold: runs functions of this package in a transaction, at an instant, for somebody."""

    def __init__(
        self, db: Database, kit: Kit, *, clock: Clock, mailer: Mailer, broker: Broker | None
    ) -> None:
        self.db = db
        self.kit = kit
        self.clock = clock
        self.mailer = mailer
        self.broker = broker

    @property
    def settings(self) -> IdentitySettings:
        """The settings."""
        return self.kit.settings

    def write(
        self, act: Callable[[Work], Result], by: Principal | None = None, *, actor: str = "anonymous"
    ) -> Result:
        """Run `act` in one write transaction; a refusal that `keeps` commits before it is raised."""

        def unit(connection: Connection) -> tuple[Result | None, IdentityError | None]:
            try:
                return act(self._work(connection, by, actor)), None
            except IdentityError as error:
                if not error.keeps:
                    raise
                return None, error

        result, refusal = self.db.run(unit)
        if refusal is not None:
            raise refusal
        return result  # type: ignore[return-value]  # without a refusal it is act's own

    def read(self, look: Callable[[Work], Result]) -> Result:
        """Run `look` in a transaction that changes nothing."""
        with self.db.read() as connection:
            return look(self._work(connection, None, "anonymous"))

    def _work(self, connection: Connection, by: Principal | None, actor: str) -> Work:
        if by is None:
            return Work(connection, self.clock(), self.kit, actor)
        return Work(connection, self.clock(), self.kit, by.actor, by.behalf)


def open_identity(
    db: Database,
    *,
    issuer: str = "http://localhost:8000",
    server_key: bytes | None = None,
    smtp: SmtpSettings | None = None,
    broker: BrokerSettings | None = None,
    clock: Clock = utc_now,
    exporters: Iterable[Exporter] = (),
    erasers: Iterable[Eraser] = (),
    claimers: Iterable[Claimer] = (),
    purposes: Iterable[Purpose] = (),
) -> Identity:
    """The one ID of a database; without any setting one that works on the machine it runs on.

    `issuer` is where browsers reach us. Without `server_key` one is made and kept in the database; without
    `smtp` mails stay in memory and are logged. Raises WrongServerKey, BadIdentityInput.
    """
    create_schema(db)
    key = settled(db, server_key, secrets.token_bytes)
    settings = IdentitySettings(issuer, key, broker=broker)
    http = httpx.Client(timeout=BROKER_TIMEOUT_S, follow_redirects=False)
    return build_identity(
        db, settings, mailer=MemoryMailer() if smtp is None else SmtpMailer(smtp),
        broker=None if broker is None else OidcBroker(broker, http, secrets.token_bytes), clock=clock,
        exporters=exporters, erasers=erasers, claimers=claimers, purposes=purposes,
    )  # fmt: skip


def build_identity(
    db: Database,
    settings: IdentitySettings,
    *,
    mailer: Mailer,
    broker: Broker | None = None,
    clock: Clock = utc_now,
    random: Randomness = secrets.token_bytes,
    exporters: Iterable[Exporter] = (),
    erasers: Iterable[Eraser] = (),
    claimers: Iterable[Claimer] = (),
    purposes: Iterable[Purpose] = (),
) -> Identity:
    """Create the schema and the first signing keys, and wire everything; `purposes` add to our own.

    Every part is given from outside; `open_identity` chooses them.
    """
    create_schema(db)
    kit = Kit(
        settings, random, Seals(settings.server_key, random), tuple(exporters), tuple(erasers),
        tuple(claimers), PURPOSES | {purpose.id: purpose for purpose in purposes},
    )  # fmt: skip
    identity = Identity(db, kit, clock=clock, mailer=mailer, broker=broker)
    identity.write(keys.signing, actor="system")
    return identity


def create_administrator(identity: Identity, email: str) -> str:
    """The first administrator, made on the server's command line; the account's id."""
    return identity.write(lambda work: roles.create_administrator(work, email), actor="cli")
