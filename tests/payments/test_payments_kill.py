"""`kill -9` of a paying process, again and again: nobody is charged twice, no money is left hanging."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from payments.adapters.sandbox import SandboxProcessor
from payments.hold import HoldState, Void
from payments.ledger import audit as book
from payments.schema import create_schema
from payments.service import Payments, holds_of
from storage.database import Database

NOW = datetime(2026, 11, 1, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]
KILLS = 6

PAYER = """
import sys
from datetime import UTC, datetime
from payments.adapters.sandbox import SandboxProcessor
from storage.database import Database
from payments.hold import Authorise, Capture, Refund
from payments.ports import AuthoriseRequest
import pytest
from payments.service import Payments

url, run = sys.argv[1], sys.argv[2]
now = datetime(2026, 11, 1, tzinfo=UTC)
database = Database.open(url)
payments = Payments(database, SandboxProcessor(database, clock=lambda: now))
print("ready", flush=True)
for n in range(100_000):
    order = f"{run}-{n}"
    payments.do(Authorise(f"{order}:pay", AuthoriseRequest("cus", "pm_sandbox_visa", 1000, order)), now=now)
    payments.do(Capture(f"{order}:first", f"{order}:pay", 300, final=False), now=now)
    payments.do(Capture(f"{order}:last", f"{order}:pay", 500), now=now)
    payments.do(Refund(f"{order}:back", f"{order}:pay", 100), now=now)
"""


@pytest.mark.slow
def test_a_process_killed_at_any_moment_loses_and_doubles_nothing(sql_url: str) -> None:
    database = Database.open(sql_url)
    create_schema(database)
    sandbox = SandboxProcessor(database, clock=lambda: NOW)
    payments = Payments(database, sandbox)
    moments = random.Random(7)
    for run in range(KILLS):
        process = subprocess.Popen(
            [sys.executable, "-c", PAYER, sql_url, f"r{run}"], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(moments.uniform(0.05, 0.4))
        assert process.poll() is None, "the payer ended by itself"
        process.kill()
        process.communicate()

    later = NOW + timedelta(minutes=5)
    assert payments.resume(now=later) == []
    for hold in payments.open_before(later):
        payments.do(Void(f"{hold.id}:void", hold.id), now=later)
    assert payments.open_before(later) == []

    with database.read() as connection:
        assert book.audit(connection) == []
        balances = payments.ledger.balances(connection)
    moved = sandbox.movements(NOW - timedelta(days=1), NOW + timedelta(days=1))
    orders = {m.reference for m in moved} | {
        code.removeprefix("bundle:") for code in balances if ":r" in code
    }
    assert len(orders) >= KILLS // 2  # a busy machine kills some before their first order
    for order in orders:
        (hold,) = holds_of(database, order)
        seen = sandbox.find_authorisation(hold.id, NOW)
        mine = [m.amount_minor for m in moved if m.reference == order]
        assert (
            sum(mine) == hold.captured_minor - hold.refunded_minor == balances[f"bundle:{order}"].posted_minor
        )
        assert len(mine) == len(set(mine)), "the same step moved money twice"
        assert balances[f"bundle:{order}"].incoming_minor == 0
        assert hold.state in (HoldState.CAPTURED, HoldState.VOIDED)
        assert seen is not None
        assert seen.captured_minor == hold.captured_minor
    assert balances["processor:sandbox"].posted_minor == -sum(m.amount_minor for m in moved)
    assert balances["processor:sandbox"].outgoing_minor == 0
    database.close()
