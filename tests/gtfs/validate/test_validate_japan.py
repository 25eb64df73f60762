"""GTFS-JP v3 and v4."""

from __future__ import annotations

import pytest
from fakes.judged import TODAY, judged
from fakes.judged_japan import NUMBER, V4, jp

from gtfs.validate import judge
from gtfs.validate.intake import intake
from gtfs.validate.mend import mend
from gtfs.validate.rules.japan._corporate import check_digit
from gtfs.validate.runner import validate


def test_the_plain_profile_knows_no_japanese_rule():
    codes = judged(jp(translations=None, agency=(NUMBER, "BUS"))).codes()
    assert not any(code.startswith("jp_") for code in codes)


def test_real_corporate_numbers_have_their_check_digit():
    for number in (
        "1430001056880",
        "3000020112020",
        "8000020402044",
        "9330001006723",
        "1260001000674",
        "7000012050002",
    ):
        assert check_digit(number[1:]) == int(number[0])


def test_donan_of_2020_becomes_a_valid_feed_of_v4(shared):
    feed = intake(shared / "data" / "gtfs_jp" / "donan_2020.0401.1.zip")
    assert validate(feed, today=TODAY, profile=V4).errors > 0
    mended = mend(feed, V4)
    assert validate(mended.feed, today=TODAY, profile=V4).errors == 0
    assert {c.file for c in mended.changes} >= {"translations.txt", "rider_categories.txt"}
    assert feed.tables["translations"].columns[0] == "trans_id"
    assert mended.feed.tables["translations"].height == 478


@pytest.mark.parametrize("name", ["kumagaya_yuyu", "naogata_eimanji", "unobus", "sankobus_PARTIAL"])
def test_real_feeds_give_a_report_in_japanese(shared, name):
    from gtfs.validate.report import to_text

    report = judge(shared / "data" / "gtfs_jp" / f"{name}.zip", today=TODAY, profile=V4)
    assert report.notice("runtime_exception_in_validator_error") is None
    assert "直し方" in to_text(report, "ja")
