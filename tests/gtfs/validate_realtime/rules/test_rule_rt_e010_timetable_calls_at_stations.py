"""E010, timetable calls at stations: told where it is so, and of a faultless moment not."""

from __future__ import annotations

from fakes.feed_text import schedule_of
from fakes.moments import FEED, codes, faultless

from gtfs.realtime.apply import Timetable


def test_it_is_told() -> None:
    wrong = Timetable(schedule_of(FEED.replace("one,C,8:20,8:20,3", "one,S,8:20,8:20,3")))
    assert "E010" in codes(wrong, faultless())


def test_a_faultless_moment_is_not_accused(timetable: Timetable) -> None:
    assert "E010" not in codes(timetable, faultless())
