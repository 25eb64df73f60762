"""W008, stale: told where it is so, and of a faultless moment not."""

from __future__ import annotations

from fakes.moments import NOW, codes, faultless

from gtfs.realtime.apply import Timetable


def test_it_is_told(timetable: Timetable) -> None:
    messages = faultless()
    messages["alerts"].header.timestamp = NOW - 120
    assert "W008" in codes(timetable, messages)


def test_a_faultless_moment_is_not_accused(timetable: Timetable) -> None:
    assert "W008" not in codes(timetable, faultless())
