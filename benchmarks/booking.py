"""How fast bundles are booked: `python -m benchmarks.booking --db sqlite|postgresql --json`.

Riders (threads of one or more processes of the same service) each hold a bundle of four parts (a train and
three slots of local services) and confirm it: stock taken, a card authorised, everything confirmed, what is
due captured and handed to its receivers in the ledger. Everything is on disk when a call returns (SQLite:
synchronous=FULL; PostgreSQL: fsync and synchronous_commit on). The processor is the sandbox, which keeps
durable books of its own in the same database, so its writes are counted too. A bundle counts once it is
confirmed and captured; its time is that of both calls. Afterwards the books are audited. `cpu_ms` is what a
bundle costs the booking processes, the database's server not counted. `transfers_per_s` is the ledger alone
in batches, as `benchmarks.ledger` measures it.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import tempfile
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import Connection, text

from benchmarks import ledger as ledger_benchmark
from benchmarks.ledger import private_postgresql
from maas.booking.adapters.stock import Stock
from maas.booking.adapters.transit import Transit, one_price
from maas.booking.draft import Draft, DraftPart, Means
from maas.booking.engine import Deps
from maas.booking.pricing import CombinedPrices, NoTickets
from maas.booking.schema import create_schema
from maas.booking.service import Booking
from maas.booking.wishes import ServiceWish, Spot, TransitWish
from maas.services.catalogue import Catalogue
from maas.services.exchange import Horizon, save_offer
from maas.services.model import Offer, Provider
from maas.services.schema import create_schema as create_services
from maas.services.store import put_provider
from payments.adapters.sandbox import SandboxProcessor
from payments.ledger.audit import audit
from payments.schema import create_schema as create_payments
from payments.service import Payments
from storage.database import Database

ZONE = ZoneInfo("Asia/Tokyo")
OFFERS = 12
WARM_S = 2.0
SWITCH_S = 0.0005  # as `maas serve`: who holds the database's lock gets the interpreter back soon
_ready: Any = None  # all processes begin together
MEANS = Means("cus_bench", "pm_sandbox_visa")


def now() -> datetime:
    """The instant now."""
    return datetime.now(UTC)


def measure(url: str, *, seconds: float, riders: int, processes: int) -> dict[str, Any]:
    """Book for `seconds` with so many riders at once, audit, and say how fast it was."""
    database = Database.open(url)
    create_payments(database)
    create_services(database)
    create_schema(database)
    _shops(database)
    spawn = multiprocessing.get_context("spawn")
    ready = spawn.Barrier(processes)
    with ProcessPoolExecutor(processes, spawn, _share, (ready,)) as pool:
        shares = [riders // processes + (n < riders % processes) for n in range(processes)]
        found = list(pool.map(_process, [url] * processes, range(processes), shares, [seconds] * processes))
    times = np.array([time for one, _ in found for time in one]) * 1000
    findings = _findings(database)
    database.close()
    return {
        "db": database.engine.dialect.name,
        "processes": processes,
        "riders": riders,
        "parts": 4,
        "bundles": len(times),
        "bundles_per_s": round(len(times) / seconds, 1),
        "p50_ms": round(float(np.percentile(times, 50)), 1),
        "p99_ms": round(float(np.percentile(times, 99)), 1),
        "cpu_ms": round(sum(cpu_s for _, cpu_s in found) / len(times) * 1000, 2),
        "audit_findings": findings,
    }


def _share(barrier: Any) -> None:
    global _ready
    _ready = barrier


def _process(url: str, number: int, riders: int, seconds: float) -> tuple[list[float], float]:
    """One process of the service with its riders: the times of their bundles, and the CPU time it took."""
    sys.setswitchinterval(SWITCH_S)
    database = Database.open(url, pool_size=riders + 4)
    booking = Booking(
        Deps(
            database, Payments(database, SandboxProcessor(database)), {},
            {"transit": Transit(one_price(570)), "service": Stock(Catalogue())}, CombinedPrices((), ZONE),
            NoTickets(), now, f"bench{number}",
        )
    )  # fmt: skip
    slots = _slots(database)
    times: list[list[float]] = [[] for _ in range(riders)]
    failures: list[BaseException] = []
    _ready.wait()
    begin, end = time.perf_counter() + WARM_S, time.perf_counter() + WARM_S + seconds

    def rider(k: int) -> None:
        try:
            n = 0
            while (start := time.perf_counter()) < end:
                _book(booking, slots, f"{number}-{k}", n, k + 31 * number)
                n += 1
                done = time.perf_counter()
                if begin <= done <= end:
                    times[k].append(done - start)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=rider, args=(k,)) for k in range(riders)]
    for thread in threads:
        thread.start()
    time.sleep(WARM_S)
    before_s = time.process_time()
    time.sleep(seconds)
    cpu_s = time.process_time() - before_s
    for thread in threads:
        thread.join()
    database.close()
    if failures:
        raise failures[0]
    return [one for mine in times for one in mine], cpu_s


def _book(booking: Booking, slots: list[str], rider: str, n: int, seed: int) -> None:
    now_s = int(time.time())
    train = TransitWish(
        Spot(name="東京"), Spot(name="海浜幕張"), now_s + 9000, now_s + 11_400, agency_name="JR"
    )
    wanted = [slots[(seed * 7 + n + j * 5) % len(slots)] for j in range(3)]
    parts = [DraftPart(f"visit{j}", ServiceWish(slot)) for j, slot in enumerate(dict.fromkeys(wanted))]
    draft = Draft(f"acc_{rider}", "", f"{rider}-{n}", "digest", (DraftPart("train", train), *parts))
    held = booking.hold(draft)
    done = booking.confirm(held.id, draft.subject, MEANS)
    if done.state.value != "confirmed" or done.net_minor != done.total_minor:
        raise SystemExit(f"bundle {done.id} is {done.state}, {done.net_minor} of {done.total_minor} taken")


def _shops(database: Database) -> None:
    """Offers with more stock than will be sold; the slots of tomorrow and after."""

    def work(connection: Connection) -> None:
        for n in range(OFFERS):
            name = {"ja": f"店{n}"}
            made = {"id": f"shop{n}", "name": name, "account": f"shop:shop{n}"}
            put_provider(connection, Provider.model_validate(made), expected=0, now=now(), actor="bench")
            offer = Offer.model_validate(
                {
                    "id": f"offer{n}", "provider_id": f"shop{n}", "category": "sight", "kind": "days",
                    "name": name, "price_minor": 500 + 100 * n, "capacity": 1_000_000, "lat": 35.6,
                    "lon": 140.0,
                }
            )  # fmt: skip
            save_offer(connection, offer, expected=0, horizon=Horizon(ZONE, 4), now=now(), actor="bench")

    database.run(work)


def _slots(database: Database) -> list[str]:
    with database.read() as connection:
        rows = connection.execute(text("SELECT id FROM service_slot ORDER BY offer_id, id"))
        return [slot for k, slot in enumerate(rows.scalars()) if k % 5]


def _findings(database: Database) -> int:
    """What the ledger's audit finds, slots whose counters lie, and sagas left behind."""
    with database.read() as connection:
        lies = connection.execute(
            text(
                "SELECT count(*) FROM service_slot s WHERE confirmed <> (SELECT coalesce(sum(quantity), 0)"
                " FROM service_hold h WHERE h.slot_id = s.id AND h.state = 'confirmed') OR held <> 0"
            )
        ).scalar_one()
        left = connection.execute(
            text("SELECT count(*) FROM booking_saga WHERE state <> 'done'")
        ).scalar_one()
        return len(audit(connection)) + int(lies) + int(left)


def main() -> None:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--db", choices=("sqlite", "postgresql"), required=True)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--riders", type=int, default=64, help="how many book at once (default 64)")
    parser.add_argument("--processes", type=int, help="of the service (default 1 on SQLite, 2 on PostgreSQL)")
    parser.add_argument("--url", help="an empty database to use; a temporary one if left out")
    parser.add_argument("--json", action="store_true", help="print JSON")
    asked = parser.parse_args()
    processes = asked.processes or (1 if asked.db == "sqlite" else 2)
    with ExitStack() as stack:
        urls = [asked.url, asked.url]
        if asked.url is None and asked.db == "sqlite":
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            urls = [f"sqlite:///{folder / name}.sqlite" for name in ("booking", "ledger")]
        elif asked.url is None:
            server = stack.enter_context(private_postgresql())
            urls = [server, server]
        told = measure(urls[0], seconds=asked.seconds, riders=asked.riders, processes=processes)
        ledger = ledger_benchmark.measure(urls[1], seconds=asked.seconds / 3, batch=ledger_benchmark.BATCH)
        told["transfers_per_s"] = ledger["transfers_per_s"]
    text_out = json.dumps(told) if asked.json else "\n".join(f"{k}: {v}" for k, v in told.items())
    sys.stdout.write(text_out + "\n")


if __name__ == "__main__":
    main()
