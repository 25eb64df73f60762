"""The owner of a zone hears every state once, whichever process took it in."""

from __future__ import annotations

from fleet.vehicles.adapters.live_memory import MemoryLiveStore
from fleet.vehicles.telemetry import Kind, LiveState
from maas.wiring.hearing import Hearing


def said(at_s: float) -> LiveState:
    return LiveState(kind=Kind.VEHICLE, id="bus1", at_s=at_s)


def test_what_others_took_in_is_heard_and_nothing_twice() -> None:
    store = MemoryLiveStore()
    heard: list[tuple[float | None, float]] = []
    hearing = Hearing(store, lambda before, after: heard.append((before and before.at_s, after.at_s)))
    hearing.heard(None, said(1.0))  # the zone is another's: it hears for itself
    hearing.open()
    store.put(said(2.0))
    hearing.heard(None, said(2.0))  # taken in here
    hearing.drain()
    store.put(said(3.0))  # taken in elsewhere
    hearing.drain()
    hearing.drain()
    assert heard == [(None, 2.0), (2.0, 3.0)]
    hearing.close()
    store.put(said(4.0))
    hearing.drain()
    assert heard[-1] == (2.0, 3.0)
