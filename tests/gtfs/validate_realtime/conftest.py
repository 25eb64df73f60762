"""The timetable that realtime messages of these tests are about."""

from __future__ import annotations

import pytest
from fakes.feed_text import schedule_of
from fakes.moments import FEED

from gtfs.realtime.apply import Timetable


@pytest.fixture(scope="session")
def timetable() -> Timetable:
    return Timetable(schedule_of(FEED))
