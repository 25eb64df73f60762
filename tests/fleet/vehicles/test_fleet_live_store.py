"""One contract for every live store: in memory, and in a real Redis."""

from __future__ import annotations

import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
import redis

from fleet.vehicles.adapters.live_memory import MemoryLiveStore
from fleet.vehicles.adapters.live_redis import RedisLiveStore
from fleet.vehicles.ports import LiveStore
from fleet.vehicles.telemetry import Kind, LiveState


@pytest.fixture(params=["memory", "redis"])
def store(request: pytest.FixtureRequest) -> Iterator[LiveStore]:
    if request.param == "memory":
        yield MemoryLiveStore()
        return
    shared = RedisLiveStore(request.getfixturevalue("redis_url"), "town")
    yield shared
    shared.close()


def state(identity: str = "a", at_s: float = 100.5, seq: int = 0, **more: object) -> LiveState:
    known = LiveState(kind=Kind.VEHICLE, id=identity, at_s=at_s, seq=seq)
    return msgspec.structs.replace(known, **more)


def test_a_state_comes_back_as_it_was(store: LiveStore) -> None:
    kept = state(lat=35.1, lon=140.2, battery=0.5, faults=("door", "sensor"))
    assert store.put(kept)
    assert store.get(Kind.VEHICLE, "a") == kept
    assert store.get(Kind.VEHICLE, "b") is None
    assert store.get(Kind.DEVICE, "a") is None


def test_older_never_replaces_newer(store: LiveStore) -> None:
    assert store.put(state(at_s=100.5, seq=3))
    for older in (state(at_s=100.25), state(at_s=100.5, seq=2), state(at_s=100.5, seq=3)):
        assert not store.put(older)
    assert store.put(state(at_s=100.5, seq=4))
    known = store.get(Kind.VEHICLE, "a")
    assert known is not None
    assert known.seq == 4


def test_all_of_a_kind_by_id(store: LiveStore) -> None:
    for identity in ("c", "a", "b"):
        store.put(state(identity))
    store.put(LiveState(kind=Kind.DOCK, id="z", at_s=1.0, bikes=2))
    assert [s.id for s in store.all(Kind.VEHICLE)] == ["a", "b", "c"]
    assert [s.bikes for s in store.all(Kind.DOCK)] == [2]


def test_changes_since_a_revision_tell_each_once(store: LiveStore) -> None:
    store.put(state("a"))
    store.put(state("b"))
    revision, first = store.changes(0)
    assert sorted(s.id for s in first) == ["a", "b"]
    assert store.changes(revision) == (revision, [])
    store.put(state("b", at_s=200.0))
    store.put(state("b", at_s=300.0))
    later, second = store.changes(revision)
    assert [(s.id, s.at_s) for s in second] == [("b", 300.0)]
    assert later > revision


def test_whoever_brings_a_revision_from_before_is_told_everything(store: LiveStore) -> None:
    store.put(state("a"))
    revision, _ = store.changes(0)
    told, states = store.changes(revision + 10**15)
    assert (told, [s.id for s in states]) == (revision, ["a"])


def test_a_redis_that_lost_its_memory_hides_no_change_from_earlier_readers(redis_url: str) -> None:
    shared = RedisLiveStore(redis_url, "town")
    for k in range(50):
        shared.put(state(at_s=float(k)))
    seen, _ = shared.changes(0)
    with redis.Redis.from_url(redis_url) as server:
        server.flushall()
    assert shared.changes(seen) == (0, [])
    shared.put(state(at_s=3.0))
    later, states = shared.changes(seen)
    assert [s.at_s for s in states] == [3.0]
    assert later > seen
    shared.close()


def test_a_subscriber_hears_what_is_kept_from_now_on_and_only_the_newest(store: LiveStore) -> None:
    store.put(state("before"))
    feed = store.subscribe()
    assert feed.take() == []
    store.put(state("a", at_s=100.0))
    store.put(state("a", at_s=200.0))
    store.put(state("b"))
    store.put(state("a", at_s=150.0))  # late: not kept, so nobody hears of it
    assert {(s.id, s.at_s) for s in feed.take(5.0)} == {("a", 200.0), ("b", 100.5)}
    assert feed.take() == []
    feed.close()


def test_a_waiting_subscriber_is_woken_by_another_thread(store: LiveStore) -> None:
    feeds = [store.subscribe() for _ in range(3)]
    heard: list[LiveState] = []
    waiting = [threading.Thread(target=lambda f=feed: heard.extend(f.take(20.0))) for feed in feeds]  # type: ignore[misc]
    for thread in waiting:
        thread.start()
    store.put(state("a"))
    for thread in waiting:
        thread.join(timeout=10)
    assert [s.id for s in heard] == ["a", "a", "a"]
    for feed in feeds:
        feed.close()


def test_a_subscriber_outlasts_a_redis_that_is_away(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    shared = RedisLiveStore(f"redis://127.0.0.1:{port}/0", "town")
    feed = shared.subscribe()
    assert feed.take(0.05) == []
    command = [
        "redis-server",
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--dir",
        str(tmp_path),
        "--save",
        "",
    ]
    for at_s in (100.0, 200.0):  # it comes, goes with all it knew, and comes again
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
            try:
                while True:
                    with suppress(redis.ConnectionError):
                        shared.put(state("a", at_s=at_s))
                        break
                assert [s.at_s for s in feed.take(10.0)] == [at_s]
            finally:
                server.terminate()
        assert feed.take() == []
    feed.close()
    shared.close()


def test_racing_writers_leave_the_newest(store: LiveStore) -> None:
    def write(offset: int) -> None:
        for k in range(50):
            store.put(state(at_s=float(2 * k + offset)))

    writers = [threading.Thread(target=write, args=(offset,)) for offset in (0, 1)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    known = store.get(Kind.VEHICLE, "a")
    assert known is not None
    assert known.at_s == 99.0
