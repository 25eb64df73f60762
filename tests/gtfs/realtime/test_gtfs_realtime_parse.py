"""Messages as Google's bindings read them, column by column; broken ones cost what is broken alone."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from google.transit import gtfs_realtime_pb2 as pb
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gtfs.errors import FeedError
from gtfs.model.schedule import NONE
from gtfs.realtime.model import NO_DELAY, CallRelationship, RealtimeFeed, TripRelationship
from gtfs.realtime.parse import parse
from gtfs.realtime.produce import produce
from gtfs.realtime.produce_updates import by_kernel

NOW = 1_795_561_200

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=6)
instants = st.integers(946_684_800, 4_102_444_800)
delays = st.integers(-86_400, 86_400)


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


calls = st.fixed_dictionaries({
    "sequence": st.integers(0, 2**31 - 1), "stop": maybe(texts), "assigned": maybe(texts),
    "arrival_time": maybe(instants), "arrival_delay": maybe(delays), "departure_time": maybe(instants),
    "departure_delay": maybe(delays), "relationship": maybe(st.sampled_from(list(CallRelationship))),
})  # fmt: skip
updates = st.fixed_dictionaries({
    "trip": texts, "route": maybe(texts), "vehicle": maybe(texts), "direction": maybe(st.integers(0, 1)),
    "relationship": maybe(st.sampled_from(list(TripRelationship))), "timestamp": maybe(instants),
    "delay": maybe(delays), "date": st.sampled_from(["", "20261125", "20240229"]),
    "time": st.sampled_from(["", "07:30:00", "25:01:59"]), "calls": st.lists(calls, max_size=5),
    "headsign": maybe(texts),
})  # fmt: skip


def message_of(rows: list[dict[str, Any]]) -> pb.FeedMessage:
    message = pb.FeedMessage()
    message.header.gtfs_realtime_version, message.header.timestamp = "2.0", NOW
    for number, row in enumerate(rows):
        update = message.entity.add(id=str(number)).trip_update
        update.trip.trip_id = row["trip"]
        put(update.trip, "start_date", row["date"] or None)
        put(update.trip, "start_time", row["time"] or None)
        put(update.trip, "route_id", row["route"])
        put(update.trip, "direction_id", row["direction"])
        put(update.trip, "schedule_relationship", row["relationship"])
        put(update.vehicle, "id", row["vehicle"])
        put(update.trip_properties, "trip_headsign", row["headsign"])
        put(update, "timestamp", row["timestamp"])
        put(update, "delay", row["delay"])
        for call in row["calls"]:
            one = update.stop_time_update.add(stop_sequence=call["sequence"])
            put(one, "stop_id", call["stop"])
            put(one.stop_time_properties, "assigned_stop_id", call["assigned"])
            put(one, "schedule_relationship", call["relationship"])
            for event in ("arrival", "departure"):
                for field in ("time", "delay"):
                    put(getattr(one, event), field, call[f"{event}_{field}"])
    return message


def put(message: Any, field: str, value: Any) -> None:
    if value is not None:
        setattr(message, field, value)


@given(st.lists(updates, max_size=6))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_was_read_is_written_as_the_bindings_would(rows: list[dict[str, Any]]) -> None:
    message = message_of(rows)
    for entity in message.entity:
        trip = entity.trip_update.trip
        trip.schedule_relationship = trip.schedule_relationship
        for call in entity.trip_update.stop_time_update:
            call.schedule_relationship = call.schedule_relationship
    message.header.incrementality = pb.FeedHeader.FULL_DATASET
    feed = parse(message.SerializeToString())
    assert pb.FeedMessage.FromString(produce(feed)) == message
    header = produce(RealtimeFeed(feed.header, parse(b"\x0a\x05\x0a\x032.0").trips, (), ()))
    assert pb.FeedMessage.FromString(header + by_kernel(feed.trips)) == message


def or_none(value: Any, missing: int) -> int:
    return missing if value is None else int(value)


@given(st.lists(updates, max_size=6))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_field_arrives_as_it_was_sent(rows: list[dict[str, Any]]) -> None:
    feed = parse(message_of(rows).SerializeToString())
    trips = feed.trips
    assert feed.faults.total == 0
    assert trips.trip_ids == tuple(row["trip"] for row in rows)
    assert trips.route_ids == tuple(row["route"] or "" for row in rows)
    assert trips.vehicle_ids == tuple(row["vehicle"] or "" for row in rows)
    for k, row in enumerate(rows):
        assert trips.direction[k] == or_none(row["direction"], NONE)
        assert trips.relationship[k] == or_none(row["relationship"], 0)
        assert trips.timestamp[k] == or_none(row["timestamp"], NONE)
        assert trips.delay[k] == or_none(row["delay"], NO_DELAY)
        assert trips.start_day[k] == {"": NONE, "20261125": 20_782, "20240229": 19_782}[row["date"]]
        assert trips.start_s[k] == {"": NONE, "07:30:00": 27_000, "25:01:59": 90_119}[row["time"]]
        assert (k in trips.properties) == bool(row["headsign"])
        assert trips.offsets[k + 1] - trips.offsets[k] == len(row["calls"])
        for c, call in enumerate(row["calls"], int(trips.offsets[k])):
            table = trips.calls
            assert table.sequence[c] == call["sequence"]
            assert (trips.stop_ids[table.stop[c]] if table.stop[c] != NONE else None) == call["stop"]
            assigned = table.assigned_stop[c]
            assert (trips.stop_ids[assigned] if assigned != NONE else None) == call["assigned"]
            assert table.arrival_time[c] == or_none(call["arrival_time"], NONE)
            assert table.departure_time[c] == or_none(call["departure_time"], NONE)
            assert table.arrival_delay[c] == or_none(call["arrival_delay"], NO_DELAY)
            assert table.departure_delay[c] == or_none(call["departure_delay"], NO_DELAY)
            assert table.relationship[c] == or_none(call["relationship"], 0)


def two_trips() -> pb.FeedMessage:
    plain: dict[str, Any] = {
        "route": None, "vehicle": None, "direction": None, "relationship": None, "timestamp": NOW,
        "delay": None, "date": "20261125", "time": "", "headsign": None,
    }  # fmt: skip
    call = {
        "sequence": 1, "stop": "a", "assigned": None, "arrival_time": NOW, "arrival_delay": None,
        "departure_time": None, "departure_delay": -30, "relationship": None,
    }  # fmt: skip
    return message_of([{**plain, "trip": "one", "calls": [call]}, {**plain, "trip": "two", "calls": [call]}])


def test_a_message_cut_anywhere_keeps_the_entities_before_the_cut() -> None:
    whole = two_trips().SerializeToString()
    first_begins = 2 + whole[1]
    first_ends = first_begins + 2 + whole[first_begins + 1]
    for length in range(len(whole)):
        try:
            feed = parse(whole[:length])
        except FeedError:
            assert length < first_ends
            continue
        assert feed.trips.trip_ids == (("one",) if length >= first_ends else ())
        if length not in (first_begins, first_ends):  # where one ends and the next has not begun
            assert feed.faults.counts["broken-message"] == 1


def test_a_broken_entity_costs_itself_alone() -> None:
    message = two_trips()
    bad = b"\x12\x07\x0a\x01x\x1a\x02\x0a\x63"  # a trip_update whose trip announces more than there is
    feed = parse(message.SerializeToString() + bad)
    assert feed.trips.trip_ids == ("one", "two")
    assert feed.faults.counts == {"broken-entity": 1}
    assert feed.faults.samples["broken-entity"][0].entity == "x"


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda u: u.trip.ClearField("trip_id"), "no-trip"),
        (lambda u: setattr(u.trip, "start_date", "20261332"), "bad-start-date"),
        (lambda u: setattr(u.trip, "start_time", "7h30"), "bad-start-time"),
        (lambda u: setattr(u.trip, "direction_id", 7), "unknown-direction-id"),
        (lambda u: setattr(u, "timestamp", 1_795_561_200_000), "bad-time"),
        (lambda u: setattr(u, "delay", 2_000_000), "bad-delay"),
        (lambda u: u.stop_time_update.add(), "no-stop"),
        (lambda u: setattr(u.stop_time_update[0].arrival, "time", 0), "bad-time"),
    ],
)
def test_what_cannot_be_is_counted_and_the_rest_kept(spoil: Any, code: str) -> None:
    message = two_trips()
    spoil(message.entity[0].trip_update)
    feed = parse(message.SerializeToString())
    assert feed.faults.counts == {code: 1}
    assert feed.faults.samples[code][0].entity == "0"
    assert "two" in feed.trips.trip_ids
    assert len(feed.trips) == (1 if code == "no-trip" else 2)
    assert len(feed.trips.calls.sequence) == len(feed.trips)
    assert feed.trips.offsets.tolist() == list(range(len(feed.trips) + 1))


def test_a_page_of_html_is_refused_in_words() -> None:
    with pytest.raises(FeedError, match="no GTFS-Realtime message"):
        parse(b"<!doctype html><title>502 Bad Gateway</title>", "http://127.0.0.1/rt")


@given(st.binary(max_size=300))
@settings(max_examples=400, deadline=None)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(FeedError):
        assert isinstance(parse(data), RealtimeFeed)


def test_vehicles_and_alerts_are_judged_one_by_one() -> None:
    message = pb.FeedMessage()
    message.header.gtfs_realtime_version = "2.0"
    good = message.entity.add(id="good").vehicle
    good.position.latitude, good.position.longitude, good.position.bearing = 35.65, 140.04, 500.0
    good.trip.trip_id = "one"
    message.entity.add(id="nowhere").vehicle.position.latitude = 0.0
    message.entity[1].vehicle.position.longitude = 0.0
    message.entity.add(id="silent").alert.informed_entity.add(agency_id="a")
    alert = message.entity.add(id="told").alert
    alert.informed_entity.add(route_id="r")
    alert.header_text.translation.add(text="運休", language="ja")
    alert.active_period.add(start=NOW)
    feed = parse(message.SerializeToString())
    assert [v.entity_id for v in feed.vehicles] == ["good"]
    assert feed.vehicles[0].bearing is None
    assert feed.faults.counts == {"bad-bearing": 1, "bad-position": 1, "no-text": 1}
    assert [a.header for a in feed.alerts] == [{"ja": "運休"}]
    assert feed.alerts[0].active(NOW)
    assert not feed.alerts[0].active(NOW - 1)


def test_a_differential_message_tells_what_it_takes_back() -> None:
    message = two_trips()
    message.header.incrementality = pb.FeedHeader.DIFFERENTIAL
    message.entity[0].is_deleted = True
    feed = parse(message.SerializeToString())
    assert feed.header.differential
    assert feed.deleted == ("0",)
    assert feed.trips.trip_ids == ("two",)


def test_caltrain_is_read_without_a_fault(shared: Path) -> None:
    folder = shared / "data" / "gtfs_rt"
    trips = parse((folder / "ct-trip-updates.pb").read_bytes())
    vehicles = parse((folder / "ct-vehicle-positions.pb").read_bytes())
    assert (len(trips.trips), len(vehicles.vehicles)) == (19, 14)
    assert trips.faults.total == vehicles.faults.total == 0
    assert np.all(trips.trips.calls.stop != NONE)
