"""Thousands of seeded runs: lost requests and answers, deaths at any point, jumping clocks, wild webhooks."""

from __future__ import annotations

import functools
import random
from pathlib import Path
from typing import Any

import pytest
from bundle_world import World, add_offer, check, open_world

from maas.booking.draft import Means
from maas.booking.errors import BookingError, LostLease
from maas.booking.model import Bundle, BundleState, PartState
from maas.booking.wishes import ServiceWish
from payments.adapters.faults import Faults

RUNS, AT_ONCE = 150, 50
CARDS = ["pm_sandbox_visa"] * 4 + [
    "pm_sandbox_3ds",
    "pm_sandbox_single",
    "pm_sandbox_declined",
    "pm_sandbox_slow",
]
KINDS = ["shuttle", "device", "cycle", "outside", "transit", "service", "service"]


def test_nothing_is_lost_doubled_or_orphaned_whatever_fails(tmp_path: Path) -> None:
    folder = Path("/dev/shm") if Path("/dev/shm").is_dir() else tmp_path
    deaths = 0
    states: dict[str, int] = {}
    for first in range(0, RUNS, AT_ONCE):
        path = folder / f"{tmp_path.name}-{first}.sqlite"
        try:
            world = batch(f"sqlite:///{path}", first, AT_ONCE)
            deaths += world.deaths
            for bundle in world.all_bundles():
                states[bundle.state.value] = states.get(bundle.state.value, 0) + 1
            world.database.close()
        finally:
            for one in folder.glob(f"{path.name}*"):
                one.unlink()
    assert deaths > RUNS / 5, "hardly a process died: the runs show little"
    assert set(states) >= {"confirmed", "completed", "cancelled", "failed"}, states


@pytest.mark.slow
def test_the_same_on_postgresql(postgres_url: str) -> None:
    world = batch(postgres_url, 10_000, 12)
    assert world.deaths > 2
    world.database.close()


def batch(url: str, first: int, count: int) -> World:
    """Runs one after the other in one database, each with its own seed; then everything is compared."""
    world = open_world(url)
    slots = add_offer(world, "tea", capacity=9, days=4)
    slots += add_offer(world, "meal", capacity=9, days=2, price=2400)
    partners, deaths = world.partners, 0
    for seed in range(first, first + count):
        rng = random.Random(seed)
        shaky = rng.choice([0.0, 0.05, 0.2])
        lost = rng.choice([0.0, 0.1, 0.3])
        faults = Faults(
            seed, lost_request=lost, lost_answer=lost, slow_decision=0.1, challenge=0.1,
            duplicate_webhook=0.3, disorder_webhook=0.3,
        )  # fmt: skip
        for partner in partners.values():
            partner.lost_request = partner.lost_answer = shaky
            partner.refuses, partner.rng = shaky / 4, random.Random(seed)
        run = World(
            world.database, seed=seed, faults=faults, dies=rng.choice([0.0, 0.02, 0.08]),
            jumps=rng.choice([0.0, 0.02]), partners=partners,
        )  # fmt: skip
        try:
            mine = _run(run, rng, seed, slots)
            run.settle()
            check(run, [run.booking.get(one) for one in mine])
        except AssertionError as error:
            error.add_note(f"seed {seed}")
            raise
        deaths += run.deaths
    world.deaths = deaths
    world.settle()
    check(world)
    return world


def _run(world: World, rng: random.Random, seed: int, slots: list[str]) -> list[str]:
    """A few riders, each at a time; whoever gets no answer asks again, as people do."""
    ids: list[str] = []
    for n in range(rng.randint(1, 2)):
        subject, key = f"acc_{seed}_{n}", f"key-{seed}-{n}"
        kinds = rng.sample(KINDS, rng.randint(1, 6))
        bundle = _held(world, rng, key, subject, slots, kinds)
        if bundle is None:
            continue
        ids.append(bundle.id)
        for _ in range(rng.randint(1, 5)):
            _step(world, rng, bundle.id, subject, slots)
    return ids


def _held(
    world: World, rng: random.Random, key: str, subject: str, slots: list[str], kinds: list[str]
) -> Bundle | None:
    draft = world.draft(key, subject, slots, kinds)
    for _ in range(3):
        found = world.surviving(lambda: _tolerant(lambda: world.booking.hold(draft)))
        if isinstance(found, Bundle):
            return found
        if rng.random() < 0.5:
            world.surviving(world.booking.work)
    mine: list[Bundle] = world.booking.of(subject)
    return mine[0] if mine else None


def _step(world: World, rng: random.Random, bundle_id: str, subject: str, slots: list[str]) -> None:
    booking = world.booking
    bundle = booking.get(bundle_id, subject)
    choice = rng.random()
    if bundle.state is BundleState.HELD and choice < 0.8:
        means = Means("cus", rng.choice(CARDS))
        world.surviving(lambda: _tolerant(lambda: booking.confirm(bundle_id, subject, means)))
    elif (bundle.state is BundleState.PAYING and choice < 0.5) or bundle.awaits:
        world.answer_challenges(passed=rng.random() < 0.8)
        _webhooks(world, rng)
    elif bundle.state is BundleState.CONFIRMED and choice < 0.3:
        _change(world, rng, bundle, slots)
    elif bundle.state is BundleState.CONFIRMED and choice < 0.6:
        labels = [p.label for p in bundle.parts if p.state is PartState.CONFIRMED and rng.random() < 0.5]
        world.surviving(lambda: _tolerant(lambda: booking.give_back(bundle_id, subject, labels, actor="me")))
    elif bundle.state is BundleState.CONFIRMED:
        for part in bundle.parts if rng.random() < 0.7 else [rng.choice(bundle.parts)]:
            _happen(world, rng, bundle_id, part.label)
    else:
        world.surviving(world.booking.work)
    if rng.random() < 0.3:
        world.surviving(world.booking.work)


def _change(world: World, rng: random.Random, bundle: Bundle, slots: list[str]) -> None:
    """Another slot, dearer perhaps, or the same wish once more; the bank may ask about the difference."""
    standing = [p for p in bundle.parts if p.state is PartState.CONFIRMED]
    if not standing:
        return
    part = rng.choice(standing)
    wish = ServiceWish(rng.choice(slots)) if isinstance(part.wish, ServiceWish) else part.wish
    back = rng.choice(["", "/trips"])
    change = functools.partial(
        world.booking.change, bundle.id, bundle.subject, part.label, wish, actor="me", pay_minor=None,
        return_url=back,
    )  # fmt: skip
    world.surviving(lambda: _tolerant(change))


def _happen(world: World, rng: random.Random, bundle_id: str, label: str) -> None:
    """A part is used, over or missed, as the world says."""
    after = world.booking.after
    act: Any = rng.choice([
        lambda: after.used(bundle_id, label, use_key="gate", actor="gate"),
        lambda: after.completed(bundle_id, label, actor="desk"),
        lambda: after.completed(bundle_id, label, actor="desk"),
        lambda: after.missed(bundle_id, label, actor="desk"),
    ])  # fmt: skip
    world.surviving(lambda: _tolerant(act))


def _webhooks(world: World, rng: random.Random) -> None:
    """Some of what the processor tells, twice and out of order."""
    told = world.sandbox.deliveries()[-6:]
    for body, signature in rng.sample(told, min(3, len(told))):
        event = _tolerant(lambda b=body, s=signature: world.payments.hear(b, s, now=world.now()))
        if event is not None:
            hold = world.payments.find_by_authorisation(event.object_id)
            if hold is not None:
                world.surviving(lambda h=hold: _tolerant(lambda: world.booking.paid(h.request.reference)))


def _tolerant(act: Any) -> Any:
    """What a caller sees as a refusal or a missing answer is no failure of the test."""
    from payments.errors import PaymentsError

    try:
        return act()
    except (BookingError, LostLease, PaymentsError):
        return None
