"""The feed house over HTTP, for publishers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI, Request
from feeds_world import ABOUT, ADMIN, CLERK, FILES, RIVAL, open_house, packed, served

from maas.api import problems
from maas.api.feeds import versions_router
from maas.feeds.model import Actor

ACTORS = {"clerk": CLERK, "rival": RIVAL, "admin": ADMIN}


def actor(request: Request) -> Actor:
    return ACTORS[request.headers.get("x-actor", "clerk")]


@pytest.fixture
def client(tmp_path: Path) -> Iterator[httpx.Client]:
    house = open_house(f"sqlite:///{tmp_path / 'house.sqlite'}")
    app = FastAPI()
    problems.install(app)
    app.include_router(versions_router(house, actor), responses=problems.RESPONSES)
    with served(app) as opened:
        yield opened
    house.database.close()


def hand_in(client: httpx.Client, data: bytes, **headers: str):  # type: ignore[no-untyped-def]
    return client.post("/v1/feeds/baybus/versions?reason=why", content=data, headers=headers)


def test_hand_in_compare_and_export(client: httpx.Client) -> None:
    first = hand_in(client, packed())
    assert first.status_code == 201, first.text
    assert first.json()["version"]["facts"]["agencies"] == ["ベイバス"]
    again = hand_in(client, packed(level=2))
    assert (again.status_code, again.json()["new"]) == (200, False)
    later = FILES["stop_times.txt"].replace("21:", "22:")
    assert hand_in(client, packed(stop_times=later)).json()["version"]["number"] == 2
    found = client.get("/v1/feeds/baybus/versions/2/changes?lang=en").json()
    assert "the last departure is 22:00, it was 21:00" in " ".join(c["text"] for c in found["changes"])
    assert [t["file"] for t in found["tables"]] == ["stop_times.txt"]
    assert [v["number"] for v in client.get("/v1/feeds/baybus/versions").json()] == [2, 1]
    export = client.get("/v1/feeds/baybus/versions/1/gtfs.zip")
    assert export.headers["content-type"] == "application/zip"
    assert hand_in(client, export.content).json()["version"]["number"] == 3  # it went back to what it was
    actions = [e["action"] for e in client.get("/v1/feeds/baybus/events").json()]
    assert actions == ["version.added"] * 3 + ["feed.created"]


def test_others_see_and_do_nothing(client: httpx.Client) -> None:
    assert hand_in(client, packed(), **{"x-actor": "rival"}).status_code == 403
    assert client.get("/v1/feeds", headers={"x-actor": "rival"}).json() == []
    assert [f["id"] for f in client.get("/v1/feeds", headers={"x-actor": "admin"}).json()] == ["baybus"]
    asked = {"id": "mine", "organisation": "baybus", "about": ABOUT.model_dump()}
    assert client.post("/v1/feeds", json=asked, headers={"x-actor": "rival"}).status_code == 403


def test_two_clerks_do_not_overwrite_one_another(client: httpx.Client) -> None:
    asked = {"about": {**ABOUT.model_dump(), "licence": "CC0-1.0"}, "in_planner": True}
    tag = client.get("/v1/feeds/baybus").headers["etag"]
    assert client.put("/v1/feeds/baybus", json=asked).status_code == 428
    assert client.put("/v1/feeds/baybus", json=asked, headers={"If-Match": tag}).status_code == 200
    late = client.put("/v1/feeds/baybus", json=asked, headers={"If-Match": tag})
    assert late.status_code == 412
    assert late.json()["current"]["licence"] == "CC0-1.0"


def test_what_is_wrong_is_told_as_a_problem(client: httpx.Client) -> None:
    junk = hand_in(client, b"no zip")
    assert (junk.status_code, junk.headers["content-type"]) == (422, "application/problem+json")
    assert "not a whole zip" in junk.json()["detail"]
    assert "handed-in.zip" in junk.json()["detail"]
    assert client.get("/v1/feeds/baybus/versions/9").status_code == 404
    assert client.get("/v1/feeds/nobus").status_code == 404
    taken = client.post(
        "/v1/feeds", json={"id": "baybus", "organisation": "baybus", "about": ABOUT.model_dump()}
    )
    assert taken.status_code == 409
    bad = client.post("/v1/feeds/baybus/fetch", json={"url": "file:///etc/passwd"})
    assert bad.status_code == 422
