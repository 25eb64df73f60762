"""E018, time went back: told where it is so, and of a faultless moment not."""

from __future__ import annotations

from fakes.moments import NOW, codes, faultless

from gtfs.realtime.apply import Timetable


def test_it_is_told(timetable: Timetable) -> None:
    earlier = faultless()
    for message in earlier.values():
        message.header.timestamp = NOW - 3
    assert "E018" in codes(timetable, faultless(), earlier)


def test_a_faultless_moment_is_not_accused(timetable: Timetable) -> None:
    assert "E018" not in codes(timetable, faultless())
