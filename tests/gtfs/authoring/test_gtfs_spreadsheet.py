"""Timetables and fare triangles as operators keep them."""

from __future__ import annotations

import io
from datetime import datetime, time, timedelta

import pytest
from openpyxl import Workbook

from gtfs.authoring.documents import PASS, Call, Pattern
from gtfs.authoring.readings import propose, romaji
from gtfs.authoring.sheets import fare_of, matched, pattern_of, timetable_of
from gtfs.authoring.spreadsheet import SheetError, read_cells, read_timetables, read_triangle

NAMES = {"S1": "海浜幕張駅", "S2": "幕張メッセ", "S3": "豊砂"}
CSV = """平日,,,,
停留所,1便,2便,3便,
海浜幕張駅,7:05,805,２３：５５,
幕張メッセ,7時10分,レ,0:02,
豊砂,715,815,|,

土曜・日祝,,,,
海浜幕張駅,9:00,,,
幕張メッセ,9:05,,,
豊砂,9:10,,,
"""


def test_times_in_every_spelling_and_both_day_types() -> None:
    weekday, weekend = read_timetables(read_cells(CSV.encode(), "t.csv"))
    assert (weekday.days, weekend.days) == ("weekday", "saturday_holiday")
    assert weekday.stops == ["海浜幕張駅", "幕張メッセ", "豊砂"]
    assert weekday.trips == [["7:05", "7:10", "7:15"], ["8:05", PASS, "8:15"], ["23:55", "24:02", PASS]]
    assert weekday.names == ["1便", "2便", "3便"]
    assert weekend.trips == [["9:00", "9:05", "9:10"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_text_in_any_encoding_and_with_tabs(encoding: str, delimiter: str) -> None:
    data = CSV.replace(",", delimiter).encode(encoding)
    assert len(read_timetables(read_cells(data, "t.txt"))) == 2


def test_excel_with_its_own_times_and_arrivals_apart_from_departures() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "平日（上り）"
    for row in (
        ["系統1"], ["", "", "1", "2"],
        ["海浜幕張駅", "発", time(7, 5), 0.5],
        ["幕張メッセ 着", "", time(7, 10), timedelta(hours=12, minutes=5)],
        ["幕張メッセ 発", "", time(7, 12), 1206],
        ["豊砂", "着", "と", datetime(1900, 1, 1, 0, 10)],  # noqa: DTZ001
    ):  # fmt: skip
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    (found,) = read_timetables(read_cells(out.getvalue(), "t.xlsx"))
    assert found.days == "weekday"
    assert found.trips == [["7:05", "7:10/7:12", PASS], ["12:00", "12:05/12:06", "24:10"]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("海浜幕張駅,7:05\n豊砂,7:75\n", r"row 2, column B: '7:75' is no time"),
        ("海浜幕張駅,7:05\n豊砂,あとで,7:10\n", "neither a time nor a mark"),
        ("a,b\nc,d\n", "no timetable was found"),
    ],
)
def test_what_cannot_be_read_is_named_by_row_and_column(text: str, said: str) -> None:
    with pytest.raises(SheetError, match=said):
        read_timetables(read_cells(text.encode(), "t.csv"))


def test_bytes_that_are_no_table_are_refused() -> None:
    with pytest.raises(SheetError, match=r"old \.xls"):
        read_cells(b"\xd0\xcf\x11\xe0rest", "t.xls")
    with pytest.raises(SheetError, match="no Excel file"):
        read_cells(b"PK\x03\x04junk", "t.xlsx")
    with pytest.raises(SheetError, match="neither Excel nor text"):
        read_cells(b"\x81\xff\xfe\x00", "t.csv")


def test_rows_are_matched_with_the_stops_of_a_pattern() -> None:
    weekday, _ = read_timetables(read_cells(CSV.encode(), "t.csv"))
    pattern = pattern_of(weekday, NAMES, "R", 0, "")
    assert [c.stop for c in pattern.calls] == ["S1", "S2", "S3"]
    table = timetable_of(weekday, "p", pattern, "W", NAMES)
    assert table.trips[1].times == ["8:05", PASS, "8:15"]
    longer = Pattern(route="R", calls=[*pattern.calls, Call(stop="S9")])
    assert timetable_of(weekday, "p", longer, "W", NAMES | {"S9": "先"}).trips[0].times[-1] == PASS
    backwards = Pattern(route="R", calls=pattern.calls[::-1])
    with pytest.raises(SheetError, match="no stop of the pattern in this order"):
        timetable_of(weekday, "p", backwards, "W", NAMES)
    with pytest.raises(SheetError, match="no stop called 豊砂"):
        pattern_of(weekday, {"S1": "海浜幕張駅", "S2": "幕張メッセ"}, "R", 0, "")
    assert matched(weekday, {**NAMES, "S1b": "海浜幕張 駅"}).ambiguous == {"海浜幕張駅": ["S1", "S1b"]}


def test_a_triangle_with_names_on_the_diagonal_or_before_the_prices() -> None:
    diagonal = "海浜幕張駅\n180円,幕張メッセ\n230円,180円,豊砂\n"
    beside = "駅,海浜幕張駅,\n"
    assert read_triangle(read_cells(diagonal.encode(), "f.csv")) == (
        ["海浜幕張駅", "幕張メッセ", "豊砂"], [[], [180], [230, 180]],
    )  # fmt: skip
    names, triangle = read_triangle(
        read_cells("海浜幕張駅\n幕張メッセ,180\n豊砂,230,180\n".encode(), "f.csv")
    )
    fare = fare_of(names, triangle, NAMES, ["R"], "A")
    assert fare.zones == {"海浜幕張駅": ["S1"], "幕張メッセ": ["S2"], "豊砂": ["S3"]}
    with pytest.raises(SheetError, match="row 2: 2 prices"):
        read_triangle(read_cells("海浜幕張駅\n幕張メッセ,180,200\n".encode(), "f.csv"))
    with pytest.raises(SheetError, match="no fare triangle"):
        read_triangle(read_cells(beside.encode(), "f.csv"))


def test_readings_come_from_the_feed_first_and_say_where_they_come_from() -> None:
    assert propose("豊砂", {"豊砂": "とよすな"}).kana == "とよすな"
    station = propose("海浜幕張駅")
    assert (station.kana, station.source) == ("かいひんまくはりえき", "dictionary")
    assert station.english == "Kaihinmakuhari Station"
    assert propose("豊砂公園", {"豊砂": "とよすな"}).kana == "とよすなこうえん"
    assert (propose("ひまわり").source, propose("ひまわり").romaji) == ("kana", "Himawari")
    assert romaji("とうきょう") == "Tokyo"
