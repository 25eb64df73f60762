"""Random towns with steps, kerbs, lifts, gravel and one-way streets beside NetworkX, for all who go there."""

from __future__ import annotations

import math
import random

import networkx as nx
import numpy as np
import pytest

from routing.query import Profile
from routing.street import tags
from routing.street.graph import Way, assemble
from routing.street.profiles import SPEED_M_S
from routing.street.router import StreetRouter

SIDE = 7
LAT, LON = 35.0, 140.0
STEP_LAT, STEP_LON = 0.0010, 0.0012
OPEN = tags.FOOT | tags.CYCLE | tags.CYCLE_BACK | tags.CAR | tags.CAR_BACK | tags.PAVED
M_PER_DEGREE = 111_195.0
Node = tuple[float, float]


def town(rng: random.Random) -> dict[tuple[Node, Node], int]:
    """Streets of a grid with what they are; some way that is open to all leads everywhere."""
    grid = nx.grid_2d_graph(SIDE, SIDE)
    for a, b in grid.edges:
        grid[a][b]["weight"] = rng.random()
    tree = nx.minimum_spanning_tree(grid)
    found = {}
    for a, b in grid.edges:
        if tree.has_edge(a, b):
            found[a, b] = OPEN
        elif rng.random() < 0.85:
            flags = rng.choice((OPEN, tags.FOOT | tags.PAVED, tags.CYCLE | tags.PAVED, tags.FOOT))
            for flag in (tags.STEPS, tags.KERB, tags.INDOOR_LIFT):
                flags |= flag if rng.random() < 0.3 else 0
            if flags & tags.CYCLE and rng.random() < 0.5:
                flags &= ~tags.CYCLE_BACK
            found[a, b] = flags
    return found


def where(node: Node) -> tuple[float, float]:
    return LAT + STEP_LAT * node[0], LON + STEP_LON * node[1]


def metres(a: Node, b: Node) -> float:
    (south, west), (north, east) = where(a), where(b)
    return M_PER_DEGREE * math.hypot(north - south, (east - west) * math.cos(math.radians(LAT)))


def passable(flags: int, profile: Profile, *, back: bool) -> bool:
    """After docs/routing.md: who takes no steps, no raised kerbs, nothing unpaved; cycles where they may."""
    if profile is Profile.CYCLE:
        return bool(flags & (tags.CYCLE_BACK if back else tags.CYCLE))
    if not flags & tags.FOOT:
        return False
    if profile in (Profile.PRAM, Profile.WHEELCHAIR) and flags & tags.STEPS:
        return False
    return profile is not Profile.WHEELCHAIR or bool(flags & tags.PAVED and not flags & tags.KERB)


def effort(a: Node, b: Node, flags: int, profile: Profile) -> float:
    """Metres that a street counts as."""
    if profile is Profile.CYCLE:
        return metres(a, b)
    far = metres(a, b) + (60.0 if flags & tags.INDOOR_LIFT else 0.0)
    if flags & tags.STEPS:
        far *= {Profile.WALK: 1.5, Profile.EASY: 5.0}.get(profile, 1.0)
    return far


def between(a: Node, b: Node) -> Node:
    """A third of the way from one junction to the next."""
    return a[0] + (b[0] - a[0]) * 0.3, a[1] + (b[1] - a[1]) * 0.3


def peer_of(
    streets: dict[tuple[Node, Node], int], profile: Profile, beside: list[tuple[Node, Node]]
) -> nx.DiGraph:
    peer = nx.DiGraph()
    for (a, b), flags in streets.items():
        for x, y, back in ((a, b, False), (b, a, True)):
            if passable(flags, profile, back=back):
                peer.add_edge(x, y, far=effort(a, b, flags, profile))
    for a, b in beside:
        stop = between(a, b)
        for end in (a, b):
            peer.add_edge(stop, end, far=metres(stop, end))
            peer.add_edge(end, stop, far=metres(stop, end))
    return peer


@pytest.mark.parametrize(
    "profile", [Profile.WALK, Profile.EASY, Profile.PRAM, Profile.WHEELCHAIR, Profile.CYCLE]
)
def test_reach_and_walks_between_stops_are_those_of_networkx(profile: Profile) -> None:
    differs = 0
    for seed in range(25):
        rng = random.Random(seed)
        streets = town(rng)
        ids = {node: k for k, node in enumerate(sorted({n for pair in streets for n in pair}))}
        ways = []
        for (a, b), flags in streets.items():
            (lat_a, lon_a), (lat_b, lon_b) = where(a), where(b)
            ways.append(Way((ids[a], ids[b]), (lat_a, lat_b), (lon_a, lon_b), flags, 30.0, -1))
        # Within streets that are open to all: at their ends a one-way street might be taken for theirs.
        beside = rng.sample([pair for pair, flags in sorted(streets.items()) if flags == OPEN], 12)
        stops = [between(*pair) for pair in beside]
        lat, lon = (np.array(axis) for axis in zip(*(where(stop) for stop in stops), strict=True))
        router = StreetRouter(assemble(ways), lat, lon)
        speed, limit_s = SPEED_M_S[profile], rng.choice((200, 500, 900))
        peer, plain = (peer_of(streets, who, beside) for who in (profile, Profile.WALK))
        door = rng.choice(stops)
        for backward in (False, True):
            reach = router.reach(
                *where(door), profile=profile, speed_m_s=speed, limit_s=limit_s, backward=backward
            )
            found = dict(zip(reach.stop.tolist(), reach.duration_s.tolist(), strict=True))
            graph = peer.reverse() if backward else peer
            far = nx.single_source_dijkstra_path_length(graph, door, weight="far")
            agree(found, {k: far[stop] / speed for k, stop in enumerate(stops) if stop in far}, limit_s, seed)
        walks = router.footpaths(profile=profile, speed_m_s=speed, limit_s=limit_s)
        for k, stop in enumerate(stops):
            entries = slice(int(walks.offsets[k]), int(walks.offsets[k + 1]))
            found = dict(zip(walks.target[entries].tolist(), walks.duration_s[entries].tolist(), strict=True))
            far = nx.single_source_dijkstra_path_length(peer, stop, weight="far")
            others = {j: far[o] / speed for j, o in enumerate(stops) if j != k and o in far}
            agree(found, others, limit_s, seed)
            usual = nx.single_source_dijkstra_path_length(plain, stop, weight="far")
            differs += any(far.get(o) != usual.get(o) for o in stops)
    assert (differs > 100) == (profile is not Profile.WALK)


def agree(found: dict[int, int], expected: dict[int, float], limit_s: int, seed: int) -> None:
    """The same within two seconds; at the limit one side may have what the other has not."""
    for k in found.keys() | expected.keys():
        far = expected.get(k, math.inf)
        if k in found:
            assert abs(found[k] - far) <= 2 + far * 0.003, (seed, k)
        else:
            assert far > limit_s - 2 - limit_s * 0.003, (seed, k)
