"""Live state in Redis, shared by every process of a zone.

One hash of states and one of their orders a kind, and a sorted set of keys by revision. A script compares
and keeps in one step, so that a late writer can never put an old state over a new one, and tells subscribers.
Revisions begin at the microsecond of their first state: a server that lost its memory does not count
again through numbers that its readers have seen.
"""

from __future__ import annotations

import logging
import time
from typing import Any

import msgspec
import redis

from fleet.vehicles.telemetry import Kind, LiveState

__all__ = ["RedisLiveStore"]

_log = logging.getLogger(__name__)
_AGAIN_S = 0.2

_PUT = """
local known = redis.call('HGET', KEYS[2], ARGV[1])
if known then
  local at, seq = string.match(known, '^(%S+) (%S+)$')
  at, seq = tonumber(at), tonumber(seq)
  local new_at, new_seq = tonumber(ARGV[2]), tonumber(ARGV[3])
  if at > new_at or (at == new_at and seq >= new_seq) then return 0 end
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[4])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2] .. ' ' .. ARGV[3])
if redis.call('EXISTS', KEYS[3]) == 0 then
  local now = redis.call('TIME')
  redis.call('SET', KEYS[3], string.format('%.0f', now[1] * 1000000 + now[2]))
end
local revision = redis.call('INCR', KEYS[3])
redis.call('ZADD', KEYS[4], revision, ARGV[5])
redis.call('PUBLISH', KEYS[4], '')
return 1
"""


class RedisLiveStore:
    """Implements `fleet.vehicles.ports.LiveStore` over a Redis server (6 or later)."""

    def __init__(self, url: str, zone: str) -> None:
        self._redis = redis.Redis.from_url(url, socket_timeout=5.0, health_check_interval=30)
        self._prefix = f"maas:live:{{{zone}}}"
        self._put = self._redis.register_script(_PUT)

    def close(self) -> None:
        """Give the connections back."""
        self._redis.close()

    def put(self, state: LiveState) -> bool:
        """Keep a state unless a newer one is there already, in one step; whether it was kept."""
        keys = [
            self._key("state", state.kind), self._key("order", state.kind), self._key("revision"),
            self._key("changes"),
        ]  # fmt: skip
        body = msgspec.json.encode(state)
        member = f"{state.kind}/{state.id}"
        return bool(self._put(keys, [state.id, repr(state.at_s), state.seq, body, member]))

    def get(self, kind: Kind, identity: str) -> LiveState | None:
        """The latest state of one sender."""
        body: Any = self._redis.hget(self._key("state", kind), identity)
        return None if body is None else _decoder.decode(body)

    def all(self, kind: Kind) -> list[LiveState]:
        """The latest states of a kind, by id."""
        bodies: Any = self._redis.hvals(self._key("state", kind))
        return sorted((_decoder.decode(body) for body in bodies), key=lambda state: state.id)

    def changes(self, since: int) -> tuple[int, list[LiveState]]:
        """States kept after revision `since`, and the revision now."""
        pipe = self._redis.pipeline(transaction=True)
        pipe.get(self._key("revision"))
        pipe.zrangebyscore(self._key("changes"), since + 1, "+inf")
        told, members = pipe.execute()
        revision = int(told or 0)
        if since > revision:  # of a server before this one, whose clock was ahead
            members = self._redis.zrange(self._key("changes"), 0, -1)
        by_kind: dict[str, list[str]] = {}
        for member in members:
            kind, _, identity = member.decode().partition("/")
            by_kind.setdefault(kind, []).append(identity)
        states: list[LiveState] = []
        for kind, ids in by_kind.items():
            bodies: Any = self._redis.hmget(self._key("state", kind), ids)
            states += [_decoder.decode(body) for body in bodies if body is not None]
        return revision, states

    def subscribe(self) -> RedisSubscription:
        """Hear of every state that any process keeps from now on."""
        channel: Any = self._redis.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]
        return RedisSubscription(self, channel, self._key("changes"))

    def revision(self) -> int:
        """The revision now."""
        told: Any = self._redis.get(self._key("revision"))
        return int(told or 0)

    def _key(self, *parts: str) -> str:
        return ":".join((self._prefix, *parts))


class RedisSubscription:
    """Implements `fleet.vehicles.ports.Subscription`: a message wakes, the revision tells what is new.

    So nothing is missed while the server is away; then there is just nothing to take.
    """

    def __init__(self, store: RedisLiveStore, channel: Any, name: str) -> None:
        self._store = store
        self._channel = channel
        self._name = name
        self._since = 0  # everything, if it cannot be said where it began
        try:
            self._listen()
            self._since = store.revision()
        except redis.ConnectionError as error:
            _log.warning("live store: %s", error)

    def take(self, timeout_s: float = 0.0) -> list[LiveState]:
        """States kept since the last call; waits so long if there is none yet."""
        until = time.monotonic() + timeout_s
        while True:
            try:
                return self._take(until)
            except redis.ConnectionError as error:
                _log.warning("live store: %s", error)
                rest = until - time.monotonic()
                if rest <= 0:
                    return []
                time.sleep(min(rest, _AGAIN_S))

    def _take(self, until: float) -> list[LiveState]:
        self._listen()
        while True:
            while self._channel.get_message(timeout=0.0) is not None:
                pass  # what woke us for states that are read below, all at once
            self._since, states = self._store.changes(self._since)
            rest = until - time.monotonic()
            if states or rest <= 0:
                return states
            self._channel.get_message(timeout=rest)

    def _listen(self) -> None:
        if not self._channel.subscribed:
            self._channel.subscribe(self._name)

    def close(self) -> None:
        """Give the connection back."""
        self._channel.close()


_decoder = msgspec.json.Decoder(LiveState)
