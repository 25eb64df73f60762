"""E017, changed without new time: told where it is so, and of a faultless moment not."""

from __future__ import annotations

from fakes.moments import codes, faultless

from gtfs.realtime.apply import Timetable


def test_it_is_told(timetable: Timetable) -> None:
    changed = faultless()
    changed["positions"].entity[0].vehicle.position.latitude = 35.006
    assert codes(timetable, faultless(), changed) == {"E017": 1}
    assert codes(timetable, faultless(), faultless()) == {}


def test_a_faultless_moment_is_not_accused(timetable: Timetable) -> None:
    assert "E017" not in codes(timetable, faultless())
