"""Who rides is said once: the price that planning tells is the price that is held and paid, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

import pytest
from fakes.bus_town import END, START, before_the_buses, bus_town
from test_booking_http import Visitor


@pytest.fixture(scope="module")
def noon() -> datetime:
    return before_the_buses()


@pytest.fixture(scope="module")
def rider(tmp_path_factory: pytest.TempPathFactory, start_server: Any, noon: datetime) -> Iterator[Visitor]:
    """A guest with a card at a server of an area that has just these buses."""
    home = tmp_path_factory.mktemp("buses")
    serving: AbstractContextManager[tuple[str, Any]] = start_server(
        bus_town(home, noon), home, "--no-simulation"
    )
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
    # Each of the rides is told as ridden with the pass, and until when.
    until = (leave + timedelta(days=1)).isoformat()
    assert [(p["details"]["ticket"], p["details"]["ticket_until_at"]) for p in bundle["parts"]] == [
        ("一日券", until)
    ] * 3
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
    (part,) = bundle["parts"]
    assert part["asked"]["party"]["categories"] == {"senior": 1}
    assert "ticket" not in part["details"], "a single is good for nothing more"


def test_the_area_names_its_riders_and_nobody_else_is_taken(rider: Visitor, noon: datetime) -> None:
    named = rider.http.get("/v1/area").json()["rider_categories"]
    assert [(one["id"], one["kind"], one["default"]) for one in named] == [
        ("o", "adult", True), ("k", "child", False), ("s", "senior", False)
    ]  # fmt: skip
    assert named[2]["eligibility_url"] == "https://bus.example/senior"
    assert [one["say"] for one in named] == ["adult", "child", "senior"]
    # In the feed's own words, as it translates them, else by what they are.
    assert [named[2]["names"][lang] for lang in ("", "ja", "en", "ko")] == [
        "シニア", "シニア", "Senior (65+)", "경로"
    ]  # fmt: skip
    question = {"from": START, "to": END, "at": noon.isoformat()}
    refused = rider.http.post("/v1/journeys", json=question | {"party": {"categories": {"pilot": 1}}})
    assert refused.status_code == 400
    assert "youth, student, senior, o, k, s" in refused.json()["detail"]
    many = rider.http.post("/v1/journeys", json=question | {"party": {"categories": {"senior": 2}}})
    assert many.status_code == 422
