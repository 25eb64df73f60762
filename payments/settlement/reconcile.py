"""Three books, one truth: the ledger, the processor's movements and the bank's file are laid side by side.

A movement is matched by the processor's id, which the ledger keeps as `external_id`; a line of the bank by
the id or payout key in its text. What does not match is a Difference with an explanation; money in transit
is one, until it is older than `transit_days`.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from payments.errors import SettlementError
from payments.hold import processor_account
from payments.ledger import Account, Entry, Ledger
from payments.ledger import audit as book
from payments.ports import Movement
from payments.settlement.payouts import BANK

PROCESSOR_FEES = "platform:processor-fees"
BANK_COLUMNS = ("date", "amount", "text")


@dataclass(frozen=True, slots=True)
class BankLine:
    """One line of the bank's file: + came in, - went out; `line` is where it stands in the file."""

    line: int
    day: date
    amount_minor: int
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What does not agree. Amounts: + into the platform, None where that book has no such entry."""

    code: str  # not_in_ledger | not_at_processor | amount | in_transit | not_at_bank | unknown_at_bank
    id: str
    ledger_minor: int | None
    processor_minor: int | None
    bank_minor: int | None
    explanation: str


def read_bank_file(content: bytes, *, name: str = "bank file") -> list[BankLine]:
    """Read `date,amount,text` CSV (UTF-8 or Shift JIS). Raises SettlementError naming line, field, value."""
    for encoding in ("utf-8-sig", "cp932"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise SettlementError(f"{name} is neither UTF-8 nor Shift JIS; export it again")
    reader = csv.DictReader(io.StringIO(text))
    missing = [c for c in BANK_COLUMNS if c not in (reader.fieldnames or ())]
    if missing:
        raise SettlementError(
            f"{name}, line 1: column {missing[0]!r} is missing; needed: {', '.join(BANK_COLUMNS)}"
        )
    lines: list[BankLine] = []
    for row in reader:
        number = reader.line_num
        try:
            day = date.fromisoformat((row["date"] or "").strip().replace("/", "-"))
        except ValueError as error:
            raise SettlementError(
                f"{name}, line {number}: date {row['date']!r} must be such as 2026-11-30"
            ) from error
        amount = (row["amount"] or "").strip().replace(",", "")
        if not amount.removeprefix("-").isdecimal():
            raise SettlementError(f"{name}, line {number}: amount {row['amount']!r} must be whole yen")
        lines.append(BankLine(number, day, int(amount), (row["text"] or "").strip()))
    return lines


def book_movements(
    connection: Connection, ledger: Ledger, processor: str, movements: Iterable[Movement], *, now: datetime
) -> int:
    """Book what only the processor knows of.

    Its fees, and its payouts to our bank. Returns how many were new.
    """
    clearing = processor_account(processor)
    ledger.open(connection, [Account(clearing), Account(PROCESSOR_FEES), Account(BANK)], now=now)
    entries: list[Entry] = []
    for m in movements:
        if m.fee_minor:
            source, target = (PROCESSOR_FEES, clearing) if m.fee_minor > 0 else (clearing, PROCESSOR_FEES)
            entries.append(
                Entry.move(f"fee:{m.id}:{m.kind}", "processor-fee", source, target, abs(m.fee_minor),
                           reference=m.reference)
            )  # fmt: skip
        if m.kind == "payout" and m.amount_minor < 0:
            entries.append(
                Entry.move(
                    f"banked:{m.id}", "processor-payout", BANK, clearing, -m.amount_minor, external_id=m.id
                )
            )
    return ledger.post(connection, entries, now=now)


def reconcile(
    connection: Connection,
    processor: str,
    movements: Sequence[Movement],
    bank: Sequence[BankLine],
    *,
    since: datetime,
    until: datetime,
    now: datetime,
    transit_days: int = 5,
) -> list[Difference]:
    """Every difference between the three books in [since, until); an empty list means that they agree."""
    return _against_processor(connection, processor, movements, since, until) + _against_bank(
        connection, bank, since, until, now, transit_days
    )


def _against_processor(
    connection: Connection, processor: str, movements: Sequence[Movement], since: datetime, until: datetime
) -> list[Difference]:
    ours = _by_external_id(connection, processor_account(processor), since, until)
    theirs: dict[str, int] = defaultdict(int)
    kinds: dict[str, str] = {}
    for m in movements:
        theirs[m.id] += m.amount_minor
        kinds[m.id] = m.kind
    found: list[Difference] = []
    for id_ in sorted(ours.keys() | theirs.keys()):
        a, b = ours.get(id_), theirs.get(id_)
        if a == b:
            continue
        if a is None:
            why = (
                f"the processor made a {kinds[id_]} that the ledger does not know; resume its step or book it"
            )
            found.append(Difference("not_in_ledger", id_, None, b, None, why))
        elif b is None:
            why = "the ledger booked what the processor does not show; look it up there by this id"
            found.append(Difference("not_at_processor", id_, a, None, None, why))
        else:
            why = (
                f"the {kinds[id_]} differs by {a - b:+d}; a capture or refund was booked with a wrong amount"
            )
            found.append(Difference("amount", id_, a, b, None, why))
    return found


def _against_bank(
    connection: Connection,
    bank: Sequence[BankLine],
    since: datetime,
    until: datetime,
    now: datetime,
    transit_days: int,
) -> list[Difference]:
    ours = _by_external_id(connection, BANK, since, until)
    keys: dict[str, str] = {}
    when: dict[str, datetime] = {}
    for line in book.lines(connection, BANK, since, until):
        id_ = line.external_id or line.transfer_key
        keys[line.transfer_key.removesuffix(":done")] = id_
        when[id_] = line.at
    used: set[str] = set()
    found: list[Difference] = []
    for bank_line in bank:
        words = bank_line.text.replace("　", " ").split()
        match = next((w if w in ours else keys[w] for w in words if w in ours or w in keys), None)
        if match is None or match in used:
            why = f"line {bank_line.line} ({bank_line.day}, {bank_line.text!r}) "
            why += "repeats a line" if match else "names nothing that the ledger paid or was paid"
            found.append(Difference("unknown_at_bank", match or "", None, None, bank_line.amount_minor, why))
            continue
        used.add(match)
        if ours[match] != bank_line.amount_minor:
            gap = ours[match] - bank_line.amount_minor
            why = f"line {bank_line.line} differs by {gap:+d}; a bank fee, perhaps"
            found.append(Difference("amount", match, ours[match], None, bank_line.amount_minor, why))
    for id_ in sorted(ours.keys() - used):
        age = (now - when[id_]).days
        code, why = ("in_transit", f"booked {age} days ago; banks take up to {transit_days}")
        if age > transit_days:
            code, why = (
                "not_at_bank",
                f"booked {age} days ago and still not in the bank's file; ask the bank",
            )
        found.append(Difference(code, id_, ours[id_], None, None, why))
    return found


def _by_external_id(connection: Connection, account: str, since: datetime, until: datetime) -> dict[str, int]:
    """What the ledger says came into (+) an asset account.

    By external id; fees have none and are left out.
    """
    sums: dict[str, int] = defaultdict(int)
    for line in book.lines(connection, account, since, until):
        if line.kind == "processor-fee":
            continue
        sums[line.external_id or line.transfer_key] -= line.amount_minor
    return dict(sums)
