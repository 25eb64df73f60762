"""A month from a ride to the payout: receipts, statements, fees, and three books that agree."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection
from whole_world import TOKYO, Whole

from maas.identity.audit import entries as trail_of
from maas.identity.model import Role
from maas.settling.errors import NotPaid
from maas.settling.month import close
from maas.settling.payees import payout, register
from payments.errors import SettlementError
from payments.ledger import Account, TransferState
from payments.ledger.audit import audit
from payments.service import Payments
from payments.settlement.payouts import Due, correct, due, order_by_bank
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


def test_an_administrator_corrects_a_statement_and_pays_through_the_processor(
    whole: Whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    chief, operator = (
        whole.person((Role.ADMINISTRATOR, "")),
        whole.person((Role.OPERATOR, "makuhari-shuttle")),
    )
    payments, identity = whole.system.paying.payments, whole.system.identity
    party, month = "clinic:corrected", Month.parse(datetime.now(TOKYO).strftime("%Y-%m"))
    path = f"/v1/statements/{party}/corrections"
    wish, key = (
        {"amount_minor": 1200, "reason": "October's fee, taken twice"},
        {"Idempotency-Key": "fix-0001"},
    )
    assert chief.send("POST", path, wish, headers=key).status_code == 404, "nobody knows that account"
    payments.database.run(
        lambda connection: payments.ledger.open(connection, [Account(party)], now=identity.clock())
    )
    for refused in (
        chief.send("POST", path, wish | {"amount_minor": 0}, headers=key),
        chief.send("POST", path, wish | {"reason": " \n "}, headers=key),
        chief.send("POST", path, wish),
    ):
        assert refused.status_code == 422, refused.text
    assert operator.send("POST", path, wish, headers=key).status_code == 403
    for _ in range(2):
        made = chief.done("POST", path, wish, headers=key)
        assert (made["amount_minor"], made["balance_minor"]) == (1200, 1200)
    other = chief.send("POST", path, wish | {"amount_minor": 5}, headers=key)
    assert (other.status_code, other.json()["type"].rpartition("/")[2]) == (409, "key-reused")
    chief.done(
        "POST", path, {"amount_minor": -200, "reason": "too much"}, headers={"Idempotency-Key": "fix-0002"}
    )
    shown = chief.get(f"/v1/statements/{party}?month={month}").json()
    assert [line["net_minor"] for line in shown["lines"]] == [1200, -200]
    assert shown["closing_minor"] == 1000

    pay, asked = f"/v1/payees/{party}/payouts", {"month": str(month)}
    assert chief.send("POST", pay, asked).status_code == 404, "the processor does not know them"
    payee = chief.done("PUT", f"/v1/payees/{party}")
    assert chief.done("PUT", f"/v1/payees/{party}") == payee
    assert payee in chief.get("/v1/payees").json()
    early = chief.send("POST", pay, asked)
    assert (early.status_code, "not over" in early.json()["detail"]) == (409, True)
    later = month.until + timedelta(days=2)
    monkeypatch.setattr(identity, "clock", lambda: later)
    owed, state = payout(payments, party, month, now=later)
    assert (owed.amount_minor, state) == (1000, TransferState.SETTLED)
    again, state = payout(payments, party, month, now=later)
    assert (again.amount_minor, state) == (0, TransferState.SETTLED)
    trail = identity.read(lambda work: trail_of(work, subject=party, after=0, count=100))
    assert {"statement.correct", "payee.register"} <= {line.action for line in trail}
    with payments.database.read() as connection:
        assert payments.ledger.balance(connection, party).posted_minor == 0
        assert audit(connection) == []


def test_what_is_ordered_by_bank_is_not_paid_through_the_processor_too(whole: Whole) -> None:
    payments = whole.system.paying.payments
    party, month = "clinic:by-bank", Month.parse(datetime.now(TOKYO).strftime("%Y-%m"))
    now, later = whole.system.identity.clock(), month.until + timedelta(days=2)

    def owe(connection: Connection) -> None:
        payments.ledger.open(connection, [Account(party)], now=now)
        correct(connection, payments.ledger, "correction:by-bank", party, 700, "owed", now=now)

    payments.database.run(owe)
    register(payments, party, now=now)
    ordered = due_of(payments, party, month, later)
    payments.database.run(lambda c: order_by_bank(c, payments.ledger, ordered, now=later))
    with pytest.raises(NotPaid, match="by bank"):
        payout(payments, party, month, now=later)


def due_of(payments: Payments, account: str, month: Month, now: datetime) -> Due:
    with payments.database.read() as connection:
        return due(connection, payments.ledger, account, month, now=now)


@pytest.mark.slow
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
