"""Outings and checks tell what a party pays: each way as /v1/journeys does, the whole with one day pass."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import anyio
import httpx
import pytest
from click.testing import CliRunner
from fakes.day_pass import DAY_PASS
from fakes.feed_text import feed_of
from fakes.round_buses import ROUND
from fastapi import FastAPI

from maas.api import journeys, outings, problems
from maas.area.open import Area, open_area
from maas.bridges.by_request import Taxi, TaxiMover
from maas.bridges.movers import Walker
from maas.cli.main import main
from maas.fares.caps import caps_of
from maas.fares.config import FaresConfig
from maas.journeys.model import JourneysRequest
from maas.outings.fares import CapsOf, no_caps
from routing.on_demand import Mover
from routing.query import Profile

DAY = "2026-11-25"
TAXI = Taxi("Taxi", "JPY", 500, 1_096, 100, 255, wait_s=60, seats=4)
LIMITS = FaresConfig.model_validate(
    {"caps": [{"id": "day-cap", "period": "day", "amount_minor": 900, "operators": ["taxi"]}]}
)


@pytest.fixture(scope="module")
def area(tmp_path_factory: pytest.TempPathFactory) -> Area:
    home = tmp_path_factory.mktemp("round")
    built = CliRunner().invoke(
        main, ["area", "build", str(home / "area"), "--gtfs", str(feed_of(ROUND + DAY_PASS, home))]
    )
    assert built.exit_code == 0, built.output
    return open_area(home / "area")


def taxis(area: Area) -> Callable[[JourneysRequest], Sequence[Mover]]:
    """One price for all in it, but none for more than four."""
    walker = Walker(area.planner.network.streets, Profile.WALK, 1.33, 1800)
    return lambda asked: [TaxiMover(TAXI, walker, lambda: 0)] if asked.party.adults <= TAXI.seats else []


def post(
    area: Area, path: str, body: dict[str, Any], movers_of: Any = journeys.no_movers, caps: CapsOf = no_caps
) -> httpx.Response:
    app = FastAPI()
    problems.install(app)
    app.include_router(journeys.router(area, movers_of))
    app.include_router(outings.router(area, None, movers_of, caps))

    async def asked() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://area") as client:
            return await client.post(path, json=body)

    with ThreadPoolExecutor(1) as pool:  # where pages are tested, the main thread has a loop already
        return pool.submit(anyio.run, asked).result()


def outing(area: Area, *stops: str, **more: Any) -> dict[str, Any]:
    movers = {name: more.pop(name) for name in ("movers_of", "caps") if name in more}
    errands = [{"place": {"stop_id": stop}, "stay_s": 600} for stop in stops]
    body = {"home": {"stop_id": "A"}, "leave": f"{DAY}T08:50:00+09:00", "errands": errands, **more}
    answer = post(area, "/v1/outings", body, **movers)
    assert answer.status_code == 200, answer.text
    plan: dict[str, Any] = answer.json()["plan"]
    return plan


def test_each_way_tells_what_journeys_tells_and_the_whole_buys_one_pass(area: Area) -> None:
    party = {"adults": 2, "children": 1, "categories": {"senior": 1}}
    plan = outing(area, "B", "C", party=party)
    fare = plan["fare"]
    # Each way alone: adult 210, senior 120, child 100 in cash; 200, 120, 100 by card.
    singles = [
        (way["party_fare"]["amount_minor"], way["party_fare"]["ic_amount_minor"]) for way in plan["journeys"]
    ]
    assert singles == [(430, 420)] * 3
    assert (fare["apart_minor"], fare["ic_apart_minor"]) == (1290, 1260)
    # Together: adult a pass 500 (not 630 or 600), senior 250 (not 360), child 300.
    assert (fare["amount_minor"], fare["ic_amount_minor"], fare["currency"]) == (1050, 1050, "JPY")
    assert (fare["adults"], fare["children"]) == (2, 1)
    told = [(g["category"], g["count"], g["by"], g["amount_minor"]) for g in fare["groups"]]
    assert told == [
        ("adult", 1, "tables", 500), ("senior", 1, "tables", 250), ("child", 1, "tables", 300)
    ]  # fmt: skip
    tickets = {(t["category"], t["paid"]): t for t in fare["tickets"]}
    assert set(tickets) == {("adult", "cash"), ("adult", "ic"), ("senior", "cash"), ("senior", "ic")}
    pass_ = tickets["adult", "cash"]
    assert (pass_["product"], pass_["count"], pass_["amount_minor"], pass_["apart_minor"]) == (
        "Day pass", 1, 500, 630,
    )  # fmt: skip
    rides = [(ref["journey"], plan["journeys"][ref["journey"]]["legs"][ref["leg"]]) for ref in pass_["rides"]]
    assert [(k, leg["trip_id"]) for k, leg in rides] == [(0, "r"), (1, "r"), (2, "r")]
    bought = datetime.fromisoformat(rides[0][1]["departure"])
    assert (datetime.fromisoformat(pass_["valid_until"]) - bought).total_seconds() == 86_400
    for way in plan["journeys"]:
        ends = {"from": {"stop_id": way["legs"][0]["from"]["stop_id"]},
                "to": {"stop_id": way["legs"][-1]["to"]["stop_id"]}}  # fmt: skip
        asked = post(area, "/v1/journeys", ends | {"at": way["departure"], "party": party}).json()
        assert way["party_fare"] == asked["journeys"][0]["party_fare"]
        assert way["fare"] == asked["journeys"][0]["fare"]


def test_one_adult_and_a_child_alone_by_age(area: Area) -> None:
    plain = outing(area, "B", "C")
    assert [way["party_fare"] for way in plain["journeys"]] == [None] * 3
    assert [way["fare"]["amount_minor"] for way in plain["journeys"]] == [210] * 3
    assert (plain["fare"]["amount_minor"], plain["fare"]["apart_minor"]) == (500, 630)
    child = outing(area, "B", "C", age=9)
    assert (child["fare"]["amount_minor"], child["fare"]["children"], child["fare"]["adults"]) == (300, 1, 0)
    assert child["fare"]["tickets"] == []


def test_two_rides_are_cheaper_than_a_pass_and_no_ticket_is_told(area: Area) -> None:
    fare = outing(area, "B")["fare"]
    assert (fare["amount_minor"], fare["apart_minor"], fare["tickets"], fare["caps"]) == (420, 420, [], [])
    assert (fare["ic_amount_minor"], fare["ic_apart_minor"]) == (400, 400)


def test_who_is_not_known_is_refused(area: Area) -> None:
    body = {"home": {"stop_id": "A"}, "errands": [{"place": {"stop_id": "B"}}]}
    refused = post(area, "/v1/outings", body | {"party": {"categories": {"pilot": 1}}})
    assert refused.status_code == 400
    assert "pilot" in refused.json()["detail"]
    assert post(area, "/v1/outings", body | {"party": {"categories": {"senior": 2}}}).status_code == 422


def test_own_services_are_in_the_sum_up_to_the_limit_of_a_day(area: Area) -> None:
    plan = outing(area, "B", "C", means=["taxi"], party={"adults": 2}, movers_of=taxis(area))
    prices = [leg["fare"]["amount_minor"] for way in plan["journeys"] for leg in way["legs"] if leg["fare"]]
    ridden = [leg["mode"] for way in plan["journeys"] for leg in way["legs"] if leg["mode"] != "walk"]
    assert ridden == ["taxi"] * 3
    fare = plan["fare"]
    assert fare["amount_minor"] == fare["apart_minor"] == fare["ic_amount_minor"] == sum(prices)
    capped = outing(
        area, "B", "C", means=["taxi"], party={"adults": 2}, movers_of=taxis(area), caps=caps_of(LIMITS)
    )["fare"]  # fmt: skip
    # The limit is the rider's own: of two who share each taxi one never pays more than 900 in all.
    own = sum(-(-price // 2) for price in prices)
    assert capped["caps"] == [{"id": "day-cap", "off_minor": own - 900}]
    assert capped["amount_minor"] == capped["ic_amount_minor"] == sum(prices) - (own - 900)
    assert capped["apart_minor"] == sum(prices)


def test_who_offers_rides_hears_how_many_go(area: Area) -> None:
    five = outing(area, "B", means=["taxi"], party={"adults": 5}, movers_of=taxis(area))
    assert {leg["mode"] for way in five["journeys"] for leg in way["legs"]} <= {"bus", "walk"}
    assert five["fare"]["amount_minor"] == 5 * 420


def test_a_check_tells_the_repair_for_the_party(area: Area) -> None:
    body = {
        "from": {"stop_id": "A"},
        "to": {"stop_id": "B"},
        "at": f"{DAY}T08:50:00+09:00",
        "means": ["transit"],
    }
    (journey,) = post(area, "/v1/journeys", body).json()["journeys"]
    for leg in journey["legs"]:
        leg["trip_id"] = leg["trip_id"] and "gone"
    party = {"adults": 1, "children": 1, "categories": {"senior": 1}}
    told = post(area, "/v1/journeys/check", {"legs": journey["legs"], "party": party}).json()
    assert not told["still_good"]
    assert told["repair"][0]["party_fare"]["amount_minor"] == 120 + 100
    one = post(area, "/v1/journeys/check", {"legs": journey["legs"], "age": 9}).json()
    assert one["repair"][0]["party_fare"]["amount_minor"] == 100
    wrong = post(area, "/v1/journeys/check", {"legs": journey["legs"], "party": {"categories": {"pilot": 1}}})
    assert wrong.status_code == 400


def test_the_command_line_says_who_rides_and_what_a_pass_saves(area: Area) -> None:
    errands = [{"place": {"stop_id": stop}, "stay_s": 600} for stop in "BC"]
    question = json.dumps({"home": {"stop_id": "A"}, "leave": f"{DAY}T08:50", "errands": errands})
    asked = ["outing", "-", "--area", str(area.folder), "--riders", "adult:1,senior:1,child:1"]
    told = CliRunner().invoke(main, asked, input=question)
    assert told.exit_code == 0, told.output
    assert "1,050 yen" in told.stdout
    assert "1 adult: Day pass for 3 rides, 500 yen in cash instead of 630 yen" in told.stdout
    assert "1 senior: Day pass for 3 rides, 250 yen by IC card instead of 360 yen" in told.stdout
    plan = json.loads(CliRunner().invoke(main, [*asked, "--json"], input=question).stdout)["plan"]
    assert plan["fare"]["amount_minor"] == 1050
