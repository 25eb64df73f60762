"""Works that share transactions: who comes together is done together, and only who is wrong hears so."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

import pytest
from sqlalchemy import Connection, text

from storage.database import Database
from storage.group import Groups


class Counter:
    """A work that keeps the others waiting until all have come, and counts its transactions."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.begun, self.first = threading.Event(), threading.Event()

    def work(self, connection: Connection, items: Sequence[int]) -> list[int | Exception]:
        self.batches.append(list(items))
        if len(self.batches) == 1:
            self.begun.set()
            assert self.first.wait(10)
        for item in items:
            connection.execute(text("INSERT INTO done VALUES (:n)"), {"n": item})
        if 13 in items:
            raise ValueError("thirteen")
        return [KeyError(item) if item == 7 else item * 2 for item in items]


def in_threads(groups: Groups, counter: Counter, items: Sequence[int]) -> dict[int, int | Exception]:
    found: dict[int, int | Exception] = {}

    def one(item: int) -> None:
        try:
            found[item] = groups.run(counter.work, item)
        except Exception as error:
            found[item] = error

    threads = [threading.Thread(target=one, args=(item,)) for item in items]
    threads[0].start()
    assert counter.begun.wait(10)
    for thread in threads[1:]:
        thread.start()
    while len(groups._waiting.get(counter.work, ())) < len(items) - 1:
        time.sleep(0.001)
    counter.first.set()
    for thread in threads:
        thread.join(20)
    return found


@pytest.fixture
def database(sql_url: str) -> Database:
    made = Database.open(sql_url)
    with made.write() as connection:
        connection.execute(text("CREATE TABLE done (n INTEGER PRIMARY KEY)"))
    return made


def written(database: Database) -> set[int]:
    with database.read() as connection:
        return set(connection.execute(text("SELECT n FROM done")).scalars())


def test_those_who_wait_share_one_transaction(database: Database) -> None:
    counter = Counter()
    found = in_threads(Groups(database), counter, range(1, 7))
    assert found == {n: 2 * n for n in range(1, 7)}
    assert [len(batch) for batch in counter.batches] == [1, 5]
    assert written(database) == set(range(1, 7))
    database.close()


def test_an_error_of_one_item_is_only_its_own(database: Database) -> None:
    found = in_threads(Groups(database), Counter(), [1, 7, 8])
    assert isinstance(found.pop(7), KeyError)
    assert found == {1: 2, 8: 16}
    assert written(database) == {1, 7, 8}
    database.close()


def test_a_group_that_fails_is_done_again_one_by_one(database: Database) -> None:
    found = in_threads(Groups(database), Counter(), [1, 13, 4, 5])
    assert isinstance(found.pop(13), ValueError)
    assert found == {1: 2, 4: 8, 5: 10}
    assert written(database) == {1, 4, 5}, "what the one that failed had written is gone"
    database.close()


def test_different_works_take_turns_and_none_is_left(database: Database) -> None:
    groups = Groups(database)
    totals: list[int] = []

    def odd(connection: Connection, items: Sequence[int]) -> list[int]:
        connection.execute(text("INSERT INTO done VALUES (:n)"), [{"n": item} for item in items])
        return list(items)

    def even(connection: Connection, items: Sequence[int]) -> list[int]:
        return odd(connection, items)

    def rider(start: int) -> None:
        for n in range(start, 200, 8):
            totals.append(groups.run(odd if n % 2 else even, n))
            groups.run(even if n % 2 else odd, n + 1000)

    threads = [threading.Thread(target=rider, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(totals) == list(range(200))
    assert len(written(database)) == 400
    assert groups._idle
    assert not groups._waiting
    database.close()
