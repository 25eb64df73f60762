"""A month from a ride to the payout: receipts, statements, fees, and three books that agree."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from whole_world import TOKYO, Whole

from maas.identity.model import Role
from maas.settling.month import close
from payments.errors import SettlementError
from payments.settlement.reconcile import read_bank_file
from payments.settlement.statement import Month

SHUTTLE = "operator:makuhari-shuttle"


def test_a_ride_becomes_a_receipt_a_statement_and_a_payout(whole: Whole) -> None:
    rider, other = whole.person(name="幕張 太郎"), whole.person()
    rider.save_card()
    at = (datetime.now(TOKYO) + timedelta(days=1)).replace(hour=15, minute=0, second=0, microsecond=0)
    part = {
        "kind": "shuttle",
        "label": "ride",
        "from": "海浜幕張駅",
        "to": "幕張整形外科",
        "at": at.isoformat(),
    }
    bundle = rider.done("POST", "/v1/bundles", {"parts": [part]})
    price = bundle["total"]["amount"]
    rider.done("POST", f"/v1/bundles/{bundle['id']}/confirm")
    assert rider.get("/v1/me/receipts").json() == []  # nothing is taken before the ride
    whole.system.booking.after.used(bundle["id"], "ride", use_key="settle", actor="test")

    (receipt,) = rider.get("/v1/me/receipts").json()
    assert (receipt["total_minor"], receipt["recipient"], receipt["registration"]) == (
        price, "幕張 太郎", "T7000012050002",
    )  # fmt: skip
    assert receipt["sums"] == [
        {"rate_percent": 10, "net_minor": price - price // 11, "tax_minor": price // 11}
    ]
    assert rider.get(receipt["pdf_url"]).content[:5] == b"%PDF-"
    assert other.get(receipt["pdf_url"]).status_code == 404

    operator, shop = whole.person((Role.OPERATOR, "makuhari-shuttle")), whole.person((Role.SHOP, "outlet"))
    month = datetime.now(TOKYO).strftime("%Y-%m")
    shown = operator.get(f"/v1/statements/{SHUTTLE}?month={month}").json()
    line = next(each for each in shown["lines"] if each["reference"] == bundle["id"])
    assert (line["gross_minor"], line["fee_minor"]) == (price, price * 30 // 1000)
    assert (
        shown["opening_minor"] + sum(each["net_minor"] for each in shown["lines"]) == shown["closing_minor"]
    )
    table = operator.get(f"/v1/statements/{SHUTTLE}/table.csv?month={month}").content.decode("utf-8-sig")
    assert bundle["id"] in {row[2] for row in csv.reader(io.StringIO(table))}
    assert operator.get(f"/v1/statements/{SHUTTLE}/paper.pdf?month={month}").content[:5] == b"%PDF-"
    assert SHUTTLE in {each["account"] for each in operator.get(f"/v1/statements?month={month}").json()}
    assert shop.get(f"/v1/statements/{SHUTTLE}?month={month}").status_code == 404
    assert rider.get(f"/v1/statements?month={month}").status_code == 403

    payments, fares = whole.system.paying.payments, whole.system.fares.config
    this, now = Month.parse(month), whole.system.identity.clock()
    preview = close(payments, this, names=fares.names, issuer=fares.issuing, now=now)
    assert (preview.differences, preview.findings) == ((), ())
    with pytest.raises(SettlementError, match="not over"):
        close(payments, this, names=fares.names, issuer=fares.issuing, pay=True, now=now)

    later = this.until + timedelta(days=2)
    closed = close(payments, this, names=fares.names, issuer=fares.issuing, pay=True, now=later)
    party = next(each for each in closed.parties if each.statement.account == SHUTTLE)
    assert party.owed is not None
    assert party.invoice is not None
    assert party.invoice.total_minor == party.statement.fee_minor
    assert party.paid_under == f"payout:{SHUTTLE}:{month}"
    again = close(payments, this, names=fares.names, issuer=fares.issuing, now=later)
    assert next(p for p in again.parties if p.statement.account == SHUTTLE).owed.amount_minor == 0  # type: ignore[union-attr]
    bank = read_bank_file(f"date,amount,text\n{later:%Y-%m-%d},-777,unknown transfer\n".encode())
    found = close(payments, this, names=fares.names, issuer=fares.issuing, bank=bank, now=later)
    assert [each.code for each in found.differences] == ["unknown_at_bank"]


def test_the_command_prints_a_month_and_writes_its_papers(
    makuhari: Path, tmp_path: Path, maas_command
) -> None:  # type: ignore[no-untyped-def]
    database = f"sqlite:///{tmp_path / 'empty.sqlite'}"
    common = ("--area", makuhari, "--database", database, "--out", tmp_path / "out")
    told = json.loads(maas_command("settle", "--month", "2026-10", "--json", *common).stdout)
    assert (told["month"], told["parties"], told["differences"], told["audit"]) == ("2026-10", [], [], [])
    assert "agree" in maas_command("settle", "--month", "2026-10", *common).stdout
    wrong = maas_command("settle", "--month", "October", *common, check=False)
    assert (wrong.returncode, "2026-11" in wrong.stderr, "Traceback" in wrong.stderr) == (2, True, False)
