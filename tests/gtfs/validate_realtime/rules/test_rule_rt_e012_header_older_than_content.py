"""E012, header older than content: told where it is so, and of a faultless moment not."""

from __future__ import annotations

from fakes.moments import NOW, codes, faultless, vehicle_of

from gtfs.realtime.apply import Timetable


def test_it_is_told(timetable: Timetable) -> None:
    messages = faultless()
    vehicle_of(messages).timestamp = NOW + 1
    assert "E012" in codes(timetable, messages)


def test_a_faultless_moment_is_not_accused(timetable: Timetable) -> None:
    assert "E012" not in codes(timetable, faultless())
