"""How often somebody may try: counters in fixed windows, counted in one statement so that races count too."""

from __future__ import annotations

from maas.identity.errors import RateLimited
from maas.identity.people_tables import rate
from maas.identity.sql import insert_new
from maas.identity.work import Work

__all__ = ["count"]

HOUR_S = 3_600


def count(work: Work, what: str, key: str, limit: int, *, window_s: int = HOUR_S) -> None:
    """Count one attempt at `what` by `key` (an address, a network; kept keyed). Raises RateLimited."""
    window_ms = window_s * 1_000
    start_ms = work.now_ms - work.now_ms % window_ms
    bucket = f"{what}:{start_ms}:{work.kit.seals.keyed('rate', what, key)}"
    statement = insert_new(work.connection, rate).values(
        bucket=bucket, count=1, expires_ms=start_ms + window_ms
    )
    counted = work.connection.execute(
        statement.on_conflict_do_update(
            index_elements=["bucket"], set_={"count": rate.c.count + 1}
        ).returning(rate.c.count)
    ).scalar_one()
    if counted > limit:
        wait_s = max(1, (start_ms + window_ms - work.now_ms) // 1_000)
        raise RateLimited(
            f"{what}: more than {limit} attempts; try again in {wait_s} s", retry_after_s=wait_s
        )
