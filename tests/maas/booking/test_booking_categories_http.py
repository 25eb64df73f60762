"""Who rides is said once: the price that planning tells is the price that is held and paid, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from fakes.feed_text import feed_of
from test_booking_http import Visitor

from maas.cli.main import main

TOKYO = ZoneInfo("Asia/Tokyo")
# Three buses from A to D. A ride is 210 yen, by card 200, seniors 120, children 100; a day 500 and 250.
FEED = """
[agency]
agency_id,agency_name,agency_url,agency_timezone
a,Machi,https://bus.example,Asia/Tokyo
[stops]
stop_id,stop_name,stop_lat,stop_lon
A,Asa,35.60,140.00
B,Bora,35.65,140.00
C,Chiba,35.70,140.00
D,Dai,35.75,140.00
[routes]
route_id,agency_id,route_short_name,route_type
R,a,R,3
Q,a,Q,3
S,a,S,3
[calendar]
service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date
w,1,1,1,1,1,1,1,{first},{last}
[trips]
route_id,service_id,trip_id
R,w,r
Q,w,q
S,w,s
[stop_times]
trip_id,arrival_time,departure_time,stop_id,stop_sequence
r,12:00:00,12:00:00,A,1
r,12:10:00,12:10:00,B,2
q,12:20:00,12:20:00,B,1
q,12:30:00,12:30:00,C,2
s,12:40:00,12:40:00,C,1
s,12:50:00,12:50:00,D,2
[rider_categories]
rider_category_id,rider_category_name,is_default_fare_category,eligibility_url
o,おとな,1,
k,小児,0,
s,シニア,0,https://bus.example/senior
[fare_media]
fare_media_id,fare_media_name,fare_media_type
paper,,1
ic,まちカード,2
[fare_products]
fare_product_id,fare_product_name,rider_category_id,fare_media_id,amount,currency
one,普通券,o,paper,210,JPY
one,普通券,o,ic,200,JPY
one,普通券,k,,100,JPY
one,普通券,s,,120,JPY
day,一日券,o,,500,JPY
day,一日券,s,,250,JPY
[fare_leg_rules]
leg_group_id,fare_product_id
one,one
day,day
[fare_transfer_rules]
from_leg_group_id,to_leg_group_id,transfer_count,duration_limit,duration_limit_type,fare_transfer_type
day,day,-1,86400,1,0
"""
START, END = {"lat": 35.60, "lon": 140.0}, {"lat": 35.75, "lon": 140.0}


@pytest.fixture(scope="module")
def noon() -> datetime:
    """Just before the only buses, on a day to come."""
    return (datetime.now(TOKYO) + timedelta(days=3)).replace(hour=11, minute=55, second=0, microsecond=0)


@pytest.fixture(scope="module")
def rider(tmp_path_factory: pytest.TempPathFactory, start_server: Any, noon: datetime) -> Iterator[Visitor]:
    """A guest with a card at a server of an area that has just these buses."""
    home = tmp_path_factory.mktemp("buses")
    days = {"first": noon - timedelta(days=10), "last": noon + timedelta(days=10)}
    feed = feed_of(FEED.format(**{k: f"{day:%Y%m%d}" for k, day in days.items()}), home)
    built = CliRunner().invoke(main, ["area", "build", str(home / "area"), "--gtfs", str(feed)])
    assert built.exit_code == 0, built.output
    serving: AbstractContextManager[tuple[str, Any]] = start_server(home / "area", home, "--no-simulation")
    with serving as (url, _), Visitor(url) as one:
        yield one


def asked(rider: Visitor, noon: datetime, **who: Any) -> dict[str, Any]:
    question = {"from": START, "to": END, "at": noon.isoformat(), "means": ["transit"], **who}
    answer = rider.http.post("/v1/journeys", json=question)
    assert answer.status_code == 200, answer.text
    (journey,) = answer.json()["journeys"]
    return dict(journey)


def booked(rider: Visitor, journey: dict[str, Any], **who: Any) -> dict[str, Any]:
    parts = rider.http.post("/v1/bundles/from-journey", json={"legs": journey["legs"], **who}).json()["parts"]
    held = rider.hold(*parts)
    done = rider.confirm(held)
    assert (done.status_code, done.json()["state"]) == (200, "confirmed"), done.text
    return dict(done.json())


@pytest.mark.parametrize(
    ("who", "groups", "total"),
    [
        # Three singles by card are 600, a day pass 500.
        ({"party": {"adults": 2}}, [("adult", 2, 1000)], 1000),
        ({"party": {"adults": 1, "categories": {"senior": 1}}}, [("senior", 1, 250)], 250),
        ({"age": 9}, [("child", 1, 300)], 300),
        (
            {"party": {"adults": 3, "children": 2, "categories": {"s": 2}}},
            [("adult", 1, 500), ("s", 2, 500), ("child", 2, 600)],
            1600,
        ),
    ],
)
def test_what_was_told_is_what_is_paid(
    rider: Visitor, noon: datetime, who: dict[str, Any], groups: list[tuple[str, int, int]], total: int
) -> None:
    journey = asked(rider, noon, **who)
    told = journey["party_fare"]
    assert [(g["category"], g["count"], g["ic_amount_minor"]) for g in told["groups"]] == groups
    assert {g["by"] for g in told["groups"]} == {"tables"}
    assert told["ic_amount_minor"] == total
    bundle = booked(rider, journey, **who)
    assert bundle["total"]["amount"] == total
    assert [part["state"] for part in bundle["parts"]] == ["confirmed"] * 3


def test_proof_is_asked_from_the_plan_to_the_ticket_and_none_is_kept(rider: Visitor, noon: datetime) -> None:
    who = {"party": {"adults": 2, "children": 1, "categories": {"senior": 1}}}
    journey = asked(rider, noon, **who)
    proofs = {group["category"]: group["proofs"] for group in journey["party_fare"]["groups"]}
    assert [len(proofs[name]) for name in ("adult", "senior", "child")] == [0, 1, 0]
    (proof,) = proofs["senior"]
    assert (proof["category"], proof["name"], proof["eligibility_url"]) == (
        "s", "シニア", "https://bus.example/senior",
    )  # fmt: skip
    assert proof["text"]["en"] == "Show proof of “シニア” when you ride"
    bundle = booked(rider, journey, **who)
    for part in bundle["parts"]:
        (told,) = part["proofs"]
        assert (told["category"], told["count"], told["eligibility_url"]) == (
            "senior", 1, "https://bus.example/senior",
        )  # fmt: skip
        assert "シニア" in told["text"]
    tickets = rider.http.get("/v1/tickets", params={"bundle_id": bundle["id"], "lang": "en"}).json()
    assert len(tickets) == 3
    for ticket in tickets:
        assert ticket["passengers"] == 3
        assert ticket["reduced"] == [
            {"concession": "senior", "count": 1, "proof": True},
            {"concession": "child", "count": 1, "proof": False},
        ]
        facts = {fact["name"]: fact["value"] for fact in ticket["facts"]}
        assert facts["Concession"] == "Senior 1 (proof must be shown), Child 1"
        assert facts["Proof of"] == "シニア"


def test_full_fares_ask_for_nothing(rider: Visitor, noon: datetime) -> None:
    bundle = booked(rider, asked(rider, noon, party={"adults": 2}), party={"adults": 2})
    assert [part["proofs"] for part in bundle["parts"]] == [[]] * 3
    tickets = rider.http.get("/v1/tickets", params={"bundle_id": bundle["id"]}).json()
    assert [ticket["reduced"] for ticket in tickets] == [[]] * 3


def test_one_adult_is_told_the_day_pass_as_what_it_is_and_pays_it(rider: Visitor, noon: datetime) -> None:
    journey = asked(rider, noon)
    first, *others = [leg["fare"] for leg in journey["legs"] if leg["trip_id"]]
    assert (first["product"], first["amount_minor"], first["ic_amount_minor"]) == ("一日券", 500, 500)
    assert [fare["amount_minor"] for fare in others] == [0, 0]
    leave = datetime.fromisoformat(journey["legs"][0]["departure"])
    assert datetime.fromisoformat(first["valid_until"]) == leave + timedelta(days=1)
    assert [(m["id"], m["name"], m["kind"], m["amount_minor"]) for m in first["media"]] == [
        ("paper", "", "paper", 500), ("ic", "まちカード", "transit_card", 500)
    ]  # fmt: skip
    bundle = booked(rider, journey)
    assert bundle["total"]["amount"] == 500
    # What is given back leaves none of the others free: each ride has its share of the pass.
    assert sorted(part["price"]["amount"] for part in bundle["parts"]) == [166, 167, 167]


def test_one_ride_costs_a_single_and_a_change_of_it_asks_for_the_same_riders(
    rider: Visitor, noon: datetime
) -> None:
    who = {"party": {"adults": 2, "categories": {"senior": 1}}}
    question = {"from": START, "to": {"lat": 35.65, "lon": 140.0}, "at": noon.isoformat(), **who}
    (journey,) = rider.http.post("/v1/journeys", json=question).json()["journeys"]
    bundle = booked(rider, journey, **who)
    assert bundle["total"]["amount"] == journey["party_fare"]["ic_amount_minor"] == 200 + 120
    again = bundle["parts"][0]["asked"]
    assert again["party"]["categories"] == {"senior": 1}


def test_the_area_names_its_riders_and_nobody_else_is_taken(rider: Visitor, noon: datetime) -> None:
    named = rider.http.get("/v1/area").json()["rider_categories"]
    assert [(one["id"], one["kind"], one["default"]) for one in named] == [
        ("o", "adult", True), ("k", "child", False), ("s", "senior", False)
    ]  # fmt: skip
    assert named[2]["eligibility_url"] == "https://bus.example/senior"
    question = {"from": START, "to": END, "at": noon.isoformat()}
    refused = rider.http.post("/v1/journeys", json=question | {"party": {"categories": {"pilot": 1}}})
    assert refused.status_code == 400
    assert "youth, student, senior, o, k, s" in refused.json()["detail"]
    many = rider.http.post("/v1/journeys", json=question | {"party": {"categories": {"senior": 2}}})
    assert many.status_code == 422
