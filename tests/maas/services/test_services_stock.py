"""Holds: what each step does, refuses and repeats, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from services_world import CONCERT, JST, NOW, add, counters, offer, opened
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from maas.services import events, stock
from maas.services.errors import (
    Closed,
    HoldExpired,
    KeyReused,
    LimitReached,
    SoldOut,
    UnknownService,
    WrongState,
)
from maas.services.hold import Hold, HoldState
from maas.services.tables import event as event_table
from maas.services.tables import hold as hold_table
from storage.database import Database


@pytest.fixture
def database(sql_url: str) -> Iterator[Database]:
    made = opened(sql_url, offer(capacity=3, cancellation={"steps": [{"before_h": 24, "percent": 50}]}))
    yield made
    made.close()


def take(database: Database, key: str = "k", quantity: int = 1, **more: object) -> Hold:
    settings: dict[str, object] = {"holder": "ann", "ttl_s": 600, "now": NOW} | more
    slot = str(settings.pop("slot", CONCERT))
    return database.run(lambda c: stock.hold(c, slot, quantity, key, **settings))  # type: ignore[arg-type]


def run_out(database: Database, key: str) -> None:
    with database.write() as connection:
        connection.execute(update(hold_table).where(hold_table.c.key == key).values(expires_at_ms=1))


def test_a_hold_promises_price_terms_and_an_end_by_the_databases_clock(database: Database) -> None:
    made = take(database, quantity=2)
    with database.read() as connection:
        seconds = "strftime('%s','now')" if database.is_sqlite else "EXTRACT(EPOCH FROM clock_timestamp())"
        clock = float(connection.execute(text(f"SELECT {seconds}")).scalar_one())
    assert (made.state, made.price_minor, made.tax_percent) == (HoldState.HELD, 6000, 10)
    assert 590 < made.expires_at.timestamp() - clock < 602
    assert made.starts_at == datetime(2026, 11, 27, 19, tzinfo=JST)
    assert counters(database) == {
        "capacity": 3, "free": 1, "held": 2, "confirmed": 0, "used": 0, "waiting": 0,
    }  # fmt: skip


def test_no_more_is_held_than_there_is_and_the_answer_says_how_many_are_free(database: Database) -> None:
    take(database, quantity=2)
    with pytest.raises(SoldOut, match="1 are free, not 2"):
        take(database, "other", quantity=2)
    assert counters(database)["free"] == 1


def test_the_same_key_holds_once_and_a_key_never_changes_its_meaning(database: Database) -> None:
    assert take(database) == take(database)
    assert counters(database)["held"] == 1
    with pytest.raises(KeyReused, match="already stands for 1"):
        take(database, quantity=2)


def test_a_whole_life_moves_the_units_through_every_counter_once(database: Database) -> None:
    take(database)
    for _ in range(2):
        assert database.run(lambda c: stock.confirm(c, "k")).state is HoldState.CONFIRMED
    assert (counters(database)["held"], counters(database)["confirmed"]) == (0, 1)
    for _ in range(2):
        assert database.run(lambda c: stock.redeem(c, "k", "gate-1")).state is HoldState.REDEEMED
    assert (counters(database)["confirmed"], counters(database)["used"]) == (0, 1)
    assert database.run(lambda c: stock.confirm(c, "k")).state is HoldState.REDEEMED  # a late repeat
    with pytest.raises(WrongState, match="used already"):
        database.run(lambda c: stock.redeem(c, "k", "gate-2"))
    with database.read() as connection:
        told = [e.what for e in events.history(connection, "hold:k")]
    assert told == ["held", "confirmed", "redeemed"]


def test_a_release_gives_back_once_and_cannot_undo_a_booking(database: Database) -> None:
    take(database)
    for _ in range(2):
        assert database.run(lambda c: stock.release(c, "k", now=NOW)).state is HoldState.RELEASED
    assert counters(database)["free"] == 3
    with pytest.raises(WrongState, match="released"):
        database.run(lambda c: stock.confirm(c, "k"))
    take(database, "b")
    database.run(lambda c: stock.confirm(c, "b"))
    with pytest.raises(WrongState, match="cancel it instead"):
        database.run(lambda c: stock.release(c, "b", now=NOW))


@pytest.mark.parametrize(
    ("hours_before", "waive", "fee"), [(48, False, 0), (24, False, 3000), (1, True, 0), (-1, False, 6000)]
)
def test_a_cancellation_keeps_what_the_terms_say(
    database: Database, hours_before: int, waive: bool, fee: int
) -> None:
    made = take(database, quantity=2)
    database.run(lambda c: stock.confirm(c, "k"))
    assert made.starts_at is not None
    at = made.starts_at - timedelta(hours=hours_before)
    for later in (at, at + timedelta(days=9)):  # a repeat answers as the first time
        ended = database.run(lambda c, t=later: stock.cancel(c, "k", now=t, waive_fee=waive))  # type: ignore[misc]
        assert (ended.fee_minor, ended.refund_minor) == (fee, 6000 - fee)
    assert counters(database)["free"] == 3


def test_terms_and_price_stay_as_promised_when_the_provider_changes_them(database: Database) -> None:
    take(database)
    add(database, offer(capacity=3, price_minor=9000), expected=1)
    assert take(database).price_minor == 3000
    assert take(database, "later").price_minor == 9000
    database.run(lambda c: stock.confirm(c, "k"))
    at = datetime(2026, 11, 27, 12, tzinfo=JST)
    assert database.run(lambda c: stock.cancel(c, "k", now=at)).fee_minor == 1500


def test_nobody_is_missed_before_the_start_and_then_the_terms_decide(database: Database) -> None:
    take(database)
    database.run(lambda c: stock.confirm(c, "k"))
    with pytest.raises(WrongState, match="has not begun"):
        database.run(lambda c: stock.no_show(c, "k", now=NOW))
    late = datetime(2026, 11, 27, 22, tzinfo=JST)
    for _ in range(2):
        assert database.run(lambda c: stock.no_show(c, "k", now=late)).fee_minor == 3000
    assert counters(database)["used"] == 1


def test_an_expired_hold_cannot_be_confirmed_or_extended_and_its_units_serve_the_next(
    database: Database,
) -> None:
    take(database, quantity=3)
    run_out(database, "k")
    for step in (lambda c: stock.confirm(c, "k"), lambda c: stock.extend(c, "k", ttl_s=60)):
        with pytest.raises(HoldExpired):
            database.run(step)
    assert take(database, "next", quantity=3).state is HoldState.HELD  # no sweeper ran before
    assert take(database, quantity=3).state is HoldState.EXPIRED  # the old key tells what became of it
    assert counters(database)["held"] == 3


def test_a_hold_really_ends_when_its_time_is_over(database: Database) -> None:
    take(database, quantity=3, ttl_s=0.05)
    deadline = 500
    while deadline and not database.run(lambda c: stock.sweep(c, CONCERT, now=NOW)):
        deadline -= 1
    assert counters(database)["free"] == 3


def test_an_extension_lengthens_and_never_shortens(database: Database) -> None:
    made = take(database)
    longer = database.run(lambda c: stock.extend(c, "k", ttl_s=3600))
    assert longer.expires_at - made.expires_at > timedelta(minutes=49)
    assert database.run(lambda c: stock.extend(c, "k", ttl_s=1)).expires_at == longer.expires_at


def test_the_sweeper_takes_back_every_expired_hold_and_leaves_the_rest(database: Database) -> None:
    for key in ("a", "b", "c"):
        take(database, key)
    run_out(database, "a")
    run_out(database, "b")
    assert (stock.sweep_all(database, now=NOW), stock.sweep_all(database, now=NOW)) == (2, 0)
    assert (counters(database)["free"], counters(database)["held"]) == (2, 1)


def test_a_stay_is_held_for_all_its_nights_or_not_at_all(sql_url: str) -> None:
    database = opened(sql_url, offer(id="room", kind="nights", category="lodging", capacity=1))
    nights = [f"room@2026-11-{day}" for day in (26, 25, 27)]

    def stay(key: str, slots: list[str]) -> list[Hold]:
        return database.run(lambda c: stock.hold_all(c, slots, 1, key, holder="ann", ttl_s=60, now=NOW))

    assert [h.slot_id for h in stay("one", nights)] == sorted(nights)

    def try_and_go_on(connection):  # type: ignore[no-untyped-def]
        with pytest.raises(SoldOut):
            stock.hold_all(
                connection, ["room@2026-11-24", "room@2026-11-25"], 1, "two", holder="bob", ttl_s=60, now=NOW
            )

    database.run(try_and_go_on)  # the transaction commits, yet nothing of the second stay is kept
    assert counters(database, "room@2026-11-24")["free"] == 1
    assert len(stay("one", nights)) == 3
    database.close()


def test_one_person_gets_no_more_than_their_share_and_gets_it_back(sql_url: str) -> None:
    coupon = offer(id="coupon", kind="coupon", category="shop", capacity=None, per_person_max=2)
    database = opened(sql_url, coupon)
    take(database, "a", slot="coupon@any", quantity=2)
    with pytest.raises(LimitReached):
        take(database, "b", slot="coupon@any")
    take(database, "c", slot="coupon@any", holder="bob")
    database.run(lambda c: stock.release(c, "a", now=NOW))
    take(database, "b", slot="coupon@any")
    assert counters(database, "coupon@any") == {
        "capacity": None, "free": None, "held": 2, "confirmed": 0, "used": 0, "waiting": 0,
    }  # fmt: skip
    database.close()


def test_what_is_past_withdrawn_or_unknown_is_not_held(database: Database) -> None:
    with pytest.raises(Closed):
        take(database, now=datetime(2026, 11, 27, 19, tzinfo=JST))
    with pytest.raises(UnknownService, match="no slot"):
        take(database, slot="concert@2030-01-01T0000")
    with pytest.raises(UnknownService, match="nothing is held"):
        database.run(lambda c: stock.confirm(c, "nobody"))
    add(database, offer(capacity=3, state="withdrawn"), expected=1)
    with pytest.raises(Closed):
        take(database)


def test_the_record_cannot_be_changed_and_the_counters_cannot_lie(database: Database) -> None:
    take(database)
    for statement in (
        update(event_table).values(actor="nobody"),
        event_table.delete(),
        text("UPDATE service_slot SET free = free + 1"),
        text("UPDATE service_slot SET free = -1, held = held + 4"),
    ):
        with pytest.raises(DBAPIError), database.write() as connection:
            connection.execute(statement)
    with database.read() as connection:
        assert (
            connection.execute(select(event_table.c.actor).where(event_table.c.what == "held")).scalar()
            == "ann"
        )
        assert [e.what for e in events.since(connection, 0, settle_ms=-1)][-1] == "held"
