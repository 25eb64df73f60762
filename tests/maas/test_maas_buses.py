"""Buses of line operators: heard by HTTP or MQTT, matched, predicted, published without a fault."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import paho.mqtt.client as paho
import polars as pl
import pytest
from open_data_reader import bus_trip_near
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from fleet.vehicles.adapters.live_memory import MemoryLiveStore
from fleet.vehicles.adapters.mqtt import Broker, MqttIntake
from fleet.vehicles.buses import BusRegistry, load_buses
from fleet.vehicles.intake import Intake
from fleet.vehicles.telemetry import Kind, Message
from gtfs.errors import Severity
from gtfs.realtime.avl.learn import Learned
from gtfs.realtime.model import Header, RealtimeFeed
from gtfs.realtime.produce import produce
from gtfs.schedule.feed import Feed
from gtfs.validate.realtime.runner import judge, moment_of
from maas.area.open import open_area
from maas.bridges.open_status import columns_of
from maas.feeds.house import House
from maas.feeds.model import SYSTEM
from maas.feeds.publish import Publisher
from maas.wiring.bus_timetables import BusTimetables
from maas.wiring.feed_worker import publish_own
from maas.wiring.feeds import open_house
from maas.wiring.judge import Judge
from maas.wiring.live_buses import LiveBuses
from storage.database import Database

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


def learnt(buses: LiveBuses) -> bytes:
    return buses._predictor.learned.to_bytes(buses.timetable.schedule.stops.ids)


def renamed(feed: Feed) -> Feed:
    """The same service with other names of trips, and its stops the other way round in their file."""
    tables = dict(feed.tables)
    for stem in ("trips", "stop_times"):
        tables[stem] = tables[stem].with_columns(pl.format("new-{}", "trip_id").alias("trip_id"))
    tables["stops"] = tables["stops"].reverse()
    return Feed(feed.source, tables, dict(feed.raw))


def test_a_timetable_published_later_is_run_and_predicted_without_a_restart(
    makuhari: Path, tmp_path: Path
) -> None:
    area = open_area(makuhari)
    database = Database.open(f"sqlite:///{tmp_path / 'h.sqlite'}")
    house = House(open_house(database).database, lambda: datetime(2026, 11, 25, 3, 0, tzinfo=UTC))
    publisher = Publisher(house, Judge(), ZoneInfo("Asia/Tokyo"))
    clock = Clock()
    buses = opened(makuhari, clock, simulated_seed=1)
    follow = BusTimetables(buses, publisher)
    follow()  # nothing is published yet
    publish_own(area, house, publisher)
    before = buses.timetable
    follow()
    assert buses.timetable is before, "what is published is what the buses run"
    for second in range(EIGHT - 400, EIGHT, 20):
        buses.step(second)
    knew = learnt(buses)
    version = house.import_feed(
        "makuhari", renamed(house.feed("makuhari", 1)), SYSTEM, reason="x", source="t"
    )
    publisher.publish("makuhari", version.version.number, SYSTEM, override="test")
    follow()
    assert buses.trips(EIGHT) == [], "no trip of the old timetable is told any more"
    same = Learned.from_bytes(learnt(buses), before.schedule.stops.ids).to_bytes(before.schedule.stops.ids)
    assert sorted(msgspec.msgpack.decode(same)[1]) == sorted(msgspec.msgpack.decode(knew)[1])
    for second in range(EIGHT, EIGHT + 60, 20):
        buses.step(second)
    told = buses.trips(EIGHT + 60)
    assert len(told) >= 5
    assert all(one.ref.trip_id.startswith("new-") for one in told)
    taken = buses.timetable
    follow()
    assert buses.timetable is taken, "once is enough"
    publisher.rollback("makuhari", SYSTEM, reason="test")
    follow()
    assert set(buses.timetable.trips) == set(before.trips)
    database.engine.dispose()


def test_what_was_learnt_outlives_the_process(makuhari: Path, tmp_path: Path) -> None:
    clock, path = Clock(), tmp_path / "learnt"
    with opened(makuhari, clock, learned=path, simulated_seed=1) as first:
        for second in range(EIGHT, EIGHT + 1500, 20):
            clock.now = float(second)
            first.step(second)
    again = opened(makuhari, clock, learned=path)
    assert len(path.read_bytes()) > 1000
    assert learnt(again) == path.read_bytes()
    path.write_bytes(b"broken")
    assert learnt(opened(makuhari, clock, learned=path)) != path.read_bytes()


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
