"""E048, no header time: told where it is so, and of a faultless moment not."""

from __future__ import annotations

from fakes.moments import codes, faultless

from gtfs.realtime.apply import Timetable


def test_it_is_told(timetable: Timetable) -> None:
    messages = faultless()
    messages["alerts"].header.ClearField("timestamp")
    assert "E048" in codes(timetable, messages)


def test_a_faultless_moment_is_not_accused(timetable: Timetable) -> None:
    assert "E048" not in codes(timetable, faultless())
