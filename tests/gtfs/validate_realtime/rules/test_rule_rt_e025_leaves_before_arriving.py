"""E025, leaves before arriving: told where it is so, and of a faultless moment not."""

from __future__ import annotations

from fakes.moments import EIGHT, call_of, codes, faultless

from gtfs.realtime.apply import Timetable


def test_it_is_told(timetable: Timetable) -> None:
    messages = faultless()
    call_of(messages).departure.time = EIGHT + 600
    assert "E025" in codes(timetable, messages)


def test_a_faultless_moment_is_not_accused(timetable: Timetable) -> None:
    assert "E025" not in codes(timetable, faultless())
