"""Values by their types."""

from __future__ import annotations

import pytest
from fakes.judged import GOOD, judged

from gtfs.validate.rules.fields._addresses import is_email, is_url, uri_fault
from gtfs.validate.rules.fields.invalid_language_code import is_language
from gtfs.validate.rules.fields.mixed_case_recommended_field import is_shouted


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
