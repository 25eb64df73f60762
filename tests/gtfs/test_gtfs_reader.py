"""The lossless reader: what it keeps, what it reports, what it refuses."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from gtfs.errors import FeedError, Problem, Severity
from gtfs.schedule.feed import Feed
from gtfs.schedule.reader import read_feed


def said(feed: Feed, file: str) -> list[Problem]:
    return [p for p in feed.problems if p.file == file]


def test_values_stay_as_they_stand(write):
    feed = read_feed(write(
        stops="stop_id,stop_name,stop_lat,stop_lon,own_column\n001,NA,35.60,140.00,\nnull,\"\",1e1,TRUE, x \n"
    ))  # fmt: skip
    table = feed.table("stops")
    assert table.columns == ["stop_id", "stop_name", "stop_lat", "stop_lon", "own_column"]
    assert table.rows() == [("001", "NA", "35.60", "140.00", ""), ("null", "", "1e1", "TRUE", " x ")]
    assert feed.problems == []


def test_unknown_tables_raw_files_and_header_only_tables_are_kept(write):
    path = write(fares_of_mars="planet,price\nmars,3\n", transfers="from_stop_id,to_stop_id,transfer_type\n")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("locations.geojson", b'{"type":"FeatureCollection"}')
        archive.writestr("docs/readme.txt", b"hello")
    feed = read_feed(path)
    assert feed.table("fares_of_mars").rows() == [("mars", "3")]
    assert feed.table("transfers").columns == ["from_stop_id", "to_stop_id", "transfer_type"]
    assert feed.table("transfers").height == 0
    assert feed.raw == {
        "locations.geojson": b'{"type":"FeatureCollection"}',
        "docs/readme.txt": b"hello",
    }


def test_a_text_that_is_no_table_is_kept_byte_for_byte(write):
    licence = b'Free to use,\nif you say "thank you", and\n\nshare alike.\n'
    feed = read_feed(write(LICENCE=licence, notes="こんにちは".encode("cp932")))
    assert feed.raw == {"LICENCE.txt": licence, "notes.txt": "こんにちは".encode("cp932")}
    assert all(p.severity is Severity.INFO for p in feed.problems)


def test_a_byte_order_mark_is_removed_and_reported(write):
    feed = read_feed(write(routes="\ufeffroute_id,route_type\nR,3\n"))
    assert feed.table("routes").columns == ["route_id", "route_type"]
    assert [str(p) for p in said(feed, "routes.txt")] == [
        "routes.txt, line 1: the file begins with a byte order mark. Save as UTF-8 without BOM"
    ]


def test_blanks_round_a_column_name_are_removed_and_reported(write):
    feed = read_feed(write(routes="route_id, route_type,agency_id \nR, 3,A\n"))
    assert feed.table("routes").columns == ["route_id", "route_type", "agency_id"]
    assert feed.table("routes").row(0) == ("R", " 3", "A")
    assert [(p.field, p.value) for p in said(feed, "routes.txt")] == [
        ("route_type", " route_type"),
        ("agency_id", "agency_id "),
    ]


def test_names_that_differ_in_blanks_only_are_both_kept(write):
    feed = read_feed(write(routes="route_id, a,a , route_id\nR,1,2,3\n"))
    assert feed.table("routes").columns == ["route_id", "a", "a ", " route_id"]
    assert feed.table("routes").row(0) == ("R", "1", "2", "3")


def test_rows_of_the_wrong_length_are_kept_with_their_line(write):
    feed = read_feed(write(routes="route_id,route_type\nR,3\nQ\n\nP,1,surplus,more\nO,2\n"))
    assert feed.table("routes").columns == ["route_id", "route_type", "__extra_3", "__extra_4"]
    assert feed.table("routes").rows() == [
        ("R", "3", "", ""),
        ("Q", "", "", ""),
        ("P", "1", "surplus", "more"),
        ("O", "2", "", ""),
    ]
    assert [(p.line, p.message) for p in said(feed, "routes.txt")] == [
        (3, "the row has 1 values where the header names 2 columns"),
        (4, "the row is empty"),
        (5, "the row has 4 values where the header names 2 columns"),
    ]
    assert [feed.line("routes", row) for row in range(4)] == [2, 3, 5, 6]


def test_a_short_row_that_polars_would_fill_up_is_found(write):
    feed = read_feed(write(routes="route_id,route_type,route_desc\nR,3,\nQ,3\n"))
    assert [p.line for p in said(feed, "routes.txt")] == [3]


def test_repeated_and_nameless_columns_are_kept(write):
    feed = read_feed(write(routes="route_id,route_type,route_type,\nR,3,1,x\n"))
    assert feed.table("routes").columns == ["route_id", "route_type", "route_type__3", "__unnamed_4"]
    assert feed.table("routes").row(0) == ("R", "3", "1", "x")
    assert [(p.line, p.field) for p in said(feed, "routes.txt")] == [(1, "route_type"), (1, "")]


@pytest.mark.parametrize("content", [b"", b"\n", b"\xef\xbb\xbf", b"\r\n \r\n", b"\0\0"])
def test_an_empty_file_is_a_table_without_columns(write, content):
    feed = read_feed(write(transfers=content))
    assert feed.table("transfers").shape == (0, 0)
    assert said(feed, "transfers.txt")[-1].message == "the file is empty"


def test_nul_characters_are_left_out_and_reported(write):
    feed = read_feed(write(routes=b"route_id,route_type\nR,3\nQ\0,3\n"))
    assert feed.table("routes")["route_id"].to_list() == ["R", "Q"]
    assert [(p.line, p.message) for p in said(feed, "routes.txt")] == [(3, "the file holds NUL characters")]


def test_an_open_quotation_mark_spoils_its_own_row_only(write):
    stops = "stop_id,stop_name,stop_lat,stop_lon\n"
    stops += 'S1,"open,35.6,140.0\n' + "".join(f"S{k},stop,35.6,140.0\n" for k in range(2, 400))
    feed = read_feed(write(stops=stops))
    assert feed.table("stops").height == 399
    assert feed.table("stops")["stop_id"].to_list()[1:] == [f"S{k}" for k in range(2, 400)]
    assert {p.line for p in said(feed, "stops.txt")} == {2}
    assert "quotation marks do not pair up" in str(said(feed, "stops.txt")[0])


def test_quoted_values_with_commas_quotes_and_line_breaks(write):
    routes = 'route_id,"route_desc",x\r\n"R","a, b ""c""","1\n2"\r\nQ,"","3"\r\n'
    feed = read_feed(write(routes=routes))
    assert feed.table("routes").rows() == [("R", 'a, b "c"', "1\n2"), ("Q", "", "3")]
    assert feed.problems == []
    assert [feed.line("routes", 0), feed.line("routes", 1)] == [2, 4]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end(write, newline):
    feed = read_feed(write(routes=newline.join(["route_id,route_type", "R,3", "Q,2"])))
    assert feed.table("routes").rows() == [("R", "3"), ("Q", "2")]


def test_shift_jis_is_told_clearly_and_read_on_request(write):
    path = write(stops="stop_id,stop_name,stop_lat,stop_lon\nS1,海浜幕張,1,2\n".encode("cp932"))
    with pytest.raises(FeedError, match=r"stops\.txt, line 2.*Shift_JIS.*--encoding cp932") as caught:
        read_feed(path)
    assert caught.value.problems[0].line == 2
    feed = read_feed(path, encoding="cp932")
    assert feed.table("stops")["stop_name"].to_list() == ["海浜幕張"]
    assert feed.table("agency")["agency_name"].to_list() == ["海浜バス"]  # this one is UTF-8
    assert [(p.file, p.message) for p in feed.problems] == [("stops.txt", "read as cp932")]


def test_utf_16_and_rubbish_are_told_apart(write):
    with pytest.raises(FeedError, match="UTF-16"):
        read_feed(write(stops="stop_id,駅\nS1,1\n".encode("utf-16")))
    with pytest.raises(FeedError, match=r"stops\.txt, line 3.*not utf-8.*'ff ff'"):
        read_feed(write(stops=b"stop_id\nS1\n\xff\xff"))
    with pytest.raises(FeedError, match="no such text encoding"):
        read_feed(write(), encoding="klingon")


@pytest.mark.parametrize("stem", ["stops", "routes", "trips", "stop_times", "calendar", "agency"])
def test_a_missing_table_is_named(write, stem):
    with pytest.raises(FeedError, match=rf"the feed has no {stem}\.txt"):
        read_feed(write(**{stem: None}))
    assert stem not in read_feed(write(**{stem: None}), require=()).tables


def test_a_misspelt_table_name_is_pointed_out(write):
    path = write(stops=None)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("STOPS.TXT", "stop_id\nS1\n")
    with pytest.raises(FeedError, match=r"Rename 'STOPS\.TXT' to 'stops\.txt'"):
        read_feed(path)


def test_calendar_dates_alone_are_a_calendar(write):
    feed = read_feed(write(calendar=None, calendar_dates="service_id,date,exception_type\nW,20260401,1\n"))
    assert "calendar" not in feed.tables


def test_a_folder_reads_like_its_zip(write, tmp_path):
    path = write()
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "inner" / "feed")
    zipped, folder = read_feed(path), read_feed(tmp_path / "inner" / "feed")
    nested = read_feed(tmp_path / "inner")
    for stem, table in zipped.tables.items():
        assert folder.table(stem).equals(table)
        assert nested.table(stem).equals(table)
    assert folder.problems == []
    assert "in a folder inside" in str(nested.problems[0])


def test_a_zip_with_one_folder_is_read_and_reported(write, tmp_path):
    path = tmp_path / "nested.zip"
    with zipfile.ZipFile(write()) as flat, zipfile.ZipFile(path, "w") as archive:
        for name in flat.namelist():
            archive.writestr(f"gtfs/{name}", flat.read(name))
        archive.writestr("__MACOSX/gtfs/._stops.txt", b"\0\5\26")
    feed = read_feed(path)
    assert feed.table("stops").height == 3
    assert [p.severity for p in feed.problems] == [Severity.INFO, Severity.WARNING]


def zip_with(path: Path, *members: tuple[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return path


@pytest.mark.parametrize(
    "name", ["../stops.txt", "/etc/stops.txt", "a/../../stops.txt", "C:/stops.txt", "..\\x"]
)
def test_members_that_point_outside_are_refused(tmp_path, name):
    with pytest.raises(FeedError, match="points outside the zip"):
        read_feed(zip_with(tmp_path / "trick.zip", (name, b"stop_id\n")))


def test_zip_bombs_are_refused_before_they_unpack(tmp_path):
    bomb = zip_with(tmp_path / "bomb.zip", ("stops.txt", b"0" * 30_000_000))
    with pytest.raises(FeedError, match="zip bomb"):
        read_feed(bomb)
    many = zip_with(tmp_path / "many.zip", *((f"{k}.txt", b"0" * 9_000_000) for k in range(4)))
    with pytest.raises(FeedError, match="zip bomb"):
        read_feed(many)
    crowd = zip_with(tmp_path / "crowd.zip", *((f"{k}.txt", b"") for k in range(1001)))
    with pytest.raises(FeedError, match="1001 members"):
        read_feed(crowd)


def test_what_is_no_feed_says_so(write, tmp_path):
    with pytest.raises(FeedError, match="there is no such file or folder"):
        read_feed(tmp_path / "nowhere.zip")
    text = tmp_path / "page.zip"
    text.write_text("<html>not found</html>")
    with pytest.raises(FeedError, match="not a whole zip file"):
        read_feed(text)
    whole = write().read_bytes()
    for size in (0, 10, len(whole) // 2, len(whole) - 5):
        text.write_bytes(whole[:size])
        with pytest.raises(FeedError, match="not a whole zip file"):
            read_feed(text)
    (tmp_path / "empty").mkdir()
    with pytest.raises(FeedError, match="it holds nothing"):
        read_feed(tmp_path / "empty")


def test_a_damaged_member_is_found_by_its_checksum(write, tmp_path):
    data = bytearray(write().read_bytes())
    with zipfile.ZipFile(write()) as archive:
        info = archive.getinfo("stop_times.txt")
    data[info.header_offset + 30 + len(info.filename) + 8] ^= 0xFF
    path = tmp_path / "damaged.zip"
    path.write_bytes(bytes(data))
    with pytest.raises(FeedError, match="not a whole zip file"):
        read_feed(path)


def test_a_file_that_is_twice_in_the_zip_is_read_once(write):
    path = write()
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("stops.txt", "stop_id\nX\n")
    feed = read_feed(path)
    assert feed.table("stops").height == 3
    assert "holds this file twice" in str(said(feed, "stops.txt")[0])


def test_a_line_of_thousands_of_columns_is_no_header(write):
    with pytest.raises(FeedError, match="the first line has 5001 values"):
        read_feed(write(stops=b"," * 5000 + b"\n"))


def test_a_row_of_thousands_of_values_does_not_widen_the_table_without_end(write):
    feed = read_feed(write(routes="route_id,route_type\nR,3\n" + "x," * 5000 + "\n"))
    table = feed.table("routes")
    assert table.width == 2 + 50
    assert table.row(1)[-1].count(",") == 5000 - 51
