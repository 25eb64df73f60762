"""Devices in GBFS: what can be had, under names that end with each ride."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from fleet.model.mission import DeviceOffer
from fleet.personal.fences import Fences
from fleet.personal.state import DeviceMode
from gtfs.gbfs.model import System
from maas.bridges.open_systems import Aliases, device_system

sys.path.insert(0, str(Path(__file__).parents[2] / "fleet" / "personal"))
from device_town import EAST, LAT, LON, NOW, make_personal, want


def seen(personal: object, aliases: Aliases, now_s: int = NOW) -> System:
    return device_system(personal.state, aliases, {}, now_s, "t@t.example")  # type: ignore[attr-defined]


def test_every_device_at_rest_is_offered_at_its_base() -> None:
    system = seen(make_personal(3), Aliases())
    assert system.vehicles is not None
    assert len(system.vehicles) == 4
    assert {v.station_id for v in system.vehicles} == {"home"}
    (home, far) = system.status
    assert (home.vehicles, home.docks_free) == ({"c": 3, "s": 1}, 6)
    assert far.vehicles == {"c": 0, "s": 0}


def test_a_device_with_a_rider_is_not_shown_and_comes_back_under_another_name() -> None:
    personal, aliases = make_personal(1), Aliases(b"k" * 32)
    before = {v.id for v in seen(personal, aliases).vehicles or ()}
    offer = personal.desk.quote(want(), NOW)
    assert isinstance(offer, DeviceOffer)
    personal.desk.confirm(offer.mission_id, NOW)
    device = personal.state.device(offer.device_id)
    shown = []
    at = NOW
    for step in range(2000):
        at = NOW + step
        if device.mode is DeviceMode.COMING and device.goal is not None:
            device.lat, device.lon = device.goal
            personal.desk.arrived(device.id, at)
        if device.mode is DeviceMode.WAITING:
            shown.append(len(seen(personal, aliases, at).vehicles or ()))
            mission = personal.state.mission(offer.mission_id)
            personal.desk.unlock(mission.id, mission.code, at)
            shown.append(len(seen(personal, aliases, at).vehicles or ()))
            personal.desk.release(mission.id, LAT + 0.001, LON, at + 600)
            break
        personal.direct(at)
    assert shown == [1, 1]  # only the scooter, while the chair is with its rider
    after = {v.id for v in seen(personal, aliases, at + 601).vehicles or ()}
    assert len(before & after) == 1  # the scooter keeps its name
    assert len(after - before) == 1
    assert {v.id for v in seen(personal, aliases, at + 602).vehicles or ()} == after


def test_names_tell_nothing_without_the_key() -> None:
    assert Aliases().of("c0") != Aliases().of("c0")
    assert Aliases(b"a" * 32).of("c0") == Aliases(b"a" * 32).of("c0") != Aliases(b"a" * 32).of("c1")


def test_fences_become_rules_with_the_service_zone_last() -> None:
    zones = seen(make_personal(1), Aliases()).zones
    rules = [(z.rule.start, z.rule.end, z.rule.through, z.rule.speed_kmh_max) for z in zones]
    assert rules == [
        (True, True, True, 2), (True, False, True, None), (False, False, False, None),
        (True, True, True, None),
    ]  # fmt: skip
    assert zones[-1].ring[1] == (EAST + 0.01, 35.64)


def test_what_holds_at_this_hour_and_a_system_at_rest_are_told() -> None:
    personal = make_personal(1)
    assert seen(personal, Aliases()).alerts == ()
    always = personal.state.service.fences[0]
    hour = msgspec.structs.replace(
        always, id="evening", rule="no_entry", name={"ja": "公園", "en": "Park"}, valid_from="00:00",
        valid_until="24:00",
    )  # fmt: skip
    service = msgspec.structs.replace(personal.state.service, fences=(*personal.state.service.fences, hour))
    personal.state.service, personal.state.fences = service, Fences(service)
    (alert,) = seen(personal, Aliases()).alerts
    assert (alert.id, alert.kind) == ("fence-evening", "other")
    assert alert.summary == {"ja": "公園：いまは進入できません", "en": "Park: no entry at this hour"}
    for device in personal.state.devices.values():
        device.become(DeviceMode.SUSPENDED, NOW)
    assert {a.id for a in seen(personal, Aliases()).alerts} == {"no-devices", "fence-evening"}
