"""History of vehicles on both databases: every sample once, and the usage made of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from fleet.vehicles.adapters.history import History, create_schema
from fleet.vehicles.telemetry import Autonomy, Kind, LiveState
from storage.database import Database

AT = 1_795_561_200


@pytest.fixture
def database(sql_url: str) -> Iterator[Database]:
    opened = Database.open(sql_url)
    create_schema(opened)
    yield opened
    opened.engine.dispose()


def state(minute: int, passengers: int, lon: float = 140.0, faults: tuple[str, ...] = ()) -> LiveState:
    return LiveState(
        kind=Kind.VEHICLE, id="bus1", at_s=AT + 60.0 * minute, lat=35.65, lon=lon,
        battery=0.9 - 0.01 * minute, passengers=passengers, autonomy=Autonomy.AUTONOMOUS, faults=faults,
    )  # fmt: skip


def test_a_day_of_samples_makes_usage_figures(database: Database) -> None:
    history = History(database, "town")
    before = None
    for after in (state(0, 0), state(1, 3, 140.001), state(2, 1, 140.002, ("door",)), state(3, 4, 140.003)):
        history.heard(before, after)
        before = after
    assert history.flush() == 4
    (row,) = history.usage(AT, AT + 3600, {"bus1": 10_000.0})
    assert (row["id"], row["boardings"], row["faults"]) == ("bus1", 6, 1)
    assert row["km"] == pytest.approx(0.271, abs=0.002)
    assert row["hours_on_duty"] == pytest.approx(0.05)
    assert row["energy_kwh"] == pytest.approx(0.3)
    assert history.forget(AT + 90) == 2
    assert history.usage(AT + 3600, AT + 7200, {}) == []


def test_silence_is_no_duty_and_riders_on_board_at_first_have_not_boarded(database: Database) -> None:
    history = History(database, "town")
    before = None
    for after in (state(0, 5), state(1, 5), state(2, 6), state(32, 6), state(33, 6)):  # half an hour unheard
        history.heard(before, after)
        before = after
    history.flush()
    (row,) = history.usage(AT, AT + 3600, {"bus1": 10_000.0})
    assert row["boardings"] == 1
    assert row["hours_on_duty"] == pytest.approx(3 / 60)


def test_two_who_flush_at_once_write_each_sample_once(database: Database) -> None:
    history = History(database, "town")
    before = None
    for minute in range(40):
        after = state(minute, minute % 5)
        history.heard(before, after)
        before = after
    written: list[int] = []
    threads = [threading.Thread(target=lambda: written.append(history.flush())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(written) == 40
    assert len(history._frame(AT, AT + 3600)) == 40
