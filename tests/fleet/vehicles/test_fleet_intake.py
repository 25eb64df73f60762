"""Telemetry is judged before it is believed; what is not believed is counted and changes nothing."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fleet.errors import Invalid
from fleet.vehicles.adapters.live_memory import MemoryLiveStore
from fleet.vehicles.intake import Intake, Outcome, Verdict
from fleet.vehicles.ports import Spec
from fleet.vehicles.telemetry import Doors, Kind, LiveState, Message, decode

NOW = 1_795_000_000.0
LAT, LON = 35.65, 140.04


class Known:
    """Two buses and a dock."""

    def spec(self, kind: Kind, identity: str) -> Spec | None:
        if kind is Kind.VEHICLE and identity in ("bus1", "bus2"):
            return Spec(30 / 3.6, 11, 0, (139.9, 35.5, 140.2, 35.8))
        return Spec(0.0, 0, 12, (139.9, 35.5, 140.2, 35.8)) if kind is Kind.DOCK else None


def make_intake() -> Intake:
    return Intake(MemoryLiveStore(), Known())


def say(intake: Intake, at: float = NOW, now: float = NOW, **fields: Any) -> Outcome:
    message = Message(**({"id": "bus1", "at": at} | fields))
    return intake.receive([message], now, "test")[0]


def bus(intake: Intake, identity: str = "bus1") -> LiveState:
    state = intake.store.get(Kind.VEHICLE, identity)
    assert state is not None
    return state


def test_a_message_is_kept_and_what_it_leaves_out_stays() -> None:
    intake = make_intake()
    say(intake, lat=LAT, lon=LON, battery=0.8, doors=Doors.CLOSED)
    say(intake, NOW + 1, NOW + 1, passengers=3)
    state = bus(intake)
    assert (state.lat, state.battery, state.doors, state.passengers) == (LAT, 0.8, Doors.CLOSED, 3)
    assert (state.at_s, state.received_s) == (NOW + 1, NOW + 1)


@pytest.mark.parametrize(
    ("fields", "verdict"),
    [
        ({"id": "ghost"}, Verdict.UNKNOWN),
        ({"at": NOW + 60}, Verdict.FUTURE),
        ({"at": float("inf")}, Verdict.FUTURE),
        ({"at": NOW - 3600}, Verdict.STALE),
        ({"at": NOW - 10, "passengers": 1}, Verdict.DUPLICATE),
        ({"at": NOW - 20, "passengers": 2}, Verdict.OUT_OF_ORDER),
        ({"at": "yesterday"}, Verdict.MALFORMED),
        ({"at": "2026-11-21T10:00:00"}, Verdict.MALFORMED),
        ({"passengers": 99}, Verdict.ABSURD),
        ({"lat": 0.0, "lon": 0.0}, Verdict.ABSURD),
    ],
)
def test_what_is_not_believed_is_counted_and_changes_nothing(
    fields: dict[str, Any], verdict: Verdict
) -> None:
    intake = make_intake()
    say(intake, NOW - 10, lat=LAT, lon=LON, passengers=1)
    before = bus(intake)
    heard: list[LiveState] = []
    intake.listeners.append(lambda _, after: heard.append(after))
    assert say(intake, **fields).verdict is verdict
    assert bus(intake) == before
    assert heard == []
    assert intake.summary()["test"][verdict] == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("passengers", -1), ("passengers", 12), ("battery", 1.2), ("battery", -0.1), ("speed_m_s", 40.0),
        ("speed_m_s", -1.0), ("heading", 400.0),
    ],
)  # fmt: skip
def test_one_absurd_field_does_not_cost_the_others(name: str, value: float) -> None:
    intake = make_intake()
    outcome = say(intake, lat=LAT, lon=LON, **{name: value})
    assert outcome.verdict is Verdict.ACCEPTED
    assert outcome.dropped == (name,)
    assert name in outcome.detail
    assert bus(intake).lat == LAT
    assert getattr(bus(intake), name) is None
    assert intake.summary()["test"][f"dropped:{name}"] == 1


def test_a_jump_is_not_believed_until_it_has_been_seen_three_times() -> None:
    intake = make_intake()
    say(intake, lat=LAT, lon=LON)
    far = LAT + 0.03  # 3.3 km in a second
    for k in (1, 2):
        outcome = say(intake, NOW + k, NOW + k, lat=far, lon=LON, passengers=1)
        assert outcome.dropped == ("lat", "lon")
        assert bus(intake).lat == LAT
    assert say(intake, NOW + 3, NOW + 3, lat=far, lon=LON, passengers=1).dropped == ()
    assert bus(intake).lat == far


def test_a_battery_cannot_fill_in_a_moment() -> None:
    intake = make_intake()
    say(intake, battery=0.3, passengers=0)
    assert say(intake, NOW + 1, NOW + 1, battery=0.9, passengers=0).dropped == ("battery",)
    assert say(intake, NOW + 200, NOW + 200, battery=0.6, passengers=0).dropped == ()


def test_errors_of_position_are_granted_once_a_minute_not_with_every_message() -> None:
    intake = make_intake()
    lat = LAT
    taken = 0
    for k in range(60):  # 40 m a second, each step within the error of one fix
        outcome = say(intake, NOW + k, NOW + k, lat=lat, lon=LON, passengers=1)
        taken += not outcome.dropped
        lat += 40.0 / 111_320
    assert (bus(intake).lat or 0.0) - LAT < (60 * 12.5 + 50) / 111_320
    assert taken < 30


def test_a_fast_vehicle_with_a_shaky_fix_is_believed_all_along() -> None:
    intake = make_intake()
    for k in range(300):
        lat = LAT + (30 / 3.6 * k + (20 if k % 2 else -20)) / 111_320
        assert say(intake, NOW + k, NOW + k, lat=lat, lon=LON).dropped == ()


def test_errors_of_charge_are_granted_once_a_minute_and_silence_on_it_costs_nothing() -> None:
    intake = make_intake()
    say(intake, battery=0.3)
    for k in range(1, 50):  # 2 % a second, each step within the error of one reading
        say(intake, NOW + k, NOW + k, battery=min(1.0, 0.3 + 0.02 * k), passengers=0)
    assert (bus(intake).battery or 1.0) <= 0.3 + 0.02 + 0.002 * 49 + 1e-9
    for k in range(50, 350):  # it says other things while it charges
        say(intake, NOW + k, NOW + k, passengers=1)
    assert say(intake, NOW + 350, NOW + 350, battery=0.95).dropped == ()


def test_nobody_is_towed_twice_a_minute() -> None:
    intake = make_intake()
    for k in range(20):
        say(intake, NOW + k, NOW + k, lat=LAT + 0.03 * (k // 4 % 2), lon=LON, passengers=0)
    assert bus(intake).lat == LAT + 0.03
    assert say(intake, NOW + 20, NOW + 20, lat=LAT, lon=LON).verdict is Verdict.ABSURD
    for k in (100, 101):
        say(intake, NOW + k, NOW + k, lat=LAT - 0.05, lon=LON)
    assert say(intake, NOW + 102, NOW + 102, lat=LAT - 0.05, lon=LON).dropped == ()


def test_what_cannot_be_read_costs_none_of_its_neighbours() -> None:
    intake = make_intake()
    good = b'{"id": "bus1", "at": 1795000000.0, "passengers": 2}'
    read = decode(b"[" + good + b', {"id": "bus2", "at": 1795000000.0, "doors": 7}, 5]')
    told = intake.receive(read, NOW, "radio")
    assert [(o.id, o.verdict) for o in told] == [
        ("bus1", Verdict.ACCEPTED), ("bus2", Verdict.MALFORMED), ("", Verdict.MALFORMED)
    ]  # fmt: skip
    assert "doors" in told[1].detail
    assert bus(intake).passengers == 2
    assert intake.summary()["radio"] == {"accepted": 1, "malformed": 2}


def test_docks_tell_bikes_within_their_places() -> None:
    intake = make_intake()
    assert say(intake, kind=Kind.DOCK, id="d1", bikes=12, places=0).verdict is Verdict.ACCEPTED
    assert say(intake, NOW + 1, NOW + 1, kind=Kind.DOCK, id="d1", bikes=13).verdict is Verdict.ABSURD


def test_rfc_3339_and_epoch_seconds_mean_the_same() -> None:
    intake = make_intake()
    text = datetime.fromtimestamp(NOW, UTC).isoformat()
    say(intake, at=text, passengers=1)  # type: ignore[arg-type]
    assert say(intake, NOW, passengers=1).verdict is Verdict.DUPLICATE


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"{", "is no JSON"), (b"[]", "0 messages"), (b'{"id": 5, "at": 1}', "`id`"),
        (b'{"id": "a", "at": 1, "colour": "red"}', "colour"), (b'{"id": "a"}', "`at`"),
        (b'{"id": "a", "at": 1, "doors": "ajar"}', "ajar"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named(data: bytes, says: str) -> None:
    with pytest.raises(Invalid, match=says.replace("[", r"\[").replace("]", r"\]").replace("`", ".")):
        decode(data)


@st.composite
def streams(draw: st.DrawFn) -> list[Message]:
    """Messages of two buses, lost, doubled and out of order."""
    count = draw(st.integers(2, 12))
    sent = [
        Message(
            id=draw(st.sampled_from(["bus1", "bus2"])), at=NOW - 60 + k, seq=k,
            passengers=draw(st.integers(0, 11)), battery=0.5,
        )
        for k in range(count)
    ]  # fmt: skip
    kept = draw(st.lists(st.sampled_from(sent), min_size=1, max_size=2 * count))
    return draw(st.permutations(kept))


@given(streams())
@settings(max_examples=200, deadline=None)
def test_in_whatever_order_they_come_the_newest_message_stands(messages: list[Message]) -> None:
    intake = make_intake()
    outcomes = intake.receive(messages, NOW, "radio")
    for identity in {m.id for m in messages}:
        newest = max((m for m in messages if m.id == identity), key=lambda m: (m.at, m.seq))
        state = bus(intake, identity)
        assert (state.at_s, state.seq, state.passengers) == (newest.at, newest.seq, newest.passengers)
    assert sum(intake.summary()["radio"].values()) == len(messages) == len(outcomes)


def test_messages_survive_json() -> None:
    message = Message(id="bus1", at=NOW, lat=LAT, lon=LON, faults=("door",))
    assert decode(msgspec.json.encode([message])) == [message]


def test_one_jump_that_comes_three_times_is_one_jump() -> None:
    intake = make_intake()
    say(intake, lat=LAT, lon=LON)
    for _ in range(5):
        say(intake, NOW + 1, NOW + 1, lat=LAT + 0.03, lon=LON)
    assert bus(intake).lat == LAT


def test_partial_messages_that_come_at_once_do_not_undo_each_other() -> None:
    for k in range(20):
        intake = make_intake()
        at = NOW + k
        parts = ({"passengers": 3}, {"battery": 0.5}, {"doors": Doors.OPEN}, {"speed_m_s": 1.0})

        def send(seq: int, fields: dict[str, Any], at: float = at, intake: Intake = intake) -> None:
            intake.receive([Message(id="bus1", at=at, seq=seq, **fields)], NOW + 30, "radio")

        threads = [threading.Thread(target=send, args=(n, part)) for n, part in enumerate(parts)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        taken = intake.summary()["radio"]["accepted"]
        state = bus(intake)
        known = (state.passengers, state.battery, state.doors, state.speed_m_s)
        assert sum(value is not None for value in known) == taken


def test_json_nested_too_deep_is_refused() -> None:
    with pytest.raises(Invalid, match="nested"):
        decode(b"[" * 100_000)
