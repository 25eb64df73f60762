"""Buses of line operators: heard by HTTP or MQTT, matched, predicted, published without a fault."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
import pytest
from open_data_reader import bus_trip_near
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from fleet.vehicles.adapters.live_memory import MemoryLiveStore
from fleet.vehicles.adapters.mqtt import Broker, MqttIntake
from fleet.vehicles.buses import BusRegistry, load_buses
from fleet.vehicles.intake import Intake
from fleet.vehicles.telemetry import Kind, Message
from gtfs.errors import Severity
from gtfs.realtime.model import Header, RealtimeFeed
from gtfs.realtime.produce import produce
from gtfs.validate.realtime.runner import judge, moment_of
from maas.bridges.open_status import columns_of
from maas.wiring.live_buses import LiveBuses

EIGHT = 1_795_561_200  # Wednesday 2026-11-25 08:00 +09:00
BOX = (140.018, 35.631, 140.064, 35.676)


class Clock:
    now = float(EIGHT)

    def __call__(self) -> float:
        return self.now


def opened(area: Path, clock: Clock, **more: Any) -> LiveBuses:
    buses = load_buses(area / "buses.toml")
    intake = Intake(MemoryLiveStore(), BusRegistry(buses, BOX))
    return LiveBuses(area / "feeds" / "makuhari.zip", buses, intake, clock=clock, **more)


@pytest.fixture(scope="module")
def morning(makuhari: Path) -> LiveBuses:
    """The simulated buses of the sample after half an hour."""
    clock = Clock()
    buses = opened(makuhari, clock, simulated_seed=1)
    for second in range(EIGHT - 1800, EIGHT + 1, 20):
        clock.now = float(second)
        buses.step(second)
    return buses


def published(buses: LiveBuses, now_s: int) -> list[tuple[str, bytes]]:
    header, none = Header("2.0", timestamp=now_s), columns_of([])
    positions = tuple(buses.positions(now_s))
    return [
        ("trip-updates", produce(RealtimeFeed(header, columns_of(buses.trips(now_s)), (), ()))),
        ("vehicle-positions", produce(RealtimeFeed(header, none, positions, ()))),
    ]


def test_no_rule_finds_an_error_in_what_is_published(morning: LiveBuses) -> None:
    moment = moment_of(published(morning, EIGHT))
    assert len(moment.vehicles) >= 10
    assert len(moment.updates) >= 10
    report = judge(morning.timetable, [(moment, EIGHT + 1)])
    assert [(n.kind.code, n.samples[:2]) for n in report.notices() if n.kind.severity is Severity.ERROR] == []


def test_updates_and_positions_agree_on_trip_vehicle_and_minute(morning: LiveBuses) -> None:
    moment = moment_of(published(morning, EIGHT))
    predicted = {(u.trip.trip_id, u.vehicle.id) for _, u in moment.updates}
    for _, vehicle in moment.vehicles:
        assert EIGHT - 300 <= vehicle.timestamp <= EIGHT
        fix = morning.fix(vehicle.vehicle.id)
        assert fix is not None
        assert abs(fix.lat - vehicle.position.latitude) < 1e-5
        if fix.along_m < morning._matcher.tracks.of(fix.trip).length_m - 30:
            assert (vehicle.trip.trip_id, vehicle.vehicle.id) in predicted


def test_what_was_learnt_outlives_the_process(makuhari: Path, tmp_path: Path) -> None:
    clock, path = Clock(), tmp_path / "learnt"
    with opened(makuhari, clock, learned=path, simulated_seed=1) as first:
        for second in range(EIGHT, EIGHT + 1500, 20):
            clock.now = float(second)
            first.step(second)
    again = opened(makuhari, clock, learned=path)
    assert len(path.read_bytes()) > 1000
    assert again._predictor.learned.to_bytes() == path.read_bytes()
    path.write_bytes(b"broken")
    assert opened(makuhari, clock, learned=path)._predictor.learned.to_bytes() != path.read_bytes()


def test_a_bus_that_nobody_knows_is_not_heard(makuhari: Path) -> None:
    buses = opened(makuhari, Clock())
    said = Message(kind=Kind.BUS, id="stranger", at=float(EIGHT), lat=35.65, lon=140.04)
    (outcome,) = buses._intake.receive([said], EIGHT, "http")
    assert outcome.verdict == "unknown"
    assert buses.positions(EIGHT) == []


def test_a_bus_that_falls_silent_is_shown_no_more(makuhari: Path) -> None:
    buses = opened(makuhari, Clock())
    said = Message(kind=Kind.BUS, id="bus-1", at=float(EIGHT), lat=35.65, lon=140.04)
    buses._intake.receive([said], EIGHT, "http")
    assert [p.vehicle_id for p in buses.positions(EIGHT + 200)] == ["bus-1"]
    assert buses.positions(EIGHT + 400) == []


def test_a_bus_heard_over_mqtt_is_matched(mosquitto: int, makuhari: Path) -> None:
    buses = opened(makuhari, Clock())
    trip, lat, lon = bus_trip_near(buses.timetable, EIGHT)
    said = json.dumps({"kind": "bus", "id": "bus-2", "at": EIGHT, "lat": lat, "lon": lon, "trip": trip})
    broker = Broker.of(f"mqtt://server:s@127.0.0.1:{mosquitto}")
    with MqttIntake(broker, "makuhari", buses._intake, lambda: float(EIGHT)) as listening:
        assert listening.wait_ready()
        client = paho.Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
        client.username_pw_set("server", "s")
        client.connect("127.0.0.1", mosquitto)
        client.loop_start()
        client.publish("maas/makuhari/bus/bus-2/telemetry", said.encode(), qos=1).wait_for_publish(5)
        for _ in range(200):
            if buses.fix("bus-2") is not None:
                break
            time.sleep(0.02)
        client.disconnect()
        client.loop_stop()
    (told,) = buses.trips(EIGHT)
    assert (told.vehicle_id, told.ref.trip_id) == ("bus-2", trip)
