"""Fences by weekday and hour bind driving, meeting, riding and parking, and at other times nothing."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from device_town import LAT, LON, NOW, Straight, make_personal, square, want

from fleet.errors import Conflict, Invalid
from fleet.model.devices import Fence, load_devices
from fleet.model.mission import DeviceOffer, MissionState
from fleet.personal.fences import LEAVE_S, Fences
from fleet.personal.personal import Personal
from fleet.personal.state import DeviceMode
from fleet.personal.twin import DeviceTwin

HOUR = 3600  # NOW is Wednesday 2026-11-25, 08:00 in Tokyo
SPOT = (LAT + 0.0012, LON + 0.002)


class Recorded(Straight):
    """Beelines that remember what they were to keep out of."""

    def __init__(self) -> None:
        self.barred: list[frozenset[str]] = []

    def metres(self, starts, ends, limit_m, barred):  # type: ignore[no-untyped-def]
        self.barred.append(barred)
        return super().metres(starts, ends, limit_m, barred)


def town(*fences: Fence, ways: Straight | None = None) -> Personal:
    service = msgspec.structs.replace(make_personal().state.service, fences=fences)
    return Personal.open(service, ways or Straight())


def fence(rule: str = "no_parking", at: tuple[float, float] = SPOT, **hours: object) -> Fence:
    return Fence("market", rule, square(*at), 2.0, **hours)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("hours", "held"),
    [
        ({}, (0, 5, 13, 17, 24)),
        ({"valid_from": "12:00", "valid_until": "14:00"}, (5,)),
        ({"valid_from": "21:00", "valid_until": "02:00"}, (13, 17)),
        ({"valid_from": "21:00", "valid_until": "26:00", "weekdays": (2,)}, (13, 17)),
        ({"valid_from": "21:00", "valid_until": "02:00", "weekdays": (3,)}, ()),
        ({"weekdays": (3,)}, (17, 24)),
    ],
)  # fmt: skip
def test_a_fence_holds_on_its_days_within_its_hours(hours: dict[str, object], held: tuple[int, ...]) -> None:
    fences = Fences(msgspec.structs.replace(make_personal().state.service, fences=(fence(**hours),)))
    refused = tuple(h for h in (0, 5, 13, 17, 24) if fences.ruled_out(*SPOT, NOW + h * HOUR))
    assert refused == held


def test_slow_zones_bind_when_the_device_is_there_not_when_it_sets_out() -> None:
    line = [(LAT, LON + 0.002), (LAT + 0.0006, LON + 0.002), (LAT + 0.0018, LON + 0.002)]
    service = make_personal().state.service
    slow = fence("slow", valid_from="08:01", valid_until="09:00")
    fences = Fences(msgspec.structs.replace(service, fences=(slow,)))
    free = Fences(msgspec.structs.replace(service, fences=()))
    far_s = 0.0012 * 111_320 / (4 / 3.6)  # the second piece at its usual pace, whose middle is slow
    assert fences.seconds(line, 4.0, NOW + 2 * HOUR) == free.seconds(line, 4.0, NOW)
    assert fences.seconds(line, 4.0, NOW) == pytest.approx(free.seconds(line, 4.0, NOW) + far_s, abs=2)


def test_a_no_entry_fence_shuts_meeting_driving_and_riding_while_it_holds_and_just_before() -> None:
    hours = {"valid_from": "12:00", "valid_until": "14:00"}
    ways = Recorded()
    personal = town(fence("no_entry", **hours), ways=ways)
    noon = NOW + 4 * HOUR
    assert isinstance(personal.quote(want(*SPOT, at_s=NOW), NOW), DeviceOffer)
    assert ways.barred[-1] == frozenset()
    with pytest.raises(Invalid, match="may not enter market from 12:00 until 14:00"):
        personal.quote(want(*SPOT, at_s=noon), noon)
    with pytest.raises(Invalid, match="to_lat"):
        personal.quote(want(at_s=noon, to_lat=SPOT[0], to_lon=SPOT[1]), noon)
    personal.quote(want(at_s=noon - LEAVE_S), noon - LEAVE_S)
    assert ways.barred[-1] == {"market"}
    assert personal.state.fences.barred(noon, leaving=SPOT) == frozenset()


def test_parking_is_refused_by_hour_and_what_stands_there_leaves_before() -> None:
    personal = town(fence(valid_from="10:00", valid_until="18:00"))
    offer = personal.quote(want(use_s=3 * HOUR), NOW)
    assert isinstance(offer, DeviceOffer)
    personal.desk.confirm(offer.mission_id, NOW)
    personal.desk.arrived(offer.device_id, offer.meet_s)
    mission = personal.state.missions[offer.mission_id]
    personal.desk.unlock(mission.id, mission.code, offer.meet_s)
    with pytest.raises(Conflict, match="no parking in market from 10:00"):
        personal.desk.release(mission.id, *SPOT, NOW + 3 * HOUR)
    left_s = NOW + 2 * HOUR - LEAVE_S - 100
    assert personal.desk.release(mission.id, *SPOT, left_s).state is MissionState.COMPLETED
    assert personal.homing.direct(left_s + 60) == []  # it lingers, as everywhere
    assert personal.homing.direct(left_s + 120) == [offer.device_id]
    assert personal.state.device(offer.device_id).mode is DeviceMode.MOVING


def test_a_whole_day_of_the_twin_keeps_every_hour_of_a_fence() -> None:
    hours = {"valid_from": "09:00", "valid_until": "10:00"}
    personal = town(fence(**hours))
    wishes = [
        want(LAT + 0.0005, LON + 0.001 + 0.0001 * k, NOW + 300 * k, to_lat=SPOT[0], to_lon=SPOT[1], use_s=300)
        for k in range(24)
    ]
    twin = DeviceTwin(personal, wishes)
    twin.open(NOW)
    for minute in range(1, 180):
        twin.run_until(NOW + 60 * minute)
        if HOUR <= 60 * minute < 2 * HOUR:
            parked = [d for d in personal.state.devices.values() if d.mode is DeviceMode.PARKED]
            inside = [d.id for d in parked if personal.state.fences.ruled_out(*d.position, twin.now_s)]
            assert inside == []
    assert twin.figures()["served"] > 10


@pytest.mark.parametrize(
    ("new", "says"),
    [
        ('rule = "slow"\nvalid_from = "8 am"', "valid_from"),
        ('rule = "slow"\nvalid_until = "09:75"', "valid_until"),
        ('rule = "slow"\nweekdays = [7]', "weekdays"),
    ],
)  # fmt: skip
def test_hours_that_cannot_be_meant_are_named(root: Path, tmp_path: Path, new: str, says: str) -> None:
    text = (root / "areas" / "makuhari" / "devices.toml").read_text(encoding="utf-8")
    broken = tmp_path / "devices.toml"
    broken.write_text(text.replace('rule = "slow"', new, 1), encoding="utf-8")
    with pytest.raises(Invalid, match=says):
        load_devices(broken)
