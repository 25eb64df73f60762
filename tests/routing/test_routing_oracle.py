"""RAPTOR, forwards and backwards, equals the brute force on thousands of small random feeds."""

from __future__ import annotations

import pytest
from fakes.brute_force import vehicles
from fakes.random_feeds import Dice, Question, question_of, seeded
from fakes.routing_checks import DAY, check_arrivals, check_departures, check_journeys
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from routing.timetable.splits import split_stops


@st.composite
def questions(draw: st.DrawFn) -> Question:
    return question_of(Dice(lambda low, high: draw(st.integers(low, high))))


many = settings(deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


@settings(many, max_examples=200)
@given(questions())
def test_both_directions_equal_the_brute_force_on_feeds_that_shrink(question):
    check_arrivals(question)
    check_departures(question)


@pytest.mark.parametrize("block", range(4))
def test_earliest_arrivals_equal_the_brute_force_on_thousands_of_feeds(block):
    for seed in range(block * 1000, block * 1000 + 1000):
        try:
            check_arrivals(seeded(seed))
        except AssertionError as error:
            error.add_note(f"seed {seed}")
            raise


def test_latest_departures_equal_the_brute_force_on_many_feeds():
    for seed in range(10_000, 10_600):
        try:
            check_departures(seeded(seed))
        except AssertionError as error:
            error.add_note(f"seed {seed}")
            raise


@pytest.mark.parametrize("arrive_by", [False, True])
def test_journeys_leave_as_late_as_their_arrival_allows(arrive_by):
    for seed in range(20_000, 20_300):
        try:
            check_journeys(seeded(seed), arrive_by=arrive_by)
        except AssertionError as error:
            error.add_note(f"seed {seed}")
            raise


def test_trips_of_a_block_that_follow_each_other_on_some_days_only():
    """A trip of the block runs between two others on this day and not on every day that both run."""
    for check in (check_arrivals, check_departures):
        check(seeded(50_656))


def test_the_generator_reaches_every_rule():
    """Guards the tests above against a generator that never makes what they claim to cover."""
    seen = set()
    for seed in range(300):
        schedule = seeded(seed)[0]
        seen.update(f"transfer {kind}" for kind in schedule.transfers.type.tolist())
        if len(schedule.frequencies.trip):
            seen.add("frequency")
        if split_stops(schedule).matches:
            seen.add("single rule")
        if (schedule.stop_times.arrival_s == -1).any():
            seen.add("blank")
        running = vehicles(schedule, DAY)
        if any(v.onward for v in running.values()):
            seen.add("in seat")
        if any(v.name[1] == -2 and v.visits[-1].arrival > 0 for v in running.values()):
            seen.add("of the day before yesterday")
    assert seen == {f"transfer {k}" for k in range(6)} | {
        "frequency", "single rule", "blank", "in seat", "of the day before yesterday",
    }  # fmt: skip
