"""A feed with continuous stopping, from its files to the answer over HTTP and in the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner
from fakes.hailing import AT, DOOR, GOAL, packed

from maas.area.open import open_area
from maas.cli.main import main


@pytest.fixture(scope="module")
def area(tmp_path_factory: pytest.TempPathFactory, maas_command: Any) -> Path:
    folder = tmp_path_factory.mktemp("hailing")
    feed = packed(folder)
    maas_command("area", "build", folder / "area", "--gtfs", feed)
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
