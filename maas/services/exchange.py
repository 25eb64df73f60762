"""A provider's table brought into the database: what is right is kept, the rest is reported by line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from sqlalchemy import Connection

from maas.services.errors import InvalidOffer, Problem, UnknownService, VersionConflict
from maas.services.model import Offer, State, Versioned
from maas.services.offers_csv import Row, read_offers, write_offers
from maas.services.slots import SlotChanges, sync_slots
from maas.services.store import find_offer, offers_of, published, put_offer
from storage.database import Database

__all__ = ["Horizon", "ImportReport", "export_offers", "import_offers", "roll", "save_offer"]


@dataclass(frozen=True, slots=True)
class Horizon:
    """How many days ahead slots are made, on whose clock."""

    zone: tzinfo
    days: int = 60

    def span(self, now: datetime) -> tuple[date, date]:
        """The first and last day."""
        today = now.astimezone(self.zone).date()
        return today, today + timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """Ids of what was created, changed and found unchanged; problems with the lines that were left out."""

    created: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    problems: tuple[Problem, ...]


def save_offer(
    connection: Connection, made: Offer, *, expected: int | None, horizon: Horizon, now: datetime, actor: str
) -> tuple[Versioned, SlotChanges]:
    """Keep an offer and bring its slots to it. Raises as `store.put_offer`."""
    stored = put_offer(connection, made, expected=expected, now=now, actor=actor)
    if made.state is not State.PUBLISHED:
        return stored, SlotChanges()
    first, last = horizon.span(now)
    return stored, sync_slots(connection, made, first, last, horizon.zone, now=now, actor=actor)


def export_offers(connection: Connection, provider_id: str) -> str:
    """The provider's table."""
    return write_offers(offers_of(connection, provider_id))


def import_offers(
    connection: Connection, data: bytes, provider_id: str, *, horizon: Horizon, now: datetime, actor: str
) -> ImportReport:
    """Keep every right row. A changed row must carry the version it was exported with."""
    table = read_offers(data, provider_id)
    problems = list(table.problems)
    outcome: dict[str, list[str]] = {"created": [], "changed": [], "unchanged": []}
    for row in table.rows:
        try:
            what, changes = _keep(connection, row, provider_id, horizon, now, actor)
        except InvalidOffer as error:
            problems += [Problem(p.field, p.message, row.line) for p in error.problems]
        except (VersionConflict, UnknownService) as error:
            problems.append(Problem("version", str(error), row.line))
        else:
            outcome[what].append(row.offer.id)
            problems += [Problem(p.field, p.message, row.line) for p in changes.problems]
    found = {name: tuple(ids) for name, ids in outcome.items()}
    problems.sort(key=lambda problem: problem.line or 0)
    return ImportReport(**found, problems=tuple(problems))


def roll(database: Database, horizon: Horizon, *, now: datetime) -> int:
    """Make the slots of the days that have come within the horizon; for a daily job. The number made."""
    with database.read() as connection:
        offers = [one.offer for one in published(connection)]
    first, last = horizon.span(now)
    return sum(
        database.run(
            lambda c, o=offer: sync_slots(c, o, first, last, horizon.zone, now=now, actor="calendar")  # type: ignore[misc]
        ).opened
        for offer in offers
    )


def _keep(
    connection: Connection, row: Row, provider_id: str, horizon: Horizon, now: datetime, actor: str
) -> tuple[str, SlotChanges]:
    before = find_offer(connection, row.offer.id)
    if row.offer.provider_id != provider_id or (before and before.offer.provider_id != provider_id):
        raise InvalidOffer(
            [Problem("provider_id", f"this table is for {provider_id!r}; leave the cell empty")]
        )
    if before is not None and before.offer == row.offer:
        return "unchanged", SlotChanges()
    if before is not None and row.version is None:
        raise VersionConflict(
            f"{row.offer.id!r} exists at version {before.version}; export the table and change that one"
        )
    expected = row.version or 0
    _, changes = save_offer(connection, row.offer, expected=expected, horizon=horizon, now=now, actor=actor)
    return ("changed" if expected else "created"), changes
