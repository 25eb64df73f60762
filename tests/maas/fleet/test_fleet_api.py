"""The shuttle over HTTP, against a real server whose vehicles a test commands itself."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import Popen
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

Start = Callable[..., AbstractContextManager[tuple[str, Popen[bytes]]]]
TOWN = {"from": {"shuttle_stop_id": "info"}, "to": {"shuttle_stop_id": "aeon"}}


def on_duty(client: httpx.Client, operator: dict[str, str], count: int = 8) -> httpx.Client:
    """Two supervisors on shift and vehicles in service."""
    for who in ("supervisor-1", "supervisor-2"):
        client.post("/v1/fleet/supervisors/sign-in", json={"supervisor": who}, headers=operator)
    for k in range(1, count + 1):
        assert client.post(f"/v1/fleet/vehicles/shuttle-{k}/start", headers=operator).status_code == 200
    return client


@pytest.fixture(scope="module")
def town(
    start_server: Start,
    makuhari: Path,
    tmp_path_factory: pytest.TempPathFactory,
    operator: dict[str, str],
) -> Iterator[httpx.Client]:
    cache = tmp_path_factory.mktemp("town")
    with (
        start_server(makuhari, cache, "--no-simulation") as (url, _),
        httpx.Client(base_url=url, timeout=30) as client,
    ):
        yield on_duty(client, operator)


def offer(town: httpx.Client, **changes: Any) -> dict[str, Any]:
    body = town.post("/v1/rides/quotes", json=TOWN | changes).json()
    assert body["offer"] is not None, body
    found: dict[str, Any] = body["offer"]
    return found


def problem(response: httpx.Response, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    return body


def test_an_offer_holds_a_seat_and_confirmation_is_safe_to_repeat(
    town: httpx.Client, operator: dict[str, str]
) -> None:
    held = offer(town, party={"adults": 2, "children": 1})
    assert held["price"] == {"amount": 750, "currency": "JPY"}
    assert held["promise"]["pickup_from"] <= held["promise"]["pickup_until"] < held["promise"]["arrive_until"]
    plan = town.get(f"/v1/fleet/vehicles/{held['vehicle_id']}", headers=operator).json()["plan"]
    assert held["ride_id"] in [task["ride_id"] for task in plan]
    for _ in range(2):
        ride = town.post(f"/v1/rides/{held['ride_id']}/confirm").json()
        assert (ride["state"], ride["vehicle_id"]) == ("confirmed", held["vehicle_id"])
    assert town.post(f"/v1/rides/{held['ride_id']}/cancel").json()["state"] == "cancelled"


def test_cancelling_and_asking_again_gives_the_same_seat(town: httpx.Client) -> None:
    first = offer(town)
    town.post(f"/v1/rides/{first['ride_id']}/cancel")
    second = offer(town)
    assert second["vehicle_id"] == first["vehicle_id"]
    town.post(f"/v1/rides/{second['ride_id']}/cancel")


def test_a_change_keeps_the_old_seat_until_the_new_one_is_confirmed(town: httpx.Client) -> None:
    old = offer(town)["ride_id"]
    town.post(f"/v1/rides/{old}/confirm")
    new = town.post(f"/v1/rides/{old}/change", json=TOWN | {"party": {"adults": 3}}).json()["offer"]
    assert town.get(f"/v1/rides/{old}").json()["state"] == "confirmed"
    town.post(f"/v1/rides/{new['ride_id']}/confirm")
    assert town.get(f"/v1/rides/{old}").json()["state"] == "cancelled"
    town.post(f"/v1/rides/{new['ride_id']}/cancel")


def test_a_late_train_moves_the_pickup(town: httpx.Client) -> None:
    at = datetime.now(UTC) + timedelta(minutes=30)
    ride_id = offer(town, at=at.isoformat())["ride_id"]
    town.post(f"/v1/rides/{ride_id}/confirm")
    late = at + timedelta(minutes=8)
    moved = town.post(f"/v1/rides/{ride_id}/protect", json={"ready": late.isoformat()}).json()
    assert datetime.fromisoformat(moved["promise"]["pickup_from"]) >= late - timedelta(seconds=1)
    town.post(f"/v1/rides/{ride_id}/cancel")


def test_no_seat_is_an_answer_with_reasons_and_other_ways(town: httpx.Client) -> None:
    body = town.post("/v1/rides/quotes", json=TOWN | {"party": {"adults": 12}}).json()
    assert body["offer"] is None
    assert body["refusal"]["vehicles"]["no_such_places"] == 8
    assert "smaller_party" in {a["kind"] for a in body["refusal"]["alternatives"]}
    assert "other_mode" in {a["kind"] for a in body["refusal"]["alternatives"]}


@pytest.mark.parametrize(
    ("changes", "status", "says"),
    [
        ({"from": {"lat": 35.60, "lon": 139.95}}, 422, "not near any street"),
        ({"from": {"shuttle_stop_id": "atlantis"}}, 400, "no shuttle stop"),
        ({"from": "そんな場所はない"}, 404, "no place is called"),
        ({"party": {"adults": 0}}, 422, "nobody would travel"),
        ({"party": {"adults": -1}}, 422, "adults"),
        ({"at": "2020-01-01T10:00:00+09:00"}, 422, "in the past"),
        ({"at": "2099-01-01T10:00:00+09:00"}, 422, "days ahead"),
        ({"arrive_by": True, "not_before": "2098-01-01T10:00:00+09:00"}, 422, "not before the time"),
        ({"colour": "red"}, 422, "colour"),
    ],
)
def test_bad_requests_are_named_and_change_nothing(
    town: httpx.Client, operator: dict[str, str], changes: dict[str, Any], status: int, says: str
) -> None:
    before = town.get("/v1/fleet/figures", headers=operator).json()["by_state"]
    body = problem(town.post("/v1/rides/quotes", json=TOWN | changes), status)
    assert says in body["detail"]
    assert town.get("/v1/fleet/figures", headers=operator).json()["by_state"] == before


def test_unknown_rides_and_vehicles_are_404(town: httpx.Client, operator: dict[str, str]) -> None:
    assert problem(town.get("/v1/rides/nobody"), 404)["kind"] == "ride"
    assert problem(town.post("/v1/fleet/vehicles/tank/stop", json={"cause": "x"}, headers=operator), 404)


def test_operators_must_show_their_token(town: httpx.Client) -> None:
    problem(town.get("/v1/fleet/vehicles"), 401)
    problem(town.get("/v1/fleet/vehicles", headers={"Authorization": "Bearer wrong"}), 401)


def test_a_stopped_vehicle_loses_its_riders_to_others_and_only_its_supervisor_resumes_it(
    town: httpx.Client, operator: dict[str, str]
) -> None:
    held = offer(town)
    town.post(f"/v1/rides/{held['ride_id']}/confirm")
    vehicle = held["vehicle_id"]
    town.post(f"/v1/fleet/vehicles/{vehicle}/stop", json={"cause": "obstacle"}, headers=operator)
    ride = town.get(f"/v1/rides/{held['ride_id']}").json()
    assert ride["state"] == "confirmed"
    assert ride["vehicle_id"] != vehicle
    alarm = town.get("/v1/fleet/alarms", headers=operator).json()[0]
    assert (alarm["vehicle_id"], alarm["reason"], alarm["state"]) == (vehicle, "obstacle", "open")
    watched = town.get(f"/v1/fleet/vehicles/{vehicle}", headers=operator).json()["supervisor"]
    other = "supervisor-2" if watched == "supervisor-1" else "supervisor-1"
    resume = f"/v1/fleet/vehicles/{vehicle}/resume"
    problem(town.post(resume, json={"supervisor": other}, headers=operator), 409)
    for step, body in (("take", {}), ("resolve", {"note": "a branch, removed"})):
        done = town.post(
            f"/v1/fleet/alarms/{alarm['id']}/{step}", json={"supervisor": watched, **body}, headers=operator
        )
        assert done.status_code == 200
    resumed = town.post(resume, json={"supervisor": watched}, headers=operator).json()
    assert resumed["mode"] == "service"
    town.post(f"/v1/rides/{held['ride_id']}/cancel")


def test_a_supervisor_watches_only_so_many(town: httpx.Client, operator: dict[str, str]) -> None:
    shift = town.get("/v1/fleet/supervisors", headers=operator).json()
    assert sum(len(s["vehicles"]) for s in shift) == 8
    full = max(shift, key=lambda s: len(s["vehicles"]))
    vehicle = next(v for s in shift if s is not full for v in s["vehicles"])
    while len(full["vehicles"]) < 5:
        town.post(f"/v1/fleet/vehicles/{vehicle}/hand-over", json={"to": full["id"]}, headers=operator)
        shift = town.get("/v1/fleet/supervisors", headers=operator).json()
        full = next(s for s in shift if s["id"] == full["id"])
        vehicle = next(v for s in shift if s["id"] != full["id"] for v in s["vehicles"])
    refused = town.post(f"/v1/fleet/vehicles/{vehicle}/hand-over", json={"to": full["id"]}, headers=operator)
    assert problem(refused, 409)["code"] == "no_room"


def test_outside_the_operating_domain_nobody_is_served_and_afterwards_they_are(
    town: httpx.Client, operator: dict[str, str]
) -> None:
    held = offer(town)
    town.post(f"/v1/rides/{held['ride_id']}/confirm")
    gale = town.put("/v1/fleet/conditions", json={"wind_m_s": 25}, headers=operator).json()
    assert gale["verdict"] == "suspended"
    assert [b["ride_id"] for b in gale["breaches"]] == [held["ride_id"]]
    body = town.post("/v1/rides/quotes", json=TOWN).json()
    assert body["refusal"]["reason"] == "outside_domain"
    assert town.get("/v1/shuttle").json()["suspended"].startswith("wind")
    problem(town.put("/v1/fleet/conditions", json={"wind_m_s": -3}, headers=operator), 422)
    calm = town.put("/v1/fleet/conditions", json={}, headers=operator).json()
    assert calm["verdict"] == "normal"
    town.post(f"/v1/rides/{offer(town)['ride_id']}/cancel")


def test_standing_orders_book_their_days_once(town: httpx.Client) -> None:
    first = datetime.now(UTC).date()
    order = {
        **TOWN, "clock": "09:30", "days": [0, 1, 2, 3, 4, 5, 6], "on_holidays": True,
        "first_day": first.isoformat(), "last_day": (first + timedelta(days=3)).isoformat(),
    }  # fmt: skip
    made = town.post("/v1/standing-orders", json=order)
    assert made.status_code == 201
    days = made.json()["booked"]
    assert len(days) >= 3
    day, ride_id = sorted(days.items())[-1]
    assert town.get(f"/v1/rides/{ride_id}").json()["state"] == "confirmed"
    skipped = town.post(f"/v1/standing-orders/{made.json()['id']}/skip/{day}").json()
    assert day not in skipped["booked"]
    assert town.get(f"/v1/rides/{ride_id}").json()["state"] == "cancelled"
    ended = town.post(f"/v1/standing-orders/{made.json()['id']}/end").json()
    assert ended["booked"] == {}
    problem(town.get("/v1/standing-orders/none"), 404)
    problem(town.post("/v1/standing-orders", json=order | {"last_day": "tomorrow"}), 422)


def test_telemetry_by_http_moves_the_vehicle_and_is_judged(
    town: httpx.Client, operator: dict[str, str]
) -> None:
    now = time.time()
    depot = {"lat": 35.648510, "lon": 140.035204}
    sent = [
        {"id": "shuttle-1", "at": now, **depot, "passengers": 0},
        {"id": "shuttle-1", "at": now, **depot},
        {"id": "tank", "at": now},
        {"id": "shuttle-2", "at": now + 600, **depot},
        {"id": "shuttle-2", "at": now, "doors": "ajar"},
        {"id": "shuttle-2", "at": now, **depot, "battery": 7},
    ]
    answer = town.post("/v1/fleet/telemetry", json=sent, headers=operator)
    assert answer.status_code == 202
    verdicts = [o["verdict"] for o in answer.json()]
    assert verdicts == ["accepted", "duplicate", "unknown", "future", "malformed", "accepted"]
    assert answer.json()[-1]["dropped"] == ["battery"]
    spots = {v["id"]: v for v in town.get("/v1/shuttle/vehicles").json()}
    assert (spots["shuttle-1"]["lat"], spots["shuttle-1"]["lon"]) == (35.648510, 140.035204)
    counts = town.get("/v1/fleet/telemetry/counts", headers=operator).json()["http"]
    assert counts["unknown"] == counts["duplicate"] == 1
    problem(town.post("/v1/fleet/telemetry", content=b"{", headers=operator), 422)
    problem(town.post("/v1/fleet/telemetry", json=sent), 401)
    today = datetime.now(ZoneInfo("Asia/Tokyo")).date().isoformat()
    usage = town.get("/v1/fleet/usage", params={"day": today}, headers=operator).json()
    assert {u["id"] for u in usage} >= {"shuttle-1", "shuttle-2"}


def test_telemetry_and_positions_by_websocket(town: httpx.Client, operator: dict[str, str]) -> None:
    base = str(town.base_url).replace("http", "ws", 1).rstrip("/")
    with connect(f"{base}/v1/fleet/telemetry/stream", additional_headers=operator) as vehicle:
        vehicle.send(json.dumps({"id": "shuttle-3", "at": time.time(), "lat": 35.6485, "lon": 140.0352}))
        assert json.loads(vehicle.recv(5))[0]["verdict"] == "accepted"
        vehicle.send("rubbish")
        assert json.loads(vehicle.recv(5))[0]["verdict"] == "malformed"
    with connect(f"{base}/v1/shuttle/stream") as page:
        assert "shuttle-3" in {spot["id"] for spot in json.loads(page.recv(5))}
    with pytest.raises(InvalidStatus), connect(f"{base}/v1/fleet/telemetry/stream"):
        pass


def test_after_kill_9_another_process_still_owes_every_confirmed_ride(
    start_server: Start, makuhari: Path, tmp_path: Path, operator: dict[str, str]
) -> None:
    with start_server(makuhari, tmp_path, "--no-simulation") as (url, process):
        with httpx.Client(base_url=url, timeout=30) as town:
            on_duty(town, operator, 3)
            rides = [offer(town)["ride_id"] for _ in range(3)]
            for ride_id in rides:
                town.post(f"/v1/rides/{ride_id}/confirm")
        process.send_signal(signal.SIGKILL)
        process.wait(20)
    with start_server(makuhari, tmp_path, "--no-simulation") as (url, _):
        for _ in range(100):  # until the dead owner's lease has ended
            answers = [httpx.get(f"{url}/v1/rides/{ride_id}") for ride_id in rides]
            if all(a.status_code == 200 for a in answers):
                break
            assert {a.status_code for a in answers} <= {200, 503}
            time.sleep(0.3)
        assert [a.json()["state"] for a in answers] == ["confirmed"] * 3
        plans = httpx.get(f"{url}/v1/fleet/vehicles", headers=operator).json()
        planned = {task["ride_id"] for vehicle in plans for task in vehicle["plan"]}
        assert planned >= set(rides)


def test_the_sample_area_shows_vehicles_that_move(server: str) -> None:
    def spots() -> dict[str, tuple[float, float]]:
        listed = httpx.get(f"{server}/v1/shuttle/vehicles").json()
        return {v["id"]: (v["lat"], v["lon"]) for v in listed}

    first = spots()
    while len(first) < 8:  # the very first second
        first = spots()
    # At night nobody rides by themselves: a rider of ours makes one go.
    wish = {"from": {"shuttle_stop_id": "info"}, "to": {"shuttle_stop_id": "aeon"}}
    offer = httpx.post(f"{server}/v1/rides/quotes", json=wish, timeout=120).json()["offer"]
    assert httpx.post(f"{server}/v1/rides/{offer['ride_id']}/confirm", timeout=30).status_code == 200
    for _ in range(240):
        if spots() != first:
            return
        time.sleep(0.5)
    raise AssertionError("no vehicle moved within two minutes")


def test_a_rider_on_board_calls_and_the_supervisor_answers(
    town: httpx.Client, operator: dict[str, str]
) -> None:
    ride = offer(town)
    path, vehicle = f"/v1/rides/{ride['ride_id']}/talk", f"/v1/fleet/vehicles/{ride['vehicle_id']}"
    town.post(f"/v1/rides/{ride['ride_id']}/confirm")
    assert problem(town.post(path, json={"phrase": "need_help"}), 409)["detail"]
    problem(town.get("/v1/rides/nobody/talk"), 404)
    problem(town.get(f"{vehicle}/talk"), 401)
    while town.get(f"/v1/rides/{ride['ride_id']}").json()["state"] == "confirmed":
        for step in ("arrived", "done"):
            assert town.post(f"{vehicle}/{step}", headers=operator).status_code == 200
    assert town.post(path, json={"phrase": "need_help"}).status_code == 201
    alarms = town.get("/v1/fleet/alarms", headers=operator).json()
    assert any(a["vehicle_id"] == ride["vehicle_id"] and a["reason"] == "a rider calls" for a in alarms)
    supervisor = town.get(vehicle, headers=operator).json()["supervisor"]
    words = {"supervisor": supervisor, "text": "手を振ってください。", "ride_id": ride["ride_id"]}
    assert town.post(f"{vehicle}/talk", json=words, headers=operator).status_code == 201
    problem(town.post(f"{vehicle}/talk", json={"supervisor": supervisor}, headers=operator), 422)
    heard = town.get(path, params={"after": 1}).json()
    assert [(h["speaker"], h["supervisor"], h["text"]) for h in heard] == [
        ("supervisor", "", "手を振ってください。")
    ]
    assert [h["speaker"] for h in town.get(f"{vehicle}/talk", headers=operator).json()] == [
        "rider", "supervisor",
    ]  # fmt: skip


SOUND = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"


def test_a_rider_on_board_and_a_supervisor_find_each_other_by_voice(
    town: httpx.Client, operator: dict[str, str]
) -> None:
    ride = offer(town)
    path, vehicle = f"/v1/rides/{ride['ride_id']}/call", f"/v1/fleet/vehicles/{ride['vehicle_id']}"
    town.post(f"/v1/rides/{ride['ride_id']}/confirm")
    problem(town.post(path, json={"offer": SOUND}), 409)
    problem(town.get("/v1/rides/nobody/call"), 404)
    problem(town.get(f"{vehicle}/call"), 401)
    while town.get(f"/v1/rides/{ride['ride_id']}").json()["state"] == "confirmed":
        for step in ("arrived", "done"):
            assert town.post(f"{vehicle}/{step}", headers=operator).status_code == 200
    problem(town.post(path, json={"offer": "hello"}), 422)
    assert town.get(path).json() is None
    assert town.post(path, json={"offer": SOUND}).status_code == 201
    supervisor = town.get(vehicle, headers=operator).json()["supervisor"]
    answer = {"supervisor": supervisor, "answer": SOUND}
    assert (
        town.post(f"{vehicle}/call/answer", json=answer, headers=operator).json()["supervisor"] == supervisor
    )
    heard = town.get(path).json()
    assert (heard["answer"], heard["supervisor"], heard["caller"]) == (SOUND, "", "rider")
    asked = {"supervisor": supervisor, "ride_id": ride["ride_id"], "offer": SOUND}
    problem(town.post(f"{vehicle}/call", json=asked, headers=operator), 409)
    assert town.delete(path).status_code == 204
    assert town.post(f"{vehicle}/call", json=asked, headers=operator).status_code == 201
    assert town.post(f"{path}/answer", json={"answer": SOUND}).status_code == 200
    assert town.delete(f"{vehicle}/call", headers=operator).status_code == 204
    assert town.get(path).json() is None
