"""Looking ahead and back, and positions to many viewers, against the real server."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

HEAD = struct.Struct("<BBHId")


@pytest.fixture
def town(server: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server, timeout=120) as client:
        yield client


def booked(town: httpx.Client) -> dict[str, Any]:
    answer = town.post("/v1/rides/quotes", json={"from": "海浜幕張", "to": "イオンモール"}).json()
    ride: dict[str, Any] = answer["offer"]
    assert town.post(f"/v1/rides/{ride['ride_id']}/confirm").status_code == 200
    return ride


def around(stop: dict[str, Any], half: float = 0.004) -> list[list[float]]:
    lon, lat = stop["lon"], stop["lat"]
    return [
        [lon - half, lat - half],
        [lon + half, lat - half],
        [lon + half, lat + half],
        [lon - half, lat + half],
    ]


def test_a_closure_is_thought_through_before_it_is_made(town: httpx.Client, operator: dict[str, str]) -> None:
    ride = booked(town)
    before = town.get("/v1/fleet/conditions", headers=operator).json()
    closure = {"id": "works", "polygon": around(ride["dropoff_stop"])}
    asked = {"conditions": {"closures": [closure]}, "minutes": 30, "riders_per_day": 0}
    seen = town.post("/v1/fleet/what-if", json=asked, headers=operator)
    assert seen.status_code == 200, seen.text
    told = seen.json()
    assert told["now"]["broken"] == []
    assert ride["ride_id"] in {breach["ride_id"] for breach in told["harmed"]}
    assert town.get("/v1/fleet/conditions", headers=operator).json() == before, "nothing is applied"
    assert town.get(f"/v1/rides/{ride['ride_id']}").json()["state"] in ("confirmed", "on_board")
    town.post(f"/v1/rides/{ride['ride_id']}/cancel", json={})


def test_both_futures_meet_the_same_riders(town: httpx.Client, operator: dict[str, str]) -> None:
    asked = {"conditions": {"wind_m_s": 40.0}, "minutes": 20, "riders_per_day": 20_000}
    told = town.post("/v1/fleet/what-if", json=asked, headers=operator).json()
    calm, storm = told["now"]["figures"], told["changed"]["figures"]
    assert calm["asked"] == storm["asked"] > 0
    assert calm["served"] + calm["open"] > storm["served"] + storm["open"]
    assert storm["refused"], "outside its domain nobody new is taken"


def test_a_thought_out_of_bounds_is_refused(town: httpx.Client, operator: dict[str, str]) -> None:
    for bad in ({"minutes": 0}, {"vehicles_more": 21}, {"conditions": {"wind_m_s": -1}}, {"what": 1}):
        answer = town.post("/v1/fleet/what-if", json={"riders_per_day": 0, **bad}, headers=operator)
        assert answer.status_code == 422, bad
        assert answer.headers["content-type"] == "application/problem+json"
    assert town.post("/v1/fleet/what-if", json={}).status_code == 401


def test_the_past_is_columns_of_one_length_in_the_order_of_time(
    town: httpx.Client, operator: dict[str, str]
) -> None:
    now = datetime.now(UTC)
    span = {"start": (now - timedelta(hours=1)).isoformat(), "end": (now + timedelta(minutes=1)).isoformat()}
    past = town.get("/v1/fleet/history", params=span, headers=operator).json()
    assert set(past["ids"]) == {f"shuttle-{k}" for k in range(1, 9)}
    columns = {name: column for name, column in past.items() if name != "ids"}
    assert {len(column) for column in columns.values()} == {len(past["at_s"])}
    assert past["at_s"] == sorted(past["at_s"])
    assert set(past["vehicle"]) == set(range(8))
    backwards = {"start": span["end"], "end": span["start"]}
    assert town.get("/v1/fleet/history", params=backwards, headers=operator).status_code == 400
    assert town.get("/v1/fleet/history", params=span).status_code == 401


def test_all_viewers_get_the_same_packed_frames(server: str, town: httpx.Client) -> None:
    url = server.replace("http", "ws", 1) + "/v1/shuttle/stream?form=packed"
    with connect(url) as one, connect(url) as other:
        greeting = json.loads(one.recv(10))
        assert json.loads(other.recv(10)) == greeting
        assert greeting["ids"] == [f"shuttle-{k}" for k in range(1, 9)]
        whole = one.recv(10)
        assert isinstance(whole, bytes)
        kind, version, _, count, at_s = HEAD.unpack_from(whole)
        assert (kind, version, count) == (0, 1, 8)
        assert len(whole) == HEAD.size + 16 * count
        assert abs(at_s - datetime.now(UTC).timestamp()) < 60
        spots = {spot["id"]: spot for spot in town.get("/v1/shuttle/vehicles").json()}
        lat = struct.unpack_from("<8i", whole, HEAD.size)
        index = struct.unpack_from("<8H", whole, HEAD.size + 64)
        for k, v in enumerate(index):
            assert abs(lat[k] / 1e6 - spots[greeting["ids"][v]]["lat"]) < 0.01
        assert HEAD.unpack_from(other.recv(10))[0] == 0
        seen = {one.recv(10) for _ in range(3)} & {other.recv(10) for _ in range(3)}
        assert len(seen) >= 2, "one message is made for all"
        assert {frame[0] for frame in seen if isinstance(frame, bytes)} == {1}


def test_a_form_that_is_none_is_refused_in_words(server: str) -> None:
    url = server.replace("http", "ws", 1) + "/v1/shuttle/stream?form=xml"
    with connect(url) as page, pytest.raises(ConnectionClosed, match="form is json or packed"):
        page.recv(10)
