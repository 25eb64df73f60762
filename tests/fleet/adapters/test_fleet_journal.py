"""What was confirmed outlives its dispatcher.

And a dispatcher that lost its zone can promise nothing more.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fleet_town import NINE, make_town, wish
from sqlalchemy import update

from fleet.adapters.journal_sql import LEASE_S_MAX, SqlJournal, ZoneLease
from fleet.adapters.tables import create_schema, zones
from fleet.dispatch.conditions import Conditions
from fleet.errors import NotOwner
from fleet.model.ride import Offer, Party, RideState
from storage.database import Database


@pytest.fixture
def database(sql_url: str) -> Iterator[Database]:
    opened = Database.open(sql_url)
    create_schema(opened)
    yield opened
    opened.close()


def owned(database: Database, owner: str, ttl_s: float = 30.0) -> ZoneLease:
    lease = ZoneLease(database, "town", owner, ttl_s)
    assert lease.acquire()
    return lease


def test_a_zone_has_one_owner_at_a_time_until_its_lease_ends(database: Database) -> None:
    first = owned(database, "one", ttl_s=0.4)
    second = ZoneLease(database, "town", "two", 30.0)
    assert not second.acquire()
    first.renew()
    time.sleep(0.6)
    assert second.acquire()
    assert second.fence > first.fence
    with pytest.raises(NotOwner):
        first.renew()


def test_a_released_zone_is_free_at_once(database: Database) -> None:
    first = owned(database, "one")
    first.release()
    assert owned(database, "two").fence == first.fence + 1


def written_ahead(database: Database, ahead_s: float) -> None:
    """Move the end of the lease as a clock that was so far ahead would have written it."""
    moved = update(zones).values(until_ms=zones.c.until_ms + int(ahead_s * 1000))
    database.run(lambda connection: connection.execute(moved))


def test_a_lease_written_by_a_clock_that_was_ahead_does_not_shut_the_zone(database: Database) -> None:
    first = owned(database, "one", ttl_s=10.0)
    written_ahead(database, 3600.0)
    second = ZoneLease(database, "town", "two", 10.0)
    assert second.acquire()
    assert second.fence == first.fence + 1
    with pytest.raises(NotOwner):  # should it live after all, it writes nothing more
        first.renew()
    assert not ZoneLease(database, "town", "three", 10.0).acquire()  # the new lease is one like any other


def test_a_living_owner_sets_its_lease_right_before_anybody_takes_it(database: Database) -> None:
    first = owned(database, "one", ttl_s=10.0)
    written_ahead(database, 3600.0)
    first.renew()
    assert not ZoneLease(database, "town", "two", 10.0).acquire()


@pytest.mark.parametrize("ttl_s", [10.0, LEASE_S_MAX])
def test_no_lease_that_may_be_is_taken_for_one_from_the_future(database: Database, ttl_s: float) -> None:
    owned(database, "one", ttl_s=ttl_s)
    written_ahead(database, 2.0)  # clocks differ a little
    assert not ZoneLease(database, "town", "two", 0.5).acquire()


@pytest.mark.parametrize("ttl_s", [0.0, -1.0, LEASE_S_MAX + 1])
def test_a_lease_has_a_length_that_all_processes_can_tell(database: Database, ttl_s: float) -> None:
    with pytest.raises(ValueError, match="at most 30"):
        ZoneLease(database, "town", "one", ttl_s)


def test_a_dispatcher_that_lost_its_zone_confirms_nothing(database: Database) -> None:
    lease = owned(database, "one", ttl_s=0.2)
    shuttle = make_town(2, journal=SqlJournal(lease))
    offer = shuttle.quoting.quote(wish(), NINE)
    assert isinstance(offer, Offer)
    time.sleep(0.4)
    owned(database, "two")
    with pytest.raises(NotOwner):
        shuttle.quoting.confirm(offer.ride_id, NINE)
    assert shuttle.state.ride(offer.ride_id).state is RideState.HELD


def test_a_takeover_finds_every_confirmed_ride_in_the_same_place_of_the_same_plan(database: Database) -> None:
    first = make_town(3, journal=SqlJournal(owned(database, "one", ttl_s=0.2)))
    ids = []
    for k in range(14):
        wanted = wish(
            f"s{k % 6}{(k * 7) % 6}",
            f"s{(k * 5 + 1) % 6}{(k + 2) % 6}",
            NINE + 60 * k,
            party=Party(1 + k % 3),
        )
        offer = first.quoting.quote(wanted, NINE + k)
        if isinstance(offer, Offer):
            first.quoting.confirm(offer.ride_id, NINE + k)
            ids.append(offer.ride_id)
    held = first.quoting.quote(wish("s20", "s25", NINE + 3000), NINE + 20)
    assert isinstance(held, Offer)
    for duty in first.state.duties[:2]:  # two have riders on board
        first.operations.arrived(duty.id, NINE + 400)
        first.operations.done(duty.id, NINE + 430)
    first.quoting.cancel(ids[-1], NINE + 440)
    first.quoting.cancel(held.ride_id, NINE + 440)
    time.sleep(0.4)
    second = make_town(3, journal=SqlJournal(owned(database, "two")), on_duty=False)

    def shape(town):  # type: ignore[no-untyped-def]
        return [
            [
                (t.kind, t.ride_id, t.location, t.late_s, t.dwell_s, t.change)
                for t in town.state.plans.tasks(v)
            ]
            for v in range(3)
        ]

    assert shape(second) == shape(first)
    for ride_id in ids[:-1]:
        assert second.state.ride(ride_id) == first.state.ride(ride_id)
    assert ids[-1] not in second.state.rides
    for v in range(3):
        boards = [town.state.plans.board for town in (first, second)]
        loads = [board.load[v, : board.size[v] + 1].tolist() for board in boards]
        assert loads[0] == loads[1]


def test_a_ride_whose_plan_was_not_written_is_inserted_anew(database: Database) -> None:
    lease = owned(database, "one")
    journal = SqlJournal(lease)
    first = make_town(1, journal=journal)
    offer = first.quoting.quote(wish(), NINE)
    assert isinstance(offer, Offer)
    ride = first.quoting.confirm(offer.ride_id, NINE)
    from sqlalchemy import delete

    from fleet.adapters.tables import plans

    database.run(lambda c: c.execute(delete(plans)))
    second = make_town(1, journal=journal, on_duty=False)
    assert second.state.plans.rides_of(0) == [ride.id]


def test_breaches_are_written_down(database: Database) -> None:
    journal = SqlJournal(owned(database, "one"))
    shuttle = make_town(1, journal=journal)
    offer = shuttle.quoting.quote(wish(at_s=NINE + 900), NINE)
    assert isinstance(offer, Offer)
    shuttle.quoting.confirm(offer.ride_id, NINE)
    shuttle.domain.update(Conditions(wind_m_s=30.0), NINE + 60)
    assert [(b.ride_id, b.kind) for b in journal.breaches()] == [(offer.ride_id, "not_served")]
    ride = journal.ride(offer.ride_id)
    assert ride is not None
    assert ride.state is RideState.BROKEN


_DISPATCHER = """
import sys
from fleet_town import NINE, make_town, wish
from fleet.adapters.journal_sql import SqlJournal, ZoneLease
from fleet.model.ride import Offer
from storage.database import Database
lease = ZoneLease(Database.open(sys.argv[1]), "town", "victim", 1.0)
assert lease.acquire()
shuttle = make_town(4, journal=SqlJournal(lease))
k = 0
while True:
    ends = f"s{k % 6}{k * 7 % 6}", f"s{(k * 5 + 1) % 6}{(k + 2) % 6}"
    offer = shuttle.quoting.quote(wish(*ends, NINE + 20 * k), NINE + k)
    if isinstance(offer, Offer):
        shuttle.quoting.confirm(offer.ride_id, NINE + k)
        print(offer.ride_id, flush=True)  # the rider was told
    k += 1
"""


def test_kill_minus_9_loses_no_confirmed_ride(database: Database, sql_url: str, root: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": f"{root}:{root / 'tests'}"}
    victim = subprocess.Popen(
        [sys.executable, "-c", _DISPATCHER, sql_url], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert victim.stdout is not None
    told = [victim.stdout.readline().strip() for _ in range(12)]
    victim.send_signal(signal.SIGKILL)
    told += [line.strip() for line in victim.communicate(timeout=10)[0].splitlines()]
    heir = ZoneLease(database, "town", "heir", 30.0)
    deadline = time.monotonic() + 20
    while not heir.acquire():
        assert time.monotonic() < deadline, "the lease did not end"
        time.sleep(0.1)
    second = make_town(4, journal=SqlJournal(heir), on_duty=False)
    in_plans = {ride for v in range(4) for ride in second.state.plans.rides_of(v)}
    assert all(told)
    assert set(told) <= in_plans
    assert second.state.breaches == []
