"""W007, slow refresh: told where it is so, and of a faultless moment not."""

from __future__ import annotations

from fakes.moments import NOW, codes, faultless

from gtfs.realtime.apply import Timetable


def test_it_is_told(timetable: Timetable) -> None:
    earlier = faultless()
    for message in earlier.values():
        message.header.timestamp = NOW - 40
    assert codes(timetable, earlier, faultless(), now_s=NOW)["W007"] == 3


def test_a_faultless_moment_is_not_accused(timetable: Timetable) -> None:
    assert "W007" not in codes(timetable, faultless())
