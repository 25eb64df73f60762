"""The insertion kernel against a reference that tries every pair of places in every plan, in plain Python."""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from scipy.sparse.csgraph import floyd_warshall

from fleet.kernels.board_layout import (
    DROP,
    FULL,
    NEVER,
    NO_PLACE,
    PICKUP,
    TOO_FAR,
    VISIT,
    Ask,
    Board,
    Ground,
    Weights,
    new_board,
    new_found,
    new_trial,
)
from fleet.kernels.insertion import scan
from fleet.kernels.landmarks import lay_ground
from fleet.kernels.plan_change import finish_first, insert, remove_ride, visit
from fleet.kernels.schedule import settle

WEIGHTS = Weights(drive=1.0, metre=0.05, wait=1.5, ride=0.7, walk=2.0, delay=0.5)


@dataclass
class Stop:
    kind: int
    ride: int
    loc: int
    early: int
    late: int
    dwell: int
    ride_max: int = NEVER
    change: tuple[int, ...] = (0, 0)


@dataclass
class Route:
    loc: int
    at: int
    home: int
    shift_end: int
    capacity: tuple[int, ...]
    usable: float
    on_board: tuple[int, ...] = (0, 0)
    fixed: int = 0
    stops: list[Stop] = field(default_factory=list)


def earliest(ground: Ground, route: Route, stops: list[Stop], now: int) -> list[int] | None:
    """Least starts (origin first) under windows and ride bounds, by relaxation; None if there are none."""
    at = [max(route.at, now), *(s.early for s in stops)]
    locs = [route.loc] + [s.loc for s in stops]
    dwell = [0] + [s.dwell for s in stops]
    changed = True
    while changed:
        changed = False
        for k in range(1, len(at)):
            t = at[k - 1] + dwell[k - 1] + int(ground.seconds[locs[k - 1], locs[k]])
            if t > at[k]:
                at[k], changed = t, True
        for k, s in enumerate(stops, 1):
            if s.kind == DROP and s.ride_max < NEVER:
                p = next((m for m, x in enumerate(stops, 1) if x.kind == PICKUP and x.ride == s.ride), None)
                if p is not None and at[k] - s.ride_max - dwell[p] > at[p]:
                    at[p], changed = at[k] - s.ride_max - dwell[p], True
        if any(at[k] > s.late for k, s in enumerate(stops, 1)):
            return None
    home = at[-1] + dwell[-1] + int(ground.seconds[locs[-1], route.home])
    return at if home <= route.shift_end else None


def fits(ground: Ground, route: Route, stops: list[Stop], wh_per_m: float) -> bool:
    load = list(route.on_board)
    for s in stops:
        load = [a + b for a, b in zip(load, s.change, strict=True)]
        if any(a > c for a, c in zip(load, route.capacity, strict=True)):
            return False
    return metres(ground, route, stops, True) * wh_per_m <= route.usable + 1e-3


def metres(ground: Ground, route: Route, stops: list[Stop], to_charger: bool) -> int:
    locs = [route.loc] + [s.loc for s in stops]
    way = sum(int(ground.metres[a, b]) for a, b in itertools.pairwise(locs))
    return way + (int(ground.charger_m[locs[-1]]) if to_charger else 0)


def driven(ground: Ground, route: Route, stops: list[Stop]) -> int:
    locs = [route.loc] + [s.loc for s in stops]
    return sum(int(ground.seconds[a, b]) for a, b in itertools.pairwise(locs))


def cheapest(
    ground: Ground, route: Route, ask: Ask, now: int, wh_per_m: float, weights: Weights = WEIGHTS
) -> tuple[float, int, int] | None:
    """The best cost of one plan over all stops and places, with its times, by definition.

    A vehicle that will be home late already may be so, but not by more.
    """
    shift_end = route.shift_end
    route = replace(route, shift_end=NEVER)
    old = earliest(ground, route, route.stops, route.at)
    assert old is not None
    last, dwell = ([route.loc] + [s.loc for s in route.stops])[-1], ([0] + [s.dwell for s in route.stops])[-1]
    home = old[-1] + dwell + int(ground.seconds[last, route.home])
    route = replace(route, shift_end=max(home, shift_end))
    best: tuple[float, int, int] | None = None
    demand = tuple(int(x) for x in ask.demand)
    n = len(route.stops)
    for p in range(len(ask.pick_loc)):
        for d in range(len(ask.drop_loc)):
            if ask.pick_loc[p] == ask.drop_loc[d]:
                continue
            pick = Stop(
                PICKUP,
                999,
                int(ask.pick_loc[p]),
                int(ask.pick_early_s[p]),
                int(ask.pick_late_s[p]),
                ask.pick_dwell_s,
                change=demand,
            )
            drop = Stop(
                DROP,
                999,
                int(ask.drop_loc[d]),
                0,
                int(ask.drop_late_s[d]),
                ask.drop_dwell_s,
                int(ask.ride_s_max[p, d]),
                tuple(-x for x in demand),
            )
            for i in range(route.fixed, n + 1):
                for j in range(i, n + 1):
                    stops = [*route.stops[:i], pick, *route.stops[i:j], drop, *route.stops[j:]]
                    at = earliest(ground, route, stops, now if i == 0 else route.at)
                    if at is None or not fits(ground, route, stops, wh_per_m):
                        continue
                    delay = sum(
                        max(0, at[1 + k + (k >= i) + (k >= j)] - old[1 + k])
                        for k, s in enumerate(route.stops)
                        if s.kind != VISIT
                    )
                    cost = (
                        weights.drive * (driven(ground, route, stops) - driven(ground, route, route.stops))
                        + weights.metre
                        * (metres(ground, route, stops, False) - metres(ground, route, route.stops, False))
                        + weights.wait * (at[i + 1] - ask.ready_s)
                        + weights.ride * (at[j + 2] - at[i + 1] - ask.pick_dwell_s)
                        + weights.walk * int(ask.pick_walk_s[p] + ask.drop_walk_s[d])
                        + weights.delay * delay
                    )
                    if best is None or cost < best[0] - 1e-9:
                        best = (cost, at[i + 1], at[j + 2])
    return best


def make_ground(rng: random.Random, n: int = 14, weights: Weights = WEIGHTS) -> Ground:
    xy = np.array([(rng.uniform(0, 3000), rng.uniform(0, 3000)) for _ in range(n)])
    way = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    if rng.random() < 0.5:  # one-way streets
        way = floyd_warshall(way * (1.0 + 3.0 * np.array([[rng.random() < 0.3 for _ in way] for _ in way])))
    seconds = np.ceil(way / 8.0).astype(np.uint16)
    charger = np.ceil(way[:, 0]).astype(np.uint16)
    return lay_ground(seconds, np.ceil(way).astype(np.uint16), charger, weights)


def make_ask(rng: random.Random, ground: Ground, now: int, tight: bool) -> Ask:
    n = len(ground.charger_m)
    picks, drops = rng.choice([1, 1, 2]), rng.choice([1, 1, 2])
    pick_loc = np.array(rng.sample(range(n), picks), np.int32)
    drop_loc = np.array(rng.sample([k for k in range(n) if k != pick_loc[0]], drops), np.int32)
    ready = now + rng.choice([0, 0, 300, 1500, 3000])
    early = np.array([ready + rng.randint(0, 200) for _ in range(picks)], np.int32)
    slack = rng.choice([200, 600, 1500])
    direct = ground.seconds[pick_loc][:, drop_loc].astype(np.int32)
    ride = (direct * 3) // 2 + (60 if tight else 300)
    return Ask(
        pick_loc,
        early,
        early + slack,
        np.array([rng.randint(0, 300) for _ in range(picks)], np.int32),
        drop_loc,
        np.full(drops, early.max() + slack + rng.choice([500, 900, 2500]), np.int32),
        np.array([rng.randint(0, 300) for _ in range(drops)], np.int32),
        ride.astype(np.int32),
        np.array(rng.choice([(1, 0), (2, 0), (3, 1), (0, 1)]), np.int16),
        30,
        20,
        ready,
    )


def mirror(board: Board, v: int, usable: float) -> Route:
    n = int(board.size[v])
    stops = [
        Stop(
            int(board.kind[v, k]), int(board.ride[v, k]), int(board.loc[v, k]), int(board.early_s[v, k]),
            int(board.late_s[v, k]), int(board.dwell_s[v, k]), int(board.ride_s_max[v, k]),
            tuple(int(x) for x in board.change[v, k]),
        )
        for k in range(1, n + 1)
    ]  # fmt: skip
    return Route(
        int(board.origin_loc[v]),
        int(board.origin_s[v]),
        int(board.home[v]),
        int(board.shift_end_s[v]),
        tuple(int(x) for x in board.capacity[v]),
        usable,
        tuple(int(x) for x in board.change[v, 0]),
        int(board.fixed[v]),
        stops,
    )


def let_time_pass(board: Board, ground: Ground, v: int, now: int) -> None:
    """Do what is due; a vehicle that waits may still be sent elsewhere, one that drives may not."""
    while board.size[v] and board.start_s[v, 1] + board.dwell_s[v, 1] <= now:
        finish_first(board, ground, v, int(board.start_s[v, 1] + board.dwell_s[v, 1]))
    leave = now
    if board.size[v]:
        leave = int(board.start_s[v, 1]) - int(ground.seconds[board.origin_loc[v], board.loc[v, 1]])
    board.origin_s[v] = max(board.origin_s[v], min(leave, now))
    board.fixed[v] = 1 if leave < now else 0
    settle(board, ground, v)


@pytest.mark.parametrize("seed", range(40))
def test_the_kernel_finds_what_trying_everything_finds(seed: int) -> None:
    rng = random.Random(seed)
    weights = WEIGHTS._replace(wait=0.3) if seed % 4 == 3 else WEIGHTS
    ground = make_ground(rng, weights=weights)
    now, vehicles, wh_per_m = 1000, rng.choice([1, 2, 4]), 0.3
    board = new_board(vehicles, 64, 2)
    for v in range(vehicles):
        board.taking[v] = 1
        board.capacity[v] = rng.choice([(4, 1), (11, 2), (3, 0)])
        board.origin_loc[v], board.origin_s[v] = rng.randrange(14), now + rng.choice([-50, 0, 120])
        board.home[v] = rng.randrange(14)
        board.shift_end_s[v] = now + rng.choice([4000, 9000, NEVER - now])
        board.usable_wh[v] = rng.choice([2500.0, 6000.0, 1e9])
        board.wh_per_m[v] = wh_per_m
        settle(board, ground, v)
    placed = refused = 0
    for ride in range(26):
        for v in range(vehicles):
            let_time_pass(board, ground, v, now)
        ask = make_ask(rng, ground, now, tight=seed % 2 == 0)
        found, trial = new_found(3), new_trial(64, vehicles)
        count = scan(board, ground, ask, weights, now, trial, found)
        expected = {}
        for v in range(vehicles):
            if all(int(x) <= int(c) for x, c in zip(ask.demand, board.capacity[v], strict=True)):
                best = cheapest(
                    ground, mirror(board, v, float(board.usable_wh[v])), ask, now, wh_per_m, weights
                )
                if best is not None:
                    expected[v] = best
        order = sorted(expected.items(), key=lambda item: (item[1][0], item[0]))[:3]
        assert count == len(order)
        assert found.cost[:count] == pytest.approx([best[0] for _, best in order])
        if count == 0:
            refused += 1
            assert found.reason.sum() == vehicles, "every vehicle says why not"
            continue
        placed += 1
        v = int(found.vehicle[0])
        p, d = int(found.pick[0]), int(found.drop[0])
        late = insert(
            board,
            ground,
            v,
            int(found.after_pick[0]),
            int(found.after_drop[0]),
            ride,
            (int(ask.pick_loc[p]), int(ask.pick_early_s[p]), int(ask.pick_late_s[p]), ask.pick_dwell_s),
            (int(ask.drop_loc[d]), int(ask.drop_late_s[d]), ask.drop_dwell_s),
            int(ask.ride_s_max[p, d]),
            ask.demand,
        )
        assert late == 0
        k_pick = int(np.flatnonzero((board.ride[v] == ride) & (board.kind[v] == PICKUP))[0])
        assert board.start_s[v, k_pick] == found.pick_s[0]
        assert board.start_s[v, board.mate[v, k_pick]] == found.drop_s[0]
        if rng.random() < 0.3:
            now = int(board.start_s[v, 1]) + int(board.dwell_s[v, 1])
        if rng.random() < 0.15:
            visit(board, ground, v, int(board.size[v]), 0, 0, NEVER, 100)
    assert placed >= 3


@pytest.mark.parametrize("seed", range(4))
def test_no_bound_leaves_the_best_of_many_vehicles_out(seed: int) -> None:
    rng = random.Random(seed)
    ground = make_ground(rng, 120)
    board = new_board(300, 64, 2)
    board.taking[:], board.capacity[:] = 1, (6, 1)
    for v in range(300):
        board.origin_loc[v], board.origin_s[v] = rng.randrange(120), rng.randrange(400)
        settle(board, ground, v)
    trial, differed = new_trial(64, 300), 0
    for ride in range(700):
        ask = make_ask(rng, ground, 300, tight=False)
        found = new_found(3)
        count = scan(board, ground, ask, WEIGHTS, 300, trial, found)
        if ride % 20 == 0:
            alone = []
            for v in range(300):
                board.taking[:] = 0
                board.taking[v] = 1
                one = new_found(1)
                if scan(board, ground, ask, WEIGHTS, 300, trial, one):
                    alone.append(float(one.cost[0]))
            board.taking[:] = 1
            assert sorted(alone)[:3] == pytest.approx(found.cost[:count].tolist())
            differed += len(set(alone)) > 3
        if count:
            v, p, d = int(found.vehicle[0]), int(found.pick[0]), int(found.drop[0])
            pick = (int(ask.pick_loc[p]), int(ask.pick_early_s[p]), int(ask.pick_late_s[p]), ask.pick_dwell_s)
            drop = (int(ask.drop_loc[d]), int(ask.drop_late_s[d]), ask.drop_dwell_s)
            i, j = int(found.after_pick[0]), int(found.after_drop[0])
            insert(board, ground, v, i, j, ride, pick, drop, int(ask.ride_s_max[p, d]), ask.demand)
    assert differed > 20


def test_taking_a_ride_out_restores_the_plan_to_the_bit() -> None:
    rng = random.Random(5)
    ground = make_ground(rng)
    board = new_board(1, 24, 2)
    board.taking[0], board.capacity[0] = 1, (11, 2)
    settle(board, ground, 0)
    placed = 0
    for ride in range(8):
        ask = make_ask(rng, ground, 0, tight=False)
        found = new_found(1)
        if not scan(board, ground, ask, WEIGHTS, 0, new_trial(24, 1), found):
            continue
        placed += 1
        n = int(board.size[0]) + 1
        before = [
            a[0, :n].copy()
            for a in (board.loc, board.ride, board.start_s, board.last_s, board.load, board.mate)
        ]
        p, d = int(found.pick[0]), int(found.drop[0])
        where = (int(found.after_pick[0]), int(found.after_drop[0]))
        pick = (int(ask.pick_loc[p]), int(ask.pick_early_s[p]), int(ask.pick_late_s[p]), 30)
        drop = (int(ask.drop_loc[d]), int(ask.drop_late_s[d]), 20)
        insert(board, ground, 0, *where, ride, pick, drop, int(ask.ride_s_max[p, d]), ask.demand)
        remove_ride(board, ground, 0, ride)
        after = [
            a[0, :n] for a in (board.loc, board.ride, board.start_s, board.last_s, board.load, board.mate)
        ]
        assert all((a == b).all() for a, b in zip(before, after, strict=True))
        insert(board, ground, 0, *where, ride, pick, drop, int(ask.ride_s_max[p, d]), ask.demand)
    assert placed >= 4


def test_each_reason_is_told_apart() -> None:
    ground = make_ground(random.Random(1))
    board = new_board(1, 8, 2)
    ask = Ask(
        np.array([1], np.int32),
        np.array([100], np.int32),
        np.array([1000], np.int32),
        np.zeros(1, np.int32),
        np.array([2], np.int32),
        np.array([4000], np.int32),
        np.zeros(1, np.int32),
        np.full((1, 1), 2000, np.int32),
        np.array([2, 0], np.int16),
        30,
        20,
        100,
    )

    def reason() -> int:
        found = new_found(1)
        assert scan(board, ground, ask, WEIGHTS, 100, new_trial(8, 1), found) == 0
        return int(found.reason.argmax())

    assert reason() == 0  # takes nobody
    board.taking[0] = 1
    assert reason() == NO_PLACE
    board.capacity[0] = (2, 0)
    board.origin_s[0] = 5000
    settle(board, ground, 0)
    assert reason() == TOO_FAR
    board.origin_s[0] = 0
    board.change[0, 0] = (1, 0)
    settle(board, ground, 0)
    assert reason() == FULL
