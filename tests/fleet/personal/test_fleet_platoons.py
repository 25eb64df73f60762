"""Devices that go the same way drive at one speed; incidents outlive the desk."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from device_town import LAT, LON, NOW, make_personal, want

from fleet.adapters.journal_sql import ZoneLease
from fleet.adapters.missions_sql import SqlMissionJournal
from fleet.adapters.tables import create_schema
from fleet.errors import Conflict, NotOwner
from fleet.model.incident import IncidentState
from fleet.model.mission import DeviceOffer, MissionState
from fleet.personal.fences import metres
from fleet.personal.personal import Personal
from fleet.personal.platoons import form
from fleet.personal.state import DeviceMode
from fleet.personal.twin import DeviceTwin
from storage.database import Database

GOAL = (LAT, LON + 0.008)


def moving(personal: Personal, *ids: str) -> None:
    for identity in ids:
        device = personal.state.device(identity)
        device.goal = GOAL
        device.become(DeviceMode.MOVING, NOW)


def test_a_platoon_stays_together_all_the_way() -> None:
    personal = make_personal()
    moving(personal, "c0", "c1", "s0")
    form(personal.state, NOW)
    chairs, scooter = [personal.state.device(k) for k in ("c0", "c1")], personal.state.device("s0")
    assert (scooter.unmanned_kmh, scooter.leader_id) == (4.0, "c0")
    twin = DeviceTwin(personal)
    twin.open(NOW)
    for step in range(1, 60):
        twin.run_until(NOW + 5 * step)
        assert max(metres(*scooter.position, *chair.position) for chair in chairs) < 1.0
    assert metres(LAT, LON, *scooter.position) == pytest.approx(59 * 5 * 4 / 3.6, rel=0.03)


def test_one_that_goes_alone_drives_at_its_own_pace() -> None:
    personal = make_personal()
    moving(personal, "s0")
    form(personal.state, NOW)
    twin = DeviceTwin(personal)
    twin.open(NOW)
    twin.run_until(NOW + 200)
    assert metres(LAT, LON, *personal.state.device("s0").position) == pytest.approx(200 * 6 / 3.6, rel=0.05)


def test_when_a_slow_one_stops_the_others_go_on_at_their_own_pace() -> None:
    personal = make_personal(1)
    moving(personal, "c0", "s0")
    personal.direct(NOW)
    scooter = personal.state.device("s0")
    assert scooter.unmanned_kmh == 4.0
    personal.incidents.report("c0", "stuck", NOW + 30)
    personal.direct(NOW + 60)
    assert (scooter.unmanned_kmh, scooter.leader_id) == (6.0, "")


@pytest.mark.parametrize(("spare_s", "pace_kmh"), [(30, 6.0), (600, 4.0)])
def test_nobody_waits_longer_than_promised_for_a_platoon(spare_s: int, pace_kmh: float) -> None:
    personal = make_personal(1)
    state = personal.state
    for kind in ("chair", "scooter"):
        offer = personal.quote(want(LAT + 0.001, LON + 0.004, kind=kind, age=30), NOW)
        assert isinstance(offer, DeviceOffer)
        personal.desk.confirm(offer.mission_id, NOW)
        state.missions[offer.mission_id].meet_until_s = offer.meet_s + spare_s
    form(state, NOW)
    assert state.device("s0").unmanned_kmh == pace_kmh


@pytest.fixture
def database(sql_url: str) -> Iterator[Database]:
    opened = Database.open(sql_url)
    create_schema(opened)
    yield opened
    opened.engine.dispose()


def desk(database: Database, owner: str, ttl_s: float = 30.0) -> Personal:
    lease = ZoneLease(database, "town", owner, ttl_s)
    assert lease.acquire()
    return make_personal(journal=SqlMissionJournal(lease))


def test_incidents_outlive_the_desk_and_their_devices_stay_where_they_are(database: Database) -> None:
    first = desk(database, "one", ttl_s=0.3)
    offer = first.quote(want(), NOW)
    assert isinstance(offer, DeviceOffer)
    first.desk.confirm(offer.mission_id, NOW)
    device = first.state.device(offer.device_id)
    device.lat = LAT + 0.0007
    fallen = first.incidents.report(device.id, "fallen", NOW + 10)
    stuck = first.incidents.report("s0", "stuck", NOW + 20)
    first.incidents.take(stuck.id, "ann")
    seen = first.incidents.report("s0", "damaged", NOW + 30)
    first.incidents.take(seen.id, "ann")
    first.incidents.resolve(seen.id, "ann", "a scratch", NOW + 40)
    time.sleep(0.5)
    second = desk(database, "two")
    assert [(i.id, i.state) for i in second.incidents.queue()] == [
        (fallen.id, IncidentState.OPEN), (stuck.id, IncidentState.TAKEN)
    ]  # fmt: skip
    there = second.state.device(device.id)
    assert (there.mode, there.lat) == (DeviceMode.SUSPENDED, LAT + 0.0007)
    mission = second.state.missions[offer.mission_id]
    assert (mission.state, mission.device_id) == (MissionState.CONFIRMED, "")
    assert second.matching.tick(NOW + 60) == 1  # another device comes
    assert second.incidents.report("c2", "stuck", NOW + 70).id == seen.id + 1
    with pytest.raises(NotOwner):
        first.incidents.report("c2", "tampered", NOW + 80)
    assert first.state.device("c2").mode is not DeviceMode.SUSPENDED
    with pytest.raises(Conflict):
        second.incidents.resolve(fallen.id, "ann", "not taken", NOW + 90)
    second.incidents.resolve(stuck.id, "ann", "freed", NOW + 90)
    assert second.state.device("s0").mode is DeviceMode.PARKED
