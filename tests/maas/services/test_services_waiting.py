"""The queue moves up in order when stock frees, and each place becomes a hold with a time to live."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from services_world import CONCERT, JST, NOW, add, counters, offer, opened
from sqlalchemy import update

from maas.services import events, stock, waiting
from maas.services.errors import Closed, KeyReused, SoldOut, UnknownService
from maas.services.hold import HoldState
from maas.services.tables import hold as hold_table
from maas.services.waiting import WaitingState
from storage.database import Database


@pytest.fixture
def database(sql_url: str) -> Iterator[Database]:
    made = opened(sql_url, offer(capacity=4, per_person_max=4))
    yield made
    made.close()


def take(database: Database, key: str, quantity: int = 1, holder: str = "ann") -> None:
    database.run(lambda c: stock.hold(c, CONCERT, quantity, key, holder=holder, ttl_s=600, now=NOW))


def join(database: Database, key: str, quantity: int = 1, holder: str = "") -> waiting.Waiting:
    return database.run(
        lambda c: waiting.join(c, CONCERT, quantity, key, holder=holder or key, ttl_s=300, now=NOW)
    )


def state(database: Database, key: str) -> tuple[WaitingState, int]:
    with database.read() as connection:
        found = waiting.place_in_queue(connection, key)
    return found.state, found.position


WAITING, OFFERED = WaitingState.WAITING, WaitingState.OFFERED


def test_what_is_freed_goes_to_who_came_first_and_newcomers_cannot_pass(database: Database) -> None:
    take(database, "all", 4)
    assert [join(database, key).position for key in ("w1", "w2", "w3")] == [1, 2, 3]
    assert join(database, "w1").position == 1  # asking again keeps the place
    database.run(lambda c: stock.confirm(c, "all"))
    with pytest.raises(SoldOut, match="3 wait"):
        take(database, "pushy")
    database.run(lambda c: stock.cancel(c, "all", now=NOW))
    assert [state(database, key) for key in ("w1", "w2", "w3")] == [(OFFERED, 0)] * 3
    assert (counters(database)["free"], counters(database)["held"], counters(database)["waiting"]) == (
        1,
        3,
        0,
    )
    assert database.run(lambda c: stock.confirm(c, "w1")).price_minor == 3000
    with database.read() as connection:
        told = [e.what for e in events.history(connection, "hold:w1")]
    assert told == ["waiting", "offered", "confirmed"]


def test_a_party_at_the_head_is_not_passed_by_a_smaller_one(database: Database) -> None:
    take(database, "a", 2)
    take(database, "b", 2, holder="bob")
    join(database, "four", 4)
    join(database, "one", 1)
    database.run(lambda c: stock.release(c, "a", now=NOW))
    assert (state(database, "four"), state(database, "one")) == ((WAITING, 1), (WAITING, 2))
    with pytest.raises(SoldOut):
        take(database, "newcomer", 1, holder="cho")
    database.run(lambda c: waiting.leave(c, "four", now=NOW))
    assert state(database, "one") == (OFFERED, 0)
    assert (counters(database)["free"], counters(database)["waiting"]) == (1, 0)


def test_an_offer_that_nobody_takes_up_goes_to_the_next(database: Database) -> None:
    take(database, "all", 4)
    join(database, "slow", 4)
    join(database, "next", 4)
    database.run(lambda c: stock.release(c, "all", now=NOW))
    assert state(database, "slow") == (OFFERED, 0)
    with database.write() as connection:
        connection.execute(update(hold_table).where(hold_table.c.key == "slow").values(expires_at_ms=1))
    assert stock.sweep_all(database, now=NOW) == 1
    assert state(database, "next") == (OFFERED, 0)
    assert database.run(lambda c: stock.get_hold(c, "slow")).state is HoldState.EXPIRED


def test_joining_while_there_is_room_is_answered_with_a_hold_at_once(database: Database) -> None:
    assert join(database, "lucky", 2).state is OFFERED
    assert database.run(lambda c: stock.confirm(c, "lucky")).quantity == 2
    assert counters(database)["waiting"] == 0


def test_who_declines_the_offer_makes_room_for_the_next(database: Database) -> None:
    take(database, "all", 4)
    join(database, "no", 4)
    join(database, "yes", 4)
    database.run(lambda c: stock.release(c, "all", now=NOW))
    for _ in range(2):
        database.run(lambda c: waiting.leave(c, "no", now=NOW))
    assert state(database, "yes") == (OFFERED, 0)
    assert counters(database)["held"] == 4


def test_more_room_moves_the_queue_up(database: Database) -> None:
    take(database, "all", 4)
    join(database, "w", 3)
    add(database, offer(capacity=7, per_person_max=4), expected=1)
    assert state(database, "w") == (OFFERED, 0)


def test_who_has_enough_already_is_passed_over(database: Database) -> None:
    take(database, "bobs", 3, holder="bob")
    take(database, "anns", 1, holder="ann")
    join(database, "greedy", 2, holder="bob")
    join(database, "modest", 1, holder="cho")
    database.run(lambda c: stock.release(c, "anns", now=NOW))
    assert state(database, "greedy") == (WAITING, 1)  # not enough is free for two
    with database.write() as connection:
        stock.confirm(connection, "bobs")
    add(database, offer(capacity=5, per_person_max=4), expected=1)
    assert state(database, "greedy")[0] is WaitingState.REFUSED
    assert state(database, "modest") == (OFFERED, 0)
    assert (counters(database)["free"], counters(database)["held"]) == (1, 1)


def test_the_queue_refuses_what_can_never_be(database: Database) -> None:
    with pytest.raises(SoldOut, match="room for 4, never for 5"):
        join(database, "five", 5)
    late = datetime(2026, 11, 27, 20, tzinfo=JST)
    with pytest.raises(Closed):
        database.run(lambda c: waiting.join(c, CONCERT, 1, "x", holder="x", ttl_s=9, now=late))
    with pytest.raises(UnknownService):
        database.run(lambda c: waiting.join(c, "nowhere", 1, "x", holder="x", ttl_s=9, now=NOW))
    with pytest.raises(UnknownService):
        database.run(lambda c: waiting.leave(c, "nobody", now=NOW))
    take(database, "all", 4)
    join(database, "w", 1)
    with pytest.raises(KeyReused):
        join(database, "w", 2)
