"""E043, no event: told where it is so, and of a faultless moment not."""

from __future__ import annotations

from fakes.moments import call_of, codes, faultless

from gtfs.realtime.apply import Timetable


def test_it_is_told(timetable: Timetable) -> None:
    messages = faultless()
    call_of(messages).ClearField("arrival")
    call_of(messages).ClearField("departure")
    assert "E043" in codes(timetable, messages)


def test_a_faultless_moment_is_not_accused(timetable: Timetable) -> None:
    assert "E043" not in codes(timetable, faultless())
