"""The order found for an outing is the best of all orders, tried one by one."""

from __future__ import annotations

import random
from itertools import permutations

import pytest

from routing.outing import Errand, Outing, Rows, best, follow, nearest


def travel(seed: int, places: int) -> Rows:
    """Random timetables between places that never let one overtake by leaving later, some without any."""
    rng = random.Random(seed)
    lines = {}
    for a in range(places):
        for b in range(places):
            ride, every = rng.randint(200, 2400), rng.choice((1, 300, 900, 3600))
            first, last = rng.randint(0, every), rng.choice((10**9, 10**9, 30_000))
            lines[a, b] = None if rng.random() < 0.05 else (ride, every, first, last)

    def arrival(a: int, b: int, at: int) -> int | None:
        line = lines[a, b]
        if a == b or line is None:
            return at if a == b else None
        ride, every, first, last = line
        departs = first + -(-(at - first) // every) * every
        return None if departs > last else departs + ride

    return Rows(lambda place, at: [arrival(place, b, at) for b in range(places)])


def outing_of(seed: int, count: int) -> Outing:
    rng = random.Random(seed + 1_000)
    errands = []
    for _ in range(count):
        stay = rng.choice((0, 600, 1800, 3600))
        kind = rng.random()
        if kind < 0.4:
            begins: tuple[tuple[int, int], ...] = ()
        elif kind < 0.6:
            at = 300 * rng.randint(2, 60)
            begins = ((at, at),)
        else:
            first = rng.randint(0, 12_000)
            begins = ((first, first + rng.randint(600, 9_000)),)
            if rng.random() < 0.5:
                again = begins[0][1] + rng.randint(600, 4_000)
                begins = (*begins, (again, again + 5_000))
        errands.append(Errand(stay, begins))
    return Outing(tuple(errands), rng.randint(0, 1800), rng.choice((16_000, 40_000)))


def brute_force(outing: Outing, rows: Rows, some: tuple[int, ...]) -> int | None:
    ways = (follow(outing, rows, order) for order in permutations(some))
    return min((way.home_s for way in ways if way is not None), default=None)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_the_best_order_is_that_of_the_brute_force(count):
    possible = 0
    for seed in range(14):
        outing = outing_of(seed, count)
        every = tuple(range(1, count + 1))
        expected = brute_force(outing, travel(seed, count + 1), every)
        found = best(outing, travel(seed, count + 1))
        assert (None if found is None else found.way.home_s) == expected, f"seed {seed}"
        if found is not None:
            assert found.proved
            assert sorted(v.errand for v in found.way.visits) == list(every)
            possible += 1
    assert possible > 2


def test_where_no_order_works_the_nearest_that_do_are_told():
    told = {"fewer": 0, "moved": 0, "later": 0}
    for seed in range(60):
        count = 3 + seed % 2
        outing = outing_of(seed, count)
        every = tuple(range(1, count + 1))
        rows = travel(seed, count + 1)
        if brute_force(outing, rows, every) is not None:
            continue
        found = nearest(outing, travel(seed, count + 1))
        assert set(found.alone) == {k for k in every if follow(outing, rows, [k]) is None}
        subsets = {len(s): s for n in range(count) for s in permutations(every, n)
                   if n and follow(outing, rows, s) is not None}  # fmt: skip
        most = max(subsets, default=0)
        assert (len(found.fewer.way.visits) if found.fewer else 0) == most
        if found.fewer:
            told["fewer"] += 1
            assert follow(outing, rows, [v.errand for v in found.fewer.way.visits]) == found.fewer.way
        if found.moved:
            told["moved"] += 1
            k, at = found.moved.errand, found.moved.begin_s
            errands = list(outing.errands)
            errands[k - 1] = Errand(errands[k - 1].stay_s, ((at, at),))
            other = Outing(tuple(errands), outing.leave_s, outing.home_by_s)
            order = [v.errand for v in found.moved.solution.way.visits]
            assert sorted(order) == list(every)
            assert follow(other, rows, order) == found.moved.solution.way
            last = min(max(first - at, at - last, 0) for first, last in outing.errands[k - 1].begins)
            steps = -(-last // 300)  # a round time may lie up to five minutes beyond what is least
            for n, errand in enumerate(outing.errands, 1):  # no errand need be widened less
                spans = tuple(
                    (first - 300 * (steps - 2), last + 300 * (steps - 2)) for first, last in errand.begins
                )
                if errand.begins and steps > 2:
                    one = list(outing.errands)
                    one[n - 1] = Errand(errand.stay_s, spans)
                    trial = Outing(tuple(one), outing.leave_s, outing.home_by_s)
                    assert brute_force(trial, rows, every) is None, f"seed {seed}"
        if found.later:
            told["later"] += 1
            assert found.later.way.home_s > outing.home_by_s
            late = Outing(outing.errands, outing.leave_s, outing.home_by_s + 86_400)
            assert found.later.way.home_s == brute_force(late, rows, every)
    assert min(told.values()) >= 2, told


def test_many_errands_are_put_into_a_good_order_by_cp_sat():
    for seed in range(1):
        outing = Outing(tuple(Errand(300) for _ in range(10)), 0, 60_000)
        found = best(outing, travel(seed + 500, 11))
        assert found is not None
        assert not found.proved
        rng = random.Random(seed)
        rows = travel(seed + 500, 11)
        for _ in range(200):
            order = rng.sample(range(1, 11), 10)
            way = follow(outing, rows, order)
            assert way is None or way.home_s >= found.way.home_s
        assert follow(outing, rows, [v.errand for v in found.way.visits]) == found.way
