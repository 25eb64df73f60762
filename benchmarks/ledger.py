"""How fast the ledger posts: `python -m benchmarks.ledger --db sqlite|postgresql --json`.

Batches of two-legged transfers between accounts with and without floors, each batch one durable commit
(SQLite: synchronous=FULL; PostgreSQL: synchronous_commit on). Singles are one transfer a commit. The books
are audited afterwards. `--db postgresql` starts a private cluster in a temporary folder unless `--url`
names a server.
"""

from __future__ import annotations

import argparse
import json
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from payments.ledger import Account, Entry, Ledger
from payments.ledger.audit import audit
from payments.schema import create_schema
from storage.database import Database

NOW = datetime(2026, 11, 1, tzinfo=UTC)
RIDERS = 500
BATCH = 1000


def measure(url: str, *, seconds: float, batch: int) -> dict[str, float | int | str]:
    """Post batches for `seconds`.

    Then single transfers for a third of that; audit; report per-second figures.
    """
    database, ledger = Database.open(url), Ledger()
    create_schema(database)
    accounts = [Account(f"rider:{n}", floor_minor=0) for n in range(RIDERS)]
    accounts += [Account(f"operator:{n}") for n in range(20)] + [Account("card")]
    with database.write() as connection:
        ledger.open(connection, accounts, now=NOW)
        top_ups = [Entry.move(f"top:{n}", "top-up", "card", f"rider:{n}", 10**9) for n in range(RIDERS)]
        ledger.post(connection, top_ups, now=NOW)

    def fares(first: int, count: int) -> list[Entry]:
        return [
            Entry.move(
                f"fare:{n}",
                "fare",
                f"rider:{n % RIDERS}",
                f"operator:{n % 20}",
                210 + n % 90,
                reference=f"b:{n}",
            )
            for n in range(first, first + count)
        ]

    batches = _repeat(database, ledger, fares, seconds, batch, 0)
    singles = _repeat(database, ledger, fares, seconds / 3, 1, 10**9)
    with database.read() as connection:
        findings = audit(connection)
    database.close()
    assert not findings, findings
    return {
        "db": database.engine.dialect.name,
        "batch": batch,
        "transfers": batches[0],
        "transfers_per_s": round(batches[0] / batches[1]),
        "single_commits_per_s": round(singles[0] / singles[1]),
        "audit_findings": len(findings),
    }


def _repeat(
    database: Database,
    ledger: Ledger,
    fares: Callable[[int, int], list[Entry]],
    seconds: float,
    batch: int,
    first: int,
) -> tuple[int, float]:
    done, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        entries = fares(first + done, batch)
        with database.write() as connection:
            ledger.post(connection, entries, now=NOW)
        done += batch
    return done, time.perf_counter() - start


@contextmanager
def private_postgresql() -> Iterator[str]:
    """A throwaway cluster with PostgreSQL's own default durability."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    initdb = found[-1] if found else shutil.which("initdb")
    if initdb is None:
        raise SystemExit("no PostgreSQL found: install Debian's `postgresql`, or pass --url postgresql://…")
    folder = Path(tempfile.mkdtemp(prefix="bench-postgresql-"))
    become: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
        user = pwd.getpwnam("postgres")
        become = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = str(folder / "data")
    control = [*become, str(Path(initdb).parent / "pg_ctl"), "-D", data, "-w"]
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder}"
    subprocess.run([*become, str(initdb), "-D", data, "-U", "postgres", "-A", "trust"], check=True,
                   capture_output=True, cwd=folder)  # fmt: skip
    subprocess.run([*control, "-l", str(folder / "log"), "-o", options, "start"], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)  # fmt: skip
    try:
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=True, capture_output=True, cwd=folder)
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--db", choices=["sqlite", "postgresql"], required=True)
    parser.add_argument("--url", help="an empty PostgreSQL database to use instead of a private cluster")
    parser.add_argument("--seconds", type=float, default=9.0)
    parser.add_argument("--batch", type=int, default=BATCH)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    if args.db == "sqlite":
        with tempfile.TemporaryDirectory(prefix="bench-sqlite-") as folder:
            result = measure(f"sqlite:///{folder}/ledger.sqlite", seconds=args.seconds, batch=args.batch)
    elif args.url:
        result = measure(args.url, seconds=args.seconds, batch=args.batch)
    else:
        with private_postgresql() as url:
            result = measure(url, seconds=args.seconds, batch=args.batch)
    print(json.dumps(result) if args.json else "\n".join(f"{k}: {v}" for k, v in result.items()))


if __name__ == "__main__":
    main()
