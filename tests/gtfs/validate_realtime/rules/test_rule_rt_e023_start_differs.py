"""E023, start differs: told where it is so, and of a faultless moment not."""

from __future__ import annotations

from fakes.moments import codes, faultless, vehicle_of

from gtfs.realtime.apply import Timetable


def test_it_is_told(timetable: Timetable) -> None:
    messages = faultless()
    vehicle_of(messages).trip.start_time = "08:01:00"
    assert "E023" in codes(timetable, messages)


def test_a_faultless_moment_is_not_accused(timetable: Timetable) -> None:
    assert "E023" not in codes(timetable, faultless())
