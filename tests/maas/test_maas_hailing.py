"""A feed with continuous stopping, from its files to the answer over HTTP and in the terminal."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from maas.area.open import open_area
from maas.cli.main import main

FEED = {
    "agency": """
agency_id,agency_name,agency_url,agency_timezone,agency_phone
a,A,https://a.example,Asia/Tokyo,0120-000-000
""",
    "stops": """
stop_id,stop_name,stop_lat,stop_lon
1,One,35.65,140.04
2,Two,35.66,140.04
3,Three,35.67,140.04
""",
    "routes": """
route_id,agency_id,route_short_name,route_type,continuous_pickup,continuous_drop_off
r,a,R,3,0,2
""",
    "trips": "route_id,service_id,trip_id,shape_id\nr,s,t,way\n",
    "shapes": """
shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence
way,35.65,140.04,1
way,35.67,140.04,2
""",
    "stop_times": """
trip_id,arrival_time,departure_time,stop_id,stop_sequence,continuous_pickup
t,08:00:00,08:00:00,1,1,
t,08:10:00,08:10:00,2,2,1
t,08:20:00,08:20:00,3,3,
""",
    "calendar_dates": "service_id,date,exception_type\ns,20261125,1\n",
    "fare_attributes": """
fare_id,price,currency_type,payment_method,transfers
near,200,JPY,0,0
""",
    "fare_rules": "fare_id,route_id,origin_id,destination_id\nnear,r,,\n",
}
AT = "2026-11-25T08:05:00+09:00"  # walking all the way takes longer
DOOR, GOAL = {"lat": 35.6561, "lon": 140.0401}, {"lat": 35.6641, "lon": 140.0401}


@pytest.fixture(scope="module")
def area(tmp_path_factory: pytest.TempPathFactory, maas_command: Any) -> Path:
    folder = tmp_path_factory.mktemp("hailing")
    with zipfile.ZipFile(folder / "feed.zip", "w") as packed:
        for name, text in FEED.items():
            packed.writestr(f"{name}.txt", text.lstrip())
    maas_command("area", "build", folder / "area", "--gtfs", folder / "feed.zip")
    return folder / "area"


def test_the_answer_says_that_one_waves_and_whom_to_phone(area: Path, tmp_path: Path, start_server: Any):
    with start_server(area, tmp_path) as (url, _):
        asked = {"from": DOOR, "to": GOAL, "at": AT, "means": ["transit"]}
        found = httpx.post(f"{url}/v1/journeys", json=asked, timeout=60).json()["journeys"]
        ride = next(leg for leg in found[0]["legs"] if leg["trip_id"])
        assert (ride["boarding"], ride["alighting"]) == ("wave", "phone")
        assert ride["agency_phone"] == "0120-000-000"
        assert (ride["from"]["name"], ride["to"]["name"]) == ("One – Two", "Two – Three")
        assert [call["name"] for call in ride["calls"]] == ["One – Two", "Two", "Two – Three"]
        assert "2026-11-25T08:06" < ride["departure"] < "2026-11-25T08:07"
        assert ride["fare"]["amount_minor"] == 200  # as from the stop before to the one after
        # A journey so told can be asked about again.
        legs = [
            {
                "mode": leg["mode"], "from": leg["from"], "to": leg["to"], "departure": leg["departure"],
                "arrival": leg["arrival"], "trip_id": leg["trip_id"], "service_date": leg["service_date"],
            }
            for leg in found[0]["legs"]
        ]  # fmt: skip
        checked = httpx.post(f"{url}/v1/journeys/check", json={"legs": legs}, timeout=60)
        assert checked.json()["still_good"], checked.text


def test_the_terminal_tells_it_too(area: Path):
    asked = [
        "plan",
        "--area",
        str(area),
        "--from",
        "35.6561,140.0401",
        "--to",
        "35.6641,140.0401",
        "--at",
        AT,
    ]
    done = CliRunner().invoke(main, asked)
    assert "(wave to the driver) (to get off phone ahead: 0120-000-000)" in done.output, done.output


def test_places_to_hail_at_are_no_stops_of_the_area(area: Path):
    opened = open_area(area)
    assert opened.planner.network.stop_index.keys() > {"1", "2", "3"}
    names = {place.names[""] if "" in place.names else str(place.names) for place in opened.places.places}
    assert not any("–" in name for name in names), names
    # From the second stop on nobody boards between stops: stop_times.txt overrides routes.txt.
    times = opened.planner.network.schedule.stop_times
    second = int(opened.planner.network.published.stop_times.stop[1])
    behind = int((times.stop == second).nonzero()[0][0]) + 1
    assert set(times.pickup_type[behind:-1].tolist()) == {1}
    assert set(times.drop_off_type[behind:-1].tolist()) == {2}
