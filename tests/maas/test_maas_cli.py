"""The command line, as a user meets it: good answers, and bad input that ends in one line and code 2."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

Command = Callable[..., CompletedProcess[str]]


def refused(done: CompletedProcess[str], *said: str) -> None:
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    for text in said:
        assert text in done.stderr


def test_a_plan_as_json_has_the_documented_shape(maas_command: Command, makuhari: Path) -> None:
    done = maas_command(
        "plan", "--area", makuhari, "--from", "海浜幕張", "--to", "イオンモール",
        "--at", "2026-11-25T10:00", "--count", "3", "--json",
    )  # fmt: skip
    journeys = json.loads(done.stdout)["journeys"]
    assert len(journeys) == 3
    for journey in journeys:
        assert {"departure", "arrival", "interchanges", "walk_m", "legs"} <= set(journey)
        assert journey["departure"].endswith("+09:00")
        for leg in journey["legs"]:
            assert {"mode", "from", "to", "departure", "arrival", "geometry"} <= set(leg)
            assert {"name", "lat", "lon"} <= set(leg["from"])


def test_tokyo_shinjuku_to_kaihin_makuhari_is_sensible(maas_command: Command, tokyo: Path) -> None:
    done = maas_command(
        "plan", "--area", tokyo, "--from", "Shinjuku", "--to", "Kaihin-Makuhari", "--at", "2026-11-25T08:00",
        "--json",
    )  # fmt: skip
    best = json.loads(done.stdout)["journeys"][0]
    assert best["departure"] >= "2026-11-25T08:00"
    assert "2026-11-25T08:50" < best["arrival"] < "2026-11-25T09:10"
    assert best["interchanges"] == 1
    assert best["legs"][-1]["route_name"] == "京葉線"


def test_tokyo_through_trains_keep_you_seated(maas_command: Command, tokyo: Path) -> None:
    done = maas_command(
        "plan", "--area", tokyo, "--from", "渋谷", "--to", "川越市", "--at", "2026-11-25T18:00", "--json"
    )
    direct = [j for j in json.loads(done.stdout)["journeys"] if j["interchanges"] == 0]
    assert direct, "the Fukutoshin line runs through to the Tojo line"
    assert direct[0]["legs"][-1]["stay_seated"] is True


def test_an_unchanged_area_is_not_built_again(maas_command: Command, makuhari: Path, root: Path) -> None:
    before = (makuhari / "area.json").stat().st_mtime_ns
    done = maas_command("area", "build", makuhari, "--area", root / "areas" / "makuhari", "--if-stale")
    assert "up to date" in done.stderr
    assert (makuhari / "area.json").stat().st_mtime_ns == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--from", "qxzzy", "--to", "海浜幕張", "--at", "2026-11-25T10:00"], "qxzzy"),
        (["--from", "海浜幕張", "--to", "0,0", "--at", "2026-11-25T10:00"], "off the map"),
        (["--from", "海浜幕張", "--to", "幕張", "--at", "2029-01-01T10:00"], "2027-03-31"),
        (["--from", "海浜幕張", "--to", "幕張", "--at", "tomorrow"], "tomorrow"),
    ],
)
def test_bad_questions(maas_command: Command, makuhari: Path, arguments: list[str], said: str) -> None:
    refused(maas_command("plan", "--area", makuhari, *arguments, check=False), said)


def test_a_folder_that_is_no_area(maas_command: Command, tmp_path: Path) -> None:
    arguments = ["--from", "a", "--to", "b", "--at", "2026-11-25T10:00"]
    refused(maas_command("plan", "--area", tmp_path, *arguments, check=False), "maas area build")


FEED: dict[str, str] = {
    "agency.txt": "agency_id,agency_name,agency_url,agency_timezone\na,A,https://a.example,Asia/Tokyo\n",
    "stops.txt": "stop_id,stop_name,stop_lat,stop_lon\n1,One,35.65,140.04\n2,Two,35.66,140.05\n",
    "routes.txt": "route_id,agency_id,route_short_name,route_type\nr,a,R,3\n",
    "trips.txt": "route_id,service_id,trip_id\nr,s,t1\nr,s,t2\nr,s,t3\n",
    "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
    "t1,08:00:00,08:00:00,1,1\nt1,08:10:00,08:10:00,2,2\n"
    "t2,09:00:00,09:00:00,1,1\nt2,09:10:00,09:10:00,2,2\n"
    "t3,10:00:00,10:00:00,1,1\nt3,10:10:00,10:10:00,2,2\n",
    "calendar.txt": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,"
    "start_date,end_date\ns,1,1,1,1,1,1,1,20260101,20261231\n",
}


def feed_zip(path: Path, **changes: Any) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in (FEED | {k.replace("_txt", ".txt"): v for k, v in changes.items()}).items():
            if text is not None:
                archive.writestr(name, text)
    return path


def test_a_truncated_zip(maas_command: Command, tmp_path: Path) -> None:
    whole = feed_zip(tmp_path / "whole.zip").read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[: len(whole) // 2])
    done = maas_command("area", "build", tmp_path / "out", "--gtfs", tmp_path / "cut.zip", check=False)
    refused(done, "cut.zip", "zip")
    assert not (tmp_path / "out").exists()


def test_a_feed_without_stop_times(maas_command: Command, tmp_path: Path) -> None:
    feed = feed_zip(tmp_path / "feed.zip", stop_times_txt=None)
    refused(maas_command("area", "build", tmp_path / "out", "--gtfs", feed, check=False), "stop_times.txt")


def test_a_bad_time_in_line_7(maas_command: Command, tmp_path: Path) -> None:
    broken = FEED["stop_times.txt"].replace("t3,10:10:00", "t3,10:1x:00")
    feed = feed_zip(tmp_path / "feed.zip", stop_times_txt=broken)
    done = maas_command("area", "build", tmp_path / "out", "--gtfs", feed, check=False)
    refused(done, "stop_times.txt, line 7, arrival_time", "10:1x:00", "--lenient")
    # Without that trip the rest is used, and the finding is told: nothing is lost, nothing is silent.
    lenient = maas_command("area", "build", tmp_path / "out", "--gtfs", feed, "--lenient")
    assert "stop_times.txt, line 7, arrival_time" in lenient.stderr
    assert "2 trips" in lenient.stdout


def test_a_missing_extract(maas_command: Command, tmp_path: Path) -> None:
    feed = feed_zip(tmp_path / "feed.zip")
    done = maas_command(
        "area", "build", tmp_path / "out", "--gtfs", feed, "--osm", tmp_path / "no.osm.pbf", check=False
    )
    refused(done, "no.osm.pbf")


def test_help_has_an_example(maas_command: Command) -> None:
    for command in (["--help"], ["area", "build", "--help"], ["plan", "--help"], ["serve", "--help"]):
        assert "Example:" in maas_command(*command).stdout
