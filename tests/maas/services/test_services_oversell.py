"""400 attempts on 100 seats by threads and by processes: exactly 100 are sold, on both databases."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from services_world import CONCERT, NOW, counters, offer, opened
from sqlalchemy import func, select

from maas.services import stock, waiting
from maas.services.errors import ServiceError, SoldOut
from maas.services.tables import hold as hold_table
from storage.database import Database

ROOT = Path(__file__).resolve().parents[3]
BUYER = """
import sys
from datetime import UTC, datetime
from storage.database import Database
from maas.services import stock
from maas.services.errors import SoldOut

url, slot, name, attempts = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
database, now, sold = Database.open(url), datetime(2026, 11, 24, tzinfo=UTC), 0
for n in range(attempts):
    key = f"{name}:{n}"
    try:
        database.run(lambda c: stock.hold(c, slot, 1, key, holder=name, ttl_s=600, now=now))
        database.run(lambda c: stock.confirm(c, key))
        sold += 1
    except SoldOut:
        continue
print(sold)
"""


def in_threads(count: int, work: Callable[[int], None]) -> None:
    failures: list[BaseException] = []

    def guarded(n: int) -> None:
        try:
            work(n)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def check_sold_out(database: Database) -> None:
    assert counters(database) == {
        "capacity": 100, "free": 0, "held": 0, "confirmed": 100, "used": 0, "waiting": 0,
    }  # fmt: skip
    with database.read() as connection:
        booked = connection.execute(
            select(func.sum(hold_table.c.quantity)).where(hold_table.c.state == "confirmed")
        ).scalar_one()
    assert booked == 100


def test_sixteen_threads_sell_a_hundred_seats_and_not_one_more(sql_url: str) -> None:
    database = opened(sql_url, offer(), pool_size=16)
    sold: list[str] = []

    def buy(n: int) -> None:
        for attempt in range(25):
            key = f"t{n}:{attempt}"
            try:
                database.run(
                    lambda c, k=key: stock.hold(c, CONCERT, 1, k, holder=k, ttl_s=600, now=NOW)  # type: ignore[misc]
                )
                database.run(lambda c, k=key: stock.confirm(c, k))  # type: ignore[misc]
                sold.append(key)
            except SoldOut:
                continue

    in_threads(16, buy)
    assert len(sold) == 100
    check_sold_out(database)
    database.close()


def test_four_processes_sell_a_hundred_seats_and_not_one_more(sql_url: str) -> None:
    database = opened(sql_url, offer())
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", BUYER, sql_url, CONCERT, f"p{n}", "100"],
            cwd=ROOT, stdout=subprocess.PIPE, text=True,
        )
        for n in range(4)
    ]  # fmt: skip
    sold = [int(process.communicate(timeout=120)[0]) for process in processes]
    assert [process.returncode for process in processes] == [0] * 4
    assert sum(sold) == 100
    check_sold_out(database)
    database.close()


def test_one_key_in_sixteen_hands_is_one_hold(sql_url: str) -> None:
    database = opened(sql_url, offer(), pool_size=16)
    expiries: list[object] = []

    def buy(_: int) -> None:
        made = database.run(lambda c: stock.hold(c, CONCERT, 2, "one", holder="ann", ttl_s=600, now=NOW))
        expiries.append(made.expires_at)

    in_threads(16, buy)
    assert len(set(expiries)) == 1
    assert counters(database)["held"] == 2
    database.close()


@pytest.mark.parametrize("seats", [3])
def test_a_crowd_that_holds_releases_cancels_and_waits_leaves_the_books_right(
    sql_url: str, seats: int
) -> None:
    database = opened(sql_url, offer(capacity=seats, per_person_max=2), pool_size=12)

    def live(n: int) -> None:
        for turn in range(12):
            key, holder = f"c{n}:{turn}", f"person{n % 4}"
            steps: list[Callable[..., object]] = [
                lambda c, k=key, h=holder: (
                    waiting.join(c, CONCERT, 1, k, holder=h, ttl_s=600, now=NOW)
                    if int(k[-1]) % 2
                    else stock.hold(c, CONCERT, 1, k, holder=h, ttl_s=600, now=NOW)
                ),
                lambda c, k=key: stock.confirm(c, k),
                lambda c, k=key: stock.cancel(c, k, now=NOW),
                lambda c, k=key: waiting.leave(c, k, now=NOW),
            ]
            for step in steps:
                try:
                    database.run(step)
                except ServiceError:
                    continue

    in_threads(12, live)
    found = counters(database)
    assert found["free"] + found["held"] + found["confirmed"] + found["used"] == seats
    with database.read() as connection:
        in_hand = connection.execute(
            select(func.coalesce(func.sum(hold_table.c.quantity), 0)).where(
                hold_table.c.state.in_(["held", "confirmed"])
            )
        ).scalar_one()
    assert in_hand == found["held"] + found["confirmed"]
    assert found["waiting"] == 0 or found["free"] == 0
    database.close()
