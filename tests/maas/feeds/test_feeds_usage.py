"""Usage figures: right, and nobody can be told from them."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest
from fastapi import FastAPI
from feeds_world import served
from sqlalchemy import insert

from fleet.adapters.tables import create_schema, rides
from fleet.model.ride import End, Leg, Party, Promise, Ride, RideRequest, RideState
from fleet.model.service import load_service
from maas.api import problems
from maas.api.feeds.usage import router
from maas.errors import BadRequest
from maas.feeds.usage import K, RiddenLeg, Usage, published, tally
from maas.wiring.ridden import ShuttleRides
from storage.database import Database

JST = ZoneInfo("Asia/Tokyo")
DAY = date(2026, 11, 24)
EIGHT = int(datetime(2026, 11, 24, 8, tzinfo=JST).timestamp())
NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)


def ridden(minute: int = 0, riders: int = 1, **changed: object) -> RiddenLeg:
    values: dict[str, object] = {
        "line": "L", "vehicle": "V", "seats": 10, "from_stop": "A", "to_stop": "B",
        "boarded_s": EIGHT + minute * 60, "left_s": EIGHT + minute * 60 + 300,
        "riders": riders, "promised_s": EIGHT + minute * 60,
    } | changed  # fmt: skip
    return RiddenLeg(**values)  # type: ignore[arg-type]


class _Legs:
    def __init__(self, *legs: RiddenLeg) -> None:
        self._legs = legs

    def between(self, begin_s: int, end_s: int) -> list[RiddenLeg]:
        return [leg for leg in self._legs if begin_s <= leg.boarded_s < end_s]


def test_boardings_occupancy_and_punctuality_of_a_busy_hour() -> None:
    legs = [ridden(minute, riders=2) for minute in range(4)] + [ridden(4, riders=2, promised_s=EIGHT)]
    figures, totals = published(tally(legs, JST))
    board = next(f for f in figures if f.stop == "A")
    assert (board.day, board.hour, board.boardings, board.punctual_percent) == (DAY, 8, 10, 80)
    assert board.occupancy_percent == 60  # 2, 4, 6, 8, 10 of 10
    assert (totals[0].boardings, totals[0].punctual_percent) == (10, 80)


def test_few_riders_are_left_out_and_cannot_be_found_by_subtraction() -> None:
    legs = [ridden(0, 3, from_stop="A"), ridden(1, 20, from_stop="C"), ridden(2, 8, from_stop="D")]
    figures, totals = published(tally(legs, JST))
    told = {f.stop: f.boardings for f in figures}
    assert totals[0].boardings == 31
    assert (told["A"], told["D"], told["C"]) == (
        None,
        None,
        20,
    )  # 11 rode from A and D


@pytest.mark.parametrize("seed", range(20))
def test_in_random_days_what_is_left_out_of_a_total_is_never_one_cell_or_few_riders(seed: int) -> None:
    chance = random.Random(seed)
    legs = [
        ridden(chance.randrange(600), chance.randint(1, 4), from_stop=chance.choice("ABCDE"),
               to_stop=chance.choice("VWXYZ"), line=chance.choice("LM"), vehicle=chance.choice("uvw"))
        for _ in range(chance.randrange(1, 150))
    ]  # fmt: skip
    cells = tally(legs, JST)
    figures, totals = published(cells)
    for field in ("boardings", "alightings"):
        hidden = defaultdict(list)
        for f in figures:
            true = getattr(cells[f.day, f.line, f.stop, f.hour], field)
            shown = getattr(f, field)
            assert shown is None or shown == true
            assert shown is None or not 0 < true < K
            if shown is None and true:
                hidden[f.day, f.line].append(true)
        for total in totals:
            left = hidden[total.day, total.line]
            if left and total.boardings is not None:
                assert len(left) >= 2 or len(left) == sum(
                    getattr(c, field) > 0 for k, c in cells.items() if k[:2] == (total.day, total.line)
                )


def test_only_days_that_are_over_are_told() -> None:
    usage = Usage(_Legs(ridden(riders=9)), JST)
    assert usage.of(DAY, DAY, NOW)[1][0].boardings == 9
    for first, last in ((date(2026, 11, 25),) * 2, (DAY, date(2026, 11, 23)), (date(2026, 1, 1), DAY)):
        with pytest.raises(BadRequest):
            usage.of(first, last, NOW)


def test_figures_come_out_of_the_fleets_journal_over_http(root: Path, sql_url: str) -> None:
    service = load_service(root / "areas" / "makuhari" / "shuttle.toml")
    database = Database.open(sql_url)
    create_schema(database)
    a, b = service.stops[0].id, service.stops[1].id
    with database.write() as connection:
        for k in range(6):
            ride = Ride(
                f"r{k}", RideRequest(End(stop_id=a), End(stop_id=b), EIGHT, party=Party(adults=2)),
                Leg(a, b, 0, 0, 300, 1500), Promise(EIGHT, EIGHT + 600, EIGHT + 2000, 900), 100, "JPY",
                RideState.COMPLETED if k < 5 else RideState.CANCELLED, 0, service.vehicles[0].id,
                EIGHT + 60 * k, EIGHT + 60 * k + 400,
            )  # fmt: skip
            row = {"zone": service.id, "id": ride.id, "state": ride.state.value, "version": 1}
            connection.execute(insert(rides).values(**row, body=msgspec.json.encode(ride).decode()))
    app = FastAPI()
    problems.install(app)
    app.include_router(router("makuhari", Usage(ShuttleRides(service, database), JST), lambda: NOW))
    with served(app) as client:
        found = client.get("/feeds/makuhari/usage.json", params={"from": str(DAY), "to": str(DAY)}).json()
        assert found["totals"] == [
            {"day": "2026-11-24", "line": service.id, "boardings": 10, "punctual_percent": 100}
        ]
        table = client.get("/feeds/makuhari/usage.csv", params={"from": str(DAY), "to": str(DAY)}).text
        assert table.splitlines()[0].startswith("day,line,stop,hour,boardings")
        today = client.get("/feeds/makuhari/usage.json", params={"from": "2026-11-25", "to": "2026-11-25"})
        assert today.status_code == 400
    database.close()
