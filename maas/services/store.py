"""Providers and their offers in the database, each with a version that a change must name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select, update

from maas.services import events
from maas.services.errors import InvalidOffer, Problem, UnknownService, VersionConflict, VersionMissing
from maas.services.model import Offer, Provider, State, Versioned
from maas.services.sql import add_new, from_ms, to_ms
from maas.services.tables import offer as offer_table
from maas.services.tables import provider as provider_table
from maas.services.tables import revision

__all__ = [
    "StoredProvider", "bump", "find_offer", "get_offer", "get_provider", "offers_of", "providers",
    "published", "put_offer", "put_provider", "revision_number",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class StoredProvider:
    """A provider as it stands in the database."""

    provider: Provider
    version: int


def put_provider(
    connection: Connection, made: Provider, *, expected: int | None, now: datetime, actor: str
) -> StoredProvider:
    """Create (`expected` 0) or change a provider. Raises VersionConflict and VersionMissing."""
    row = {"content": made.model_dump_json(), "changed_at_ms": to_ms(now)}
    version = _put(connection, provider_table, made.id, row, expected)
    events.append(connection, f"provider:{made.id}", "changed", actor, version=version)
    bump(connection)
    return StoredProvider(made, version)


def put_offer(
    connection: Connection, made: Offer, *, expected: int | None, now: datetime, actor: str
) -> Versioned:
    """Create (`expected` 0) or change an offer; its slots are made by `slots.sync_slots`.

    Raises UnknownService for an unknown provider, InvalidOffer where the provider or the kind would change,
    VersionMissing and VersionConflict. What people have booked keeps the price and terms of its time.
    """
    get_provider(connection, made.provider_id)
    before = find_offer(connection, made.id)
    if before is not None:
        _refuse_moves(before.offer, made)
    row = {
        "provider_id": made.provider_id,
        "state": made.state.value,
        "content": made.model_dump_json(),
        "changed_at_ms": to_ms(now),
        "price_minor": made.price_minor,
        "tax_percent": made.tax_percent,
        "terms": made.cancellation.model_dump_json(),
        "per_person_max": made.per_person_max,
        "book_until_ms": made.book_until_minutes * 60_000,
    }
    version = _put(connection, offer_table, made.id, row, expected)
    events.append(connection, f"offer:{made.id}", "changed", actor, version=version, state=made.state.value)
    bump(connection)
    return Versioned(offer=made, version=version, changed_at=now)


def get_provider(connection: Connection, provider_id: str) -> StoredProvider:
    """A provider by id; raises UnknownService."""
    row = connection.execute(select(provider_table).where(provider_table.c.id == provider_id)).first()
    if row is None:
        raise UnknownService(f"no provider has the id {provider_id!r}; create it first")
    return StoredProvider(Provider.model_validate_json(row.content), row.version)


def providers(connection: Connection) -> dict[str, Provider]:
    """Every provider by id."""
    rows = connection.execute(select(provider_table.c.content).order_by(provider_table.c.id))
    found = [Provider.model_validate_json(row.content) for row in rows]
    return {provider.id: provider for provider in found}


def find_offer(connection: Connection, offer_id: str) -> Versioned | None:
    """An offer by id, whatever its state."""
    return next(iter(_offers(connection, select(offer_table).where(offer_table.c.id == offer_id))), None)


def get_offer(connection: Connection, offer_id: str) -> Versioned:
    """As `find_offer`; raises UnknownService."""
    found = find_offer(connection, offer_id)
    if found is None:
        raise UnknownService(f"no offer has the id {offer_id!r}; search /v1/services for those there are")
    return found


def offers_of(connection: Connection, provider_id: str) -> list[Versioned]:
    """Every offer of a provider, drafts too, by id."""
    return _offers(connection, select(offer_table).where(offer_table.c.provider_id == provider_id))


def published(connection: Connection) -> list[Versioned]:
    """What residents may see, by id."""
    return _offers(connection, select(offer_table).where(offer_table.c.state == State.PUBLISHED.value))


def revision_number(connection: Connection) -> int:
    """A number that changes with every change of a provider or offer."""
    return int(connection.execute(select(revision.c.number)).scalar_one())


def bump(connection: Connection) -> None:
    """Tell caches that something changed."""
    connection.execute(update(revision).values(number=revision.c.number + 1))


def _put(connection: Connection, table: Any, row_id: str, row: dict[str, Any], expected: int | None) -> int:
    if expected is None:
        raise VersionMissing(
            f"{row_id!r}: send If-Match with the ETag that was read, or If-None-Match: * to create"
        )
    if expected == 0:
        if add_new(connection, table, {"id": row_id, "version": 1, **row}):
            return 1
    else:
        changed = connection.execute(
            update(table)
            .where(table.c.id == row_id, table.c.version == expected)
            .values(version=expected + 1, **row)
        )
        if changed.rowcount == 1:
            return expected + 1
    found = connection.execute(select(table.c.version).where(table.c.id == row_id)).scalar()
    if found is None:
        raise UnknownService(f"{row_id!r} does not exist yet; create it with If-None-Match: *")
    raise VersionConflict(
        f"{row_id!r} is at version {found}, not {expected}; read it again and repeat the change on that"
        if expected
        else f"{row_id!r} exists already at version {found}; read it and send If-Match"
    )


def _refuse_moves(before: Offer, after: Offer) -> None:
    """Slots and bookings hang on both; a new id is the way."""
    for field in ("provider_id", "kind"):
        old, new = getattr(before, field), getattr(after, field)
        if old != new:
            raise InvalidOffer(
                [Problem(field, f"{before.id!r} is {old!s}, not {new!s}; withdraw it and make a new one")]
            )


def _offers(connection: Connection, query: Select[Any]) -> list[Versioned]:
    return [
        Versioned(
            offer=Offer.model_validate_json(row.content), version=row.version,
            changed_at=from_ms(row.changed_at_ms),
        )
        for row in connection.execute(query.order_by(offer_table.c.id))
    ]  # fmt: skip
