"""Telemetry through a real Mosquitto."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from test_fleet_intake import NOW, make_intake

from fleet.errors import Invalid
from fleet.vehicles.adapters.mqtt import Broker, MqttIntake
from fleet.vehicles.intake import Intake
from fleet.vehicles.telemetry import Kind

Send = Callable[..., None]


@pytest.fixture
def intake(mosquitto: int) -> Iterator[Intake]:
    kept = make_intake()
    broker = Broker.of(f"mqtt://server:s@127.0.0.1:{mosquitto}")
    with MqttIntake(broker, "town", kept, lambda: NOW) as listening:
        assert listening.wait_ready()
        yield kept


@pytest.fixture
def send(mosquitto: int) -> Send:
    def publish(topic: str, payload: bytes, user: str = "bus1", password: str = "one") -> None:
        client = paho.Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
        client.username_pw_set(user, password)
        client.connect("127.0.0.1", mosquitto)
        client.loop_start()
        client.publish(topic, payload, qos=1).wait_for_publish(5)
        client.disconnect()
        client.loop_stop()

    return publish


def counted(intake: Intake, what: str, count: int) -> bool:
    for _ in range(200):
        if intake.summary().get("mqtt", {}).get(what, 0) >= count:
            return True
        time.sleep(0.02)
    return False


def payload(identity: str = "bus1", at: float = NOW) -> bytes:
    return f'{{"id": "{identity}", "at": {at}, "passengers": 4}}'.encode()


def test_a_vehicle_is_heard(intake: Intake, send: Send) -> None:
    send("maas/town/vehicle/bus1/telemetry", payload())
    assert counted(intake, "accepted", 1)
    state = intake.store.get(Kind.VEHICLE, "bus1")
    assert state is not None
    assert state.passengers == 4


def test_a_payload_must_agree_with_its_topic(intake: Intake, send: Send) -> None:
    send("maas/town/vehicle/bus1/telemetry", payload("bus2"))
    assert counted(intake, "malformed", 1)
    assert intake.store.get(Kind.VEHICLE, "bus2") is None


def test_one_item_that_lies_of_its_sender_costs_the_others_nothing(intake: Intake, send: Send) -> None:
    mixed = b"[" + payload("bus2") + b',{"id":"bus1"},' + payload() + b"]"
    send("maas/town/vehicle/bus1/telemetry", mixed)
    assert counted(intake, "accepted", 1)
    assert intake.summary()["mqtt"] == {"accepted": 1, "malformed": 2}
    assert intake.store.get(Kind.VEHICLE, "bus2") is None


def test_the_broker_lets_a_vehicle_speak_for_itself_only(intake: Intake, send: Send) -> None:
    send("maas/town/vehicle/bus1/telemetry", payload("bus1"), user="bus2", password="two")
    send("maas/town/vehicle/bus2/telemetry", payload("bus2"), user="bus2", password="two")
    assert counted(intake, "accepted", 1)
    assert intake.store.get(Kind.VEHICLE, "bus1") is None


def test_rubbish_is_counted(intake: Intake, send: Send) -> None:
    send("maas/town/vehicle/bus1/telemetry", b"\x00\x01")
    send("maas/town/vehicle/bus1/telemetry", b" " * 70_000)
    assert counted(intake, "malformed", 2)


def test_a_broker_is_named_by_url() -> None:
    assert Broker.of("mqtts://u:p@broker.example") == Broker("broker.example", 8883, "u", "p", tls=True)
    told = Broker.of("mqtt://u:p%40ss@broker.example:99")
    assert (told.password, told.port) == ("p@ss", 99)
    assert "p@ss" not in repr(told)
    with pytest.raises(Invalid, match="65535"):
        Broker.of("mqtt://broker.example:99999")
    with pytest.raises(Invalid, match="mqtt://host:1883"):
        Broker.of("http://broker.example")
