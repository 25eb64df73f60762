"""Whatever stands in a feed: no rule fails, totals are at least the samples, every sentence can be said."""

from __future__ import annotations

import json
import tempfile
import zipfile
from pathlib import Path

import polars as pl
import pytest
from fakes.judged import TODAY, edited
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gtfs.errors import FeedError
from gtfs.schedule.feed import Feed
from gtfs.validate import Profile, judge, validate
from gtfs.validate.facts import JP_COLUMNS, JP_FILES
from gtfs.validate.intake import intake
from gtfs.validate.mend import mend
from gtfs.validate.report import to_html, to_json, to_text
from gtfs.validate.spec import specification

# fmt: off
VALUES = (
    "", "", "0", "1", "2", "3", "4", "5", "a", "b", " a", "Z", "-1", "1.5", "99999999999999999999", "1e400", "nan",
    "8:00:00", "08:10:00", "25:00:00", "120:00:00", "25:99:00", "20261101", "20261231", "20260231", "99991231",
    "00010101", "35.6", "140.0", "-89.9", "0.0", "181", "Asia/Tokyo", "ja", "jp", "JPY", "200", "2.00", "stops",
    "stop_name", "ja-Hrkt", "https://a.jp", "ht tp", "a@b.jp", "043-123-4567", "0039A6", "\ufffd", "駅", "a\tb", "{x}", "%",
)
# fmt: on
GEOMETRY = st.sampled_from(
    [
        None,
        1,
        "x",
        [],
        {},
        {"type": "Polygon"},
        {"type": "Polygon", "coordinates": "x"},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [0, 1], [0, 0]]]},
        {"type": "MultiPolygon", "coordinates": [[[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]]},
        {"type": "Polygon", "coordinates": [[["a", 0], [1], [0, 1], ["a", 0]]]},
        {"type": "Polygon", "coordinates": [[[1e400, 0], [1, 1], [1, 0], [1e400, 0]]]},
        {"type": [], "coordinates": [None]},
    ]
)  # fmt: skip
FEATURE = st.fixed_dictionaries(
    {}, optional={"type": st.sampled_from(["Feature", 1, None]), "id": st.sampled_from(["Z", "a", 1, None, [], True]), "properties": st.sampled_from([None, {}, {"x": 1}, []]), "geometry": GEOMETRY},
)  # fmt: skip
ZONES = st.one_of(
    st.binary(max_size=60),
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(["FeatureCollection", "x", 1]),
            "features": st.one_of(st.lists(st.one_of(FEATURE, st.integers()), max_size=3), st.just("x")),
        }
    ).map(lambda z: json.dumps(z).encode()),
)


@st.composite
def feeds(draw):
    tables = {}
    columns = {name: [*spec.fields, *JP_COLUMNS.get(name, ())] for name, spec in specification().items()}
    columns |= {name: list(fields) for name, fields in JP_FILES.items()}
    for name, fields in columns.items():
        if draw(st.integers(0, 3)) == 0:
            continue
        left = draw(st.sets(st.sampled_from(fields), max_size=2)) if draw(st.booleans()) else set()
        names = [f for f in fields if f not in left]
        height = draw(st.integers(0, 5))
        seed = draw(st.integers(0, 2**32))
        cells = {
            n: [
                VALUES[(seed * 31 + sum(n.encode()) * (k + 3) + seed // (k + 2)) % len(VALUES)]
                for k in range(height)
            ]
            for n in names
        }
        tables[name] = pl.DataFrame(cells, schema=dict.fromkeys(names, pl.String))
    if draw(st.integers(0, 9)) == 0:
        tables["translations"] = pl.DataFrame({"trans_id": ["a"], "lang": ["ja"], "translation": ["x"]})
    raw = {"locations.geojson": draw(ZONES)} if draw(st.booleans()) else {}
    return Feed("fuzz.zip", tables, raw)


def sound(report):
    failed = report.notice("runtime_exception_in_validator_error")
    assert failed is None, failed and [s.message(failed.kind) for s in failed.samples]
    for notice in report.notices():
        assert notice.total >= len(notice.samples) > 0
    for show in (to_json, to_text, to_html):
        assert show(report, "ja")
        assert show(report, "en")


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(feeds(), st.sampled_from(list(Profile)))
def test_any_values_in_the_tables(feed, profile):
    sound(validate(feed, today=TODAY, profile=profile))
    sound(validate(mend(feed, profile).feed, today=TODAY, profile=profile))


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(edited({}))), st.integers(0, 2000), st.binary(max_size=6))
def test_any_bytes_in_a_good_feed(name, place, octets):
    files = edited({})
    at = place % len(files[name])
    files[name] = files[name][:at] + octets + files[name][at + len(octets) // 2 :]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "feed.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for member, data in files.items():
                archive.writestr(member, data)
        sound(judge(path, today=TODAY))
        mend(intake(path), Profile.GTFS_JP_V4)


def test_an_empty_feed_is_told_file_by_file():
    report = validate(Feed("empty.zip", {}), today=TODAY)
    sound(report)
    assert report.codes() == {
        "missing_required_file",
        "missing_calendar_and_calendar_date_files",
        "missing_recommended_file",
    }


def test_a_folder_that_is_none_is_a_finding(tmp_path):
    assert judge(tmp_path / "nothing.zip", today=TODAY).codes() == {"i_o_error"}
    with pytest.raises(FeedError):
        intake(tmp_path / "nothing.zip")


@pytest.mark.parametrize("name", sorted(specification()))
def test_a_file_that_lacks_its_first_column_is_judged_all_the_same(name):
    spec = specification()[name]
    rest = list(spec.fields)[1:]
    table = pl.DataFrame({field: ["1"] for field in rest}, schema=dict.fromkeys(rest, pl.String))
    sound(validate(Feed("cut.zip", {name: table}), today=TODAY))
