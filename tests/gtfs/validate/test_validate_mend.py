"""What `--fix` mends, and what it leaves alone."""

from __future__ import annotations

import json
import zipfile

import pytest
from fakes.judged import GOOD, TODAY, edited, feed_of

from gtfs.validate import validate
from gtfs.validate.intake import intake
from gtfs.validate.mend import mend


def mended(edits, profile="gtfs"):
    feed = feed_of(edited(edits))
    before = {name: table.rows() for name, table in feed.tables.items()}
    out = mend(feed, profile)
    assert {name: table.rows() for name, table in feed.tables.items()} == before
    return out, validate(out.feed, today=TODAY).codes()


def test_a_good_feed_is_left_as_it_is():
    out, codes = mended({})
    assert out.changes == ()
    assert codes == set()
    assert {n: t.rows() for n, t in out.feed.tables.items()} == {
        n: t.rows() for n, t in feed_of(edited({})).tables.items()
    }


def test_blanks_marks_and_empty_rows_go():
    out, codes = mended(
        {
            "stops.txt": b"\xef\xbb\xbf"
            + GOOD["stops.txt"].replace("Messe", " Messe ").replace("S3", "\nS3").encode()
        }
    )
    assert codes == set()
    assert [(c.file, c.count) for c in out.changes] == [("stops.txt", 1)] * 3


def test_stop_times_are_sorted_and_trips_keep_their_place():
    rows = GOOD["stop_times.txt"].splitlines()
    text = "\n".join([rows[0], rows[4], rows[2], rows[1], rows[3], rows[6], rows[5]]) + "\n"
    out, codes = mended({"stop_times.txt": text})
    assert codes == set()
    assert out.feed.tables["stop_times"]["trip_id"].to_list() == ["T2"] * 3 + ["T1"] * 3


def test_a_station_that_something_names_stays():
    station = GOOD["stops.txt"] + "X,Old Station,35.64,140.04,1,,\n"
    out, codes = mended({"stops.txt": station})
    assert "X" not in out.feed.tables["stops"]["stop_id"]
    assert codes == set()
    kept, _ = mended(
        {"stops.txt": station, "transfers.txt": "from_stop_id,to_stop_id,transfer_type\nX,S1,0\n"}
    )
    assert "X" in kept.feed.tables["stops"]["stop_id"]


def test_translations_of_the_old_form_say_which_field_they_mean():
    text = "trans_id,lang,translation\nToyosuna,ja-Hrkt,とよすな\nToyosuna,en,Toyosuna\nNobody,en,x\n"
    out, codes = mended({"translations.txt": text})
    rows = out.feed.tables["translations"].rows()
    assert ("stops", "stop_name", "ja-Hrkt", "とよすな", "Toyosuna") in rows
    assert ("trips", "trip_headsign", "en", "Toyosuna", "Toyosuna") in rows
    assert len(rows) == 4
    assert codes == set()
    assert [c.count for c in out.changes] == [3, 1]


def test_a_draft_of_flex_becomes_what_was_adopted():
    square = [[[140.0, 35.0], [140.1, 35.0], [140.1, 35.1], [140.0, 35.0]]]
    zone = {
        "type": "Feature",
        "id": "Z",
        "properties": {},
        "geometry": {"type": "Polygon", "coordinates": square},
    }
    times = (
        "trip_id,arrival_time,departure_time,stop_id,stop_sequence,timepoint,start_pickup_dropoff_window,"
        "end_pickup_dropoff_window,pickup_type,drop_off_type,continuous_pickup,shape_dist_traveled\n"
        "T1,,,Z,1,,08:00:00,12:00:00,2,1,-999,0\nT1,,,Z,1,,08:00:00,12:00:00,1,2,-999,0\n"
        "T2,09:00:00,09:00:00,S1,1,1,,,,,,\nT2,09:05:00,09:05:00,S2,2,1,,,,,,\nT2,09:10:00,09:10:00,S3,3,1,,,,,,\n"
    )
    edits = {
        "stop_times.txt": times,
        "locations.geojson": json.dumps({"type": "FeatureCollection", "features": [zone]}),
    }
    out, codes = mended(
        {**edits, "location_groups.txt": "location_group_id,location_id,location_group_name\nG,S2,Group\n"}
    )
    new = out.feed.tables["stop_times"]
    assert new["location_id"].to_list() == ["Z", "Z", "", "", ""]
    assert new["stop_sequence"].to_list()[:2] == ["1", "2"]
    assert new["continuous_pickup"].to_list() == [""] * 5
    assert out.feed.tables["location_group_stops"].rows() == [("G", "S2")]
    assert codes == {"missing_pickup_drop_off_booking_rule_id"}


def test_v4_fills_in_what_the_feed_tells():
    edits = {
        "routes.txt": ("agency_id,", "x,"), "feed_info.txt": ("20261101,20270331,1", ",,"),
        "agency.txt": (",ja,", ",,"), "stops.txt": GOOD["stops.txt"].replace("location_type", "kind"),
    }  # fmt: skip
    out, _ = mended(edits, "gtfs-jp-v4")
    assert out.feed.tables["routes"]["agency_id"].to_list() == ["A"]
    assert out.feed.tables["agency"]["agency_lang"].to_list() == ["ja"]
    assert out.feed.tables["feed_info"].select("feed_start_date", "feed_end_date", "feed_version").row(0) == (
        "20261101", "20270331", "20261101",
    )  # fmt: skip
    assert set(out.feed.tables["stops"]["location_type"]) == {"0"}


@pytest.fixture
def faulty(tmp_path):
    path = tmp_path / "feed.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in edited({"stops.txt": ("Messe", " Messe")}).items():
            archive.writestr(name, data)
    return path


def test_the_command_writes_a_new_feed_and_judges_that(faulty, tmp_path, maas_command):
    before = faulty.read_bytes()
    out = tmp_path / "new.zip"
    done = maas_command("gtfs", "validate", faulty, "--fix", out, "--json", "--date", "2026-11-25")
    told = json.loads(done.stdout)
    assert told["mended"] == [{"file": "stops.txt", "count": 1, "message": "blanks round values removed"}]
    assert told["notices"] == []
    assert faulty.read_bytes() == before
    assert intake(out).tables["stops"]["stop_name"].to_list()[2] == "Messe"
    refused = maas_command("gtfs", "validate", faulty, "--fix", faulty, check=False)
    assert refused.returncode == 2
    assert "never changed" in refused.stderr
