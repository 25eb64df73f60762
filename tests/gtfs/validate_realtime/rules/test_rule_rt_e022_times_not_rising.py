"""E022, times not rising: told where it is so, and of a faultless moment not."""

from __future__ import annotations

from fakes.moments import EIGHT, codes, faultless, update_of

from gtfs.realtime.apply import Timetable


def test_it_is_told(timetable: Timetable) -> None:
    messages = faultless()
    update_of(messages).stop_time_update[1].arrival.time = EIGHT
    assert "E022" in codes(timetable, messages)


def test_a_faultless_moment_is_not_accused(timetable: Timetable) -> None:
    assert "E022" not in codes(timetable, faultless())
