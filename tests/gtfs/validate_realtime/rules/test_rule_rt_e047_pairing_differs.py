"""E047, pairing differs: told where it is so, and of a faultless moment not."""

from __future__ import annotations

from fakes.moments import Messages, codes, faultless, vehicle_of

from gtfs.realtime.apply import Timetable


def other_trip_in_positions(m: Messages) -> None:
    vehicle_of(m).trip.trip_id = "ring"


def test_it_is_told(timetable: Timetable) -> None:
    messages = faultless()
    other_trip_in_positions(messages)
    assert "E047" in codes(timetable, messages)


def test_a_faultless_moment_is_not_accused(timetable: Timetable) -> None:
    assert "E047" not in codes(timetable, faultless())
