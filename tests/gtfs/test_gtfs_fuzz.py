"""Whatever the bytes: no crash but FeedError, no hang, and the two ways of reading agree."""

from __future__ import annotations

import io
import tempfile
import time
import zipfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gtfs.errors import FeedError
from gtfs.schedule.csv_rows import read_rows
from gtfs.schedule.csv_table import fast_table, read_table
from gtfs.schedule.feed import Feed
from gtfs.schedule.reader import read_feed
from gtfs.schedule.typed import to_schedule
from gtfs.schedule.writer import table_bytes, write_feed

TROUBLE = st.text(alphabet='ab ",\n\r\0é駅', max_size=60)
CELL = st.sampled_from(
    ["", "a", " ", "駅", '"x"', '""', '"a,b"', '"a""b"', '"a\nb"', 'a"', '"', "#", "'", "NA"]
)
ROW = st.lists(CELL, min_size=2, max_size=4).map(",".join)
TABLE = st.lists(ROW, max_size=8).map("\n".join)
HEADED = TABLE.map(lambda rows: "a,b,c\n" + rows)
NEWLINES = st.sampled_from(["\n", "\r\n"])

thorough = settings(max_examples=500, deadline=2000, suppress_health_check=[HealthCheck.too_slow])


@thorough
@given(st.one_of(TROUBLE, TABLE, HEADED), NEWLINES)
@example('a,b\n"x,"\n', "\n")
@example('a,b\n"x"y,"z\n', "\n")
@example("a,b\n1,\n2\n", "\n")
@example("a,b\n\n1,2\n", "\r\n")
@example('a,b,c\n"a\nb",,\n', "\n")
def test_the_fast_way_agrees_with_the_careful_one(text, newline):
    data = text.replace("\n", newline).encode()
    if not data.strip(b"\r\n\0\t "):
        return
    fast = fast_table(data)
    if fast is None:
        return
    careful, lines, problems = read_rows("x.txt", data.decode())
    assert fast.columns == careful.columns
    assert fast.rows() == careful.rows()
    assert lines is None
    assert problems == []


@pytest.mark.parametrize(
    "text",
    ["a,b\n1,2\n", "a,b\r\n1,\r\n", '"a","b"\n"1","x,y"\n"","z"\n', "a\n1\n2", "駅,b\n海浜幕張,2\n", "a,b\n"],
)
def test_good_files_take_the_fast_way(text):
    assert fast_table(text.encode()) is not None


@pytest.mark.parametrize("line", ['"\n', 'a,"b\n', '"a""\n', '"a"b,"\n', ',"\n"\n', "\n", "a,\r", '""""'])
def test_a_megabyte_of_trouble_takes_seconds_not_minutes(line):
    data = b"a,b\n" + line.encode() * (1_000_000 // len(line))
    started = time.perf_counter()
    table, _, problems = read_table("x.txt", data)
    assert time.perf_counter() - started < 10
    assert table.width <= 2_000
    assert len(problems) < 300


@thorough
@given(st.one_of(TROUBLE, TABLE, HEADED))
def test_a_table_survives_being_written_and_read(text):
    table, _, _ = read_table("x.txt", text.encode())
    again, _, _ = read_table("x.txt", table_bytes(table))
    assert again.columns == table.columns
    assert again.rows() == table.rows()


@thorough
@given(st.binary(max_size=200), st.sampled_from(["stops", "stop_times", "calendar", "own"]))
def test_any_bytes_in_a_member(data, stem):
    _survives(_zipped({f"{stem}.txt": data, "locations.geojson": data}))


@thorough
@given(st.binary(max_size=300), st.integers(0, 300), st.integers(0, 255))
def test_any_bytes_as_a_zip(data, place, octet):
    _survives(data)
    whole = bytearray(_zipped({"stops.txt": b"stop_id\nS1\n", "../x": b""} if data else {"stops.txt": b"a"}))
    whole[place % len(whole)] = octet
    _survives(bytes(whole))


def _zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def _survives(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "feed.zip"
        path.write_bytes(data)
        try:
            feed = read_feed(path, require=())
        except FeedError as error:
            _has_words(error, str(path))
            return
        for problem in feed.problems:
            assert problem.message
            assert problem.fix
        write_feed(feed, path)
        again = read_feed(path, require=())
        assert {s: t.rows() for s, t in again.tables.items()} == {s: t.rows() for s, t in feed.tables.items()}
        assert again.raw == feed.raw


def _has_words(error: FeedError, source: str) -> None:
    assert source in str(error)
    assert all(p.message and p.fix for p in error.problems)
    assert error.problems


COLUMNS = {
    "agency": "agency_id agency_timezone",
    "stops": "stop_id parent_station stop_lat location_type wheelchair_boarding",
    "routes": "route_id agency_id route_type",
    "trips": "trip_id route_id service_id block_id shape_id direction_id",
    "stop_times": "trip_id stop_id stop_sequence arrival_time departure_time pickup_type location_id",
    "calendar": "service_id monday start_date end_date",
    "calendar_dates": "service_id date exception_type",
    "frequencies": "trip_id start_time end_time headway_secs",
    "transfers": "from_stop_id to_stop_id transfer_type min_transfer_time from_trip_id",
    "shapes": "shape_id shape_pt_lat shape_pt_lon shape_pt_sequence",
    "translations": "table_name field_name language translation record_id field_value",
}
# fmt: off
VALUE = st.sampled_from([
    "", "1", "2", "a", " a", "b", "-1", "99999999999", "8:00:00", "25:99:00", "08:10:00", "120:00:00",
    "20260401", "20260231", "99991231", "00010101", "Asia/Tokyo", "stops", "stop_id", "nan", "1e400", "xxxxx",
])
# fmt: on


@st.composite
def feeds(draw):
    tables = {}
    for name, columns in COLUMNS.items():
        names = columns.split()
        if draw(st.integers(0, 9)) == 0:
            names = names[draw(st.integers(0, len(names))) :]
        rows = draw(st.lists(st.lists(VALUE, min_size=len(names), max_size=len(names)), max_size=4))
        if name == "agency" and draw(st.booleans()):
            rows = [["a", "Asia/Tokyo"][-len(names) :] if names else []]
        data = {n: [row[k] for row in rows] for k, n in enumerate(names)}
        tables[name] = pl.DataFrame(data, schema=dict.fromkeys(names, pl.String))
    return Feed("fuzz.zip", tables)


@pytest.mark.slow
@thorough
@given(feeds(), st.booleans())
def test_any_values_in_the_tables(feed, strict):
    try:
        schedule = to_schedule(feed, strict=strict)
    except FeedError as error:
        _has_words(error, "fuzz.zip")
        return
    times = schedule.stop_times
    assert times.offsets[-1] == len(times.stop)
    assert len(times.offsets) == len(schedule.trips.ids) + 1
    assert (times.stop >= 0).all()
    assert (times.stop < len(schedule.stops.ids)).all()
    assert schedule.services.active.shape[0] == len(schedule.services.ids)
    assert (schedule.trips.service >= 0).all()
    if strict:
        assert not [p for p in feed.problems if p.severity == "error"]
