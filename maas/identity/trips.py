"""Pseudonymous trip histories that fade by configuration.

A rider has another pseudonym every month; the table that says which is whose forgets with the last step of
fading, and from then on not even we can say whose trip it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, Integer, cast, delete, insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from maas.identity import consents
from maas.identity.errors import BadIdentityInput
from maas.identity.model import FadeStep
from maas.identity.people_tables import pseudonym, trip
from maas.identity.purposes import TRIP_HISTORY
from maas.identity.sealing import new_id
from maas.identity.sql import from_ms, insert_new, to_ms
from maas.identity.work import Work

__all__ = ["RECIPIENT", "Faded", "Trip", "add", "fade", "forget", "list_trips"]

RECIPIENT = "city"
DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Trip:
    """A ride or walk from one place to another; places in millionths of a degree (latitude, longitude)."""

    mode: str
    started: datetime
    ended: datetime
    start_udeg: tuple[int, int]
    end_udeg: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Faded:
    """What a run of fading did."""

    coarsened: int
    unlinked: int
    deleted: int


def add(work: Work, account_id: str, made: Trip) -> str | None:
    """Keep a trip under this month's pseudonym; its id, or None where the rider has not consented."""
    if not consents.allowed(work, account_id, TRIP_HISTORY, RECIPIENT, ["trips"], work.now):
        return None
    if made.ended < made.started:
        raise BadIdentityInput("ended: a trip cannot end before it starts")
    trip_id = new_id(work.kit.random, "trp")
    work.connection.execute(
        insert(trip).values(
            id=trip_id, pseudonym=_pseudonym(work, account_id, made.started), mode=made.mode,
            started_ms=to_ms(made.started), ended_ms=to_ms(made.ended),
            from_lat_udeg=made.start_udeg[0], from_lon_udeg=made.start_udeg[1],
            to_lat_udeg=made.end_udeg[0], to_lon_udeg=made.end_udeg[1], step=0,
        )
    )  # fmt: skip
    return trip_id


def list_trips(work: Work, account_id: str) -> list[Trip]:
    """The trips that can still be told to be the account's, oldest first, as coarse as they have become."""
    rows = work.connection.execute(
        select(trip)
        .join(pseudonym, pseudonym.c.pseudonym == trip.c.pseudonym)
        .where(pseudonym.c.account_id == account_id)
        .order_by(trip.c.started_ms, trip.c.id)
    )
    return [
        Trip(
            row.mode, from_ms(row.started_ms), from_ms(row.ended_ms),
            (row.from_lat_udeg, row.from_lon_udeg), (row.to_lat_udeg, row.to_lon_udeg),
        )
        for row in rows
    ]  # fmt: skip


def fade(work: Work) -> Faded:
    """Take from every trip what its age says; running it twice changes nothing more."""
    coarsened = unlinked = 0
    for number, step in enumerate(work.kit.settings.fading, start=1):
        coarsened += _coarsen(work, number, step)
        if not step.linkable:
            unlinked += _unlink(work, step)
    oldest_ms = work.now_ms - work.kit.settings.trips_kept_days * DAY_MS
    deleted = work.connection.execute(delete(trip).where(trip.c.started_ms < oldest_ms)).rowcount
    unused = ~select(trip.c.id).where(trip.c.pseudonym == pseudonym.c.pseudonym).exists()
    month = _month(work.now)
    work.connection.execute(delete(pseudonym).where(unused, pseudonym.c.month < month))
    return Faded(coarsened, unlinked, deleted)


def forget(work: Work, account_id: str) -> int:
    """Delete every trip that can be told to be the account's; how many."""
    mine = select(pseudonym.c.pseudonym).where(pseudonym.c.account_id == account_id)
    gone = work.connection.execute(delete(trip).where(trip.c.pseudonym.in_(mine))).rowcount
    work.connection.execute(delete(pseudonym).where(pseudonym.c.account_id == account_id))
    return gone


def _pseudonym(work: Work, account_id: str, at: datetime) -> str:
    month = _month(at)
    work.connection.execute(
        insert_new(work.connection, pseudonym)
        .values(pseudonym=new_id(work.kit.random, "psn"), account_id=account_id, month=month)
        .on_conflict_do_nothing(index_elements=["account_id", "month"])
    )
    query = select(pseudonym.c.pseudonym).where(
        pseudonym.c.account_id == account_id, pseudonym.c.month == month
    )
    return str(work.connection.execute(query).scalar_one())


def _month(at: datetime) -> str:
    return at.astimezone(tz=from_ms(0).tzinfo).strftime("%Y-%m")


def _coarsen(work: Work, number: int, step: FadeStep) -> int:
    before_ms = to_ms(work.now - timedelta(days=step.after_days))
    time_ms = step.time_s * 1_000
    places = {
        name: cast(_cut(trip.c[name] + 180_000_000, step.cell_udeg) - 180_000_000, Integer)
        for name in ("from_lat_udeg", "from_lon_udeg", "to_lat_udeg", "to_lon_udeg")
    }  # shifted, because a division cuts negative numbers the other way
    done = work.connection.execute(
        update(trip)
        .where(trip.c.started_ms < before_ms, trip.c.step < number)
        .values(
            step=number,
            started_ms=cast(_cut(trip.c.started_ms, time_ms), BigInteger),
            ended_ms=cast(_cut(trip.c.ended_ms, time_ms), BigInteger),
            **places,
        )
    )
    return done.rowcount


def _cut(value: ColumnElement[int], unit: int) -> ColumnElement[int]:
    return value - value % unit


def _unlink(work: Work, step: FadeStep) -> int:
    before_ms = to_ms(work.now - timedelta(days=step.after_days))
    done = work.connection.execute(
        update(trip)
        .where(trip.c.started_ms < before_ms, trip.c.pseudonym.is_not(None))
        .values(pseudonym=None)
    )
    return done.rowcount
