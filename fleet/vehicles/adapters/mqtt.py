"""Telemetry by MQTT 5: topic `maas/<zone>/<kind>/<id>/telemetry`, one JSON message or an array of them.

The broker authenticates the sender and restricts it to its own topics; so what a payload says it is must
agree with the topic it came by.
"""

from __future__ import annotations

import logging
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from fleet.errors import FleetError, Invalid
from fleet.vehicles.intake import Intake, Verdict
from fleet.vehicles.telemetry import Message, Unreadable, decode

__all__ = ["Broker", "MqttIntake"]

_log = logging.getLogger(__name__)
SOURCE = "mqtt"
BYTES_MAX = 65_536
_WAIT_S = 10.0


@dataclass(frozen=True, slots=True)
class Broker:
    """Where the broker is."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: bool = False

    @classmethod
    def of(cls, url: str) -> Broker:
        """Read `mqtt://user:password@host:1883` or `mqtts://…:8883`; Invalid if it is neither."""
        parts = urlsplit(url)
        if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname:
            raise Invalid("mqtt", f"{url!r} is no broker. Write mqtt://host:1883 or mqtts://host:8883")
        tls = parts.scheme == "mqtts"
        try:
            port = parts.port or (8883 if tls else 1883)
        except ValueError as error:
            raise Invalid("mqtt", f"{error}. Write a port from 1 to 65535") from None
        return cls(parts.hostname, port, unquote(parts.username or ""), unquote(parts.password or ""), tls)


class MqttIntake:
    """Feeds an intake from a broker; reconnects by itself. Use as a context manager."""

    def __init__(self, broker: Broker, zone: str, intake: Intake, clock: Callable[[], float]) -> None:
        self._broker = broker
        self._zone = zone
        self._intake = intake
        self._clock = clock
        self._ready = threading.Event()
        self._client = paho.Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
        if broker.user:
            self._client.username_pw_set(broker.user, broker.password)
        if broker.tls:
            self._client.tls_set_context(ssl.create_default_context())
        self._client.reconnect_delay_set(min_delay=1, max_delay=30)
        self._client.on_connect = self._connected
        self._client.on_subscribe = self._subscribed
        self._client.on_message = self._arrived

    def __enter__(self) -> MqttIntake:
        self._client.connect_async(self._broker.host, self._broker.port, keepalive=30)
        self._client.loop_start()
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def wait_ready(self, timeout_s: float = _WAIT_S) -> bool:
        """Wait until the subscription stands; whether it does."""
        return self._ready.wait(timeout_s)

    def _connected(self, client: paho.Client, _data: Any, _flags: Any, reason: Any, _props: Any) -> None:
        if reason.is_failure:
            _log.warning("MQTT broker %s:%s: %s", self._broker.host, self._broker.port, reason)
            return
        client.subscribe(f"maas/{self._zone}/+/+/telemetry", qos=1)

    def _subscribed(self, _client: Any, _data: Any, _mid: int, _reasons: Any, _props: Any) -> None:
        self._ready.set()

    def _arrived(self, _client: Any, _data: Any, message: paho.MQTTMessage) -> None:
        try:
            for outcome in self._intake.receive(self._read(message), self._clock(), SOURCE):
                if outcome.verdict is Verdict.MALFORMED:
                    _log.info("%s: %s", message.topic, outcome.detail)
        except FleetError as error:
            self._intake.malformed(SOURCE)
            _log.info("%s: %s", message.topic, error)
        except Exception:
            _log.exception("%s: could not be taken in", message.topic)

    def _read(self, message: paho.MQTTMessage) -> list[Message | Unreadable]:
        if len(message.payload) > BYTES_MAX:
            raise Invalid("payload", f"{len(message.payload)} bytes; {BYTES_MAX} at most")
        _, _, kind, identity, _ = message.topic.split("/")
        return [_by_topic(one, kind, identity) for one in decode(bytes(message.payload))]


def _by_topic(one: Message | Unreadable, kind: str, identity: str) -> Message | Unreadable:
    """What came, unless it speaks for somebody else than its topic does."""
    if isinstance(one, Unreadable) or (one.kind, one.id) == (kind, identity):
        return one
    return Unreadable(one.id, f"{one.kind} {one.id!r} came by the topic of {kind} {identity!r}")
