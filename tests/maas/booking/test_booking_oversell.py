"""400 riders want 100 seats as parts of bundles: exactly 100 get one, by threads and by processes."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

from bundle_world import World, add_offer, check, open_world

from maas.booking.draft import Draft, DraftPart, Means
from maas.booking.engine import Rules
from maas.booking.errors import PartRefused
from maas.booking.wishes import ServiceWish, Spot, TransitWish

SEATS, RIDERS, THREADS, PROCESSES = 100, 400, 16, 4
TESTS = Path(__file__).parents[2]

BOOKER = """
import sys
from bundle_world import World
from test_booking_oversell import RULES, book
from storage.database import Database

url, slot, first, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
world = World(Database.open(url), rules=RULES)
print(sum(book(world, slot, n) for n in range(first, first + count)))
"""
RULES = Rules()


def book(world: World, slot: str, n: int) -> bool:
    """Hold and confirm a train and a seat; False where it is sold out."""
    now_s = int(world.now().timestamp())
    train = TransitWish(Spot(), Spot(), now_s + 9000, now_s + 9900, agency_name="JR")
    draft = Draft(
        f"acc_{n}", "", f"k{n}", "d", (DraftPart("train", train), DraftPart("seat", ServiceWish(slot)))
    )
    try:
        bundle = world.booking.hold(draft)
    except PartRefused as error:
        if error.reason == "sold_out":
            return False
        raise
    done = world.booking.confirm(bundle.id, draft.subject, Means("cus", "pm_sandbox_visa"))
    assert done.state.value == "confirmed"
    return True


def _booked(world: World) -> int:
    check(world)
    return sum(bundle.state.value == "confirmed" for bundle in world.all_bundles())


def test_sixteen_threads_sell_each_seat_once(sql_url: str) -> None:
    world = open_world(sql_url, rules=RULES)
    (slot, *_) = add_offer(world, "seats", capacity=SEATS, days=2)
    sold: list[bool] = []
    failures: list[BaseException] = []

    def rider(first: int) -> None:
        try:
            sold.extend(book(world, slot, n) for n in range(first, RIDERS, THREADS))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=rider, args=(k,)) for k in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert (len(sold), sum(sold)) == (RIDERS, SEATS)
    assert _booked(world) == SEATS
    world.database.close()


def test_four_processes_sell_each_seat_once(sql_url: str) -> None:
    world = open_world(sql_url, rules=RULES)
    (slot, *_) = add_offer(world, "seats", capacity=SEATS, days=2)
    each = RIDERS // PROCESSES
    paths = (TESTS.parent, TESTS, TESTS / "simulation", Path(__file__).parent)
    own = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths))}
    bookers = [
        subprocess.Popen(
            [sys.executable, "-c", BOOKER, sql_url, slot, str(k * each), str(each)],
            stdout=subprocess.PIPE, text=True, env=own,
        )
        for k in range(PROCESSES)
    ]  # fmt: skip
    told = [int(one.communicate(timeout=300)[0]) for one in bookers]
    assert sum(told) == SEATS, told
    assert _booked(world) == SEATS
    world.database.close()
