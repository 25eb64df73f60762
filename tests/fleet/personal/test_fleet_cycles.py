"""Share cycles: what is there, what will be, and tours that even it out."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from fleet.errors import Conflict, Invalid, Unknown
from fleet.model.cycles import Dock, read_docks
from fleet.personal.cycle_forecast import CycleForecast
from fleet.personal.cycle_tours import plan_tours
from fleet.personal.cycles import Cycles

NOW = int(datetime(2026, 11, 25, 6, tzinfo=ZoneInfo("Asia/Tokyo")).timestamp())  # a Wednesday


def make_cycles() -> Cycles:
    return Cycles.open([Dock("a", "A", 35.65, 140.04, 10), Dock("b", "B", 35.66, 140.04, 6)], "Asia/Tokyo")


def test_a_bike_is_kept_for_who_is_on_the_way() -> None:
    cycles = make_cycles()
    cycles.told("a", 1, NOW)
    hold = cycles.hold("a", "bike", NOW)
    assert cycles.view("a", NOW).bikes == 0
    with pytest.raises(Conflict, match="no bike left"):
        cycles.hold("a", "bike", NOW + 1)
    cycles.drop(hold.id)
    assert cycles.view("a", NOW + 1).bikes == 1
    cycles.hold("a", "bike", NOW + 1)
    assert cycles.view("a", NOW + 1 + cycles.hold_s).bikes == 1  # holds end by themselves
    with pytest.raises(Unknown):
        cycles.told("z", 1, NOW)


def test_the_forecast_agrees_with_many_simulated_hours() -> None:
    forecast = CycleForecast(["a"], "Asia/Tokyo")
    forecast.taken[:] = 6.0
    forecast.returned[:] = 3.0
    chance = forecast.bikes_later("a", 3, 10, NOW, 1800)
    random = np.random.default_rng(1)
    empty = 0
    for _ in range(4000):
        bikes, at = 3, 0.0
        while (at := at + float(random.exponential(3600 / 9.0))) < 1800:
            bikes += 1 if random.random() < 3 / 9 else -1
            bikes = min(max(bikes, 0), 10)
        empty += bikes == 0
    assert chance.sum() == pytest.approx(1.0)
    assert chance[0] == pytest.approx(empty / 4000, abs=0.03)


def test_rates_are_learnt_from_what_docks_say() -> None:
    forecast = CycleForecast(["a"], "Asia/Tokyo")
    for minute, bikes in ((0, 8), (10, 7), (20, 5), (30, 6), (61, 6)):
        forecast.seen("a", bikes, NOW + minute * 60)
    assert forecast.taken[2, 6, 0] == 3.0
    assert forecast.returned[2, 6, 0] == 1.0
    assert forecast.expected_change("a", NOW, 1) == -2.0


def test_tours_take_from_the_full_to_the_empty_within_load_and_time() -> None:
    seconds = np.array([[0, 300, 300, 900], [300, 0, 200, 900], [300, 200, 0, 900], [900, 900, 900, 0]])
    (tour,) = plan_tours([0, 6, -4, -2], seconds, vans=1, capacity=5, budget_s=5400, solve_s=0.3)
    load = 0
    for stop in tour:
        load += stop.bikes
        assert 0 <= load <= 5
    assert load == 0
    assert sum(abs(stop.bikes) for stop in tour) == 12
    (short,) = plan_tours([0, 6, -4, -2], seconds, vans=1, capacity=5, budget_s=1200, solve_s=0.3)
    assert {stop.dock for stop in short} == {1, 2}
    assert sum(stop.bikes for stop in short) == 0
    assert plan_tours([0, 0], seconds[:2, :2], vans=1, capacity=5, budget_s=100) == [[]]


def test_a_full_dock_gives_and_an_empty_one_takes() -> None:
    cycles = make_cycles()
    cycles.told("a", 10, NOW)
    cycles.told("b", 0, NOW)
    assert cycles.surplus(NOW) == {"a": 3, "b": -1}
    tours = cycles.tours(np.array([[0, 60, 60], [60, 0, 60], [60, 60, 0]]), NOW, solve_s=0.2)
    assert [(s.dock, s.bikes) for s in tours[0]] == [(1, 1), (2, -1)]


def test_docks_are_read_and_what_is_wrong_is_named(root: Path, tmp_path: Path) -> None:
    docks = read_docks(root / "areas" / "makuhari" / "docks.csv")
    assert len(docks) > 10
    bad = tmp_path / "docks.csv"
    for text, says in (
        ("id,name\n", "missing"),
        ("id,name,lat,lon,capacity\na,A,x,1,2\n", "line 2"),
        ("id,name,lat,lon,capacity\na,A,1,1,2\na,B,1,1,2\n", "twice"),
        ("id,name,lat,lon,capacity\na,A,91,1,2\n", "cannot be"),
    ):
        bad.write_text(text, encoding="utf-8")
        with pytest.raises(Invalid, match=says):
            read_docks(bad)
