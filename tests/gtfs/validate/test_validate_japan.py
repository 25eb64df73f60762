"""GTFS-JP v3 and v4."""

from __future__ import annotations

import pytest
from fakes.judged import GOOD, TODAY, judged, places

from gtfs.validate import Profile, judge
from gtfs.validate.intake import intake
from gtfs.validate.mend import mend
from gtfs.validate.rules.japan.jp_corporate_number import check_digit
from gtfs.validate.runner import validate

V3, V4 = Profile.GTFS_JP_V3, Profile.GTFS_JP_V4
NAMES = ("Kaihin Station", "Kaihin Stop 1", "Messe", "Toyosuna")
HEAD = "table_name,field_name,language,translation,field_value\n"
READINGS = HEAD + "".join(
    f"stops,stop_name,{tag},かいひん,{name}\n" for name in NAMES for tag in ("ja-Hrkt", "ja")
)
FARES = "fare_id,price,currency_type,payment_method,transfers,agency_id,ic_price\nF,200,JPY,0,0,8430005004367,198\n"
NUMBER = "8430005004367"
JAPANESE = {
    "agency.txt": GOOD["agency.txt"].replace("\nA,", f"\n{NUMBER},"),
    "routes.txt": GOOD["routes.txt"].replace("\nR,A,", f"\nR,{NUMBER},"),
    "translations.txt": READINGS,
    "fare_attributes.txt": FARES,
}


def jp(**changes):
    named = {f"{stem}.txt": change for stem, change in changes.items()}
    out = dict(JAPANESE)
    for name, change in named.items():
        if isinstance(change, tuple):
            before = out.get(name, GOOD.get(name, ""))
            assert change[0] in before
            out[name] = before.replace(*change)
        else:
            out[name] = change
    return {k: v for k, v in out.items() if v is not None}


CASES = [
    (V4, "jp_missing_file", jp(translations=None), [("translations.txt", 0, "", "")]),
    (V3, "jp_missing_file", jp(translations=None) | {"feed_info.txt": None}, [("feed_info.txt", 0, "", ""), ("translations.txt", 0, "", "")]),
    (V4, "jp_missing_fares", jp(fare_attributes=None), [("fare_attributes.txt", 0, "", "")]),
    (V4, "jp_missing_value", jp(feed_info=("20261101,20270331", "20261101,")), [("feed_info.txt", 2, "feed_end_date", "")]),
    (V4, "jp_missing_value", jp(routes=("agency_id,", "agent,")), [("routes.txt", 1, "agency_id", "")]),
    (V4, "jp_language_not_ja", jp(feed_info=(",ja,", ",en,")), [("feed_info.txt", 2, "feed_lang", "en")]),
    (V4, "jp_timezone_not_tokyo", jp(agency=("Asia/Tokyo", "Asia/Seoul")), [("agency.txt", 2, "agency_timezone", "Asia/Seoul")]),
    (V4, "jp_currency_not_jpy", jp(fare_attributes=("JPY", "USD")), [("fare_attributes.txt", 2, "currency_type", "USD")]),
    (V3, "jp_agency_id_not_corporate_number", jp(agency=(NUMBER, "BUS")), [("agency.txt", 2, "agency_id", "BUS")]),
    (V4, "jp_corporate_number_check_digit", jp(agency=(NUMBER, "7430005004367")), [("agency.txt", 2, "agency_id", "7430005004367")]),
    (V4, "jp_missing_kana_reading", jp(translations=("stops,stop_name,ja-Hrkt,かいひん,Messe\n", "")), [("stops.txt", 4, "stop_name", "Messe")]),
    (V3, "jp_missing_ja_translation", jp(translations=("stops,stop_name,ja,かいひん,Messe\n", "")), [("stops.txt", 4, "stop_name", "Messe")]),
    (V4, "jp_reading_not_kana", jp(translations=("ja-Hrkt,かいひん,Messe", "ja-Hrkt,海浜,Messe")), [("translations.txt", 6, "translation", "海浜")]),
    (V4, "jp_legacy_translations", jp(translations="trans_id,lang,translation\nMesse,ja-Hrkt,めっせ\n"), [("translations.txt", 1, "trans_id", "")]),
    (V4, "jp_reserved_name", jp(routes=("route_text_color", "jp_colour")), [("routes.txt", 1, "jp_colour", "jp_colour")]),
    (V4, "jp_obsolete_file", jp(routes_jp="route_id,route_update_date\nR,20260401\n"), [("routes_jp.txt", 0, "", "")]),
    (V4, "jp_field_not_used", jp(stops=("zone_id\nST,Kaihin Station,35.6483,140.0418,1,,", "tts_stop_name\nST,Kaihin Station,35.6483,140.0418,1,,Kaihin")), [("stops.txt", 2, "tts_stop_name", "Kaihin"), ("stops.txt", 3, "tts_stop_name", "Z1"), ("stops.txt", 4, "tts_stop_name", "Z1"), ("stops.txt", 5, "tts_stop_name", "Z2")]),
    (V3, "jp_route_type_not_bus", jp(routes=("Line,3", "Line,0")), [("routes.txt", 2, "route_type", "0")]),
    (V4, "jp_invalid_ic_price", jp(fare_attributes=(",198", ",198.5")), [("fare_attributes.txt", 2, "ic_price", "198.5")]),
    (V4, "jp_invalid_postal_code", jp(agency_jp=f"agency_id,agency_zip_number\n{NUMBER},261-0021\n"), [("agency_jp.txt", 2, "agency_zip_number", "261-0021")]),
    (V4, "foreign_key_violation", jp(trips=("block_id", "jp_office_id"), office_jp="office_id,office_name\nO,Mihama\n") | {"trips.txt": GOOD["trips.txt"].replace("block_id", "jp_office_id").replace("T2,Toyosuna,", "T2,Toyosuna,X")}, [("trips.txt", 3, "jp_office_id", "X")]),
    (V4, "duplicate_key", jp(office_jp="office_id,office_name\nO,Mihama\nO,Chiba\n"), [("office_jp.txt", 3, "office_id", "O")]),
    (V4, "missing_required_field", jp(office_jp="office_id,office_name\nO,\n"), [("office_jp.txt", 2, "office_name", "")]),
    (V4, "invalid_date", jp(pattern_jp="jp_pattern_id,route_update_date\nP,2026年\n"), [("pattern_jp.txt", 2, "route_update_date", "2026年")]),
]  # fmt: skip


@pytest.mark.parametrize(("profile", "code", "edits", "expected"), CASES)
def test_a_fault_against_the_profile_is_told(profile, code, edits, expected):
    assert places(judged(edits, profile=profile), code) == expected


@pytest.mark.parametrize("profile", [V3, V4])
def test_a_japanese_feed_that_is_right_raises_nothing(profile):
    assert judged(JAPANESE, profile=profile).codes() == set()


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
