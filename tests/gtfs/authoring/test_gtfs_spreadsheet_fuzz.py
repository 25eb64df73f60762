"""Whatever is handed in as a sheet, it is read or refused in words; nothing else happens."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gtfs.authoring.spreadsheet import SheetError, read_cells, read_timetables, read_triangle

CELLS = st.sampled_from(
    ["", "海浜幕張", "豊砂 着", "豊砂 発", "7:05", "705", "7:75", "2505", "レ", "と", "平日",
     "土曜", "180", "180円", "99:99", "1.5", "-", "\u3000", "7時5分", '"', "あとで"]
)  # fmt: skip
SHEETS = st.lists(st.lists(CELLS, max_size=5), max_size=8).map(
    lambda rows: "\n".join(",".join(row) for row in rows).encode()
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(SHEETS, st.binary(max_size=200), st.binary(max_size=60).map(lambda b: b"PK\x03\x04" + b)))
@example(b"\xff\xfe7:05")
@example("豊砂 発,7:05\n豊砂 発,7:06\n".encode())
def test_any_sheet_is_read_or_refused(data: bytes) -> None:
    with suppress(SheetError):
        for sheet in read_timetables(read_cells(data, "x")):
            assert all(len(trip) == len(sheet.stops) for trip in sheet.trips)
            assert len(sheet.names) == len(sheet.trips)
    with suppress(SheetError):
        names, triangle = read_triangle(read_cells(data, "x"))
        assert [len(row) for row in triangle] == list(range(len(names)))
