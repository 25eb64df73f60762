"""A station with stairs and a lift: from the feed over HTTP to the residents' page."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, expect
from web_visitor import Visitor

from maas.area.build import Recipe, build_area

pytestmark = pytest.mark.browser

FEED = {
    "agency": "agency_id,agency_name,agency_url,agency_timezone\nX,X,https://x.example,Asia/Tokyo\n",
    "levels": "level_id,level_index,level_name\nG,0,1F\nU,1,2F\n",
    "stops": "stop_id,stop_name,stop_lat,stop_lon,platform_code,parent_station,location_type,level_id\n"
    "A,Asa,35.70,140.00,,,,\nS,Eki,35.65,140.00,,,1,\nH,Hall,35.65,140.0001,,S,3,G\n"
    "P,Eki,35.6501,140.0001,1,S,,G\nQ,Eki,35.6502,140.0001,2,S,,U\nD,Doi,35.60,140.00,,,,\n",
    "pathways": "pathway_id,from_stop_id,to_stop_id,pathway_mode,is_bidirectional,length,traversal_time,"
    "stair_count,signposted_as\nhall,H,P,1,1,30,25,,\n"
    "stairs,H,Q,2,1,,,50,\nlift,H,Q,5,1,,90,,Elevator hall\n",
    "routes": "route_id,route_short_name,route_type\nR,R,3\nQ,Q,3\n",
    "trips": "route_id,service_id,trip_id\nR,daily,r\nQ,daily,q\nQ,daily,q2\n",
    "stop_times": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
    "r,10:00:00,10:00:00,A,1\nr,10:10:00,10:10:00,P,2\nq,10:11:00,10:11:00,Q,1\nq,10:20:00,10:20:00,D,2\n"
    "q2,10:30:00,10:30:00,Q,1\nq2,10:40:00,10:40:00,D,2\n",
    "calendar": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
    "daily,1,1,1,1,1,1,1,20261101,20271031\n",
}


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory, start_server: Any) -> Iterator[str]:
    """The address of a server of an area that is this station."""
    folder = tmp_path_factory.mktemp("station")
    with zipfile.ZipFile(folder / "feed.zip", "w") as archive:
        for name, text in FEED.items():
            archive.writestr(f"{name}.txt", text)
    build_area(folder / "area", Recipe(None, None, (folder / "feed.zip",)))
    with start_server(folder / "area", folder, "--no-simulation") as (url, _):
        yield url


def test_over_http_a_walk_tells_what_is_inside_the_station(station: str) -> None:
    question = {"from": "Asa", "to": "Doi", "at": "2026-11-25T09:50:00+09:00"}
    (journey,) = httpx.post(f"{station}/v1/journeys", json=question, timeout=60).json()["journeys"]
    assert journey["legs"][1]["passages"] == [
        {"kind": "walkway", "duration_s": 25, "distance_m": 30.0, "stairs": 0, "level": None, "sign": None},
        {"kind": "stairs", "duration_s": 30, "distance_m": None, "stairs": 50, "level": "2F", "sign": None},
    ]
    rolled = httpx.post(f"{station}/v1/journeys", json=question | {"wheelchair": True}, timeout=60).json()
    assert [p["kind"] for p in rolled["journeys"][0]["legs"][1]["passages"]] == ["walkway", "lift"]


@pytest.mark.parametrize(("lang", "words"), [("en", "Lift to 2F, 2 min"), ("ja", "エレベーターで2Fへ 2分")])
def test_the_page_names_the_lift_and_the_level(
    chromium: Browser, station: str, lang: str, words: str
) -> None:
    visitor = Visitor(chromium, station)
    ends = "from=35.7,140.0,stop:A,Asa&to=35.6,140.0,stop:D,Doi&needs=wheelchair"
    page = visitor.open(f"lang={lang}&when=depart&at=2026-11-25T09:50&means=transit&{ends}")
    page.locator(".card").first.click(timeout=30_000)
    lift = page.locator("article .inside li").nth(1)
    expect(lift).to_contain_text(words)
    expect(lift.locator("em")).to_have_text("Elevator hall")
    # An area of a timetable alone has no fleet to look at.
    assert [c for c in visitor.complaints if "Service Unavailable" not in c] == []
