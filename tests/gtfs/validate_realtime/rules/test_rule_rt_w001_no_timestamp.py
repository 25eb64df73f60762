"""W001, no timestamp: told where it is so, and of a faultless moment not."""

from __future__ import annotations

from fakes.moments import codes, faultless, vehicle_of

from gtfs.realtime.apply import Timetable


def test_it_is_told(timetable: Timetable) -> None:
    messages = faultless()
    vehicle_of(messages).ClearField("timestamp")
    assert "W001" in codes(timetable, messages)


def test_a_faultless_moment_is_not_accused(timetable: Timetable) -> None:
    assert "W001" not in codes(timetable, faultless())
