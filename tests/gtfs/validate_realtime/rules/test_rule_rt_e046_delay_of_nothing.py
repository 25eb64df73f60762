"""E046, delay of nothing: told where it is so, and of a faultless moment not."""

from __future__ import annotations

from fakes.moments import Messages, call_of, codes, faultless, rename

from gtfs.realtime.apply import Timetable


def only_delay(m: Messages) -> None:
    rename("blank")(m)
    call = call_of(m)
    call.arrival.delay = call.departure.delay = 30
    call.arrival.ClearField("time")
    call.departure.ClearField("time")


def test_it_is_told(timetable: Timetable) -> None:
    messages = faultless()
    only_delay(messages)
    assert "E046" in codes(timetable, messages)


def test_a_faultless_moment_is_not_accused(timetable: Timetable) -> None:
    assert "E046" not in codes(timetable, faultless())
