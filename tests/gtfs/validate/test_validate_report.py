"""The engine: reports in three forms and two languages, broken containers, rules that fail, the command."""

from __future__ import annotations

import json

from fakes.judged import GOOD, TODAY, edited, feed_of, judged

from gtfs.validate import Profile, judge, validate
from gtfs.validate.report import to_dict, to_html, to_text
from gtfs.validate.runner import all_kinds, all_rules

FAULTY = {"stops.txt": ("35.6480", "95"), "routes.txt": ("FFFFFF", "FFFFFF,<b>"), "rotues.txt": "a,b\n1,2\n"}


def test_json_has_the_summary_and_each_place():
    told = to_dict(judged(FAULTY))
    assert told["summary"] == {"errors": 2, "warnings": 0, "infos": 1}
    codes = [n["code"] for n in told["notices"]]
    assert codes == ["invalid_row_length", "number_out_of_range", "unknown_file"]
    sample = told["notices"][1]["samples"][0]
    assert sample | {"message": ""} == {
        "file": "stops.txt", "line": 4, "field": "stop_lat", "value": "95", "message": "",
    }  # fmt: skip
    assert told["notices"][1]["total"] == 1
    assert told["notices"][1]["severity"] == "ERROR"


def test_text_tells_why_and_how_in_both_languages():
    report = judged(FAULTY)
    english, japanese = to_text(report), to_text(report, "ja")
    assert "stops.txt, line 4, stop_lat='95': the number is not -90 … 90" in english
    assert "Why it matters" in english
    assert "エラー 2 件" in japanese
    assert "4 行" in japanese
    assert "利用者への影響" in japanese
    assert "no finding" in to_text(judged()).lower()


def test_the_page_stands_on_its_own_and_escapes_what_the_feed_says():
    page = to_html(judged({"stops.txt": ("Messe", " <script>alert(1)</script>")}), "ja")
    assert page.startswith("<!doctype html>")
    assert 'lang="ja"' in page
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "http" not in page.replace("https://example.jp", "")


def test_every_kind_has_words_in_both_languages_and_a_code_of_its_own():
    assert len(all_kinds()) == len(all_rules())
    for kind in all_kinds().values():
        for words in (kind.en, kind.ja):
            assert words.what
            assert words.why
            assert words.mend
        assert any(ord(c) > 0x3000 for c in kind.ja.what + kind.ja.why), kind.code
        assert kind.en.what.isascii() or "…" in kind.en.what


def test_other_encodings_are_told_and_read_all_the_same(zipped):
    files = edited({}) | {"stops.txt": GOOD["stops.txt"].replace("Messe", "幕張メッセ").encode("cp932")}
    report = judge(zipped(files), today=TODAY)
    assert report.codes() == {"invalid_character"}


def test_a_feed_in_a_folder_and_a_hidden_file_are_told(zipped):
    files = {f"feed/{name}": data for name, data in edited({}).items()} | {"feed/.DS_Store": b""}
    report = judge(zipped(files), today=TODAY)
    assert report.codes() == {"invalid_input_files_in_subfolder", "unknown_file"}


def test_only_the_named_rules_run():
    feed = feed_of(edited(FAULTY))
    assert "number_out_of_range" not in validate(feed, today=TODAY, only=["invalid_color"]).codes()


def test_the_command_says_it_and_ends_with_1(zipped, maas_command):
    path = zipped(edited({"stops.txt": ("35.6480", "95")}))
    done = maas_command("gtfs", "validate", path, "--json", "--date", "2026-11-25", check=False)
    assert done.returncode == 1
    assert json.loads(done.stdout)["summary"]["errors"] == 1
    good = maas_command("gtfs", "validate", zipped(edited({})), "--date", "2026-11-25", "--lang", "ja")
    assert "指摘はありません" in good.stdout


def test_the_command_refuses_a_day_that_is_none(zipped, maas_command):
    done = maas_command("gtfs", "validate", zipped(edited({})), "--date", "soon", check=False)
    assert done.returncode == 2
    assert "2026-11-25" in done.stderr


def test_profiles_are_those_that_the_command_offers():
    from maas.cli.gtfs import PROFILES

    assert tuple(Profile) == PROFILES
