"""E006, headway run not named: told where it is so, and of a faultless moment not."""

from __future__ import annotations

from fakes.moments import codes, faultless, rename

from gtfs.realtime.apply import Timetable


def test_it_is_told(timetable: Timetable) -> None:
    messages = faultless()
    rename("slow", start_time="", schedule_relationship=2)(messages)
    assert "E006" in codes(timetable, messages)


def test_a_faultless_moment_is_not_accused(timetable: Timetable) -> None:
    assert "E006" not in codes(timetable, faultless())
