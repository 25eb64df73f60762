"""Agencies, stops, routes, days of service."""

from __future__ import annotations

from datetime import date

import pytest
from fakes.judged import GOOD, TODAY, judged, places


def test_a_service_of_single_days_needs_no_weekday():
    edits = {
        "calendar.txt": ("1,1,1,1,1,1,1", "0,0,0,0,0,0,0"),
        "calendar_dates.txt": "service_id,date,exception_type\nW,20261126,1\n",
    }
    assert "service_has_no_active_day_of_the_week" not in judged(edits).codes()


def test_a_date_that_cannot_be_read_does_not_hide_the_other_services():
    edits = {
        "calendar.txt": GOOD["calendar.txt"]
        + "X,1,1,1,1,1,1,1,2026-1-1,20270331\nY,1,1,1,1,1,1,1,20250101,20250201\n"
    }
    found = judged(edits)
    assert places(found, "expired_calendar") == [("calendar.txt", 4, "service_id", "Y")]
    assert places(found, "invalid_date") == [("calendar.txt", 3, "start_date", "2026-1-1")]


def test_languages_of_one_region_agree():
    assert (
        "feed_info_lang_and_agency_lang_mismatch"
        not in judged({"feed_info.txt": (",ja,", ",ja-JP,")}).codes()
    )
    assert (
        "feed_info_lang_and_agency_lang_mismatch" not in judged({"feed_info.txt": (",ja,", ",mul,")}).codes()
    )


def test_today_decides_what_has_expired():
    assert "expired_calendar" in judged(today=date(2027, 4, 1)).codes()
    assert "expired_calendar" not in judged(today=TODAY).codes()


@pytest.mark.parametrize(
    ("long_", "found"), [("10", True), ("10-Line", True), ("100 Line", False), ("Line 10", False)]
)
def test_a_short_name_counts_as_a_word_at_the_beginning(long_, found):
    codes = judged({"routes.txt": ("Messe Line", long_)}).codes()
    assert ("route_long_name_contains_short_name" in codes) is found
