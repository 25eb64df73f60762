"""Many writers at once, threads and processes: nobody overspends, nothing is lost, on either database."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from payments.errors import NotPending, Overdrawn
from payments.ledger import Account, Entry, Ledger, Leg, Resolution
from payments.ledger import audit as book
from payments.schema import create_schema
from storage.database import Database

NOW = datetime(2026, 11, 1, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]
LEDGER = Ledger()

SPENDER = """
import sys
from datetime import UTC, datetime
from storage.database import Database
from payments.errors import Overdrawn
from payments.ledger import Entry, Ledger

url, name, attempts = sys.argv[1], sys.argv[2], int(sys.argv[3])
database, ledger, now, spent = Database.open(url), Ledger(), datetime(2026, 11, 1, tzinfo=UTC), 0
for n in range(attempts):
    entry = Entry.move(f"{name}:{n}", "fare", "rider", "bus" if n % 2 else "shop", 10)
    shared = Entry.move(f"shared:{n}", "note", "card", "bus", 1)
    try:
        database.run(lambda c: ledger.post(c, [shared, entry], now=now))
        spent += 1
    except Overdrawn:
        database.run(lambda c: ledger.post(c, [shared], now=now))
print(spent)
"""


@pytest.fixture
def url(sql_url: str) -> str:
    database = Database.open(sql_url)
    create_schema(database)
    with database.write() as connection:
        accounts = [
            Account("card"),
            Account("rider", floor_minor=0),
            Account("bus"),
            Account("shop", floor_minor=0),
        ]
        LEDGER.open(connection, accounts, now=NOW)
        LEDGER.post(connection, [Entry.move("top-up", "top-up", "card", "rider", 1000)], now=NOW)
    database.close()
    return sql_url


def check(database: Database, *, spent: int, shared: int) -> None:
    with database.read() as connection:
        assert book.audit(connection) == []
        found = {code: b.posted_minor for code, b in LEDGER.balances(connection).items()}
    assert (spent, found["rider"]) == (100, 0)
    assert found["bus"] + found["shop"] == 1000 + shared
    assert found["card"] == -1000 - shared


def test_sixteen_threads_spend_a_thousand_yen_exactly_once(url: str) -> None:
    database = Database.open(url, pool_size=16)
    spent: list[int] = []
    failures: list[BaseException] = []

    def spend(name: str) -> None:
        try:
            for n in range(25):
                # the accounts are touched in different orders, to provoke deadlocks
                target = "bus" if n % 2 else "shop"
                legs = (Leg("rider", -10), Leg(target, 10)) if n % 3 else (Leg(target, 10), Leg("rider", -10))
                entry = Entry(f"{name}:{n}", "fare", legs)
                try:
                    database.run(lambda c, e=entry: LEDGER.post(c, [e], now=NOW))
                    spent.append(1)
                except Overdrawn:
                    continue
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=spend, args=(f"t{n}",)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    check(database, spent=sum(spent), shared=0)
    database.close()


def test_four_processes_spend_a_thousand_yen_and_share_keys(url: str) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", SPENDER, url, f"p{n}", "40"], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        for n in range(4)
    ]
    spent = [int(process.communicate(timeout=120)[0]) for process in processes]
    assert [process.returncode for process in processes] == [0] * 4
    database = Database.open(url)
    check(database, spent=sum(spent), shared=40)  # every process posted the same 40 keys
    database.close()


def test_a_pending_transfer_is_closed_once_whoever_asks(url: str) -> None:
    database = Database.open(url, pool_size=12)
    with database.write() as connection:
        for n in range(10):
            hold = Entry.move(f"hold{n}", "hold", "rider", "bus", 100, pending=True)
            LEDGER.post(connection, [hold], now=NOW)
    closed: list[str] = []

    def close(name: str, void: bool) -> None:
        for n in range(10):
            step = Resolution(f"{name}:{n}", "close", f"hold{n}", void=void)
            try:
                database.run(lambda c, s=step: LEDGER.resolve(c, s, now=NOW))
                closed.append(f"hold{n}" + ("" if void else ":posted"))
            except NotPending:
                continue

    threads = [threading.Thread(target=close, args=(f"t{n}", n % 2 == 0)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(closed) == 10
    posted = sum(100 for c in closed if c.endswith(":posted"))
    with database.read() as connection:
        assert book.audit(connection) == []
        rider = LEDGER.balance(connection, "rider")
    assert (rider.posted_minor, rider.outgoing_minor) == (1000 - posted, 0)
    database.close()


def test_a_process_killed_while_writing_leaves_whole_transfers_only(url: str) -> None:
    """`kill -9` in the middle of a stream of transfers.

    What is there is whole, and the rest can be repeated.
    """
    process = subprocess.Popen(
        [sys.executable, "-c", SPENDER, url, "victim", "100000"], cwd=ROOT, stdout=subprocess.DEVNULL
    )
    database = Database.open(url)
    while True:
        with database.read() as connection:
            if LEDGER.balance(connection, "rider").posted_minor <= 900:
                break
        assert process.poll() is None, "the writer ended by itself"
    process.kill()
    process.wait()
    with database.read() as connection:
        assert book.audit(connection) == []
        left = LEDGER.balance(connection, "rider").posted_minor
    again = Entry.move("victim:0", "fare", "rider", "shop", 10)
    assert database.run(lambda c: LEDGER.post(c, [again], now=NOW)) == 0
    with database.read() as connection:
        assert LEDGER.balance(connection, "rider").posted_minor == left
    database.close()
