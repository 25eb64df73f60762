"""The HTTP interface of a real server."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import httpx
import mapbox_vector_tile
import pytest

AT = "2026-11-25T10:00:00+09:00"


def problem(response: httpx.Response) -> dict[str, Any]:
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert {"type", "title", "status", "detail"} <= set(body)
    assert body["status"] == response.status_code
    return body


def plan(server: str, **body: Any) -> httpx.Response:
    return httpx.post(f"{server}/v1/journeys", json={"at": AT} | body, timeout=60)


def test_health_tells_the_area(server: str) -> None:
    body = httpx.get(f"{server}/health").json()
    assert (body["status"], body["area"]) == ("ok", "makuhari")


def test_the_area_says_that_it_is_a_sample(server: str) -> None:
    body = httpx.get(f"{server}/v1/area").json()
    assert set(body["name"]) >= {"ja", "en", "zh", "ko"}
    assert "sample" in body["notice"]["en"]
    assert body["service_dates"] == {"first": "2026-04-01", "last": "2027-03-31"}


def test_places_come_in_the_asked_language(server: str) -> None:
    found = httpx.get(f"{server}/v1/places", params={"q": "かいひんまくはり", "lang": "ko"}).json()["places"]
    assert found[0]["name"] == "가이힌마쿠하리"
    assert found[0]["kind"] == "stop"


def test_a_journey_is_continuous_from_door_to_door(server: str) -> None:
    answer = plan(server, **{"from": "海浜幕張", "to": "幕張ベイタウン・コア", "count": 5}).json()
    assert len(answer["journeys"]) >= 3
    assert any(leg["mode"] == "bus" for j in answer["journeys"] for leg in j["legs"])
    for journey in answer["journeys"]:
        assert journey["departure"] >= AT
        assert journey["legs"][0]["departure"] == journey["departure"]
        assert journey["legs"][-1]["arrival"] == journey["arrival"]
        for before, after in zip(journey["legs"], journey["legs"][1:], strict=False):
            assert before["arrival"] <= after["departure"]
            assert before["to"]["name"] == after["from"]["name"] or before["mode"] != "walk"
        for leg in journey["legs"]:
            assert len(leg["geometry"]["coordinates"]) >= 2
            if leg["trip_id"] is not None:
                assert leg["calls"][0]["departure"] == leg["departure"]
                assert leg["calls"][-1]["arrival"] == leg["arrival"]


def test_arrive_by_is_kept(server: str) -> None:
    answer = plan(
        server, **{"from": "Makuhari-Hongo", "to": "ZOZOマリンスタジアム", "arrive_by": True}
    ).json()
    assert answer["journeys"]
    assert all(j["arrival"] <= AT for j in answer["journeys"])


def test_a_wheelchair_takes_no_steps(server: str) -> None:
    body = {"from": {"lat": 35.6481, "lon": 140.0416}, "to": {"lat": 35.6472, "lon": 140.0346}}
    steps = plan(server, **body).json()["journeys"][0]
    level = plan(server, **body, wheelchair=True).json()["journeys"][0]
    assert level["duration_s"] > steps["duration_s"]


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"from": "あqxz", "to": "海浜幕張"}, 404, "あqxz"),
        ({"from": "海浜幕張", "to": {"place_id": "poi:none"}}, 404, "poi:none"),
        ({"from": "海浜幕張", "to": {"stop_id": "nowhere"}}, 404, "nowhere"),
        ({"from": "海浜幕張", "to": "34.0,135.0"}, 422, "off the map"),
        ({"from": "海浜幕張", "to": "幕張本郷", "at": "2031-01-01T08:00:00+09:00"}, 422, "2027-03-31"),
        ({"from": "海浜幕張", "to": {"lat": 95, "lon": 140}}, 422, "lat"),
        ({"from": "海浜幕張", "to": {}}, 400, "to: give lat and lon"),
        ({"from": "海浜幕張"}, 422, "to"),
        ({"from": "海浜幕張", "to": "幕張", "at": "noon"}, 422, "at"),
        ({"from": "海浜幕張", "to": "幕張", "colour": "red"}, 422, "colour"),
    ],
)
def test_bad_questions_get_an_answer_that_helps(
    server: str, body: dict[str, Any], status: int, said: str
) -> None:
    response = plan(server, **body)
    assert response.status_code == status
    assert said in problem(response)["detail"]


def test_unknown_paths_and_methods_are_problems_too(server: str) -> None:
    assert problem(httpx.get(f"{server}/v1/nothing"))["status"] == 404
    wrong_method = httpx.get(f"{server}/v1/journeys")
    assert problem(wrong_method)["status"] == 405
    assert wrong_method.headers["allow"] == "POST"
    assert problem(httpx.post(f"{server}/v1/journeys", content=b"{"))["status"] == 422


def test_tiles_are_vector_tiles_with_names(server: str) -> None:
    response = httpx.get(f"{server}/v1/tiles/14/14565/6453.mvt")
    assert response.status_code == 200
    layers = mapbox_vector_tile.decode(response.content)
    assert {"road", "rail"} <= set(layers)
    again = httpx.get(response.url, headers={"If-None-Match": response.headers["etag"]})
    assert again.status_code == 304
    assert httpx.get(f"{server}/v1/tiles/14/0/0.mvt").status_code == 204


def test_the_page_asks_nothing_of_others(server: str) -> None:
    page = httpx.get(server)
    assert page.status_code == 200
    assert "default-src 'self'" in page.headers["content-security-policy"]


def test_the_page_s_types_are_those_of_the_api(server: str, root: Path) -> None:
    """Drift between the API and the page's generated types would show only when somebody clicks."""
    schema = httpx.get(f"{server}/openapi.json").json()
    committed = (root / "web" / "openapi.json").read_text(encoding="utf-8")
    assert json.loads(committed) == schema, "run: make api-types"


def test_a_tile_in_the_archive_is_gzipped(makuhari: Path) -> None:
    from maas.basemap.tiles import Tiles

    tiles = Tiles(makuhari / "basemap.pmtiles")
    data = tiles.tile(14, 14565, 6453)
    assert data is not None
    assert gzip.decompress(data)
    assert tiles.tile(9, 0, 0) is None


def test_of_a_window_no_more_departures_are_told_than_asked(server: str) -> None:
    asked = {"from": "海浜幕張", "to": "蘇我", "window_s": 7200}
    every = plan(server, **asked).json()["journeys"]
    first = plan(server, **asked, count=2).json()["journeys"]
    assert len(every) > 2
    assert len(first) == 2
    assert {j["departure"] for j in first} <= {j["departure"] for j in every}
