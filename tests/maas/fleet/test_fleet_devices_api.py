"""Devices and docks over HTTP, against a real server whose devices are told where they are by telemetry."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from subprocess import Popen
from typing import Any

import httpx
import pytest

Start = Callable[..., AbstractContextManager[tuple[str, Popen[bytes]]]]
RIDER = {"at_place": {"lat": 35.6484, "lon": 140.0381}, "to_place": {"lat": 35.6524, "lon": 140.0427}}


@pytest.fixture(scope="module")
def town(
    start_server: Start, makuhari: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[httpx.Client]:
    cache = tmp_path_factory.mktemp("devices")
    with (
        start_server(makuhari, cache, "--no-simulation") as (url, _),
        httpx.Client(base_url=url, timeout=30) as client,
    ):
        yield client


def offer(town: httpx.Client, **changes: Any) -> dict[str, Any]:
    body = town.post("/v1/devices/quotes", json=RIDER | changes).json()
    assert body["offer"] is not None, body
    found: dict[str, Any] = body["offer"]
    return found


def say(town: httpx.Client, operator: dict[str, str], device: str, lat: float, lon: float) -> None:
    sent = {"kind": "device", "id": device, "at": time.time(), "lat": lat, "lon": lon}
    for _ in range(3):  # a jump is believed when it has been said three times
        answer = town.post("/v1/fleet/telemetry", json=sent | {"at": time.time()}, headers=operator)
        assert answer.json()[0]["verdict"] in ("accepted", "absurd")


def test_a_device_is_held_comes_is_unlocked_and_left(town: httpx.Client, operator: dict[str, str]) -> None:
    held = offer(town)
    assert held["meet"] <= held["meet_until"]
    mission = held["mission_id"]
    assert town.post(f"/v1/missions/{mission}/confirm").json()["state"] == "confirmed"
    devices = {d["id"]: d for d in town.get("/v1/fleet/devices", headers=operator).json()}
    assert devices[held["device_id"]]["mode"] == "coming"
    say(town, operator, held["device_id"], held["lat"], held["lon"])
    body = town.get(f"/v1/missions/{mission}").json()
    assert body["state"] == "waiting"
    assert town.post(f"/v1/missions/{mission}/unlock", json={"code": "no"}).status_code == 422
    unlocked = town.post(f"/v1/missions/{mission}/unlock", json={"code": body["code"]})
    assert unlocked.json()["state"] == "in_use"
    in_the_way = town.post(f"/v1/missions/{mission}/release", json={"lat": 35.6477, "lon": 140.0347})
    assert in_the_way.status_code == 409
    assert "The nearest place is" in in_the_way.json()["detail"]
    done = town.post(f"/v1/missions/{mission}/release", json={"lat": 35.6524, "lon": 140.0427}).json()
    assert done["state"] == "completed"
    assert done["price"]["amount"] in (100, 115)  # the first minute may not have begun


def test_a_fallen_device_goes_to_a_person(town: httpx.Client, operator: dict[str, str]) -> None:
    held = offer(town, kind="scooter")
    raised = town.post(
        f"/v1/fleet/devices/{held['device_id']}/incidents", json={"cause": "fallen"}, headers=operator
    )
    assert raised.status_code == 201
    assert town.get(f"/v1/missions/{held['mission_id']}").json()["state"] == "broken"
    queue = town.get("/v1/fleet/incidents", headers=operator).json()
    assert [i["cause"] for i in queue] == ["fallen"]
    path = f"/v1/fleet/incidents/{queue[0]['id']}"
    assert town.post(f"{path}/take", json={"operator": "nobody"}, headers=operator).status_code == 404
    town.post(f"{path}/take", json={"operator": "remote-1"}, headers=operator)
    done = town.post(
        f"{path}/resolve", json={"operator": "remote-1", "note": "upright again"}, headers=operator
    )
    assert done.json()["state"] == "resolved"
    assert town.get("/v1/fleet/incidents", headers=operator).json() == []
    assert town.get("/v1/fleet/incidents").status_code == 401


def test_bad_wishes_are_named(town: httpx.Client) -> None:
    for changes, says in (
        ({"at_place": {"lat": 35.60, "lon": 139.9}}, "outside the zone"),
        ({"handover_id": "moon"}, "meeting point"),
        ({"kind": "horse"}, "kind"),
        ({"at": "2020-01-01T00:00:00"}, "in the past"),
    ):
        answer = town.post("/v1/devices/quotes", json=RIDER | changes)
        assert answer.status_code == 422, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert says in answer.json()["detail"]
    assert town.get("/v1/missions/none").status_code == 404


def test_the_service_shows_its_rules_and_places(town: httpx.Client) -> None:
    body = town.get("/v1/devices", params={"lang": "en"}).json()
    assert {f["rule"] for f in body["fences"]} == {"slow", "no_parking", "no_entry"}
    assert body["kinds"] == ["cart", "chair", "scooter"]
    assert "food court" in " ".join(h["name"] for h in body["handovers"])
    assert len(town.get("/v1/devices/spots").json()) == 30


def test_docks_are_held_forecast_and_evened_out(town: httpx.Client, operator: dict[str, str]) -> None:
    docks = town.get("/v1/docks", params={"in_s": 900}).json()
    first, second = sorted(docks, key=lambda dock: -dock["capacity"])[:2]
    said = [
        {"kind": "dock", "id": first["id"], "at": time.time(), "bikes": first["capacity"], "places": 0},
        {"kind": "dock", "id": second["id"], "at": time.time(), "bikes": 0, "places": second["capacity"]},
    ]
    town.post("/v1/fleet/telemetry", json=said, headers=operator)
    assert town.get(f"/v1/docks/{first['id']}").json()["place_chance"] == 0.0
    assert town.post(f"/v1/docks/{second['id']}/holds", json={"what": "bike"}).status_code == 409
    hold = town.post(f"/v1/docks/{first['id']}/holds", json={"what": "bike"})
    assert hold.status_code == 201
    assert town.get(f"/v1/docks/{first['id']}").json()["bikes"] == first["capacity"] - 1
    assert town.delete(f"/v1/dock-holds/{hold.json()['id']}").status_code == 204
    assert town.get(f"/v1/docks/{first['id']}").json()["bikes"] == first["capacity"]
    (tour,) = town.get("/v1/fleet/docks/tours", headers=operator).json()
    assert sum(stop["bikes"] for stop in tour) == 0
    assert {stop["dock_id"] for stop in tour} >= {first["id"], second["id"]}
    assert town.get("/v1/docks/none").status_code == 404
