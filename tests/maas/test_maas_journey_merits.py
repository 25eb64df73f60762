"""What a journey is best at, what it costs and what it emits."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from maas.area.open import open_area
from maas.journeys.emissions import co2_g
from maas.journeys.fare_model import FareView
from maas.journeys.merits import award, beaten
from maas.journeys.model import CallView, JourneysRequest, JourneyView, Merit, WayNeed
from maas.journeys.service import plan
from routing.bounded import BestBy, BoundedPlanner

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def journey(
    leave: int, arrive: int, *, yen: int | None = 0, walk_m: float = 0, changes: int = 0, g: int | None = 0
) -> JourneyView:
    fare = None if yen is None else FareView(amount_minor=yen, ic_amount_minor=yen, currency="JPY")
    return JourneyView(
        id=f"{leave}-{arrive}",
        departure=NOON + timedelta(minutes=leave),
        arrival=NOON + timedelta(minutes=arrive),
        duration_s=(arrive - leave) * 60,
        interchanges=changes,
        walk_m=walk_m,
        fare=fare,
        co2_g=g,
        legs=[],
    )


def test_each_merit_goes_to_the_best_and_ties_share_it():
    early, short = journey(0, 20, yen=300, changes=1, g=50), journey(10, 25, yen=200, walk_m=400, g=50)
    award([early, short], arrive_by=False)
    assert early.best_at == [Merit.EARLIEST, Merit.LEAST_WALKING]
    assert short.best_at == [Merit.FASTEST, Merit.CHEAPEST, Merit.FEWEST_CHANGES]


def test_who_arrives_by_a_time_sees_first_what_leaves_last():
    early, late = journey(0, 20), journey(5, 30)
    award([early, late], arrive_by=True)
    assert Merit.EARLIEST in late.best_at
    assert Merit.EARLIEST not in early.best_at


def test_nothing_is_called_cheapest_while_a_price_is_not_known():
    priced, unpriced = journey(0, 20, yen=300), journey(0, 30, yen=None, g=None)
    award([priced, unpriced], arrive_by=False)
    assert not {Merit.CHEAPEST, Merit.GREENEST} & {*priced.best_at, *unpriced.best_at}


def test_a_journey_is_beaten_only_by_one_that_is_worse_in_nothing():
    slow = journey(0, 30, yen=300, walk_m=400, g=50)
    assert beaten(slow, [slow, journey(0, 20, yen=300, walk_m=400, g=50)])
    assert not beaten(slow, [slow, journey(0, 30, yen=300, walk_m=400, g=50)]), "one that is as good"
    assert not beaten(slow, [slow, journey(0, 20, yen=310, walk_m=400, g=50)])
    assert not beaten(slow, [slow, journey(0, 20, yen=None, walk_m=400, g=50)]), "it may cost more"
    assert beaten(journey(0, 30, yen=None, g=50), [journey(0, 20, yen=None, g=50)])


@pytest.mark.parametrize(("mode", "grams"), [("rail", 100), ("bus", 355), ("walk", 0), ("ferry", None)])
def test_emissions_are_those_of_the_mode_and_not_guessed(mode: str, grams: float | None):
    assert co2_g(mode, 5000, {}) == grams
    assert co2_g(mode, 5000, {mode: 10}) == 50


def test_the_sample_area_says_what_a_bus_and_a_train_cost(makuhari: Path):
    question = {"from": "幕張本郷", "to": "蘇我", "at": "2026-11-25T10:00:00+09:00"}
    answer = plan(open_area(makuhari), JourneysRequest.model_validate(question), NOON)
    best = answer.journeys[0]
    paid = {leg.mode: leg.fare for leg in best.legs if leg.fare is not None}
    assert {mode: fare.amount_minor for mode, fare in paid.items()} == {"bus": 230, "rail": 240}
    assert best.fare is not None
    assert best.fare.amount_minor == 470
    assert best.co2_g == pytest.approx(sum(leg.co2_g or 0 for leg in best.legs), abs=len(best.legs))


def test_a_feed_without_fares_says_that_they_are_not_known(tokyo: Path):
    question = {"from": "Shinjuku", "to": "Chiba", "at": "2026-11-25T10:00:00+09:00"}
    answer = plan(open_area(tokyo), JourneysRequest.model_validate(question), NOON)
    assert {journey.fare for journey in answer.journeys} == {None}


def test_a_journey_by_way_of_a_place_stays_there(makuhari: Path):
    question = {
        "from": "幕張本郷", "to": "蘇我", "at": "2026-11-25T10:00:00+09:00",
        "via": [{"place": "海浜幕張", "stay_s": 1800}],
    }  # fmt: skip
    answer = plan(open_area(makuhari), JourneysRequest.model_validate(question), NOON)
    assert answer.journeys
    for found in answer.journeys:
        gaps = [b.departure - a.arrival for a, b in itertools.pairwise(found.legs)]
        assert max(gaps) >= timedelta(seconds=1800)
        assert any("海浜幕張" in leg.destination.name for leg in found.legs[:-1])


def test_calls_are_told_unchecked_and_yet_as_they_would_be_checked(makuhari: Path):
    question = {"from": "幕張本郷", "to": "蘇我", "at": "2026-11-25T10:00:00+09:00"}
    answer = plan(open_area(makuhari), JourneysRequest.model_validate(question), NOON)
    calls = [call for found in answer.journeys for leg in found.legs for call in leg.calls]
    assert len(calls) > 5
    for call in calls:
        checked = CallView.model_validate(call.model_dump())
        assert call == checked
        assert call.model_dump_json() == checked.model_dump_json()
        assert call.model_copy(update={"name": "x"}).name == "x"


def test_who_tires_is_told_the_easiest_and_others_are_not():
    quick = journey(0, 20, walk_m=600, changes=1)
    easy = journey(0, 25, walk_m=100)
    award([quick, easy], arrive_by=False)
    assert Merit.EASIEST not in [*quick.best_at, *easy.best_at]
    award([quick, easy], arrive_by=False, needs=[WayNeed.FEW_CHANGES])
    assert Merit.EASIEST in easy.best_at


def test_an_answer_says_what_the_needs_leave_out(makuhari: Path):
    area = open_area(makuhari)
    at = datetime.fromisoformat("2026-11-25T08:00:00+09:00")
    asked = {"from": "海浜幕張", "to": "蘇我", "at": at, "means": ["transit"], "modes": ["bus"]}
    answer = plan(area, JourneysRequest.model_validate(asked), at)
    (left_out,) = answer.excluded
    assert (left_out.need, left_out.reason) == ("modes", "limit")
    assert left_out.lines
    assert left_out.arrival > at
    assert plan(area, JourneysRequest.model_validate(asked | {"modes": []}), at).excluded == []


def test_the_cheapest_of_an_answer_is_there_when_it_is_asked_for(makuhari: Path):
    area = open_area(makuhari)
    at = datetime.fromisoformat("2026-11-25T08:00:00+09:00")
    asked = {"from": "海浜幕張", "to": "蘇我", "at": at, "means": ["transit"]}
    plain = plan(area, JourneysRequest.model_validate(asked), at).journeys
    wished = plan(area, JourneysRequest.model_validate(asked | {"best": list(BestBy)}), at).journeys
    assert {j.id for j in plain} <= {j.id for j in wished}
    for measure in (lambda j: j.co2_g, lambda j: j.walk_m):
        assert min(map(measure, wished)) <= min(map(measure, plain))


def test_an_answer_says_which_wishes_it_could_not_look_for(makuhari: Path, monkeypatch: pytest.MonkeyPatch):
    question = {"from": "幕張本郷", "to": "蘇我", "at": "2026-11-25T10:00:00+09:00", "best": ["greenest"]}
    request = JourneysRequest.model_validate(question)
    whole = plan(open_area(makuhari), request, NOON)
    assert (whole.unsearched, whole.notes) == ([], [])
    monkeypatch.setattr("maas.journeys.wishes.BoundedPlanner", partial(BoundedPlanner, room_max=3))
    answer = plan(open_area(makuhari), request, NOON)
    assert answer.unsearched == [BestBy.GREENEST]
    assert "greenest" in answer.notes[0]
    assert answer.journeys, "what is known is told all the same"


def test_nobody_is_told_to_ride_a_little_and_walk_as_far(makuhari: Path):
    area = open_area(makuhari)
    body = {
        "from": "海浜幕張",
        "to": "ベイタウン・コア",
        "at": "2026-11-25T10:00:00+09:00",
        "means": ["transit"],
        "count": 6,
    }
    ways = plan(area, JourneysRequest.model_validate(body), NOON).journeys
    walk = next(way for way in ways if all(leg.mode == "walk" for leg in way.legs))
    assert len(ways) >= 4, "what leaves later takes the place of what is left out"
    for way in ways:
        quicker = way is walk or way.duration_s < walk.duration_s
        assert quicker or way.walk_m <= walk.walk_m - 300, f"{way.departure:%H:%M} spares nothing"
