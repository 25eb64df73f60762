"""E004, route unknown: told where it is so, and of a faultless moment not."""

from __future__ import annotations

from fakes.moments import codes, faultless, informed_of

from gtfs.realtime.apply import Timetable


def test_it_is_told(timetable: Timetable) -> None:
    messages = faultless()
    informed_of(messages).route_id = "Z"
    assert "E004" in codes(timetable, messages)


def test_a_faultless_moment_is_not_accused(timetable: Timetable) -> None:
    assert "E004" not in codes(timetable, faultless())
