"""Isochrones and matrices over HTTP and on the command line."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import shapely
from click.testing import CliRunner, Result

from maas.area.open import open_area
from maas.bridges.by_request import Taxi, TaxiMover
from maas.bridges.movers import Walker
from maas.cli.main import main
from maas.journeys.reach import rows
from maas.journeys.reach_model import MatrixRequest
from routing.query import Point, Profile

AT = "2026-11-25T10:00:00+09:00"
HERE = "海浜幕張"


def isochrones(server: str, **params: Any) -> httpx.Response:
    return httpx.get(f"{server}/v1/isochrones", params={"from": HERE, "at": AT} | params, timeout=60)


def areas(answer: dict[str, Any]) -> dict[int, shapely.Geometry]:
    return {
        f["properties"]["minutes"]: shapely.from_geojson(json.dumps(f["geometry"]))
        for f in answer["features"]
    }


def test_a_longer_time_reaches_all_that_a_shorter_one_does(server: str) -> None:
    response = isochrones(server, minutes=[5, 15, 25], places=500)
    assert response.headers["content-type"] == "application/geo+json"
    answer = response.json()
    found = areas(answer)
    assert list(found) == [25, 15, 5]
    assert all(area.is_valid for area in found.values())
    assert found[25].area > found[15].area > found[5].area > 0
    assert found[5].difference(found[15].buffer(0.0003)).area < 1e-9
    station = shapely.Point(140.0420, 35.6483)
    assert found[5].buffer(0.002).contains(station)
    minutes = [place["minutes"] for place in answer["places"]]
    assert minutes == sorted(minutes)
    assert max(minutes) <= 25


def test_named_places_take_as_long_as_their_journeys(server: str) -> None:
    places = isochrones(server, minutes=[20], places=60).json()["places"]
    asked = {"from": HERE, "at": AT, "means": ["transit"]}
    for place in places[5:60:9]:
        body = asked | {"to": {"place_id": place["id"]}}
        journeys = httpx.post(f"{server}/v1/journeys", json=body, timeout=60).json()["journeys"]
        soonest = min(j["arrival"] for j in journeys)
        hours, mins, secs = (int(t) for t in soonest[11:19].split(":"))
        assert place["minutes"] == -(-((hours - 10) * 3600 + mins * 60 + secs) // 60)


def test_means_and_needs_decide_what_is_reached(server: str) -> None:
    everything = areas(isochrones(server, minutes=[15]).json())[15].area
    on_foot = areas(isochrones(server, minutes=[15], means=["walk"]).json())[15].area
    cycling = areas(isochrones(server, minutes=[15], means=["transit", "bicycle"]).json())[15].area
    wheelchair = areas(isochrones(server, minutes=[15], wheelchair=True).json())[15].area
    assert wheelchair < everything < cycling
    assert on_foot <= everything


def test_arriving_by_a_time_is_asked_the_other_way_round(server: str) -> None:
    before = isochrones(server, minutes=[20], arrive_by=True, places=30).json()["places"]
    for place in before[3:30:8]:
        body = {
            "from": {"place_id": place["id"]},
            "to": HERE,
            "at": AT,
            "arrive_by": True,
            "means": ["transit"],
        }
        journeys = httpx.post(f"{server}/v1/journeys", json=body, timeout=60).json()["journeys"]
        latest = max(j["departure"] for j in journeys)
        seconds = int(latest[11:13]) * 3600 + int(latest[14:16]) * 60 + int(latest[17:19])
        assert place["minutes"] == -(-(36_000 - seconds) // 60)


@pytest.mark.parametrize(
    ("params", "status", "word"),
    [
        ({"minutes": [0]}, 400, "1 to 180"),
        ({"from": "ヘルシンキ中央駅"}, 404, "no place is called"),
        ({"from": "", "lat": 10.0, "lon": 10.0}, 422, "off the map"),
        ({"at": "2040-01-01T10:00"}, 422, "No timetable covers"),
        ({"from": ""}, 400, "lat and lon"),
    ],
)
def test_what_cannot_be_asked_is_told(server: str, params: dict[str, Any], status: int, word: str) -> None:
    response = isochrones(server, **params)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert word in response.json()["detail"]


def test_a_matrix_comes_whole_or_row_by_row(server: str) -> None:
    ends = ["海浜幕張", "幕張ベイタウン・コア", "ZOZOマリンスタジアム"]
    body = {"origins": ends, "destinations": ends, "at": AT}
    whole = httpx.post(f"{server}/v1/matrices", json=body, timeout=60).json()["rows"]
    assert [row["durations_s"][k] for k, row in enumerate(whole)] == [0, 0, 0]
    lines = httpx.post(
        f"{server}/v1/matrices", json=body, headers={"Accept": "application/x-ndjson"}, timeout=60
    )
    assert lines.headers["content-type"].startswith("application/x-ndjson")
    assert [json.loads(line) for line in lines.text.splitlines()] == whole
    journeys = httpx.post(
        f"{server}/v1/journeys",
        json={"from": ends[0], "to": ends[1], "at": AT, "means": ["transit"]},
        timeout=60,
    ).json()["journeys"]
    soonest = min(j["arrival"] for j in journeys)
    assert whole[0]["durations_s"][1] == (int(soonest[11:13]) - 10) * 3600 + int(soonest[14:16]) * 60 + int(
        soonest[17:19]
    )


@pytest.mark.parametrize("arrive_by", [False, True])
def test_a_matrix_with_a_taxi_is_the_sooner_of_its_offers_and_the_timetable(makuhari: Path, arrive_by: bool):
    area, at = open_area(makuhari), datetime.fromisoformat(AT)
    at_s = int(at.timestamp())
    places = [place for place in area.places.places if place.kind.value == "poi"][:12]
    ends = [{"lat": place.lat, "lon": place.lon} for place in places]
    walker = Walker(area.planner.network.streets, Profile.WALK, 1.33, 1800)
    taxi = TaxiMover(Taxi("T", "JPY", 500, 1096, 100, 255, 300, 4, ""), walker, lambda: at_s - 7200)
    body = {"origins": ends[:3], "destinations": ends, "at": AT, "arrive_by": arrive_by, "limit_s": 3600}
    request = MatrixRequest.model_validate(body)
    plain, quicker = ([row.durations_s for row in rows(area, request, at, m)] for m in ((), (taxi,)))
    sooner = 0
    for k, (before, after) in enumerate(zip(plain, quicker, strict=True)):
        for j, (by_timetable, best) in enumerate(zip(before, after, strict=True)):
            start, end = (Point(places[n].lat, places[n].lon) for n in (k, j))
            takes = [] if by_timetable is None else [by_timetable]
            guess = taxi.estimate_s(start, end)
            offer = taxi.offer(start, end, at_s, arrive_by=arrive_by)
            # Only where its own estimate is sooner is it asked.
            if offer is not None and guess is not None and guess < min([*takes, 3600]):
                takes.append(at_s - offer.departure_at_s if arrive_by else offer.arrival_at_s - at_s)
            assert best == min((s for s in takes if s <= 3600), default=None)
            sooner += best != by_timetable
    assert sooner > 3


def test_a_matrix_by_live_means_is_never_later_than_without_them(server: str) -> None:
    ends = ["海浜幕張", "幕張ベイタウン・コア", "ZOZOマリンスタジアム"]
    body = {"origins": ends, "destinations": ends, "at": AT}
    answers = [
        httpx.post(f"{server}/v1/matrices", json=body | {"means": means}, timeout=60)
        for means in (["transit"], ["transit", "cycle", "shuttle", "device"])
    ]
    assert [answer.status_code for answer in answers] == [200, 200], answers[1].text
    without, live = ([row["durations_s"] for row in answer.json()["rows"]] for answer in answers)
    assert all(
        a <= b
        for after, before in zip(live, without, strict=True)
        for a, b in zip(after, before, strict=True)
    )


def test_too_large_a_matrix_is_refused_with_the_way_out(server: str) -> None:
    ends = [{"lat": 35.65, "lon": 140.04}] * 101
    response = httpx.post(f"{server}/v1/matrices", json={"origins": ends, "destinations": ends, "at": AT})
    assert response.status_code == 400
    assert "maas matrix" in response.json()["detail"]


def test_services_are_searched_by_what_is_reached_with_ones_means(server: str) -> None:
    asked = {"lat": 35.6483, "lon": 140.042, "at": AT, "minutes": 20, "limit": 100}

    def found(**more: Any) -> dict[str, float | None]:
        answer = httpx.get(f"{server}/v1/services", params=asked | more, timeout=60)
        assert answer.status_code == 200, answer.text
        return {o["id"]: o.get("minutes") for o in answer.json()["offers"]}

    on_foot, by_all = found(means=["walk"]), found()
    visits = {k for k, m in by_all.items() if m is not None}
    assert visits
    assert set(on_foot) <= set(by_all)
    assert all(
        by_all[k] <= on_foot[k] + 0.01 for k in on_foot if on_foot[k] is not None and by_all[k] is not None
    )


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments])


def test_the_command_line_tells_areas_and_places(makuhari: Path) -> None:
    asked = ("isochrone", "--area", makuhari, "--from", HERE, "--at", "2026-11-25T10:00")
    told = run(*asked, "--minutes", "10", "--json").stdout
    assert json.loads(told)["features"][0]["properties"]["minutes"] == 10
    text = run(*asked, "--wheelchair", "--bicycle").stdout
    assert "30 min:" in text
    assert "0 min  海浜幕張" in text


def test_the_command_line_makes_matrices_from_tables(makuhari: Path, tmp_path: Path) -> None:
    good, bad = tmp_path / "a.csv", tmp_path / "b.csv"
    good.write_text("id,lat,lon\nstation,35.6483,140.0420\ncore,35.6452,140.0352\n")
    bad.write_text("id,lat,lon\nx,here,there\n")
    asked = ("--area", makuhari, "--at", "2026-11-25T10:00")
    out = run("matrix", good, good, *asked).stdout.splitlines()
    assert out[:2] == ["origin,destination,seconds", "station,station,0"]
    assert len(out) == 5
    seconds = int(out[2].split(",")[2])
    assert seconds > 60
    rows = [json.loads(line) for line in run("matrix", good, good, *asked, "--json").stdout.splitlines()]
    assert rows[0] == {"origin": "station", "durations_s": {"station": 0, "core": seconds}}
    wrong = run("matrix", bad, good, *asked)
    assert wrong.exit_code == 2
    assert "line 2" in wrong.stderr
