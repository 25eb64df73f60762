"""Every yen of a full price is paid by somebody, and each rule lowers the price as it says."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maas.errors import AreaError
from maas.fares.config import FaresConfig, read_fares
from maas.fares.price import FarePart, Priced, RiderState, price_parts
from maas.services.config import read_services
from payments.fares.caps import Ridden
from payments.fares.passes import AreaPass
from payments.points import FUND

AREA = Path(__file__).parents[3] / "areas" / "makuhari"
CONFIG = read_fares(AREA)
COMBINATIONS = read_services(AREA).combinations
DAY = date(2026, 11, 25)  # a Wednesday
SHUTTLE, CYCLE = "makuhari-shuttle", "share-cycle"


def ride(full: int = 500, operator: str = SHUTTLE, name: str = "0", **more: Any) -> FarePart:
    category = "shuttle" if operator == SHUTTLE else "cycle"
    return FarePart(name, category, operator, full, DAY, **more)


def priced(
    *parts: FarePart, combos: bool = False, config: FaresConfig = CONFIG, **rider: Any
) -> list[Priced]:
    state = RiderState(**rider)
    return price_parts(parts, state, config, COMBINATIONS if combos else (), day=DAY)


def one(*parts: FarePart, **rider: Any) -> tuple[int, dict[str, int]]:
    (found,) = priced(*parts, **rider)
    return found.price_minor, {off.rule: off.amount_minor for off in found.offs}


def test_without_any_right_the_full_price_is_paid() -> None:
    assert one(ride()) == (500, {})


@pytest.mark.parametrize(
    ("rights", "pays", "offs"),
    [
        ({"child"}, 250, {"concession:child": 250}),
        ({"student"}, 500, {}),  # not on the shuttle
        ({"65+"}, 200, {"subsidy:city:chiba": 300}),
        ({"disability"}, 200, {"concession:disability": 250, "subsidy:city:chiba": 50}),
        ({"resident"}, 500, {}),
    ],
)
def test_entitlements_lower_the_fare(rights: set[str], pays: int, offs: dict[str, int]) -> None:
    assert one(ride(), entitlements=frozenset(rights)) == (pays, offs)


def test_the_city_pays_its_part_and_says_so() -> None:
    (found,) = priced(ride(), entitlements=frozenset({"65+"}))
    assert found.borne_by() == [("city:chiba", 300)]
    assert found.offs[0].text["ja"].startswith("市の")


def test_the_city_pays_so_often_a_month_and_no_more() -> None:
    assert one(ride(), entitlements=frozenset({"65+"}), subsidised_this_month=40) == (500, {})


def test_a_carer_pays_as_the_disabled_rider_does() -> None:
    price, offs = one(ride(1000, riders=2), entitlements=frozenset({"disability"}))
    assert offs["concession:disability"] + offs["concession:companion"] == 500
    assert price == 200 + 250


def test_children_of_a_party_are_counted_as_halves_already() -> None:
    assert one(ride(750, riders=2, children=1)) == (750, {})


def test_a_group_pays_less() -> None:
    assert one(ride(4000, riders=8)) == (3600, {"concession:group": 400})


def test_caps_stop_at_the_price_of_a_day() -> None:
    before = (Ridden(DAY, CYCLE, 700),)
    assert one(ride(), before=before) == (200, {"cap:day-cap": 300})
    first, second, third = priced(*(ride(name=str(n)) for n in range(3)))
    assert [each.price_minor for each in (first, second, third)] == [500, 400, 0]


def test_a_pass_covers_its_holder_and_not_the_company() -> None:
    held = AreaPass("area-day", DAY, DAY, frozenset({"area"}), frozenset({SHUTTLE}))
    assert one(ride(), passes=(held,)) == (0, {"pass:area-day": 500})
    assert one(ride(1000, riders=2), passes=(held,)) == (500, {"pass:area-day": 500})
    assert one(ride(operator="bus"), passes=(held,)) == (500, {})


def test_an_employer_pays_within_a_ride_and_a_budget() -> None:
    rule = CONFIG.corporate[0]
    operators = frozenset(rule.operators)
    assert one(ride(), corporate=rule.plain(0), corporate_operators=operators) == (
        200, {"corporate:employer:techno-garden": 300},
    )  # fmt: skip
    first, second = priced(
        ride(name="0"), ride(300, name="1"), corporate=rule.plain(5600), corporate_operators=operators
    )
    assert (first.price_minor, second.price_minor) == (200, 200)  # 300, then the last 100 of the budget


def test_points_pay_what_is_left_and_the_fund_bears_it() -> None:
    (found,) = priced(ride(), points_yen=120)
    assert (found.price_minor, found.borne_by()) == (380, [(FUND, 120)])


def test_shopping_pays_for_the_shuttle() -> None:
    shop = FarePart("1", "shop", "aeon", 3200, None, offer_id="basket")
    shuttle, basket = priced(ride(), shop, combos=True)
    assert (shuttle.price_minor, basket.price_minor) == (0, 3200)
    assert sorted(shuttle.borne_by()) == [("city:chiba", 167), ("shop:aeon", 333)]


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_price_and_payers_always_sum_to_the_full_price(data: st.DataObject) -> None:
    draw = data.draw
    parts = []
    for n in range(draw(st.integers(1, 5))):
        operator = draw(st.sampled_from([SHUTTLE, CYCLE, "bus", "aeon"]))
        riders = draw(st.integers(1, 9))
        day = None if operator == "aeon" else DAY
        category = {"aeon": "shop", SHUTTLE: "shuttle"}.get(operator, "cycle")
        parts.append(
            FarePart(
                str(n), category, operator, draw(st.integers(0, 9_999)), day, riders, draw(st.integers(0, 3))
            )
        )
    held = AreaPass("area-day", DAY, DAY, frozenset({"area"}), frozenset({SHUTTLE}))
    rights = ["child", "disability", "65+", "student", "returned_licence", "resident"]
    found = priced(
        *parts,
        combos=draw(st.booleans()),
        entitlements=draw(st.frozensets(st.sampled_from(rights))),
        passes=draw(st.sampled_from([(), (held,)])),
        before=(Ridden(DAY, SHUTTLE, draw(st.integers(0, 1000))),),
        corporate=draw(st.sampled_from([None, CONFIG.corporate[0].plain(5900)])),
        points_yen=draw(st.integers(0, 3000)),
    )
    for part, result in zip(parts, found, strict=True):
        assert result.price_minor >= 0
        assert all(off.amount_minor > 0 for off in result.offs)
        assert result.price_minor + sum(off.amount_minor for off in result.offs) == part.full_minor


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[[caps]]\nid = 'x'\nperiod = 'year'\namount_minor = 5", "caps.0.period"),
        ("[points]\nyen_per_point = -1", "yen_per_point"),
        ("[earn_when.nothing]\nby = 'rider'", "earn_when.nothing"),
        ("[issuer]\nname = 'x'\nregistration = 'T1'", "registration"),
        ("[split.shuttle]\nfee_per_mille = 3", "receivers"),
        ("colour = 'red'", "colour"),
    ],
)
def test_a_wrong_rule_names_its_key(tmp_path: Path, text: str, key: str) -> None:
    (tmp_path / "fares.toml").write_text(text)
    with pytest.raises(AreaError) as error:
        read_fares(tmp_path)
    assert key in str(error.value)


def test_an_area_without_fares_charges_full_prices(tmp_path: Path) -> None:
    assert one(ride(), config=read_fares(tmp_path)) == (500, {})


def test_a_concession_says_what_must_be_shown_for_it() -> None:
    (found,) = priced(ride(operator="outside"), entitlements=frozenset({"disability"}))
    (off,) = found.offs
    assert (off.rule, off.text["en"]) == ("concession:disability", "Disability concession")
    assert off.proof["en"] == "Show your disability certificate (or Mirairo ID) to staff"
    (city,) = priced(ride(), entitlements=frozenset({"65+"}))
    (off,) = city.offs
    assert (off.right, off.rule) == ("65+", "subsidy:city:chiba")
    assert off.proof["en"].startswith("Carry proof of your age")
    (child,) = priced(ride(operator="outside"), entitlements=frozenset({"child"}))
    assert [off.proof for off in child.offs] == [{}], "nothing is asked where the area asks for nothing"
