"""Values by their types."""

from __future__ import annotations

import pytest
from fakes.judged import GOOD, judged, places

from gtfs.validate.rules.fields.addresses import is_email, is_url, uri_fault
from gtfs.validate.rules.fields.languages import is_language
from gtfs.validate.rules.fields.mixed_case import is_shouted

PRODUCTS = "fare_product_id,amount,currency\nF,{amount},{currency}\n"
CASES = [
    ("missing_required_field", {"agency.txt": ("Seaside Bus", "")}, [("agency.txt", 2, "agency_name", "")]),
    ("missing_required_field", {"transfers.txt": "from_stop_id,to_stop_id,transfer_type\n,S2,0\n"}, [("transfers.txt", 2, "from_stop_id", "")]),
    ("missing_required_field", {"transfers.txt": "from_stop_id,to_stop_id,transfer_type,from_trip_id,to_trip_id\nS3,S1,4,T1,\n"}, [("transfers.txt", 2, "to_trip_id", "")]),
    ("missing_recommended_field", {"feed_info.txt": ("20270331,1", "20270331,")}, [("feed_info.txt", 2, "feed_version", "")]),
    ("invalid_integer", {"routes.txt": ("Line,3", "Line,bus")}, [("routes.txt", 2, "route_type", "bus")]),
    ("invalid_integer", {"stop_times.txt": ("S1,1,1\nT1", "S1,1.0,1\nT1")}, [("stop_times.txt", 2, "stop_sequence", "1.0")]),
    ("invalid_float", {"stops.txt": ("35.6480", "N35.6480")}, [("stops.txt", 4, "stop_lat", "N35.6480")]),
    ("invalid_float", {"stops.txt": ("35.6480", "nan")}, [("stops.txt", 4, "stop_lat", "nan")]),
    ("number_out_of_range", {"stops.txt": ("35.6480,140.0345", "140.0345,35.6480")}, [("stops.txt", 4, "stop_lat", "140.0345")]),
    ("number_out_of_range", {"frequencies.txt": "trip_id,start_time,end_time,headway_secs\nT1,08:00:00,09:00:00,0\n"}, [("frequencies.txt", 2, "headway_secs", "0")]),
    ("unexpected_enum_value", {"routes.txt": ("Line,3", "Line,9")}, [("routes.txt", 2, "route_type", "9")]),
    ("invalid_time", {"stop_times.txt": ("T1,08:05:00", "T1,8時5分")}, [("stop_times.txt", 3, "arrival_time", "8時5分")]),
    ("invalid_time", {"stop_times.txt": ("T1,08:05:00", "T1,08:60:00")}, [("stop_times.txt", 3, "arrival_time", "08:60:00")]),
    ("invalid_date", {"calendar.txt": ("20270331", "20270231")}, [("calendar.txt", 2, "end_date", "20270231")]),
    ("invalid_date", {"calendar.txt": ("20270331", "2027-3-1")}, [("calendar.txt", 2, "end_date", "2027-3-1")]),
    ("invalid_color", {"routes.txt": ("0039A6", "#039A6")}, [("routes.txt", 2, "route_color", "#039A6")]),
    ("invalid_currency", {"fare_products.txt": PRODUCTS.format(amount="200", currency="YEN")}, [("fare_products.txt", 2, "currency", "YEN")]),
    ("invalid_currency_amount", {"fare_products.txt": PRODUCTS.format(amount="200.00", currency="JPY")}, [("fare_products.txt", 2, "amount", "200.00")]),
    ("invalid_currency_amount", {"fare_products.txt": PRODUCTS.format(amount="2", currency="USD")}, [("fare_products.txt", 2, "amount", "2")]),
    ("invalid_language_code", {"feed_info.txt": (",ja,", ",jp,")}, [("feed_info.txt", 2, "feed_lang", "jp")]),
    ("invalid_timezone", {"agency.txt": ("Asia/Tokyo", "JST+9")}, [("agency.txt", 2, "agency_timezone", "JST+9")]),
    ("invalid_timezone", {"agency.txt": ("Asia/Tokyo", "../etc")}, [("agency.txt", 2, "agency_timezone", "../etc")]),
    ("invalid_url", {"agency.txt": ("https://example.jp", "example.jp")}, [("agency.txt", 2, "agency_url", "example.jp")]),
    ("u_r_i_syntax_error", {"agency.txt": ("https://example.jp", "https://example.jp/a b")}, [("agency.txt", 2, "agency_url", "https://example.jp/a b")]),
    ("invalid_email", {"agency.txt": ("info@example.jp", "info(at)example.jp")}, [("agency.txt", 2, "agency_email", "info(at)example.jp")]),
    ("invalid_phone_number", {"agency.txt": ("043-123-4567", "ask the driver")}, [("agency.txt", 2, "agency_phone", "ask the driver")]),
    ("new_line_in_value", {"routes.txt": ("Messe Line", '"Messe\nLine"')}, [("routes.txt", 2, "route_long_name", "Messe\nLine")]),
    ("invalid_character", {"routes.txt": ("Messe", "Mess\ufffd")}, [("routes.txt", 2, "route_long_name", "Mess\ufffd Line")]),
    ("non_ascii_or_non_printable_char", {"trips.txt": ("W,T2", "W,便2"), "stop_times.txt": ("T2", "便2")}, [("trips.txt", 3, "trip_id", "便2")]),
    ("leading_or_trailing_whitespaces", {"stops.txt": ("Messe", " Messe")}, [("stops.txt", 4, "stop_name", " Messe")]),
    ("mixed_case_recommended_field", {"stops.txt": ("Toyosuna", "TOYOSUNA EAST")}, [("stops.txt", 5, "stop_name", "TOYOSUNA EAST")]),
]  # fmt: skip


@pytest.mark.parametrize(("code", "edits", "expected"), CASES)
def test_a_wrong_value_is_told_with_its_place(code, edits, expected):
    found = [p for p in places(judged(edits), code) if p[0] in edits]
    assert set(expected) <= set(found)
    assert places(judged(), code) == []


@pytest.mark.parametrize("tag", ["ja", "en-US", "ja-Hrkt", "zh-Hans-CN", "mul", "de-CH-1996"])
def test_languages_that_are(tag):
    assert is_language(tag)


@pytest.mark.parametrize("tag", ["jp", "japanese", "j", "ja_JP", "日本語"])
def test_languages_that_are_not(tag):
    assert not is_language(tag)


@pytest.mark.parametrize(
    "text", ["https://example.jp", "http://例え.jp/駅?a=1#b", "https://1.2.3.4:80/x", "http://[::1]/"]
)
def test_addresses_that_are(text):
    assert uri_fault(text) == ""
    assert is_url(text)


@pytest.mark.parametrize(
    "text", ["example.jp", "ftp://example.jp", "https://", "https://-x.jp", "http//example.jp"]
)
def test_addresses_that_are_not(text):
    assert uri_fault(text) == ""
    assert not is_url(text)


@pytest.mark.parametrize("text", ["http://[::1", "http://x/%zz", "http://x/<a>", "http://a b.jp"])
def test_texts_that_are_no_uri(text):
    assert uri_fault(text)


def test_mail_addresses():
    assert is_email("a.b+c@x-y.example.jp")
    assert not any(map(is_email, ["a@b", "a b@example.jp", ".a@example.jp", "a@example.1", "a@@example.jp"]))


@pytest.mark.parametrize("text", ["JR", "AEON", "幕張JR駅", "Kaihin", "501T", "海浜幕張", "McDonald"])
def test_what_is_not_shouted(text):
    assert not is_shouted(text)


@pytest.mark.parametrize("text", ["KAIHIN MAKUHARI", "makuhari messe", "STATION"])
def test_what_is_shouted(text):
    assert is_shouted(text)


def test_totals_are_exact_and_samples_few():
    header = GOOD["stops.txt"].splitlines()[0]
    rows = "".join(f"X{k},Stop {k},91,140,0,,\n" for k in range(5000))
    notice = judged({"stops.txt": header + "\n" + rows}).notice("number_out_of_range")
    assert notice is not None
    assert notice.total == 5000
    assert len(notice.samples) == 50
