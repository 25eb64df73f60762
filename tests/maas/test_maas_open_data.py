"""Open data of a running server: valid by every judge, and one state seen from every side."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from google.transit import gtfs_realtime_pb2 as pb
from open_data_reader import bus_trip_near, gbfs, gbfs_faults, message

from gtfs.realtime.apply import Timetable
from gtfs.schedule.reader import read_feed
from gtfs.schedule.typed import to_schedule
from gtfs.validate.runner import judge

AREA = "makuhari"


@pytest.fixture(scope="module")
def client(server: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server, timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def quiet(
    start_server: Any, makuhari: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[httpx.Client]:
    """A server whose vehicles are real, that is: tell what this test says."""
    cache = tmp_path_factory.mktemp("open-data")
    with (
        start_server(makuhari, cache, "--no-simulation") as (url, _),
        httpx.Client(base_url=url, timeout=30) as client,
    ):
        yield client


def test_the_schemas_find_nothing_in_any_gbfs_file(client: httpx.Client, shared: Path) -> None:
    seen, faults = gbfs_faults(client, AREA, shared / "standards" / "gbfs")
    assert faults == []
    assert seen >= 40


@pytest.mark.parametrize("system", ["devices", "cycles"])
@pytest.mark.parametrize("version", ["2.3", "3.0"])
def test_the_gbfs_validator_finds_no_error(server: str, system: str, version: str) -> None:
    from gbfs_validator.feed import GBFS

    found = GBFS(f"{server}/feeds/{AREA}/gbfs/{system}/{version}/gbfs.json").validation()
    assert found["summary"]["version"]["validated"] == version
    assert found["summary"]["errorsCount"] == 0, [f for f in found["files"] if f["hasErrors"]]


@pytest.mark.parametrize("name", ["gtfs.zip", "gtfs-zone.zip"])
def test_no_judge_finds_an_error_in_the_shuttles_feed(
    client: httpx.Client, tmp_path: Path, name: str
) -> None:
    import gtfs_analyzer
    import gtfs_guru

    path = tmp_path / name
    path.write_bytes(client.get(f"/feeds/{AREA}/shuttle/{name}").content)
    ours = judge(path, today=datetime.now(UTC).date())
    assert [n.kind.code for n in ours.notices() if n.kind.severity == "error"] == []
    theirs = gtfs_guru.validate(str(path))
    assert [n.code for n in theirs.notices if str(n.severity).upper() == "ERROR"] == []
    third = gtfs_analyzer.validate_gtfs(str(path))["notices"]
    assert [n["rule_id"] for n in third if n["severity"] in ("ERROR", "FATAL", "CRITICAL")] == []


def test_a_shuttle_is_in_one_place_whoever_asks(client: httpx.Client) -> None:
    """GTFS-Realtime, its JSON form and the API, within the metres that are driven between the questions."""
    before = {v["id"]: v for v in client.get("/v1/shuttle/vehicles").json()}
    told = message(client, AREA, "vehicle-positions", "shuttle")
    assert {e.vehicle.vehicle.id for e in told.entity} == set(before)
    now = time.time()
    for entity in told.entity:
        seen = before[entity.vehicle.vehicle.id]
        assert abs(entity.vehicle.position.latitude - seen["lat"]) < 0.0015  # 15 s at 30 km/h
        assert abs(entity.vehicle.position.longitude - seen["lon"]) < 0.0018
        assert abs(entity.vehicle.timestamp - now) < 60
        assert entity.vehicle.timestamp <= told.header.timestamp
    whole = message(client, AREA, "vehicle-positions")
    assert {e.id for e in told.entity} <= {e.id for e in whole.entity}  # buses are there, too
    same = client.get(f"/feeds/{AREA}/realtime/vehicle-positions.json?feed=shuttle").json()
    assert {e["id"] for e in same["entity"]} == {e.id for e in told.entity}


def test_a_free_device_is_in_one_place_whoever_asks(client: httpx.Client) -> None:
    spots = client.get("/v1/devices/spots").json()
    old = gbfs(client, AREA, "devices", "2.3/ja/free_bike_status.json")["bikes"]
    new = gbfs(client, AREA, "devices", "3.0/vehicle_status.json")["vehicles"]
    assert {b["bike_id"] for b in old} == {v["vehicle_id"] for v in new}
    assert len(new) >= 20
    for vehicle in new:
        assert any(
            abs(s["lat"] - vehicle["lat"]) < 0.0002 and abs(s["lon"] - vehicle["lon"]) < 0.0002 for s in spots
        )
    names = {s["id"] for s in spots}
    assert not names & {v["vehicle_id"] for v in new}  # the fleet's own ids stay inside


def test_docks_say_the_same_in_gbfs_and_in_the_api(client: httpx.Client) -> None:
    ours = {d["id"]: d for d in client.get("/v1/docks").json()}
    theirs = gbfs(client, AREA, "cycles", "3.0/station_status.json")["stations"]
    assert {s["station_id"] for s in theirs} == set(ours)
    off = [s for s in theirs if abs(s["num_vehicles_available"] - ours[s["station_id"]]["bikes"]) > 1]
    assert off == []  # one bike may come or go between the two questions


def test_what_has_not_changed_is_not_sent_again(client: httpx.Client) -> None:
    path = f"/feeds/{AREA}/shuttle/gtfs.zip"
    first = client.get(path)
    assert client.get(path, headers={"If-None-Match": first.headers["etag"]}).status_code == 304
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    since = {"If-Modified-Since": first.headers["last-modified"]}
    assert client.get(path, headers=since).status_code == 304
    live = client.get(f"/feeds/{AREA}/realtime/alerts.pb")
    assert live.headers["cache-control"] == "public, max-age=5"
    assert live.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    "path", ["gbfs/trams/3.0/gbfs.json", "gbfs/cycles/3.0/free_bike_status.json", "gbfs/cycles/4.0/gbfs.json"]
)
def test_what_is_not_published_says_where_to_begin(client: httpx.Client, path: str) -> None:
    answer = client.get(f"/feeds/{AREA}/{path}")
    assert answer.status_code == 404
    assert answer.json()["type"].endswith("not-published")
    assert client.get(f"/feeds/{AREA}/realtime/nothing.pb").status_code == 422


def test_telemetry_comes_out_as_it_went_in(quiet: httpx.Client, operator: dict[str, str]) -> None:
    at = int(time.time()) - 3
    said = {
        "id": "shuttle-2", "at": at, "lat": 35.6482, "lon": 140.0409, "heading": 90, "speed_m_s": 5.0,
        "passengers": 11,
    }  # fmt: skip
    assert quiet.post("/v1/fleet/telemetry", json=said, headers=operator).json()[0]["verdict"] == "accepted"
    time.sleep(5.1)  # the message of a moment ago may be kept so long
    entities = message(quiet, AREA, "vehicle-positions", "shuttle").entity
    (entity,) = [e for e in entities if e.vehicle.vehicle.id == "shuttle-2"]
    vehicle = entity.vehicle
    assert (round(vehicle.position.latitude, 4), round(vehicle.position.longitude, 4)) == (35.6482, 140.0409)
    assert (vehicle.timestamp, vehicle.position.bearing) == (at, 90)
    assert vehicle.occupancy_status == pb.VehiclePosition.FULL


def test_a_bus_heard_over_http_is_published_on_its_trip(
    quiet: httpx.Client, operator: dict[str, str], makuhari: Path
) -> None:
    timetable = Timetable(to_schedule(read_feed(makuhari / "feeds" / "makuhari.zip")))
    trip, lat, lon = bus_trip_near(timetable, int(time.time()))
    said = {"kind": "bus", "id": "bus-3", "at": time.time(), "lat": lat, "lon": lon, "trip": trip}
    answer = quiet.post("/v1/fleet/telemetry", json=said, headers=operator)
    assert answer.json()[0]["verdict"] == "accepted", answer.text
    time.sleep(5.1)  # the message of a moment ago may be kept so long
    entity: Any
    (entity,) = message(quiet, "makuhari", "vehicle-positions", "makuhari").entity
    assert (entity.vehicle.vehicle.id, entity.vehicle.vehicle.label) == ("bus-3", "M003")
    assert entity.vehicle.trip.trip_id == trip
    (update,) = message(quiet, "makuhari", "trip-updates", "makuhari").entity
    assert update.trip_update.trip.trip_id == trip
    assert update.trip_update.trip.schedule_relationship == pb.TripDescriptor.SCHEDULED
    assert len(update.trip_update.stop_time_update) >= 2
    assert quiet.get("/v1/shuttle/vehicles").status_code == 200  # shuttles do not mix with buses


def test_weather_beyond_the_domain_is_told_in_two_languages(
    quiet: httpx.Client, operator: dict[str, str]
) -> None:
    assert message(quiet, AREA, "alerts").entity == []
    polygon = [[140.0399, 35.6477], [140.0419, 35.6477], [140.0419, 35.6487], [140.0399, 35.6487]]
    weather = {"wind_m_s": 25, "closures": [{"id": "works", "polygon": polygon}]}
    answer = quiet.put("/v1/fleet/conditions", json=weather, headers=operator)
    assert answer.status_code == 200, answer.text
    time.sleep(5.1)
    try:
        alerts = {e.id: e.alert for e in message(quiet, AREA, "alerts").entity}
        assert alerts["domain"].effect == pb.Alert.NO_SERVICE
        assert alerts["domain"].cause == pb.Alert.WEATHER
        texts = {t.language: t.text for t in alerts["domain"].header_text.translation}
        assert texts["ja"].startswith("強風のため")
        assert "strong wind" in texts["en"]
        assert [i.stop_id for i in alerts["closure-works"].informed_entity] == ["info"]
        message_json = quiet.get(f"/feeds/{AREA}/realtime/alerts.json").json()
        assert {e["id"] for e in message_json["entity"]} == set(alerts)
    finally:
        quiet.put("/v1/fleet/conditions", json={}, headers=operator)
