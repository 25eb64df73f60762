"""What is known of a rider when a price is made, and what is remembered when it was agreed on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, select

from maas.fares.config import FaresConfig
from maas.fares.tables import corporate, held_pass, points_hold, preference, ridden
from maas.identity.sql import to_ms, was_inserted
from payments.fares.caps import Ridden
from payments.fares.passes import AreaPass
from storage.sql import put

__all__ = [
    "Remembered",
    "employ",
    "employer_of",
    "forget",
    "keep_points",
    "passes_of",
    "points_kept",
    "points_wish",
    "release_points",
    "remember",
    "remembered",
    "set_points_wish",
    "state_of",
]  # fmt: skip

ZONES = frozenset({"area"})
POINTS_KEPT = timedelta(hours=1)
"""For longer than a bundle is held and a bank is waited for."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """A ride as it was priced."""

    key: str
    account_id: str
    day: date
    operator: str
    charged_minor: int
    subsidy_minor: int = 0
    corporate_minor: int = 0
    points: int = 0
    pass_id: str = ""


def remember(connection: Connection, ride: Remembered) -> bool:
    """Count a ride; False if it was counted before."""
    row = {name: getattr(ride, name) for name in Remembered.__slots__}
    return was_inserted(connection, ridden, row)


def remembered(connection: Connection, key: str) -> Remembered | None:
    """A ride that was counted."""
    row = connection.execute(select(ridden).where(ridden.c.key == key)).first()
    return None if row is None else Remembered(**{name: getattr(row, name) for name in Remembered.__slots__})


def forget(connection: Connection, key: str) -> None:
    """Do not count a ride: it was given back."""
    connection.execute(delete(ridden).where(ridden.c.key == key))


def state_of(connection: Connection, account_id: str, today: date) -> tuple[tuple[Ridden, ...], int, int]:
    """Rides that caps may look at, the subsidised rides of this month, and what an employer paid in it."""
    first = min(today.replace(day=1), today - timedelta(days=today.weekday()))
    rows = connection.execute(
        select(ridden).where(ridden.c.account_id == account_id, ridden.c.day >= first)
    ).all()
    this_month = [r for r in rows if (r.day.year, r.day.month) == (today.year, today.month)]
    return (
        tuple(Ridden(r.day, r.operator, r.charged_minor) for r in rows),
        sum(1 for r in this_month if r.subsidy_minor),
        sum(r.corporate_minor for r in this_month),
    )


def passes_of(connection: Connection, account_id: str, config: FaresConfig) -> dict[str, AreaPass]:
    """Passes that are paid, by their id, with the rides of carnets counted; `name` is the product's id."""
    rows = connection.execute(
        select(held_pass).where(held_pass.c.account_id == account_id, held_pass.c.state == "active")
    ).all()
    found: dict[str, AreaPass] = {}
    for row in rows:
        product = config.product(row.product_id)
        if product is None:
            continue
        used = 0 if product.rides_max is None else _rides_of(connection, row.id)
        found[row.id] = AreaPass(
            product.id, row.first_day, row.last_day, ZONES, frozenset(product.operators), product.rides_max,
            used,
        )  # fmt: skip
    return found


def employ(connection: Connection, account_id: str, rule_id: str | None) -> None:
    """Say which employer pays for somebody; None: nobody."""
    if rule_id is None:
        connection.execute(delete(corporate).where(corporate.c.account_id == account_id))
    else:
        put(connection, corporate, {"account_id": account_id}, {"rule_id": rule_id})


def employer_of(connection: Connection, account_id: str) -> str | None:
    """The employer's rule."""
    found: Any = connection.execute(
        select(corporate.c.rule_id).where(corporate.c.account_id == account_id)
    ).scalar()
    return None if found is None else str(found)


def points_wish(connection: Connection, account_id: str) -> int:
    """How many points may pay for one bundle."""
    found = connection.execute(
        select(preference.c.points_per_bundle_max).where(preference.c.account_id == account_id)
    ).scalar()
    return int(found or 0)


def set_points_wish(connection: Connection, account_id: str, points: int) -> None:
    """Change that."""
    put(connection, preference, {"account_id": account_id}, {"points_per_bundle_max": points})


def keep_points(connection: Connection, bundle_id: str, account_id: str, points: int, now: datetime) -> None:
    """A bundle that is held wants these points; nobody else may count on them for a while."""
    until_ms = to_ms(now + POINTS_KEPT)
    put(
        connection, points_hold, {"bundle_id": bundle_id},
        {"account_id": account_id, "points": points, "until_ms": until_ms},
    )  # fmt: skip


def points_kept(connection: Connection, account_id: str, bundle_id: str, now: datetime) -> int:
    """What other bundles of the account have been promised."""
    c = points_hold.c
    total = select(func.coalesce(func.sum(c.points), 0)).where(
        c.account_id == account_id, c.bundle_id != bundle_id, c.until_ms > to_ms(now)
    )
    return int(connection.execute(total).scalar_one())


def release_points(connection: Connection, bundle_id: str) -> None:
    """The points were spent, or are not wanted any more."""
    connection.execute(delete(points_hold).where(points_hold.c.bundle_id == bundle_id))


def _rides_of(connection: Connection, pass_id: str) -> int:
    count = select(func.count()).select_from(ridden).where(ridden.c.pass_id == pass_id)
    return int(connection.execute(count).scalar_one())
