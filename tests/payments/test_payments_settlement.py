"""A month settled: statements, invoices, PDF and CSV, payouts, corrections, and three books that agree."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
import pytest

from payments.adapters.faults import Faults
from payments.adapters.sandbox import SandboxProcessor
from payments.allocation import PLATFORM_FEES, TAX_PAYABLE, Subsidy, allocate, take_back
from payments.errors import SettlementError, Unavailable
from payments.hold import Authorise, Capture, Refund
from payments.ledger import Account, Entry, TransferState
from payments.ledger import audit as book
from payments.money import Rounding
from payments.ports import AuthoriseRequest
from payments.schema import create_schema
from payments.service import Payments
from payments.settlement.documents import invoice_pdf, japanese_font, statement_pdf
from payments.settlement.invoice import (
    Business,
    Invoice,
    InvoiceLine,
    correction,
    fee_invoice,
    registration_number,
)
from payments.settlement.payouts import confirm_by_bank, correct, due, order_by_bank, pay_by_processor
from payments.settlement.reconcile import BankLine, Difference, book_movements, read_bank_file, reconcile
from payments.settlement.split import split_rules
from payments.settlement.statement import Month, Statement, statement, to_csv
from storage.database import Database

OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
BUS, SHOP, CITY = "operator:bus", "shop:aeon", "city:subsidy"
PLATFORM = Business("幕張MaaS運営株式会社", "千葉市美浜区", "T7000012050002")
RULES = split_rules(
    {
        "shuttle": {"receivers": {BUS: 3, "operator:loop": 1}, "fee_per_mille": 30},
        "lunch": {"receivers": {SHOP: 1}, "fee_per_mille": 50},
    }
)


class Clock:
    now = datetime(2026, 10, 5, 3, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def payments(sql_url: str, clock: Clock) -> Iterator[Payments]:
    """A platform with three orders in October, of which the second was partly refunded."""
    database = Database.open(sql_url)
    create_schema(database)
    payments = Payments(database, SandboxProcessor(database, clock=clock))
    with database.write() as connection:
        accounts = [BUS, "operator:loop", SHOP, CITY, PLATFORM_FEES, TAX_PAYABLE]
        payments.ledger.open(connection, [Account(a) for a in accounts], now=clock.now)
    for n in range(3):
        order = f"o{n}"
        parts = (
            RULES["shuttle"].part("shuttle", 500, (Subsidy(CITY, 300),)),
            RULES["lunch"].part("lunch", 1000),
        )
        payments.do(
            Authorise(f"{order}:pay", AuthoriseRequest("cus", "pm_sandbox_visa", 1500, order)), now=clock.now
        )
        payments.do(Capture(f"{order}:cap", f"{order}:pay", 1500), now=clock.now)
        with database.write() as connection:
            payments.ledger.post(connection, [allocate(f"{order}:share", order, parts)], now=clock.now)
        clock.now += timedelta(days=1)
    back = take_back("o1", RULES["lunch"].part("lunch", 1000), 1000)
    payments.do(Refund("o1:back", "o1:pay", 1000, back), now=clock.now)
    yield payments
    with database.read() as connection:
        assert book.audit(connection) == []
    database.close()


def pdf_text(content: bytes) -> str:
    """What the PDF engine of a browser reads in the document."""
    document = pypdfium2.PdfDocument(content)
    text = " ".join(document[n].get_textpage().get_text_range() for n in range(len(document)))
    document.close()
    return " ".join(text.split())


def read(payments: Payments, account: str, month: Month = OCTOBER) -> Statement:
    with payments.database.read() as connection:
        return statement(connection, account, "イオンモール", month)


def test_a_statement_explains_the_month_to_the_yen(payments: Payments) -> None:
    shop = read(payments, SHOP)
    # three lunches of 1,000 less 5 %, one of them given back with its fee
    assert [(x.kind, x.gross_minor, x.fee_minor, x.net_minor) for x in shop.lines] == [
        ("allocate", 1000, 50, 950), ("allocate", 1000, 50, 950), ("allocate", 1000, 50, 950),
        ("refund", -1000, -50, -950),
    ]  # fmt: skip
    assert (shop.opening_minor, shop.closing_minor, shop.fee_minor) == (0, 1900, 100)
    bus = read(payments, BUS)
    # 800 gross, fee 24, 776 as 582 + 194; the fee as 18 + 6
    assert [(x.gross_minor, x.fee_minor, x.net_minor) for x in bus.lines] == [(600, 18, 582)] * 3
    assert read(payments, SHOP, NOVEMBER).opening_minor == 1900
    with payments.database.read() as connection:
        fees = payments.ledger.balances(connection, [PLATFORM_FEES, TAX_PAYABLE])
        loop = statement(connection, "operator:loop", "loop", OCTOBER)
    assert sum(b.posted_minor for b in fees.values()) == shop.fee_minor + bus.fee_minor + loop.fee_minor


def test_a_statement_as_csv_opens_in_a_spreadsheet(payments: Payments) -> None:
    with payments.database.write() as connection:
        correct(connection, payments.ledger, "c1", SHOP, -7, "=HYPERLINK(1)", now=NOVEMBER.since)
    content = to_csv(read(payments, SHOP, NOVEMBER))
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[1][6] == "1900"
    assert rows[2][1:7] == ["訂正", "", "'=HYPERLINK(1)", "-7", "0", "-7"]
    assert rows[3][1] == "残高"
    assert rows[3][6] == "1893"


def test_a_statement_as_pdf_can_be_read_back(payments: Payments) -> None:
    made = read(payments, SHOP)
    content = statement_pdf(made, issuer=PLATFORM)
    assert content == statement_pdf(made, issuer=PLATFORM)
    text = pdf_text(content)
    for expected in ("精算書", "イオンモール", "2026-10", "売上", "3,000", "返金", "-1,000", "1,900", "o1"):
        assert expected in text
    assert len(content) < 100_000


def test_the_platforms_fee_invoice_and_its_pdf(payments: Payments) -> None:
    shop = Business("イオンモール株式会社")
    made = fee_invoice(read(payments, SHOP), number="2026-10-001", issuer=PLATFORM, recipient=shop,
                       issued_on=date(2026, 11, 1))  # fmt: skip
    assert made is not None
    assert [(s.rate_percent, s.net_minor, s.tax_minor) for s in made.sums()] == [(10, 91, 9)]
    text = pdf_text(invoice_pdf(made))
    for expected in (
        "適格請求書",
        "T7000012050002",
        "イオンモール株式会社 御中",
        "10% 対象",
        "91",
        "100",
        "2026-10-31",
    ):
        assert expected in text
    empty = read(payments, SHOP, NOVEMBER)
    assert (
        fee_invoice(empty, number="x", issuer=PLATFORM, recipient=shop, issued_on=date(2026, 12, 1)) is None
    )


@pytest.mark.parametrize(
    ("included", "rounding", "expected"),
    [
        # 8 %: 3 x 108 = 324, 10 %: 2 x 105 = 210
        (True, Rounding.DOWN, [(10, 191, 19), (8, 300, 24)]),
        (False, Rounding.DOWN, [(10, 210, 21), (8, 324, 25)]),
        (False, Rounding.HALF_UP, [(10, 210, 21), (8, 324, 26)]),
        (False, Rounding.UP, [(10, 210, 21), (8, 324, 26)]),
    ],
)
def test_tax_is_rounded_once_for_each_rate(
    included: bool, rounding: Rounding, expected: list[tuple[int, int, int]]
) -> None:
    day = date(2026, 10, 5)
    lines = [InvoiceLine(day, "弁当", 108, 8)] * 3 + [InvoiceLine(day, "乗車", 105)] * 2
    made = Invoice("1", PLATFORM, Business("客"), day, tuple(lines), included, rounding)
    assert [(s.rate_percent, s.net_minor, s.tax_minor) for s in made.sums()] == expected
    text = pdf_text(invoice_pdf(made))
    assert "弁当 ※" in text
    assert "軽減税率" in text


def test_an_invoice_is_corrected_by_another() -> None:
    day = date(2026, 10, 5)
    made = Invoice("1", PLATFORM, Business("客"), day, (InvoiceLine(day, "乗車", 500),))
    back = correction(made, [InvoiceLine(day, "乗車 取消", -500)], number="2", issued_on=day)
    assert (back.total_minor, back.corrects) == (-500, "1")
    text = pdf_text(invoice_pdf(back))
    assert "適格返還請求書" in text
    for lines, reason in [
        ((InvoiceLine(day, "x", 1),), "negative"),
        ((InvoiceLine(day, "x", -501),), "more at 10 %"),
    ]:
        with pytest.raises(SettlementError, match=reason):
            correction(made, lines, number="3", issued_on=day)


def test_registration_numbers_are_checked() -> None:
    assert registration_number(" t7000012050002 ") == "T7000012050002"
    assert registration_number("T1234567890123", corporation=False) == "T1234567890123"
    for bad, reason in [
        ("7000012050002", "T and 13"),
        ("T700001205000", "T and 13"),
        ("T8000012050002", "should be 7"),
    ]:
        with pytest.raises(SettlementError, match=reason):
            registration_number(bad)
    day = date(2026, 10, 5)
    for make, reason in [
        (lambda: Invoice("1", Business("x"), PLATFORM, day, (InvoiceLine(day, "x", 1),)), "no registration"),
        (lambda: Invoice("1", PLATFORM, PLATFORM, day, ()), "no lines"),
        (lambda: Invoice(" ", PLATFORM, PLATFORM, day, (InvoiceLine(day, "x", 1),)), "needs a number"),
        (lambda: InvoiceLine(day, "x", 1, 5), "10 or 8"),
        (lambda: Business(" "), "name is empty"),
    ]:
        with pytest.raises(SettlementError, match=reason):
            make()
    with pytest.raises(SettlementError, match="fonts-noto-cjk"):
        japanese_font(Path("/nowhere.ttf"))


def test_months() -> None:
    assert Month.parse("2026-12").after == date(2027, 1, 1)
    assert Month(2026, 10).since == datetime(2026, 9, 30, 15, tzinfo=UTC)
    for bad in ("2026", "2026-13", "x-1"):
        with pytest.raises(SettlementError, match="2026-11"):
            Month.parse(bad)


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        (3, "must be a table"),
        ({}, "receivers must map"),
        ({"receivers": {"a": 0}}, "weight of 'a'"),
        ({"receivers": {"a": 1}, "fee_per_mille": 1001}, "fee_per_mille"),
        ({"receivers": {"a": 1}, "fees": 1}, "'fees' is not known"),
    ],
)
def test_split_rules_name_their_mistakes(table: object, reason: str) -> None:
    with pytest.raises(SettlementError, match=reason):
        split_rules({"shuttle": table})


def test_three_books_agree_and_every_kind_of_difference_is_found(payments: Payments, clock: Clock) -> None:
    sandbox, ledger = payments.processor, payments.ledger
    assert isinstance(sandbox, SandboxProcessor)
    clock.now = NOVEMBER.since + timedelta(days=1)
    payee = sandbox.create_payee("payee:bus", BUS)
    with payments.database.read() as connection:
        bus = due(connection, ledger, BUS, OCTOBER, now=clock.now)
        shop = due(connection, ledger, SHOP, OCTOBER, now=clock.now)
        with pytest.raises(SettlementError, match="not over"):
            due(connection, ledger, SHOP, NOVEMBER, now=clock.now)
    assert (bus.amount_minor, shop.amount_minor) == (1746, 1900)
    for _twice in range(2):
        state = pay_by_processor(payments.database, ledger, sandbox, bus, payee.id, now=clock.now)
        assert state is TransferState.SETTLED
    text = payments.database.run(lambda c: order_by_bank(c, ledger, shop, now=clock.now))
    payments.database.run(lambda c: confirm_by_bank(c, ledger, text, "", now=clock.now))
    swept = sandbox.bank("sweep1", 1000)
    since, until = OCTOBER.since, NOVEMBER.until
    moved = sandbox.movements(since, until)
    assert payments.database.run(lambda c: book_movements(c, ledger, "sandbox", moved, now=clock.now)) == 4
    assert payments.database.run(lambda c: book_movements(c, ledger, "sandbox", moved, now=clock.now)) == 0

    bank = f'date,amount,text\n2026/11/02,"1,000",STRIPE {swept.id}\n2026-11-03,-1900,{text}\n'.encode(
        "cp932"
    )
    lines = read_bank_file(bank)

    def differences(bank_lines: list[BankLine], processor_rows: list[object] | None = None,
                    days: int = 1) -> list[Difference]:  # fmt: skip
        with payments.database.read() as connection:
            return reconcile(
                connection, "sandbox", moved if processor_rows is None else processor_rows, bank_lines,  # type: ignore[arg-type]
                since=since, until=until, now=clock.now + timedelta(days=days),
            )  # fmt: skip

    assert differences(lines) == []
    assert [d.code for d in differences(lines[:1])] == ["in_transit"]
    assert [d.code for d in differences(lines[:1], days=9)] == ["not_at_bank"]
    assert [d.code for d in differences([*lines, lines[0]])] == ["unknown_at_bank"]
    stranger = BankLine(9, date(2026, 11, 4), 5, "振込 ヤマダ")
    (found,) = differences([*lines, stranger])
    assert (found.code, found.bank_minor) == ("unknown_at_bank", 5)
    assert "line 9" in found.explanation
    short = BankLine(2, date(2026, 11, 4), 890, f"STRIPE　{swept.id}")
    (found,) = differences([short, lines[1]])
    assert (found.code, found.ledger_minor, found.bank_minor) == ("amount", 1000, 890)
    (found,) = differences(lines, list(moved[1:]))
    assert (found.code, found.id, found.ledger_minor) == ("not_at_processor", moved[0].id, 1500)
    payments.do(Authorise("o9:pay", AuthoriseRequest("cus", "pm_sandbox_visa", 70, "o9")), now=clock.now)
    authorisation = payments.hold("o9:pay").authorisation_id
    stray = sandbox.capture("by-hand", authorisation, 70)
    (found,) = differences(lines, list(sandbox.movements(since, until)))
    assert (found.code, found.id, found.processor_minor) == ("not_in_ledger", stray.id, 70)
    assert "capture" in found.explanation
    with payments.database.write() as connection:
        wrong = Entry.move("oops", "capture", "processor:sandbox", "bundle:o9", 60, external_id=stray.id)
        ledger.post(connection, [wrong], now=clock.now)
    (found,) = differences(lines, list(sandbox.movements(since, until)))
    assert (found.code, found.ledger_minor, found.processor_minor) == ("amount", 60, 70)


def test_a_payout_survives_lost_answers_and_is_given_back_when_refused(
    payments: Payments, clock: Clock
) -> None:
    clock.now = NOVEMBER.since
    flaky = SandboxProcessor(payments.database, clock=clock, faults=Faults(3, 0.7, 0.7))
    payee = payments.processor.create_payee("payee:bus", BUS)
    with payments.database.read() as connection:
        owed = due(connection, payments.ledger, BUS, OCTOBER, now=clock.now)
        nothing = due(connection, payments.ledger, CITY, OCTOBER, now=clock.now)
    with pytest.raises(SettlementError, match="owed nothing"):
        pay_by_processor(payments.database, payments.ledger, flaky, nothing, payee.id, now=clock.now)
    lost = 0
    for _attempt in range(100):
        try:
            pay_by_processor(payments.database, payments.ledger, flaky, owed, payee.id, now=clock.now)
            break
        except Unavailable:
            lost += 1
    assert lost > 0
    assert sum(m.amount_minor for m in flaky.movements(NOVEMBER.since, NOVEMBER.until)) == -1746
    with payments.database.read() as connection:
        assert payments.ledger.balance(connection, BUS).posted_minor == 0
        loop = due(connection, payments.ledger, "operator:loop", OCTOBER, now=clock.now)
    with pytest.raises(SettlementError, match="refused the payout"):
        pay_by_processor(
            payments.database, payments.ledger, payments.processor, loop, "acct_none", now=clock.now
        )
    with payments.database.read() as connection:
        assert payments.ledger.balance(connection, "operator:loop").available_minor == 582
    with pytest.raises(SettlementError, match="say why"), payments.database.write() as connection:
        correct(connection, payments.ledger, "c", BUS, 5, " ", now=clock.now)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"date,amount\n", "line 1: column 'text'"),
        (b"date,amount,text\n2026-13-01,5,x\n", "line 2: date '2026-13-01'"),
        (b"date,amount,text\n2026-11-01,5,x\n2026-11-01,5.5,x\n", "line 3: amount '5.5'"),
        (b"date,amount,text\n\x81", "neither UTF-8 nor"),
    ],
)
def test_a_bank_file_that_cannot_be_read_says_where(content: bytes, reason: str) -> None:
    with pytest.raises(SettlementError, match=reason):
        read_bank_file(content)
