"""E037, stop twice: told where it is so, and of a faultless moment not."""

from __future__ import annotations

from fakes.moments import EIGHT, Messages, codes, faultless, update_of

from gtfs.realtime.apply import Timetable


def twice(m: Messages, *, by: str) -> None:
    call = update_of(m).stop_time_update.add()
    call.CopyFrom(update_of(m).stop_time_update[1])
    call.ClearField("stop_id" if by == "stop_sequence" else "stop_sequence")
    call.arrival.time = call.departure.time = EIGHT + 1400
    if by == "stop_id":
        for other in update_of(m).stop_time_update:
            other.ClearField("stop_sequence")


def test_it_is_told(timetable: Timetable) -> None:
    messages = faultless()
    twice(messages, by="stop_id")
    assert "E037" in codes(timetable, messages)


def test_a_faultless_moment_is_not_accused(timetable: Timetable) -> None:
    assert "E037" not in codes(timetable, faultless())
