"""E009, sequence needed: told where it is so, and of a faultless moment not."""

from __future__ import annotations

from fakes.moments import Messages, call_of, codes, faultless, rename

from gtfs.realtime.apply import Timetable


def visits_twice(m: Messages) -> None:
    rename("ring")(m)
    call_of(m).ClearField("stop_sequence")
    call_of(m).stop_id = "A"


def test_it_is_told(timetable: Timetable) -> None:
    messages = faultless()
    visits_twice(messages)
    assert "E009" in codes(timetable, messages)


def test_a_faultless_moment_is_not_accused(timetable: Timetable) -> None:
    assert "E009" not in codes(timetable, faultless())
