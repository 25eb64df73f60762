"""Devices that are held, come by themselves, are met, left anywhere, and go home alone."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from device_town import LAT, LON, NOW, make_personal, want
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from fleet.adapters.journal_sql import ZoneLease
from fleet.adapters.missions_sql import SqlMissionJournal
from fleet.adapters.tables import create_schema
from fleet.errors import Conflict, FleetError, Invalid, NotOwner, Unknown
from fleet.model.devices import load_devices
from fleet.model.mission import DeviceOffer, DeviceRefusal, DeviceRequest, Mission, MissionState
from fleet.personal.matching import NEVER, best_pairs
from fleet.personal.personal import Personal
from fleet.personal.platoons import platoons
from fleet.personal.state import DeviceMode
from fleet.personal.twin import DeviceTwin
from storage.database import Database


def offered(personal: Personal, request: DeviceRequest | None = None, now: int = NOW) -> DeviceOffer:
    answer = personal.quote(request or want(), now)
    assert isinstance(answer, DeviceOffer), answer
    return answer


def refused(personal: Personal, request: DeviceRequest) -> DeviceRefusal:
    answer = personal.quote(request, NOW)
    assert isinstance(answer, DeviceRefusal), answer
    return answer


def met(personal: Personal, request: DeviceRequest | None = None) -> Mission:
    """A device that waits at its rider."""
    offer = offered(personal, request)
    personal.desk.confirm(offer.mission_id, NOW)
    device = personal.state.device(offer.device_id)
    device.lat, device.lon = offer.lat, offer.lon
    mission = personal.desk.arrived(device.id, offer.meet_s)
    assert mission is not None
    return mission


def used(personal: Personal) -> Mission:
    mission = met(personal)
    return personal.desk.unlock(mission.id, mission.code, mission.met_s + 10)


def test_the_nearest_device_is_held_and_comes_at_its_pace() -> None:
    personal = make_personal()
    offer = offered(personal)
    assert offer.way_m == 112  # 0.001 degrees
    assert offer.meet_s - NOW == pytest.approx(111.3 / (4 / 3.6), abs=2)
    assert personal.state.device(offer.device_id).mission_id == offer.mission_id
    assert personal.state.device(offer.device_id).mode is DeviceMode.PARKED
    personal.desk.confirm(offer.mission_id, NOW)
    assert personal.state.device(offer.device_id).mode is DeviceMode.COMING


def test_slow_zones_are_reckoned_with() -> None:
    personal = make_personal()
    fences = personal.state.fences
    through = fences.seconds([(LAT + 0.0015, LON), (LAT + 0.0025, LON)], 4.0, NOW)
    beside = fences.seconds([(LAT + 0.0015, LON + 0.003), (LAT + 0.0025, LON + 0.003)], 4.0, NOW)
    assert through == pytest.approx(2 * beside, abs=2)


def test_an_indoor_meeting_point_takes_longer_than_its_door() -> None:
    offer = offered(make_personal(), want(0.0, 0.0, handover_id="lobby"))
    assert offer.meet_s - NOW == pytest.approx(111.3 / (4 / 3.6) + 90, abs=2)


def test_a_code_unlocks_once_and_only_there() -> None:
    personal = make_personal()
    offer = offered(personal)
    mission = personal.desk.confirm(offer.mission_id, NOW)
    with pytest.raises(Conflict):
        personal.desk.unlock(mission.id, mission.code, NOW + 1)
    personal.desk.arrived(offer.device_id, NOW + 100)
    with pytest.raises(Invalid, match="code"):
        personal.desk.unlock(mission.id, "000", NOW + 101)
    assert personal.desk.unlock(mission.id, mission.code, NOW + 102).state is MissionState.IN_USE
    with pytest.raises(Conflict):
        personal.desk.unlock(mission.id, mission.code, NOW + 103)


def test_it_is_left_anywhere_and_minutes_are_paid() -> None:
    personal = make_personal()
    mission = used(personal)
    done = personal.desk.release(mission.id, LAT + 0.0012, LON + 0.002, mission.unlocked_s + 601)
    assert (done.state, done.price_minor) == (MissionState.COMPLETED, 100 + 11 * 15)
    device = personal.state.device(mission.device_id)
    assert (device.mode, device.mission_id) == (DeviceMode.PARKED, "")


@pytest.mark.parametrize(
    ("lat", "says"),
    [
        (LAT + 0.003, "no parking in plaza"), (LAT + 0.004, "may not enter pond"),
        (LAT + 0.05, "outside the zone"),
    ],
)  # fmt: skip
def test_where_it_would_be_in_the_way_the_nearest_place_is_named(lat: float, says: str) -> None:
    personal = make_personal()
    mission = used(personal)
    with pytest.raises(Conflict, match=says) as refusal:
        personal.desk.release(mission.id, lat, LON, mission.unlocked_s + 60)
    assert "The nearest place is" in str(refusal.value)
    assert personal.state.missions[mission.id].state is MissionState.IN_USE


def test_two_abreast_block_the_way_and_a_full_place_is_full() -> None:
    personal = make_personal()
    fences = personal.state.fences
    spot = (LAT + 0.0013, LON + 0.002)
    assert fences.may_park(*spot, [], NOW) == ""
    assert "another device" in fences.may_park(*spot, [spot], NOW)
    kerb = (LAT + 0.0047, LON)
    assert fences.may_park(*kerb, [kerb], NOW) == ""
    assert "full" in fences.may_park(*kerb, [kerb, kerb], NOW)


def test_no_device_is_an_answer_with_reasons() -> None:
    personal = make_personal(1)
    offered(personal)
    answer = refused(personal, want())
    assert answer.reason == "busy"
    assert answer.other_kinds == ("scooter",)
    assert refused(personal, want(kind="scooter", age=12)).reason == "too_young"
    assert refused(personal, want(kind="cart")).devices == {"other_kind": 2}
    empty = make_personal(1)
    empty.state.device("c0").charge_wh = 90.0
    assert refused(empty, want()).reason == "battery"
    assert refused(make_personal(1), want(lon=140.0551)).reason == "too_far"


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (want(kind="horse"), "kind"), (want(use_s=5), "use_s"), (want(at_s=NOW - 600), "at"),
        (want(at_s=NOW + 30 * 86_400), "at"), (want(lat=LAT + 0.004), "lat, lon"),
        (want(lat=35.665), "lat, lon"), (want(handover_id="moon"), "handover_id"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_named_and_changes_nothing(request_: DeviceRequest, field: str) -> None:
    personal = make_personal()
    with pytest.raises(Invalid) as error:
        personal.quote(request_, NOW)
    assert error.value.field == field
    assert personal.state.missions == {}


def test_holds_expire_and_nobody_waits_for_ever() -> None:
    personal = make_personal()
    offer = offered(personal)
    assert personal.desk.expire(NOW + 120) == [offer.mission_id]
    assert personal.state.device(offer.device_id).mission_id == ""
    with pytest.raises(Conflict, match="hold has ended"):
        personal.desk.confirm(offer.mission_id, NOW + 121)
    mission = met(personal)
    with pytest.raises(Conflict, match="waits until"):
        personal.desk.no_show(mission.id, mission.met_s + 599)
    assert personal.desk.no_show(mission.id, mission.met_s + 600).state is MissionState.NO_SHOW


def test_booked_ahead_gets_its_device_when_the_time_comes() -> None:
    personal = make_personal(2)
    offer = offered(personal, want(at_s=NOW + 7200))
    assert offer.device_id == ""
    personal.desk.confirm(offer.mission_id, NOW)
    assert personal.matching.tick(NOW + 3600) == 0
    assert personal.matching.tick(NOW + 7200 - 900) == 1
    mission = personal.state.missions[offer.mission_id]
    assert mission.device_id
    assert personal.state.device(mission.device_id).mode is DeviceMode.COMING


def test_no_more_is_promised_ahead_than_there_are_devices() -> None:
    personal = make_personal(2)
    offered(personal, want(at_s=NOW + 7200))
    assert refused(personal, want(at_s=NOW + 7300)).reason == "promised_to_others"
    assert offered(personal, want(at_s=NOW + 7200 + 4 * 3600))


def test_devices_are_swapped_where_everybody_gains() -> None:
    personal = make_personal(2)
    state = personal.state
    for device in state.devices.values():
        device.lat = LAT
    first = offered(personal, want(LAT + 0.0045, LON + 0.001))
    personal.desk.confirm(first.mission_id, NOW)
    other = next(d for d in state.devices.values() if d.model.kind == "chair" and not d.mission_id)
    other.lat, other.lon = LAT + 0.0045, LON + 0.0012  # one is left just beside the rider
    assert personal.matching.tick(NOW + 30) == 1
    assert state.missions[first.mission_id].device_id == other.id
    assert state.device(first.device_id).mode is DeviceMode.PARKED


def test_an_incident_stops_the_device_and_another_one_comes() -> None:
    personal = make_personal(2)
    offer = offered(personal)
    personal.desk.confirm(offer.mission_id, NOW)
    incident = personal.incidents.report(offer.device_id, "fallen", NOW + 10)
    assert personal.incidents.report(offer.device_id, "fallen", NOW + 11) is incident
    assert personal.state.device(offer.device_id).mode is DeviceMode.SUSPENDED
    personal.matching.tick(NOW + 12)
    assert personal.state.missions[offer.mission_id].device_id not in ("", offer.device_id)
    with pytest.raises(Unknown):
        personal.incidents.take(incident.id, "bob")
    personal.incidents.take(incident.id, "ann")
    with pytest.raises(Invalid, match="note"):
        personal.incidents.resolve(incident.id, "ann", " ", NOW + 20)
    personal.incidents.resolve(incident.id, "ann", "put upright", NOW + 20)
    assert personal.state.device(offer.device_id).mode is DeviceMode.PARKED
    with pytest.raises(Invalid, match="cause"):
        personal.incidents.report(offer.device_id, "bored", NOW)


def test_the_worst_incident_comes_first() -> None:
    personal = make_personal()
    personal.incidents.report("c0", "blocked_way", NOW)
    personal.incidents.report("c1", "suspicious_object", NOW + 5)
    assert [i.device_id for i in personal.incidents.queue()] == ["c1", "c0"]


def test_left_devices_go_home_and_empty_ones_charge() -> None:
    personal = make_personal()
    device = personal.state.device("c0")
    device.lat, device.lon, device.since_s = LAT + 0.0012, LON + 0.003, NOW - 600
    assert personal.homing.direct(NOW) == ["c0"]
    assert device.mode is DeviceMode.MOVING
    device.lat, device.lon = device.goal or (0, 0)
    personal.desk.arrived("c0", NOW + 300)
    assert device.mode in (DeviceMode.PARKED, DeviceMode.CHARGING)
    low = personal.state.device("c1")
    low.charge_wh = 0.3 * low.model.battery_wh
    assert "c1" in personal.homing.direct(NOW + 301)
    assert low.mode is DeviceMode.CHARGING
    low.charge_wh = low.model.battery_wh
    personal.homing.direct(NOW + 302)
    assert low.mode is DeviceMode.PARKED


def test_a_platoon_goes_at_the_pace_of_its_slowest_and_counts_once() -> None:
    personal = make_personal()
    for identity in ("c0", "c1", "s0"):
        device = personal.state.device(identity)
        device.become(DeviceMode.MOVING, NOW)
        device.goal = (LAT + 0.005, LON)
    found = platoons(personal.state, NOW)
    assert [(p.leader, p.followers, p.unmanned_kmh) for p in found] == [("c0", ("c1", "s0"), 4.0)]
    assert personal.homing.room(NOW) == 9


@given(st.integers(1, 7), st.integers(1, 7), st.randoms())
@settings(max_examples=200, deadline=None)
def test_the_assignment_is_the_cheapest(rows: int, columns: int, random: np.random.Generator) -> None:
    cost = np.array([[random.randint(0, 50) for _ in range(columns)] for _ in range(rows)], np.int32)
    pairs = best_pairs(cost)
    i, j = linear_sum_assignment(cost)
    assert sum(float(cost[a, b]) for a, b in pairs) == float(cost[i, j].sum())
    assert len(pairs) == min(rows, columns)


def test_pairs_that_cannot_be_are_left_out() -> None:
    cost = np.array([[NEVER, 5], [NEVER, 3]], np.int32)
    assert best_pairs(cost) == [(1, 1)]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 5), st.integers(0, 60)), max_size=60))
@settings(max_examples=60, deadline=None)
def test_whatever_happens_a_device_has_one_mission_and_a_mission_one_device(
    events: list[tuple[int, int, int]],
) -> None:
    personal = make_personal(3)
    state, now = personal.state, NOW
    for what, which, later in events:
        now += later
        missions = list(state.missions.values())
        chosen = missions[which % len(missions)] if missions else None
        with suppress(FleetError):
            _happen(personal, what, which, chosen, now)
        bound = [d.mission_id for d in state.devices.values() if d.mission_id]
        assert len(bound) == len(set(bound))
        for mission in state.missions.values():
            if mission.state in (MissionState.WAITING, MissionState.IN_USE):
                assert state.device(mission.device_id).mission_id == mission.id
        for device in state.devices.values():
            if device.mission_id:
                assert state.missions[device.mission_id].state.open
            if device.mode in (DeviceMode.COMING, DeviceMode.WAITING, DeviceMode.IN_USE):
                assert device.mission_id


def _happen(personal: Personal, what: int, which: int, mission: Mission | None, now: int) -> None:
    state = personal.state
    if what <= 1:
        personal.quote(want(LAT + 0.0005 * which, at_s=now + 2400 * (what == 1)), now)
    elif what == 2:
        personal.direct(now)
    elif what == 3:
        personal.incidents.report(f"c{which % 3}", "stuck", now)
    elif mission is not None:
        if what == 4:
            personal.desk.confirm(mission.id, now)
        elif what == 5:
            personal.desk.arrived(mission.device_id, now)
        elif what == 6:
            personal.desk.unlock(mission.id, mission.code, now)
        elif what == 7:
            personal.desk.release(mission.id, LAT + 0.0012, LON + 0.001 * which, now)
        elif what == 8:
            personal.desk.cancel(mission.id, now)
        else:
            for incident in personal.incidents.queue():
                personal.incidents.take(incident.id, "ann")
                personal.incidents.resolve(incident.id, "ann", "seen to", now)
    assert state.devices


@pytest.fixture
def database(sql_url: str):  # type: ignore[no-untyped-def]
    opened = Database.open(sql_url)
    create_schema(opened)
    yield opened
    opened.engine.dispose()


def test_confirmed_missions_outlive_the_desk(database: Database) -> None:
    lease = ZoneLease(database, "town", "one", ttl_s=0.2)
    assert lease.acquire()
    first = make_personal(journal=SqlMissionJournal(lease))
    mission = used(first)
    held = offered(first)
    time.sleep(0.3)
    other = ZoneLease(database, "town", "two")
    assert other.acquire()
    second = make_personal(journal=SqlMissionJournal(other))
    assert second.state.missions[mission.id].state is MissionState.IN_USE
    assert second.state.device(mission.device_id).mode is DeviceMode.IN_USE
    assert held.mission_id not in second.state.missions
    with pytest.raises(NotOwner):
        first.desk.release(mission.id, LAT + 0.0012, LON + 0.002, NOW + 900)
    second.desk.release(mission.id, LAT + 0.0012, LON + 0.002, NOW + 900)


def _day(seed: int) -> dict[str, object]:
    personal = make_personal(6)
    random = np.random.default_rng(seed)
    wishes = [
        want(LAT + float(random.uniform(0, 0.0019)), LON + float(random.uniform(0.002, 0.004)),
             NOW + int(random.integers(6 * 3600)), to_lat=LAT + 0.001, to_lon=LON + 0.006, use_s=900)
        for _ in range(40)
    ]  # fmt: skip
    twin = DeviceTwin(personal, wishes, seed=seed, mishaps_per_day=10)
    twin.open(NOW)
    twin.run_until(NOW + 8 * 3600)
    assert min(d.charge_wh for d in personal.state.devices.values()) > 0.15 * 500
    return twin.figures()


def test_a_day_of_devices_keeps_its_promises_and_one_seed_gives_one_day() -> None:
    figures = _day(3)
    assert figures["late"] == figures["open"] == figures["broken"] == 0
    assert isinstance(figures["served"], int)
    assert figures["served"] >= 30
    assert _day(3) == figures


def test_the_sample_areas_devices_are_read(root: Path, tmp_path: Path) -> None:
    service = load_devices(root / "areas" / "makuhari" / "devices.toml")
    assert {m.kind for m in service.models} == {"chair", "scooter", "cart"}
    text = (root / "areas" / "makuhari" / "devices.toml").read_text(encoding="utf-8")
    broken = tmp_path / "devices.toml"
    for old, new, says in (
        ("unmanned_kmh = 4.0", "unmanned_kmh = 9.0", "unmanned_kmh"),
        ('rule = "slow"', 'rule = "crawl"', "fences"),
        ('model = "chair-c2"', 'model = "tank"', "tank"),
    ):
        broken.write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(Invalid, match=says):
            load_devices(broken)
