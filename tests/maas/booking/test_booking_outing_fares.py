"""An outing that is booked as one bundle costs what the outing was told to cost."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from fakes.feed_text import feed_of
from fakes.round_buses import ROUND

from maas.api.booking.asked import JourneyIn, TransitIn
from maas.api.booking.resolve import Resolver
from maas.area.open import Area, open_area
from maas.booking.wishes import TransitWish
from maas.cli.main import main
from maas.outings.model import OutingRequest, PlanView
from maas.outings.service import plan_outing
from maas.wiring.transit_fares import fares_of

NOON = datetime(2026, 11, 25, 11, 50, tzinfo=ZoneInfo("Asia/Tokyo"))
FARES = """
[fare_products]
fare_product_id,fare_product_name,amount,currency
one,Single,200,JPY
day,Day pass,500,JPY
[fare_leg_rules]
leg_group_id,fare_product_id
one,one
{day}[fare_transfer_rules]
from_leg_group_id,to_leg_group_id,transfer_count,duration_limit,duration_limit_type,fare_transfer_type
{rule}
"""
PASS = {"day": "day,day\n", "rule": "day,day,-1,86400,1,0"}
CHANGE, HOURS = ({"day": "", "rule": f"one,one,-1,{time},0"} for time in (",", "10800,1"))


def built(folder: Path, text: str) -> Area:
    command = ["area", "build", str(folder / "area"), "--gtfs", str(feed_of(text, folder))]
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 0, done.output
    return open_area(folder / "area")


def planned(area: Area, **who: Any) -> PlanView:
    errands = [{"place": {"stop_id": stop}, "stay_s": 600} for stop in "BC"]
    body = {"home": {"stop_id": "A"}, "leave": NOON, "errands": errands, **who}
    plan = plan_outing(area, OutingRequest.model_validate(body), NOON).plan
    assert plan is not None
    return plan


def wishes(area: Area, plan: PlanView, **who: Any) -> list[TransitWish]:
    """The parts of all ways in one bundle, as a client makes them."""
    resolver, found = Resolver(area, lambda: None), []  # type: ignore[arg-type,return-value]
    for k, way in enumerate(plan.journeys):
        assert way is not None
        told = {"legs": way.model_dump(mode="json", by_alias=True)["legs"], "after_errand": k > 0, **who}
        for part in resolver.parts_of(JourneyIn.model_validate(told)).parts:
            assert isinstance(part, TransitIn)
            wish = resolver.part(part, "").wish
            assert isinstance(wish, TransitWish)
            found.append(wish)
    return found


@pytest.mark.parametrize(
    ("tables", "who", "total", "apart"),
    [
        (PASS, {}, 500, 600),
        (PASS, {"party": {"adults": 2}}, 1000, 1200),
        (CHANGE, {}, 600, 600),  # changing is free, but nobody changes: there is something to do
        (HOURS, {}, 200, 600),  # a ticket for three hours
        (HOURS, {"age": 8}, 100, 300),
    ],
)
def test_one_bundle_of_an_outing_costs_what_the_outing_does(
    tmp_path: Path, tables: dict[str, str], who: dict[str, Any], total: int, apart: int
) -> None:
    area = built(tmp_path, ROUND + FARES.format(**tables))
    plan = planned(area, **who)
    assert plan.fare is not None
    assert (plan.fare.ic_amount_minor, plan.fare.ic_apart_minor) == (total, apart)
    asked = wishes(area, plan, **who)
    assert [wish.errand for wish in asked] == [False, True, True]
    fares = fares_of(area)(asked)
    assert sum(fare.total_minor for fare in fares if fare is not None) == total
    assert all(fare is not None and fare.total_minor > 0 for fare in fares) == (total > 0)
