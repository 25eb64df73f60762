"""Write transfers and read balances. Every call takes the caller's connection: one transaction, at the edge.

The rules are the database's (see the package docstring); this module finds accounts, gives numbers, writes
postings before the transfer that seals them, and turns the database's refusals into errors that name key
and account.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row
from sqlalchemy.exc import DBAPIError, IntegrityError

from payments.errors import (
    AccountUnknown,
    Immutable,
    KeyReused,
    LedgerError,
    NotPending,
    Overdrawn,
    TryAgain,
    Unbalanced,
)
from payments.ledger import statements, tables
from payments.ledger.model import Account, Balance, Entry, Leg, Resolution, to_us
from storage.database import is_unique_violation, raise_if_transient
from storage.rows import insert_rows

_CODES = {
    "overdrawn": Overdrawn, "immutable": Immutable, "sealed": Immutable, "exists": Immutable,
    "unbalanced": Unbalanced, "layer": Unbalanced, "notpending": NotPending,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Posting:
    account: str
    layer: str
    amount_minor: int
    part: str


@dataclass(frozen=True, slots=True)
class _Write:
    """A transfer ready to be numbered and written."""

    source: Entry | Resolution
    phase: str
    pending_id: int | None
    closes: bool
    reference: str
    postings: tuple[_Posting, ...]


class Ledger:
    """The book of accounts. Stateless: safe to share between threads."""

    def open(self, connection: Connection, accounts: Iterable[Account], *, now: datetime) -> None:
        """Open accounts that do not exist yet; an existing one must agree in currency and floor."""
        wanted = {account.code: account for account in accounts}
        missing = dict(wanted)
        for row in self._accounts(connection, wanted):
            asked = missing.pop(row.code)
            if (row.currency, row.floor_minor) != (asked.currency, asked.floor_minor):
                raise LedgerError(
                    f"account {row.code!r} is open in {row.currency} with floor {row.floor_minor};"
                    f" it cannot become {asked.currency} with floor {asked.floor_minor}:"
                    " accounts are append-only"
                )
        if missing:
            rows = [
                {
                    "code": a.code,
                    "currency": a.currency,
                    "floor_minor": a.floor_minor,
                    "opened_at_us": to_us(now),
                }
                for a in sorted(missing.values(), key=lambda a: a.code)
            ]
            try:
                insert_rows(connection, tables.account, rows)
            except DBAPIError as error:
                if isinstance(error, IntegrityError) and is_unique_violation(error, "ledger_account.code"):
                    raise TryAgain(
                        "another writer opened the same account; repeat the transaction"
                    ) from error
                raise _translated(error, "opening accounts") from error

    def post(self, connection: Connection, entries: Sequence[Entry], *, now: datetime) -> int:
        """Write posted or pending transfers, all or nothing; returns how many were new.

        A batch is one instant: floors hold for its net effect. An entry whose key is already there with the
        same content counts as done; with different content it raises KeyReused.
        """
        fresh = self._without_repeats(connection, entries)
        writes = [
            _Write(
                e,
                "pending" if e.pending else "posted",
                None,
                False,
                e.reference,
                tuple(
                    _Posting(leg.account, _layer(leg, e.pending), leg.amount_minor, leg.part)
                    for leg in e.legs
                ),
            )
            for e in fresh
            if isinstance(e, Entry)
        ]
        self._write(connection, writes, now)
        return len(writes)

    def resolve(self, connection: Connection, resolution: Resolution, *, now: datetime) -> bool:
        """Post or void a pending transfer; returns False when this very resolution was already written."""
        if not self._without_repeats(connection, [resolution]):
            return False
        parent = connection.execute(statements.PARENT, {"pending_key": resolution.pending_key}).first()
        if parent is None or parent.phase != "pending":
            raise NotPending(
                f"{resolution.key!r}: no pending transfer has the key {resolution.pending_key!r}"
            )
        remaining = self._remaining(connection, parent.id)
        if not remaining:
            raise NotPending(f"{resolution.key!r}: {resolution.pending_key!r} is already posted or voided")
        self._write(connection, [_resolution_write(resolution, parent.id, parent.reference, remaining)], now)
        return True

    def resolve_all(self, connection: Connection, resolutions: Sequence[Resolution], *, now: datetime) -> int:
        """As `resolve` for many pending transfers, each resolved once, all or nothing; how many were new."""
        fresh = [r for r in self._without_repeats(connection, resolutions) if isinstance(r, Resolution)]
        if not fresh:
            return 0
        keys = {"pending_keys": [r.pending_key for r in fresh]}
        parents = {row.key: row for row in connection.execute(statements.PARENTS, keys)}
        ids = {"pending_ids": [row.id for row in parents.values()]}
        remaining: dict[int, dict[tuple[str, str], Leg]] = {}
        for row in connection.execute(statements.REMAINING_OF, ids):
            if row.amount:
                side = remaining.setdefault(row.root, {})
                side[row.code, row.layer] = Leg(row.code, int(row.amount), row.part)
        writes = []
        for one in fresh:
            parent = parents.get(one.pending_key)
            if parent is None or parent.phase != "pending" or parent.id not in remaining:
                raise NotPending(f"{one.key!r}: {one.pending_key!r} is unknown, or already posted or voided")
            writes.append(_resolution_write(one, parent.id, parent.reference, remaining[parent.id]))
        self._write(connection, writes, now)
        return len(writes)

    def balance(self, connection: Connection, code: str) -> Balance:
        """The account's balances as this transaction sees them; raises AccountUnknown."""
        found = self.balances(connection, [code])
        if code not in found:
            raise AccountUnknown(f"no account has the code {code!r}; open it first")
        return found[code]

    def balances(self, connection: Connection, codes: Sequence[str] | None = None) -> dict[str, Balance]:
        """Balances by account code; all accounts when `codes` is None."""
        if codes is None:
            rows = connection.execute(statements.ALL_BALANCES)
        else:
            rows = connection.execute(statements.BALANCES, {"codes": list(codes)})
        return {
            r.code: Balance(
                Account(r.code, r.currency, r.floor_minor), int(r.posted), int(r.outgoing), int(r.incoming)
            )
            for r in rows
        }

    def balances_ending(self, connection: Connection, suffix: str, *, currency: str) -> dict[str, Balance]:
        """Balances of the accounts of a currency whose code ends so (a scan: for periodic work only)."""
        codes = connection.execute(statements.CODES_ENDING, {"currency": currency, "suffix": suffix})
        found: dict[str, Balance] = {}
        for chunk in _chunks(list(codes.scalars())):
            found |= self.balances(connection, chunk)
        return found

    def lock(self, connection: Connection, code: str) -> None:
        """Hold back every other writer that locks or debits this account until the transaction ends.

        For rules that read before they write. On SQLite the transaction is the only writer anyhow.
        """
        connection.execute(statements.LOCK, {"code": code})

    def sum_of_part(self, connection: Connection, part: str) -> int:
        """The sum of what was posted or is still pending under one part's name, in minor units."""
        return int(connection.execute(statements.SUM_OF_PART, {"part_name": part}).scalar_one())

    def _without_repeats(
        self, connection: Connection, items: Sequence[Entry | Resolution]
    ) -> list[Entry | Resolution]:
        by_key: dict[str, Entry | Resolution] = {}
        for item in items:
            if by_key.setdefault(item.key, item).digest() != item.digest():
                raise KeyReused(f"key {item.key!r} stands for two different transfers in one batch")
        for chunk in _chunks(list(by_key)):
            for row in connection.execute(statements.DIGESTS, {"keys": chunk}):
                if by_key.pop(row.key).digest() != row.digest:
                    raise KeyReused(f"key {row.key!r} was already used for a different transfer")
        return list(by_key.values())

    def _remaining(self, connection: Connection, pending_id: int) -> dict[tuple[str, str], Leg]:
        rows = connection.execute(statements.REMAINING, {"pending_id": pending_id})
        return {(r.code, r.layer): Leg(r.code, int(r.amount), r.part) for r in rows if r.amount}

    def _accounts(self, connection: Connection, codes: Iterable[str]) -> list[Row[int, str, str, int | None]]:
        query = statements.ACCOUNTS
        return [row for chunk in _chunks(list(codes)) for row in connection.execute(query, {"codes": chunk})]

    def _write(self, connection: Connection, writes: Sequence[_Write], now: datetime) -> None:
        if not writes:
            return
        codes = dict.fromkeys(p.account for w in writes for p in w.postings)
        ids = {row.code: (row.id, row.currency) for row in self._accounts(connection, codes)}
        for write in writes:
            _check_currencies(write, ids)
        numbers = _next_ids(connection, len(writes))
        at_us = to_us(now)
        transfers = [
            {
                "id": number, "key": w.source.key, "digest": w.source.digest(), "phase": w.phase,
                "pending_id": w.pending_id, "closes": w.closes, "kind": w.source.kind,
                "reference": w.reference, "external_id": w.source.external_id, "at_us": at_us,
            }
            for number, w in zip(numbers, writes, strict=True)
        ]  # fmt: skip
        postings = [
            {
                "transfer_id": number, "seq": seq, "account_id": ids[p.account][0], "layer": p.layer,
                "amount_minor": p.amount_minor, "part": p.part,
            }
            for number, w in zip(numbers, writes, strict=True)
            for seq, p in enumerate(w.postings)
        ]  # fmt: skip
        # What comes in is written before what goes out, so that SQLite's row triggers see a batch's
        # net effect too.
        postings.sort(key=lambda row: row["amount_minor"] < 0)
        try:
            insert_rows(connection, tables.posting, postings)
            insert_rows(connection, tables.transfer, transfers)
        except DBAPIError as error:
            keys = ", ".join(repr(w.source.key) for w in writes[:3]) + (", ..." if len(writes) > 3 else "")
            raise _translated(error, f"transfer {keys}") from error


def _layer(leg: Leg, pending: bool) -> str:
    if not pending:
        return "posted"
    return "outgoing" if leg.amount_minor < 0 else "incoming"


def _resolution_write(
    resolution: Resolution, pending_id: int, reference: str, remaining: Mapping[tuple[str, str], Leg]
) -> _Write:
    """Release what was pending and, unless it is a void, post legs within it."""
    if resolution.void:
        posted: tuple[Leg, ...] = ()
    elif resolution.legs is None:
        posted = tuple(leg for _side, leg in sorted(remaining.items()))
    else:
        posted = resolution.legs
    by_account: dict[tuple[str, str], int] = {}
    for leg in posted:
        side = (leg.account, _layer(leg, True))
        by_account[side] = by_account.get(side, 0) + leg.amount_minor
    for (code, layer), amount in by_account.items():
        held = remaining.get((code, layer))
        if held is None or abs(amount) > abs(held.amount_minor):
            raise NotPending(
                f"{resolution.key!r}: {abs(amount)} of {code!r} cannot be posted,"
                f" {abs(held.amount_minor) if held else 0} is pending under {resolution.pending_key!r}"
            )
    released = {
        side: leg.amount_minor if resolution.void or resolution.final else by_account.get(side, 0)
        for side, leg in sorted(remaining.items())
    }
    closes = resolution.void or resolution.final
    return _Write(
        resolution,
        "void" if resolution.void else "post",
        pending_id,
        closes,
        reference,
        tuple(
            _Posting(code, layer, -amount, remaining[code, layer].part)
            for (code, layer), amount in released.items()
            if amount
        )
        + tuple(_Posting(leg.account, "posted", leg.amount_minor, leg.part) for leg in posted),
    )


def _check_currencies(write: _Write, ids: Mapping[str, tuple[int, str]]) -> None:
    sums: dict[tuple[str, bool], int] = {}
    for p in write.postings:
        if p.account not in ids:
            raise AccountUnknown(
                f"transfer {write.source.key!r}: no account has the code {p.account!r}; open it first"
            )
        side = (ids[p.account][1], p.layer == "posted")
        sums[side] = sums.get(side, 0) + p.amount_minor
    for (currency, _posted), amount in sums.items():
        if amount:
            raise Unbalanced(
                f"transfer {write.source.key!r}: legs in {currency} sum to {amount:+d}, must be 0"
            )


def _next_ids(connection: Connection, count: int) -> list[int]:
    if connection.dialect.name == "postgresql":
        return [int(n) for n in connection.execute(statements.PG_NEXT_IDS, {"count": count}).scalars()]
    # BEGIN IMMEDIATE makes this transaction the only writer, so the highest number cannot move under it.
    last = int(connection.execute(statements.LAST_ID).scalar_one())
    return list(range(last + 1, last + 1 + count))


def _chunks(values: list[str], size: int = 5000) -> Iterable[list[str]]:
    return (values[i : i + size] for i in range(0, len(values), size))


def _translated(error: DBAPIError, what: str) -> Exception:
    """The database's refusal as an error of this package.

    Or the original if it is not one of the ledger's rules.
    """
    raise_if_transient(error)
    message = str(error.orig)
    if "ledger_balance_floor" in message:
        return Overdrawn(f"{what}: an account with a floor would be overdrawn; nothing was written")
    if "ux_ledger_transfer_closed" in message or "ledger_transfer.pending_id" in message:
        return NotPending(f"{what}: the pending transfer is already closed")
    if isinstance(error, IntegrityError) and is_unique_violation(error, "ledger_transfer.key"):
        return TryAgain(
            f"{what}: another writer used the same key at the same moment; repeat the transaction"
        )
    _, found, rest = message.partition("ledger:")
    if found:
        code, _, detail = rest.partition(" ")
        return _CODES.get(code, LedgerError)(f"{what}: {detail.splitlines()[0]}")
    return error
