"""`maas settle`: a month's statements, payouts and the comparison of three books."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from maas.cli.options import PATH, opened_area
from maas.settings import Settings

if TYPE_CHECKING:
    from maas.settling.month import Closed

__all__ = ["settle"]


@click.command()
@click.option("--month", required=True, help="Such as 2026-11; one that is not over is a preview.")
@click.option("--area", "folder", type=PATH, help="A built area; the bundled sample if left out.")
@click.option("--database", help="sqlite:///FILE or postgresql://…; the area's own file if left out.")
@click.option("--bank", type=PATH, help="The bank's file: CSV with date, amount, text.")
@click.option("--out", type=PATH, help="Folder for statements (CSV, PDF) and fee invoices (PDF).")
@click.option("--pay", is_flag=True, help="Order what is owed by bank transfer.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def settle(
    month: str, folder: Path | None, database: str | None, bank: Path | None, out: Path | None, pay: bool,
    as_json: bool,
) -> None:  # fmt: skip
    """Close a month. Exit code 1 where the books do not agree.

    \b
    Example:
      maas settle --month 2026-11 --bank bank.csv --out statements --json
    """  # noqa: D301
    from maas.errors import BadRequest
    from maas.wiring.settling import close_month
    from payments.errors import PaymentsError

    opened = opened_area(folder)
    try:
        closed = close_month(
            opened, Settings.from_environment(), month, database=database, bank=bank, pay=pay
        )
        if out is not None:
            _write(closed, out)
    except PaymentsError as error:
        raise BadRequest(str(error)) from None
    click.echo(json.dumps(told(closed), ensure_ascii=False) if as_json else _words(closed))
    sys.exit(1 if closed.findings or _wrong(closed) else 0)


def told(closed: Closed) -> dict[str, Any]:
    """The report as JSON has it."""
    return {
        "month": str(closed.month),
        "parties": [
            {
                "account": p.statement.account, "name": p.statement.name,
                "opening_minor": p.statement.opening_minor, "closing_minor": p.statement.closing_minor,
                "gross_minor": p.statement.total(field="gross_minor"), "fees_minor": p.statement.fee_minor,
                "lines": len(p.statement.lines), "owed_minor": p.owed.amount_minor if p.owed else None,
                "invoice": p.invoice.number if p.invoice else None, "paid_under": p.paid_under or None,
            }
            for p in closed.parties
        ],
        "owing": [
            {"account": o.account, "name": o.name, "amount_minor": o.amount_minor} for o in closed.owing
        ],
        "processor_movements": closed.movements,
        "differences": [
            {"code": d.code, "id": d.id, "ledger_minor": d.ledger_minor, "bank_minor": d.bank_minor,
             "processor_minor": d.processor_minor, "explanation": d.explanation}
            for d in closed.differences
        ],
        "audit": [{"rule": f.rule, "where": f.where, "detail": f.detail} for f in closed.findings],
    }  # fmt: skip


def _wrong(closed: Closed) -> bool:
    return any(difference.code != "in_transit" for difference in closed.differences)


def _words(closed: Closed) -> str:
    lines = [f"{closed.month}: {len(closed.parties)} parties, {closed.movements} movements at the processor"]
    for p in closed.parties:
        owed = "" if p.owed is None else f", owed {p.owed.amount_minor:,}"
        lines.append(
            f"  {p.statement.name}: sold {p.statement.total(field='gross_minor'):,},"
            f" fees {p.statement.fee_minor:,}, balance {p.statement.closing_minor:,}{owed}"
        )
    lines += [f"  {o.name} owes {o.amount_minor:,}" for o in closed.owing]
    lines += [f"  {d.code}: {d.id}: {d.explanation}" for d in closed.differences]
    lines += [f"  LEDGER: {f.rule}: {f.where}: {f.detail}" for f in closed.findings]
    if not closed.findings and not _wrong(closed):
        lines.append("  ledger, processor and bank agree")
    return "\n".join(lines)


def _write(closed: Closed, out: Path) -> None:
    from payments.settlement.documents import invoice_pdf, statement_pdf
    from payments.settlement.statement import to_csv

    out.mkdir(parents=True, exist_ok=True)
    for party in closed.parties:
        stem = f"{closed.month}-{party.statement.account.replace(':', '-')}"
        (out / f"{stem}.csv").write_bytes(to_csv(party.statement))
        if party.invoice is not None:
            issuer = party.invoice.issuer
            (out / f"{stem}.pdf").write_bytes(statement_pdf(party.statement, issuer=issuer))
            (out / f"{stem}-fees.pdf").write_bytes(invoice_pdf(party.invoice))
