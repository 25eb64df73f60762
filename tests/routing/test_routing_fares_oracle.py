"""Fares of random tables and rides beside every way to pay, each tried: V1 and V2, errands between."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from gtfs.model.fares import (
    UNLIMITED,
    FareAttribute,
    FareProduct,
    FareRule,
    FareTables,
    LegRule,
    TransferRule,
)
from routing.fares import PaidLeg, Payment
from routing.fares.ruled import RuledFares
from routing.fares.zoned import ZonedFares

DAY = date(2026, 11, 25)
LINES, STOPS, ZONES = "RQ", "ABCD", "123"


def rides(rng: random.Random) -> list[PaidLeg]:
    """Up to five rides one after the other, something done between some of them."""
    made, at = [], 8 * 3600
    for k in range(rng.randint(1, 5)):
        took, errand = 60 * rng.randint(5, 40), k > 0 and rng.random() < 0.4
        at += 60 * rng.randint(0, 20) + errand * 60 * rng.choice((30, 90, 300))
        stops = tuple(rng.choice(STOPS) for _ in range(rng.randint(2, 4)))
        made.append(
            PaidLeg(
                k, rng.choice(LINES), rng.choice("ab"), stops, ("", ""), (DAY, at), (DAY, at + took), at,
                at + took, seated=not errand and k > 0 and rng.random() < 0.1, errand=errand,
            )
        )  # fmt: skip
        at += took
    return made


# V1 -------------------------------------------------------------------------------------------------------


def zoned_tables(rng: random.Random) -> FareTables:
    attributes = tuple(
        FareAttribute(
            f"f{k}", 10 * rng.randint(10, 60), "JPY", rng.choice((0, 1, 2, UNLIMITED)),
            rng.choice((1800, 5400, UNLIMITED)), rng.choice(("", "", "a")),
        )
        for k in range(rng.randint(1, 4))
    )  # fmt: skip
    rules = tuple(
        FareRule(
            rng.choice(attributes).id, rng.choice(("", *LINES)), rng.choice(("", "", *ZONES)),
            rng.choice(("", "", *ZONES)), rng.choice(("", "", "", *ZONES)),
        )
        for _ in range(rng.randint(0, 6))
    )  # fmt: skip
    return FareTables(attributes=attributes, rules=rules, zones={s: rng.choice(ZONES) for s in STOPS})


def covers(tables: FareTables, fare: FareAttribute, run: list[PaidLeg]) -> bool:
    """Whether one ticket of a class is good for a run of rides, after the reference."""
    boardings = [leg for leg in run if not leg.seated] if not run[0].seated else [run[0], *(
        leg for leg in run[1:] if not leg.seated)]  # fmt: skip
    changes = len(boardings) - 1
    if fare.transfers not in (UNLIMITED,) and changes > fare.transfers:
        return False
    if fare.transfer_s == UNLIMITED:
        if any(leg.errand for leg in run[1:]):
            return False
    elif changes and boardings[-1].departure_s - run[0].departure_s > fare.transfer_s:
        return False
    if fare.agency_id and any(leg.agency_id != fare.agency_id for leg in run):
        return False
    mine = [rule for rule in tables.rules if rule.fare_id == fare.id]
    if not mine:
        return True
    ends = tables.zones[run[0].stops[0]], tables.zones[run[-1].stops[-1]]
    passed = {tables.zones[stop] for leg in run for stop in leg.stops}
    for leg in run:
        good = [
            rule
            for rule in mine
            if rule.route_id in ("", leg.route_id)
            and rule.origin in ("", ends[0])
            and rule.destination in ("", ends[1])
        ]
        listed = {rule.contains for rule in good} - {""}
        if not good or (listed and listed != passed):
            return False
    return True


def cuts(count: int) -> Iterator[list[tuple[int, int]]]:
    """Every way to cut rides into runs."""
    for mask in range(1 << (count - 1)):
        edges = [0, *(k + 1 for k in range(count - 1) if mask >> k & 1), count]
        yield list(itertools.pairwise(edges))


def test_v1_is_the_cheapest_of_all_ways_to_cut_rides_into_tickets() -> None:
    covered = joined = 0
    for seed in range(2000):
        rng = random.Random(seed)
        tables, legs = zoned_tables(rng), rides(rng)
        best = (len(legs), 0)
        for runs in cuts(len(legs)):
            lost = cost = 0
            for begin, end in runs:
                prices = [f.price_minor for f in tables.attributes if covers(tables, f, legs[begin:end])]
                cost += min(prices, default=0)
                lost += 0 if prices else end - begin
            best = min(best, (lost, cost))
        found = ZonedFares(tables).price(legs, Payment.CASH)
        known = [fare for fare in found if fare is not None]
        assert (len(found) - len(known), sum(fare.amount_minor for fare in known)) == best, seed
        for k, fare in enumerate(found):
            holder = None if fare is None or fare.ticket is None else found[fare.ticket]
            assert fare is None or fare.ticket is None or (holder is not None and fare.ticket < k), seed
        covered += len(known)
        joined += sum(fare.ticket is not None for fare in known)
    assert covered > 1000
    assert joined > 200


# V2 -------------------------------------------------------------------------------------------------------


def ruled_tables(rng: random.Random) -> FareTables:
    groups = "xyz"[: rng.randint(1, 3)]
    products = [
        FareProduct(f"p{k}", f"P{k}", "", "", 10 * rng.randint(8, 70), "JPY")
        for k in range(rng.randint(2, 5))
    ]
    rules = {
        (rng.choice(groups), rng.choice(("", *LINES))): LegRule(
            "", "", "", "", "", "", rng.choice(products).id, 0
        )
        for _ in range(rng.randint(1, 5))
    }
    leg_rules = tuple(
        replace_rule(rule, leg_group=group, network=network) for (group, network), rule in rules.items()
    )
    pairs = {(rng.choice(("", *groups)), rng.choice(("", *groups))) for _ in range(rng.randint(0, 4))}
    transfers = tuple(
        TransferRule(
            a, b, rng.choice((UNLIMITED, 1, 2)) if a == b else 0, rng.choice((UNLIMITED, 1800, 5400, 86_400)),
            rng.randint(0, 3), rng.randint(0, 2), rng.choice(("", "", *(p.id for p in products))),
        )
        for a, b in sorted(pairs)
    )  # fmt: skip
    return FareTables(
        products=tuple(products), leg_rules=leg_rules, transfer_rules=transfers,
        networks=dict(zip(LINES, LINES, strict=True)),
    )  # fmt: skip


def replace_rule(rule: LegRule, *, leg_group: str, network: str) -> LegRule:
    return LegRule(leg_group, network, "", "", "", "", rule.product_id, 0)


def options(tables: FareTables, leg: PaidLeg) -> list[tuple[str, int]]:
    """Leg group and price of everything a ride alone can be paid with; of a group the cheapest."""
    named = {rule.network for rule in tables.leg_rules} - {""}
    price = {p.id: p.amount_minor for p in tables.products}
    found: dict[str, int] = {}
    for rule in tables.leg_rules:
        if rule.network == leg.route_id or (not rule.network and leg.route_id not in named):
            cost = price[rule.product_id]
            found[rule.leg_group] = min(found.get(rule.leg_group, cost), cost)
    return list(found.items())


def rule_of(tables: FareTables, before: str, after: str) -> list[TransferRule]:
    """The rules for going on from one leg group to another; blank means those that no other rule names."""
    exact = [r for r in tables.transfer_rules if (r.from_group, r.to_group) == (before, after)]
    if exact:
        return exact
    from_named = {r.from_group for r in tables.transfer_rules} - {""}
    to_named = {r.to_group for r in tables.transfer_rules} - {""}
    return [
        r
        for r in tables.transfer_rules
        if (r.from_group == before or (not r.from_group and before not in from_named))
        and (r.to_group == after or (not r.to_group and after not in to_named))
    ]


def every_total(tables: FareTables, legs: list[PaidLeg]) -> Iterator[int]:
    """The price of every choice of products, and after an errand of every choice to go on or buy anew."""
    price = {p.id: p.amount_minor for p in tables.products}

    def on(k: int, paid: list[int], group: str, made: int, since: int) -> Iterator[int]:
        if k == len(legs):
            yield sum(paid)
            return
        for after, own in options(tables, legs[k]):
            alone = on(k + 1, [*paid, own], after, 0, k)
            if k == 0:
                yield from alone
                continue
            again = after == group
            begin = since if again else k - 1
            errand = any(leg.errand for leg in legs[begin + 1 : k + 1])
            good = [
                rule
                for rule in rule_of(tables, group, after)
                if (not again or rule.count in (0, UNLIMITED) or rule.count >= made + 1)
                and not (errand and rule.limit_s == UNLIMITED)
                and (rule.limit_s == UNLIMITED or lasts(rule, legs[begin], legs[k]) <= rule.limit_s)
            ]
            good.sort(key=lambda rule: rule.count if rule.count > 0 else 10**9)
            if not good or legs[k].errand:
                yield from alone
            if good:
                rule = good[0]
                extra = price[rule.product_id] if rule.product_id else 0
                if rule.kind == 2 and made == 0:
                    costs = [*paid[:-1], extra, 0]
                else:
                    costs = [*paid, extra + (own if rule.kind == 1 else 0)]
                if again:
                    yield from on(k + 1, costs, group, made + 1, since)
                else:
                    yield from on(k + 1, costs, after, 1 if rule.kind == 2 else 0, k)

    yield from on(0, [], "", 0, 0)


def lasts(rule: TransferRule, first: PaidLeg, last: PaidLeg) -> int:
    begin = first.arrival_s if rule.limit_type in (2, 3) else first.departure_s
    end = last.arrival_s if rule.limit_type in (0, 3) else last.departure_s
    return end - begin


def test_v2_is_the_cheapest_of_all_choices_of_products_and_transfers() -> None:
    priced = shared = 0
    for seed in range(3000):
        rng = random.Random(10_000 + seed)
        tables = ruled_tables(rng)
        legs = [replace(leg, seated=False) for leg in rides(rng)]
        found = RuledFares(tables, lambda _service, _day: True).price(legs, Payment.CASH, "")
        best = min(every_total(tables, legs), default=None)
        if best is None:
            assert found == [None] * len(legs), seed
            continue
        known = [fare for fare in found if fare is not None]
        assert sum(fare.amount_minor for fare in known) == best, seed
        assert len(known) == len(legs)
        for k, fare in enumerate(known):
            assert fare.ticket is None or (fare.amount_minor == 0 and fare.ticket < k), seed
        priced += 1
        shared += any(fare.ticket is not None for fare in known)
    assert priced > 1000
    assert shared > 100
