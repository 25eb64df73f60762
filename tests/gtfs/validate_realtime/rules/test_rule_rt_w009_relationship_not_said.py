"""W009, relationship not said: told where it is so, and of a faultless moment not."""

from __future__ import annotations

from fakes.moments import call_of, codes, faultless

from gtfs.realtime.apply import Timetable


def test_it_is_told(timetable: Timetable) -> None:
    messages = faultless()
    call_of(messages).ClearField("schedule_relationship")
    assert "W009" in codes(timetable, messages)


def test_a_faultless_moment_is_not_accused(timetable: Timetable) -> None:
    assert "W009" not in codes(timetable, faultless())
