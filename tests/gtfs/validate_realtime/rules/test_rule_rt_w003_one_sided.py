"""W003, one sided: told where it is so, and of a faultless moment not."""

from __future__ import annotations

from fakes.moments import codes, faultless

from gtfs.realtime.apply import Timetable


def test_it_is_told(timetable: Timetable) -> None:
    messages = faultless()
    messages["positions"].entity.add(id="w").vehicle.trip.trip_id = "ring"
    assert "W003" in codes(timetable, messages)


def test_a_faultless_moment_is_not_accused(timetable: Timetable) -> None:
    assert "W003" not in codes(timetable, faultless())
