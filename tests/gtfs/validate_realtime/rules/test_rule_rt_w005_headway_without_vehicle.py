"""W005, headway without vehicle: told where it is so, and of a faultless moment not."""

from __future__ import annotations

from fakes.moments import codes, faultless, rename, update_of

from gtfs.realtime.apply import Timetable


def test_it_is_told(timetable: Timetable) -> None:
    messages = faultless()
    rename("slow", start_time="08:00:00")(messages)
    update_of(messages).vehicle.ClearField("id")
    assert "W005" in codes(timetable, messages)


def test_a_faultless_moment_is_not_accused(timetable: Timetable) -> None:
    assert "W005" not in codes(timetable, faultless())
