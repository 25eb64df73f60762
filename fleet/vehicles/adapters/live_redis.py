"""Live state in Redis, shared by every process of a zone.

One hash of states and one of their orders a kind, and a sorted set of keys by revision. A script compares
and keeps in one step, so that a late writer can never put an old state over a new one.
"""

from __future__ import annotations

from typing import Any

import msgspec
import redis

from fleet.vehicles.telemetry import Kind, LiveState

__all__ = ["RedisLiveStore"]

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
local revision = redis.call('INCR', KEYS[3])
redis.call('ZADD', KEYS[4], revision, ARGV[5])
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
        revision, members = pipe.execute()
        by_kind: dict[str, list[str]] = {}
        for member in members:
            kind, _, identity = member.decode().partition("/")
            by_kind.setdefault(kind, []).append(identity)
        states: list[LiveState] = []
        for kind, ids in by_kind.items():
            bodies: Any = self._redis.hmget(self._key("state", kind), ids)
            states += [_decoder.decode(body) for body in bodies if body is not None]
        return int(revision or 0), states

    def _key(self, *parts: str) -> str:
        return ":".join((self._prefix, *parts))


_decoder = msgspec.json.Decoder(LiveState)
