"""E039, deleted in full: told where it is so, and of a faultless moment not."""

from __future__ import annotations

from fakes.moments import codes, faultless

from gtfs.realtime.apply import Timetable


def test_it_is_told(timetable: Timetable) -> None:
    messages = faultless()
    messages["updates"].entity[0].is_deleted = False
    assert "E039" in codes(timetable, messages)


def test_a_faultless_moment_is_not_accused(timetable: Timetable) -> None:
    assert "E039" not in codes(timetable, faultless())
