"""E051, sequence unknown: told where it is so, and of a faultless moment not."""

from __future__ import annotations

from fakes.moments import codes, faultless, update_of

from gtfs.realtime.apply import Timetable


def test_it_is_told(timetable: Timetable) -> None:
    messages = faultless()
    update_of(messages).stop_time_update[1].stop_sequence = 9
    assert "E051" in codes(timetable, messages)


def test_a_faultless_moment_is_not_accused(timetable: Timetable) -> None:
    assert "E051" not in codes(timetable, faultless())
