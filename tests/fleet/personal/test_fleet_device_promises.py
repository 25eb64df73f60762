"""What was promised to a device's rider survives matching, homing and a lost lease."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from device_town import LAT, LON, NOW, make_personal, want

from fleet.errors import NotOwner
from fleet.model.incident import Incident
from fleet.model.mission import DeviceOffer, Mission
from fleet.personal.personal import Personal


class Lost:
    """A journal whose lease another dispatcher takes at some point."""

    def __init__(self) -> None:
        self.lost = False

    def save(self, missions: list[Mission], incidents: Sequence[Incident] = ()) -> None:
        if self.lost and (missions or incidents):
            raise NotOwner("town is another's")

    def load(self) -> list[Mission]:
        return []

    def incidents(self) -> list[Incident]:
        return []


def confirmed(personal: Personal, **more: object) -> DeviceOffer:
    offer = personal.quote(want(**more), NOW)  # type: ignore[arg-type]
    assert isinstance(offer, DeviceOffer)
    personal.desk.confirm(offer.mission_id, NOW)
    return offer


def test_a_device_that_could_not_last_the_ride_is_not_sent_instead() -> None:
    personal = make_personal(2)
    offer = confirmed(personal, lat=LAT + 0.0045, lon=LON + 0.001)
    other = personal.state.device("c1" if offer.device_id == "c0" else "c0")
    other.lat, other.lon = LAT + 0.0045, LON + 0.0012
    ride_wh = personal.state.use_wh(other.model, want(), (LAT + 0.0045, LON + 0.001))
    reserve_wh = other.model.reserve_share * other.model.battery_wh
    other.charge_wh = reserve_wh + ride_wh - 1
    assert personal.matching.tick(NOW + 30) == 0
    other.charge_wh = reserve_wh + ride_wh + 5
    assert personal.matching.tick(NOW + 60) == 1


@pytest.mark.parametrize(("in_the_slow_zone", "comes"), [(False, 1), (True, 0)])
def test_a_slow_zone_on_the_way_is_reckoned_with_before_a_device_is_sent(
    in_the_slow_zone: bool, comes: int
) -> None:
    personal = make_personal(2)
    lon = LON if in_the_slow_zone else LON + 0.004  # the zone halves the speed around LAT + 0.002
    offer = confirmed(personal, lat=LAT + 0.0015, lon=lon)
    (other,) = (personal.state.device(k) for k in {"c0", "c1"} - {offer.device_id})
    other.lat, other.lon = LAT + 0.0025, lon
    drive_s = personal.state.fences.seconds([(0.0, lon), (111.3 / 111_320, lon)], 4.0, NOW)
    mission = personal.state.missions[offer.mission_id]
    mission.meet_until_s = NOW + 30 + drive_s + 20
    personal.incidents.report(offer.device_id, "stuck", NOW + 20)
    assert personal.matching.tick(NOW + 30) == comes


def test_an_empty_device_is_not_sent_where_riders_are_expected() -> None:
    personal = make_personal()
    device = personal.state.device("c0")
    device.lat, device.lon, device.since_s = LAT + 0.0012, LON + 0.003, NOW - 600
    device.charge_wh = 0.5 * device.model.battery_wh
    far = device.usable_wh
    device.charge_wh -= far - 1  # one watt-hour above the reserve
    assert personal.homing._spread(NOW) == []
    device.charge_wh += far
    assert personal.homing._spread(NOW) == ["c0"]


@pytest.mark.parametrize("step", ["match", "arrive", "unlock", "release", "report"])
def test_what_could_not_be_written_down_did_not_happen(step: str) -> None:
    journal = Lost()
    personal = make_personal(2, journal=journal)
    state = personal.state
    offer = confirmed(personal, lat=LAT + 0.0045, lon=LON + 0.001)
    device = state.device(offer.device_id)
    mission = state.missions[offer.mission_id]
    if step == "match":
        other = next(d for d in state.devices.values() if d.model.kind == "chair" and d is not device)
        other.lat, other.lon = LAT + 0.0045, LON + 0.0012
    if step in ("unlock", "release"):
        device.lat, device.lon = offer.lat, offer.lon
        personal.desk.arrived(device.id, NOW + 100)
    if step == "release":
        personal.desk.unlock(offer.mission_id, mission.code, NOW + 110)
    mission = state.missions[offer.mission_id]
    before = (mission.state, mission.device_id, device.mode, device.mission_id, device.position, device.goal)
    journal.lost = True
    steps = {
        "match": lambda: personal.matching.tick(NOW + 30),
        "arrive": lambda: personal.desk.arrived(device.id, NOW + 100),
        "unlock": lambda: personal.desk.unlock(offer.mission_id, mission.code, NOW + 110),
        "release": lambda: personal.desk.release(offer.mission_id, LAT + 0.0012, LON + 0.002, NOW + 200),
        "report": lambda: personal.incidents.report(device.id, "fallen", NOW + 20),
    }
    with pytest.raises(NotOwner):
        steps[step]()
    mission = state.missions[offer.mission_id]
    after = (mission.state, mission.device_id, device.mode, device.mission_id, device.position, device.goal)
    assert after == before
