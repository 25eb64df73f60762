"""`kill -9` before and after every step and every outside call of an outing of six parts.

Each death is a real process's. Another one takes up what is written; then every book is compared with every
other: ours, the dispatcher's, the devices', the shop's stock, the partner's, the ledger and the processor.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from bundle_world import FARES, World, add_offer, check, open_world
from openactive_server import BookingSystem, serving

from maas.booking.engine import kind_of
from maas.booking.model import Bundle, PartState
from maas.services.outside_openactive import order_uuid

OUTING = Path(__file__).parent / "outing.py"
TESTS = OUTING.parents[1]
PATHS = (
    TESTS.parent, TESTS, TESTS / "fleet" / "personal", TESTS / "maas" / "services", TESTS / "simulation",
)  # fmt: skip


class Nursery:
    """Starts processes for us, each forked from one that has loaded everything."""

    def __init__(self, url: str, partner: str) -> None:
        self._url, self._partner = url, partner
        self._process = subprocess.Popen(
            [sys.executable, str(OUTING)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, PATHS))},
        )
        assert self._read() == "ready"

    def run(self, act: str, **order: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(
            json.dumps({"act": act, "url": self._url, "partner": self._partner, **order}) + "\n"
        )
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._read())
        assert "error" not in answer, answer.get("error")
        return answer

    def close(self) -> None:
        self._process.communicate(timeout=30)

    def _read(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


@contextmanager
def nursery(url: str, partner: str) -> Iterator[Nursery]:
    one = Nursery(url, partner)
    try:
        yield one
    finally:
        one.close()


@pytest.mark.slow
def test_an_outing_survives_a_death_at_any_point(sql_url: str) -> None:
    world = open_world(sql_url)
    (slot, *_) = add_offer(world, "tea", capacity=500, days=3)
    system = BookingSystem(capacity=10_000)
    with serving(system) as partner, nursery(sql_url, partner) as processes:
        whole = processes.run("book", run="whole", slot=slot)
        assert whole["state"] == "confirmed", whole
        assert whole["points"] >= 40, whole
        for point in range(1, whole["points"] + 1):
            died = processes.run("book", run=f"r{point}", slot=slot, die_at=point)
            assert died["killed"], (point, died)
        seen = processes.run("go on")["seen"]
        again = processes.run("go on")
        assert again["rounds"] == 0, "what was brought to its end is not touched again"
    bundles = world.all_bundles()
    ended = {bundle.state.value for bundle in bundles}
    assert ended == {"held", "confirmed", "failed"}, ended
    _check_all(world, system, bundles, seen)
    world.database.close()


@pytest.mark.slow
def test_a_change_and_a_cancellation_survive_a_death(sql_url: str) -> None:
    """At every sixth point here; at every one: `python tests/simulation/storm.py --deaths`."""
    assert die_in_changes(sql_url, 6) >= 8


def die_in_changes(url: str, every: int) -> int:
    """Kill a process that changes three parts and gives two back at every so many points; how many died."""
    world = open_world(url)
    (slot, *_) = add_offer(world, "tea", capacity=500, days=3)
    (*_, dearer) = add_offer(world, "dinner", capacity=500, days=3, price=3000)
    system = BookingSystem(capacity=10_000)
    with serving(system) as partner, nursery(url, partner) as processes:
        whole = processes.run("change", run="whole", slot=slot, dearer=dearer)
        assert whole["state"] == "confirmed", whole
        assert whole["points"] >= 48, whole
        points = range(1, whole["points"] + 1, every)
        for point in points:
            died = processes.run("change", run=f"r{point}", slot=slot, dearer=dearer, die_at=point)
            assert died["killed"], (point, died)
        seen = processes.run("go on")["seen"]
        assert processes.run("go on")["rounds"] == 0, "what was brought to its end is not touched again"
    bundles = world.all_bundles()
    assert {bundle.state.value for bundle in bundles} == {"confirmed"}
    for bundle in bundles:
        for label in ("shuttle", "visit", "court"):
            standing = [p for p in bundle.parts if p.label == label and p.state is PartState.CONFIRMED]
            gone = [p for p in bundle.parts if p.label == label and p.state is PartState.CANCELLED]
            assert len(standing) + len(gone) == 1, (bundle.id, label, bundle.parts)
    _check_all(world, system, bundles, seen)
    world.database.close()
    return len(points)


def _check_all(
    world: World, system: BookingSystem, bundles: list[Bundle], seen: dict[str, dict[str, str]]
) -> None:
    """Rides, missions and orders that stand are just those of parts that stand; then stock and money."""
    world.partners.clear()  # the partners of this test are real
    check(world, bundles)
    stands = (PartState.CONFIRMED,)
    for kind in FARES:
        keys = {
            part.key(bundle.id)
            for bundle in bundles
            for part in bundle.parts
            if kind_of(part) == kind and part.state in stands
        }
        if kind in seen:
            # A hold of the dispatcher dies with its process; only what was confirmed is still there.
            assert seen[kind] == dict.fromkeys(keys, "confirmed"), kind
        if kind == "outside":
            standing = {
                uuid for uuid, order in system.orders.items()
                if not all(i["orderItemStatus"].endswith("CustomerCancelled") for i in order["orderedItem"])
            }  # fmt: skip
            assert standing == {order_uuid(key) for key in keys}
    held = {
        order_uuid(part.key(bundle.id))
        for bundle in bundles
        for part in bundle.parts
        if kind_of(part) == "outside" and part.state is PartState.HELD
    }
    assert set(system.leases) <= held | {
        order_uuid(p.key(b.id)) for b in bundles for p in b.parts if p.state is not PartState.RELEASED
    }
