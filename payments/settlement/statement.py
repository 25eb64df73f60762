"""A party's month: what it sold.

Gave back, paid in fees and was paid, line by line, from the ledger alone.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import Connection

from payments.allocation import PLATFORM_FEES, TAX_PAYABLE
from payments.errors import SettlementError
from payments.ledger import audit as book
from payments.ledger.model import Transfer
from payments.money import split_minor
from payments.points import JST

KINDS = {
    "allocate": "売上",
    "take-back": "売上取消",
    "refund": "返金",
    "subsidy-back": "補助金返戻",
    "payout": "支払",
    "correction": "訂正",
}
"""Kinds of ledger transfers as a statement names them; anything else is その他."""


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month in Japan."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (2000 <= self.year <= 2999 and 1 <= self.month <= 12):
            raise SettlementError(f"{self.year}-{self.month} is not a month; write such as 2026-11")

    @classmethod
    def parse(cls, text: str) -> Month:
        """From `2026-11`."""
        year, dash, month = text.partition("-")
        if not (dash and year.isdigit() and month.isdigit()):
            raise SettlementError(f"{text!r} is not a month; write such as 2026-11")
        return cls(int(year), int(month))

    @property
    def first(self) -> date:
        """The first day."""
        return date(self.year, self.month, 1)

    @property
    def after(self) -> date:
        """The first day of the next month."""
        return date(self.year + self.month // 12, self.month % 12 + 1, 1)

    @property
    def since(self) -> datetime:
        """When it begins."""
        return datetime.combine(self.first, time(), JST)

    @property
    def until(self) -> datetime:
        """When it is over."""
        return datetime.combine(self.after, time(), JST)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


@dataclass(frozen=True, slots=True)
class StatementLine:
    """`net_minor` is what changed the party's balance; `gross_minor` is that before the platform's fee."""

    at: datetime
    kind: str
    reference: str
    part: str
    gross_minor: int
    fee_minor: int
    net_minor: int
    transfer_key: str


@dataclass(frozen=True, slots=True)
class Statement:
    """One account's month. `opening + sum of net = closing`, checked when it is made."""

    account: str
    name: str
    month: Month
    opening_minor: int
    closing_minor: int
    lines: tuple[StatementLine, ...]

    def total(self, *kinds: str, field: str = "net_minor") -> int:
        """The sum over lines of these kinds (all of them when none are named)."""
        return sum(int(getattr(line, field)) for line in self.lines if not kinds or line.kind in kinds)

    @property
    def fee_minor(self) -> int:
        """The platform's fees of the month, tax included."""
        return self.total(field="fee_minor")


def statement(connection: Connection, account: str, name: str, month: Month) -> Statement:
    """Read a month of an account. Raises SettlementError if the lines do not explain the balance."""
    lines: list[StatementLine] = []
    for line in book.lines(connection, account, month.since, month.until):
        transfer = book.transfer(connection, line.transfer_key)
        fee = 0 if transfer is None else fee_share(transfer, account, line.part, line.amount_minor)
        lines.append(
            StatementLine(
                line.at.astimezone(JST), line.kind, line.reference, line.part, line.amount_minor + fee, fee,
                line.amount_minor, line.transfer_key,
            )
        )  # fmt: skip
    opening = book.posted_before(connection, account, month.since)
    closing = book.posted_before(connection, account, month.until)
    if opening + sum(line.net_minor for line in lines) != closing:
        raise SettlementError(
            f"{account} {month}: the lines do not explain the balance; run the ledger's audit"
        )
    return Statement(account, name, month, opening, closing, tuple(lines))


def fee_share(transfer: Transfer, account: str, part: str, net_minor: int) -> int:
    """What this account bore of the fee of a part.

    Fees are split as the receivers' shares are, to the yen.
    """
    fees = (PLATFORM_FEES, TAX_PAYABLE)
    legs = [leg for leg in transfer.legs if leg.part == part]
    fee = sum(leg.amount_minor for leg in legs if leg.account in fees)
    same_side = [leg for leg in legs if leg.account not in fees and (leg.amount_minor > 0) == (fee > 0)]
    if not fee or (net_minor > 0) != (fee > 0):
        return 0
    shares = split_minor(fee, [abs(leg.amount_minor) for leg in same_side])
    return next((s for leg, s in zip(same_side, shares, strict=True) if leg.account == account), 0)


COLUMNS = ("日時", "区分", "予約番号", "明細", "総額", "手数料", "差引額", "伝票番号")


def to_csv(made: Statement) -> bytes:
    """The statement as CSV: UTF-8 with a mark, which spreadsheet programs in Japan need to read it right."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerow((made.month.first, "繰越", "", "", "", "", made.opening_minor, ""))
    for line in made.lines:
        writer.writerow(
            (line.at.isoformat(timespec="seconds"), KINDS.get(line.kind, "その他"), _safe(line.reference),
             _safe(line.part), line.gross_minor, line.fee_minor, line.net_minor, _safe(line.transfer_key))
        )  # fmt: skip
    writer.writerow((made.month.after, "残高", "", "", "", "", made.closing_minor, ""))
    return out.getvalue().encode("utf-8-sig")


def _safe(text: str) -> str:
    """A spreadsheet would run text that begins like a formula."""
    return "'" + text if text[:1] in "=+-@\t\r" and text else text
