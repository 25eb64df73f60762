"""The ledger's rules, each tried against the database directly as well as through the code."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError

from payments.errors import (
    AccountUnknown,
    KeyReused,
    LedgerError,
    NotPending,
    Overdrawn,
    Unbalanced,
)
from payments.ledger import Account, Entry, Ledger, Leg, Resolution, TransferState
from payments.ledger import audit as book
from payments.ledger import tables as t
from payments.schema import create_schema
from storage.database import Database
from storage.errors import StorageError

NOW = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
LEDGER = Ledger()


@pytest.fixture
def database(sql_url: str) -> Iterator[Database]:
    database = Database.open(sql_url)
    create_schema(database)
    create_schema(database)  # twice does no harm
    with database.write() as connection:
        LEDGER.open(
            connection,
            [Account("card"), Account("rider", floor_minor=0), Account("bus", floor_minor=0), Account("shop"),
             Account("points:issued", "PTS"), Account("points:rider", "PTS", 0)],
            now=NOW,
        )  # fmt: skip
    yield database
    with database.read() as connection:
        assert book.audit(connection) == []
    database.close()


def post(database: Database, *entries: Entry) -> int:
    return database.run(lambda connection: LEDGER.post(connection, entries, now=NOW))


def resolve(database: Database, resolution: Resolution) -> bool:
    return database.run(lambda connection: LEDGER.resolve(connection, resolution, now=NOW))


def figures(database: Database, code: str) -> tuple[int, int, int]:
    with database.read() as connection:
        b = LEDGER.balance(connection, code)
    return b.posted_minor, b.outgoing_minor, b.incoming_minor


def test_a_transfer_of_many_legs_and_two_currencies_is_one_event(database: Database) -> None:
    legs = (
        Leg("card", -1000), Leg("bus", 700, "leg-1"), Leg("shop", 300, "lunch"),
        Leg("points:issued", -10), Leg("points:rider", 10),
    )  # fmt: skip
    assert post(database, Entry("order-1", "sale", legs, "bundle-1")) == 1
    assert figures(database, "bus") == (700, 0, 0)
    assert figures(database, "card") == (-1000, 0, 0)
    assert figures(database, "points:rider") == (10, 0, 0)
    with database.read() as connection:
        (found,) = book.trace(connection, "bundle-1")
    assert found.legs == legs
    assert found.at == NOW


def test_a_repeat_is_done_once_and_a_reused_key_is_refused(database: Database) -> None:
    entry = Entry.move("k", "top-up", "card", "rider", 500)
    assert post(database, entry) == 1
    assert post(database, entry, entry) == 0
    assert figures(database, "rider") == (500, 0, 0)
    with pytest.raises(KeyReused, match="'k'"):
        post(database, Entry.move("k", "top-up", "card", "rider", 501))


def test_an_account_with_a_floor_is_never_overdrawn(database: Database) -> None:
    post(database, Entry.move("in", "top-up", "card", "rider", 500))
    with pytest.raises(Overdrawn, match="'out'"):
        post(database, Entry.move("out", "fare", "rider", "bus", 501))
    assert figures(database, "rider") == (500, 0, 0)
    # a batch is one instant: what comes in counts for what goes out, whatever the order
    post(
        database,
        Entry.move("out", "fare", "rider", "bus", 700),
        Entry.move("in2", "top-up", "card", "rider", 200),
    )
    assert figures(database, "rider") == (0, 0, 0)


def test_pending_reserves_then_posts_in_parts_and_releases_the_rest(database: Database) -> None:
    post(database, Entry.move("in", "top-up", "card", "rider", 1000))
    post(database, Entry.move("hold", "hold", "rider", "bus", 800, reference="b", pending=True))
    assert figures(database, "rider") == (1000, -800, 0)
    assert figures(database, "bus") == (0, 0, 800)
    with pytest.raises(Overdrawn):
        post(database, Entry.move("more", "fare", "rider", "shop", 201))
    part = Resolution("p1", "capture", "hold", legs=(Leg("rider", -300), Leg("bus", 300)), final=False)
    assert resolve(database, part)
    assert not resolve(database, part)
    assert figures(database, "rider") == (700, -500, 0)
    with database.read() as connection:
        assert book.state(connection, "hold") is TransferState.PARTLY_POSTED
    with pytest.raises(NotPending, match="501"):
        resolve(database, Resolution("p2", "capture", "hold", legs=(Leg("rider", -501), Leg("bus", 501))))
    assert resolve(database, Resolution("p3", "capture", "hold", legs=(Leg("rider", -400), Leg("bus", 400))))
    assert figures(database, "rider") == (300, 0, 0)
    assert figures(database, "bus") == (700, 0, 0)
    for again in (Resolution("p4", "capture", "hold"), Resolution("v", "void", "hold", void=True)):
        with pytest.raises(NotPending):
            resolve(database, again)
    with database.read() as connection:
        assert book.state(connection, "hold") is TransferState.SETTLED
        assert [x.key for x in book.trace(connection, "b")] == ["hold", "p1", "p3"]


def test_void_gives_everything_back(database: Database) -> None:
    post(database, Entry.move("hold", "hold", "card", "bus", 800, pending=True))
    assert resolve(database, Resolution("v", "void", "hold", void=True))
    assert figures(database, "card") == (0, 0, 0)
    assert figures(database, "bus") == (0, 0, 0)
    with database.read() as connection:
        assert book.state(connection, "hold") is TransferState.VOIDED
        assert book.state(connection, "nothing") is None


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: Entry("k", "x", (Leg("card", -5), Leg("bus", 4))), Unbalanced),
        (lambda: Entry("k", "x", (Leg("card", 0), Leg("bus", 0))), Unbalanced),
        (lambda: Entry("k", "x", (Leg("card", 0),)), Unbalanced),
        (lambda: Entry("", "x", (Leg("card", -5), Leg("bus", 5))), LedgerError),
        (lambda: Entry.move("k", "x", "card", "bus", -5), Unbalanced),
        (lambda: Entry("k", "x", (Leg("card", -5.0), Leg("bus", 5.0))), Unbalanced),  # type: ignore[arg-type]
        (lambda: Resolution("k", "x", "p", void=True, final=False), Unbalanced),
    ],
)
def test_what_cannot_be_a_transfer_cannot_be_made(make: object, error: type[Exception]) -> None:
    with pytest.raises(error):
        make()  # type: ignore[operator]


def test_unknown_accounts_and_mixed_currencies_are_named(database: Database) -> None:
    with pytest.raises(AccountUnknown, match="'nobody'"):
        post(database, Entry.move("k", "x", "card", "nobody", 5))
    with pytest.raises(Unbalanced, match="JPY"):
        post(database, Entry.move("k", "x", "card", "points:rider", 5))
    with pytest.raises(LedgerError, match="append-only"), database.write() as connection:
        LEDGER.open(connection, [Account("card", "JPY", 0)], now=NOW)
    with pytest.raises(NotPending, match="'none'"):
        resolve(database, Resolution("r", "x", "none"))


def test_an_instant_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(LedgerError, match="time zone"), database.write() as connection:
        LEDGER.post(connection, [Entry.move("k", "x", "card", "bus", 5)], now=datetime(2026, 1, 1))  # noqa: DTZ001


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_posting SET amount_minor = 1",
        "DELETE FROM ledger_posting",
        "UPDATE ledger_transfer SET kind = 'x'",
        "DELETE FROM ledger_transfer",
        "UPDATE ledger_account SET floor_minor = NULL",
        "DELETE FROM ledger_account",
        "DELETE FROM ledger_balance",
    ],
)
def test_the_database_refuses_to_change_what_was_posted(database: Database, statement: str) -> None:
    post(database, Entry.move("k", "x", "card", "bus", 5))
    with pytest.raises(DBAPIError, match=r"append-only|kept by postings"), database.write() as connection:
        connection.execute(text(statement))


def _raw(database: Database, postings: list[dict[str, object]], **transfer: object) -> None:
    """Write straight into the tables, as a bug or an intruder would."""
    with database.write() as connection:
        if postings:
            connection.execute(insert(t.posting), [{"part": "", "layer": "posted", **p} for p in postings])
        if transfer:
            row = {"digest": "", "phase": "posted", "pending_id": None, "closes": False, "kind": "x",
                   "reference": "", "external_id": "", "at_us": 0, "key": str(transfer["id"]),
                   **transfer}  # fmt: skip
            connection.execute(insert(t.transfer), [row])


def test_the_database_itself_refuses_unbalanced_loose_and_late_postings(database: Database) -> None:
    post(database, Entry.move("k", "x", "card", "bus", 5))
    with database.read() as connection:
        sealed = connection.execute(text("SELECT max(id) FROM ledger_transfer")).scalar_one()
        ids = {r.code: r.id for r in connection.execute(t.account.select())}
    card, bus, points = ids["card"], ids["bus"], ids["points:rider"]

    def leg(number: int, seq: int, account: int, amount: int, layer: str = "posted") -> dict[str, object]:
        return {
            "transfer_id": number,
            "seq": seq,
            "account_id": account,
            "amount_minor": amount,
            "layer": layer,
        }

    with pytest.raises(DBAPIError, match="sum to zero"):
        _raw(database, [leg(9001, 0, card, -5), leg(9001, 1, bus, 6)], id=9001)
    with pytest.raises(DBAPIError, match="sum to zero"):
        _raw(database, [leg(9001, 0, card, -5), leg(9001, 1, points, 5)], id=9001)
    with pytest.raises(DBAPIError, match="two postings"):
        _raw(database, [], id=9002)
    with pytest.raises(DBAPIError, match=r"(?i)foreign key"):
        _raw(database, [leg(9003, 0, card, -5), leg(9003, 1, bus, 5)])
    with pytest.raises(DBAPIError, match="already complete"):
        _raw(database, [leg(sealed, 7, card, -5), leg(sealed, 8, bus, 5)])
    with pytest.raises(DBAPIError, match="layer"):
        _raw(database, [leg(9004, 0, card, -5, "outgoing"), leg(9004, 1, bus, 5, "incoming")], id=9004)
    with pytest.raises(DBAPIError, match="not a pending one"):
        _raw(database, [leg(9005, 0, card, -5), leg(9005, 1, bus, 5)], id=9005, phase="post",
             pending_id=sealed, closes=True)  # fmt: skip
    post(database, Entry.move("hold", "hold", "card", "bus", 5, pending=True))
    with database.read() as connection:
        held = connection.execute(text("SELECT id FROM ledger_transfer WHERE key = 'hold'")).scalar_one()
    release = [leg(9006, 0, card, 6, "outgoing"), leg(9006, 1, bus, -6, "incoming")]
    with pytest.raises(DBAPIError, match="more was released"):
        _raw(database, release, id=9006, phase="void", pending_id=held, closes=True)
    release = [leg(9006, 0, card, 4, "outgoing"), leg(9006, 1, bus, -4, "incoming")]
    with pytest.raises(DBAPIError, match="more was released"):  # closing must release all of it
        _raw(database, release, id=9006, phase="void", pending_id=held, closes=True)
    posted = [leg(9006, 2, card, -5), leg(9006, 3, bus, 5)]
    with pytest.raises(DBAPIError, match="more was posted"):
        _raw(database, release + posted, id=9006, phase="post", pending_id=held, closes=False)
    with pytest.raises(DBAPIError, match="more was posted"):
        _raw(database, posted, id=9006, phase="post", pending_id=held, closes=False)


def test_replace_cannot_slip_past_the_guards(tmp_path: object) -> None:
    database = Database.open(f"sqlite:///{tmp_path}/x.sqlite")
    create_schema(database)
    with database.write() as connection:
        LEDGER.open(connection, [Account("a"), Account("b")], now=NOW)
        LEDGER.post(connection, [Entry.move("k", "x", "a", "b", 5)], now=NOW)
    for statement in (
        "INSERT OR REPLACE INTO ledger_transfer SELECT * FROM ledger_transfer",
        "INSERT OR REPLACE INTO ledger_posting SELECT * FROM ledger_posting",
        "INSERT OR REPLACE INTO ledger_account SELECT id, code, currency, 9, 0 FROM ledger_account",
    ):
        with pytest.raises(DBAPIError, match="ledger:"), database.write() as connection:
            connection.execute(text(statement))
    database.close()


def test_truncate_is_refused(postgres_url: str) -> None:
    database = Database.open(postgres_url)
    create_schema(database)
    with pytest.raises(DBAPIError, match="append-only"), database.write() as connection:
        connection.execute(text("TRUNCATE ledger_posting"))
    with database.write() as connection:
        LEDGER.open(connection, [Account("a", floor_minor=0)], now=NOW)
    with pytest.raises(DBAPIError, match="kept by postings"), database.write() as connection:
        connection.execute(text("UPDATE ledger_balance SET posted_minor = 100"))
    database.close()


def test_lines_of_an_account_by_period(database: Database) -> None:
    for day in range(3):
        with database.write() as connection:
            LEDGER.post(
                connection, [Entry.move(f"d{day}", "fare", "card", "bus", 100 + day, part="leg-1")],
                now=NOW + timedelta(days=day),
            )  # fmt: skip
    with database.read() as connection:
        found = list(book.lines(connection, "bus", NOW + timedelta(days=1), NOW + timedelta(days=3)))
        assert [(x.transfer_key, x.amount_minor, x.part) for x in found] == [
            ("d1", 101, "leg-1"),
            ("d2", 102, "leg-1"),
        ]
        assert book.posted_before(connection, "bus", NOW + timedelta(days=2)) == 201
        assert [x.key for x in book.between(connection, NOW, NOW + timedelta(days=1), ["fare"])] == ["d0"]
        found_one = book.transfer(connection, "d2")
    assert found_one is not None
    assert found_one.kind == "fare"


def test_a_write_inside_a_write_says_so_instead_of_hanging(database: Database) -> None:
    with database.write(), pytest.raises(StorageError, match="already open"), database.write():
        pass


def test_only_files_and_servers_hold_money() -> None:
    with pytest.raises(StorageError, match="needs a file"):
        Database.open("sqlite://")
    with pytest.raises(StorageError, match="only sqlite and postgresql"):
        Database.open("mysql://x@y/z")
