"""Trips that realtime adds, repeats, replaces or closes answer as the timetable built anew with them."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from fakes.feed_text import FIRST_DATE, Tables, schedule_from
from fakes.random_feeds import Dice, ends, feed_of, network_of
from fakes.routing_checks import DAY, told, within_the_day
from google.transit import gtfs_realtime_pb2 as pb

from gtfs.model.schedule import NONE, Schedule
from gtfs.realtime.added import added_trips
from gtfs.realtime.apply import Timetable, apply_updates
from gtfs.realtime.model import Alert, Faults, Informed
from gtfs.realtime.parse import parse
from routing.network import Network
from routing.search import Searcher
from routing.timetable.added import added_runs
from routing.timetable.alerts import Alerts
from routing.timetable.live import LiveTrips, live_trips

TODAY = DAY.strftime("%Y%m%d")
EPOCH = 719_163
ZERO_S = Timetable(schedule_from(feed_of(Dice(random.Random(1).randint)))).zero_s(DAY.toordinal() - EPOCH)
ONLY_TODAY = "".join("1" if FIRST_DATE + timedelta(days=k) == DAY else "0" for k in range(5))


def clock(seconds: int) -> str:
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def tables_without_chains(seed: int) -> Tables:
    """In chains an added trip may or may not be linked; that is another test's matter."""
    tables = feed_of(Dice(random.Random(seed).randint))
    tables["transfers"] = [t for t in tables["transfers"] if t["transfer_type"] not in ("4", "5")]
    for trip in tables["trips"]:
        trip["block_id"] = ""
    tables["calendar"].append({"service_id": "today", "days": ONLY_TODAY})
    return tables


def heard(network: Network, message: pb.FeedMessage, alerts: tuple[Alert, ...] = ()) -> Faults:
    """Lay a message over the network; what was bad in it."""
    message.header.gtfs_realtime_version = "2.0"
    message.header.timestamp = ZERO_S
    feed = parse(message.SerializeToString())
    timetable = Timetable(network.schedule)
    applied = apply_updates(timetable, feed.trips, ZERO_S)
    added = added_trips(timetable, feed.trips, applied.faults)
    days = {day: timetable.zero_s(day) for day in set(applied.day.tolist())}
    live = live_trips(applied, days, added_runs(network.schedule, network.splits, added))
    network.go_live(LiveTrips(live.changes, live.added, alerts=Alerts(alerts)), [DAY])
    return applied.faults


def assert_alike(one: Network, other: Network, seed: int) -> int:
    """Every pair of stops, forwards and backwards; how many have an answer."""
    answers = 0
    begin = 60 * random.Random(seed).randint(-30, 90)
    for start in range(len(one.schedule.stops.ids) - 1):
        for goal in range(len(one.schedule.stops.ids) - 1):
            both = []
            for network in (one, other):
                day, a, g = network.on(DAY), ends(network, {start: 0}), ends(network, {goal: 0})
                there = within_the_day(told(Searcher().arrivals(day.forward, a, g, begin, 4)))
                back = within_the_day(told(Searcher().arrivals(day.backward, g, a, -begin - 7200, 4)))
                both.append((there, back))
            assert both[0] == both[1], f"seed {seed}, {start} to {goal}"
            answers += any(t is not None for t in both[0][0])
    return answers


def calls_of(rng: random.Random, schedule: Schedule) -> list[tuple[str, int, int]]:
    """Stop, arrival, departure of a trip that nobody planned."""
    at, calls = 60 * rng.randint(0, 60), []
    for _ in range(rng.randint(2, 5)):
        leaves = at + 60 * rng.choice((0, 0, 2))
        calls.append((rng.choice(schedule.stops.ids[:-1]), at, leaves))
        at = leaves + 60 * rng.randint(1, 12)
    return calls


def written(tables: Tables, trip: str, route: str, service: str, calls: list[tuple[str, int, int]]) -> None:
    tables["trips"].append({"trip_id": trip, "route_id": route, "service_id": service})
    tables["stop_times"] += [
        {
            "trip_id": trip, "stop_id": stop, "stop_sequence": str(k),
            "arrival_time": clock(came), "departure_time": clock(goes),
        }
        for k, (stop, came, goes) in enumerate(calls)
    ]  # fmt: skip


def told_calls(update: pb.TripUpdate, calls: list[tuple[str, int, int]]) -> None:
    for stop, came, goes in calls:
        call = update.stop_time_update.add(stop_id=stop)
        call.arrival.time, call.departure.time = ZERO_S + came, ZERO_S + goes


def test_new_trips_answer_as_if_they_were_in_the_timetable():
    answers = 0
    for seed in range(61_000, 61_050):
        rng, tables = random.Random(seed), tables_without_chains(seed)
        schedule = schedule_from(tables)
        message = pb.FeedMessage()
        for k in range(rng.randint(1, 3)):
            calls, route = calls_of(rng, schedule), rng.choice("RQ")
            update = message.entity.add(id=f"n{k}").trip_update
            update.trip.trip_id, update.trip.route_id, update.trip.start_date = f"new{k}", route, TODAY
            update.trip.schedule_relationship = rng.choice((1, 8))  # type: ignore[assignment]
            told_calls(update, calls)
            written(tables, f"new{k}", route, "today", calls)
        network, anew = network_of(schedule, {}), network_of(schedule_from(tables), {})
        if len(anew.splits.stop_of) != len(network.splits.stop_of):
            continue  # a rule for single routes meets calls that no trip of the timetable makes
        assert heard(network, message).total == 0
        answers += assert_alike(network, anew, seed)
    assert answers > 100


def test_replaced_and_repeated_trips_answer_as_if_the_timetable_had_them_so():
    answers = 0
    for seed in range(62_000, 62_060):
        rng, tables = random.Random(seed), tables_without_chains(seed)
        tables["frequencies"] = []
        tables["transfers"] = [t for t in tables["transfers"] if "from_stop_id" in t and len(t) == 4]
        for row in tables[
            "stop_times"
        ]:  # blank times are filled in by a shape's distances, which realtime has not
            row["shape_dist_traveled"] = ""
        blank = {row["trip_id"] for row in tables["stop_times"] if not row["arrival_time"]}
        schedule = schedule_from(tables)
        running = schedule.services.on(DAY)
        here = [t for k, t in enumerate(tables["trips"]) if running[schedule.trips.service[k]]]
        here = [t for t in here if t["trip_id"] not in blank]
        if len(here) < 2:
            continue
        replaced, copied = rng.sample(here, 2)
        message = pb.FeedMessage()
        update = message.entity.add(id="r").trip_update
        update.trip.trip_id, update.trip.start_date = replaced["trip_id"], TODAY
        update.trip.schedule_relationship = 5  # type: ignore[assignment]
        calls = calls_of(rng, schedule)
        told_calls(update, calls)
        update = message.entity.add(id="d").trip_update
        update.trip.trip_id = copied["trip_id"]
        update.trip.schedule_relationship = 6  # type: ignore[assignment]
        start = 60 * rng.randint(0, 60)
        update.trip_properties.trip_id = "copy"
        update.trip_properties.start_date, update.trip_properties.start_time = TODAY, clock(start)

        services = {c["service_id"]: c["days"] for c in tables["calendar"]}
        left = "".join(
            "0" if t == "1" else d for d, t in zip(services[replaced["service_id"]], ONLY_TODAY, strict=True)
        )
        tables["calendar"].append({"service_id": "left", "days": left})
        replaced["service_id"] = "left"
        written(tables, "instead", replaced["route_id"], "today", calls)
        mine = [dict(row) for row in tables["stop_times"] if row["trip_id"] == copied["trip_id"]]
        first = to_s(mine[0]["departure_time"])
        for row in mine:
            row["trip_id"] = "copy"
            for column in ("arrival_time", "departure_time"):
                row[column] = clock(to_s(row[column]) - first + start) if row[column] else ""
        if to_s(mine[0]["arrival_time"]) < 0:
            continue
        tables["trips"].append({"trip_id": "copy", "route_id": copied["route_id"], "service_id": "today"})
        tables["stop_times"] += mine
        network, anew = network_of(schedule, {}), network_of(schedule_from(tables), {})
        assert heard(network, message).total == 0
        answers += assert_alike(network, anew, seed)
    assert answers > 100


def to_s(text: str) -> int:
    hours, minutes, seconds = (int(part) for part in text.split(":"))
    return hours * 3600 + minutes * 60 + seconds


def test_where_alerts_say_that_nothing_runs_the_answer_is_as_if_it_were_not_there():
    answers = 0
    for seed in range(63_000, 63_060):
        rng, tables = random.Random(seed), tables_without_chains(seed)
        schedule = schedule_from(tables)
        stop = rng.choice(schedule.stops.ids)  # a station, too
        route = rng.choice("RQ")
        about = rng.choice(
            (Informed(stop_id=stop), Informed(route_id=route), Informed(route_id=route, stop_id=stop))
        )
        network = network_of(schedule, {})
        heard(network, pb.FeedMessage(), (Alert("a", (about,), {}, effect="NO_SERVICE"),))
        parent = {s["stop_id"]: s.get("parent_station") for s in tables["stops"]}
        routes = {t["trip_id"]: t["route_id"] for t in tables["trips"]}
        for row in tables["stop_times"]:
            there = not about.stop_id or stop in (row["stop_id"], parent[row["stop_id"]])
            if there and (not about.route_id or routes[row["trip_id"]] == route):
                row["pickup_type"] = row["drop_off_type"] = "1"
        answers += assert_alike(network, network_of(schedule_from(tables), {}), seed)
    assert answers > 100


@pytest.mark.parametrize("late_s", [0, 240])
def test_one_run_of_a_frequency_is_cancelled_or_late_by_its_start(late_s: int):
    answers = 0
    for seed in range(64_000, 64_120):
        rng, tables = random.Random(seed), tables_without_chains(seed)
        repeated = tables["frequencies"]
        schedule = schedule_from(tables)
        if (
            len(repeated) != 1
            or not schedule.services.on(DAY)[schedule.trips.service[schedule.frequencies.trip[0]]]
        ):
            continue
        trip = repeated[0]["trip_id"]
        mine = [row for row in tables["stop_times"] if row["trip_id"] == trip]
        if any(not row["arrival_time"] for row in mine) or "from_trip_id" in str(tables["transfers"]):
            continue
        repeats = schedule.frequencies
        starts = list(range(int(repeats.start_s[0]), int(repeats.end_s[0]), int(repeats.headway_s[0])))
        changed = rng.choice(starts)
        message = pb.FeedMessage()
        update = message.entity.add(id="f").trip_update
        update.trip.trip_id, update.trip.start_date = trip, TODAY
        update.trip.start_time = clock(changed)
        if late_s:
            update.delay = late_s
        else:
            update.trip.schedule_relationship = 3  # type: ignore[assignment]
        # The same without frequencies: every run is a trip; the changed one is another one today.
        of = next(t for t in tables["trips"] if t["trip_id"] == trip)
        services = {c["service_id"]: c["days"] for c in tables["calendar"]}
        left = "".join(
            "0" if t == "1" else d for d, t in zip(services[of["service_id"]], ONLY_TODAY, strict=True)
        )
        tables["calendar"].append({"service_id": "left", "days": left})
        tables["frequencies"] = []
        tables["stop_times"] = [row for row in tables["stop_times"] if row["trip_id"] != trip]
        tables["trips"] = [t for t in tables["trips"] if t["trip_id"] != trip]
        first = to_s(mine[0]["departure_time"])

        def add(name: str, service: str, shift: int, of=of, mine=mine, tables=tables) -> None:
            tables["trips"].append({**of, "trip_id": name, "service_id": service})
            for row in mine:
                moved = {c: clock(to_s(row[c]) + shift) for c in ("arrival_time", "departure_time")}
                tables["stop_times"].append({**row, "trip_id": name, **moved})

        for start in starts:
            add(f"{trip}@{start}", "left" if start == changed else of["service_id"], start - first)
        if late_s:
            add("late", "today", changed - first + late_s)
        if any(to_s(row["arrival_time"]) - first + starts[0] < 0 for row in mine):
            continue
        network = network_of(schedule, {})
        assert heard(network, message).total == 0
        answers += assert_alike(network, network_of(schedule_from(tables), {}), seed)
    assert answers > 30


def new_trip(**wrong: str) -> pb.FeedMessage:
    """A new trip with something wrong."""
    message = pb.FeedMessage()
    update = message.entity.add(id="n").trip_update
    update.trip.trip_id, update.trip.route_id = "new", wrong.get("route", "R")
    update.trip.start_date = TODAY
    update.trip.schedule_relationship = 8  # type: ignore[assignment]
    told_calls(update, [("A", 600, 600), (wrong.get("stop", "B"), int(wrong.get("at", "900")), 900)])
    if "silent" in wrong:
        update.stop_time_update[1].ClearField("arrival")
        update.stop_time_update[1].ClearField("departure")
    return message


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"route": "nobody's"}, "unknown-route"),
        ({"stop": "nowhere"}, "unknown-stop"),
        ({"at": "60"}, "time-travel"),
        ({"silent": ""}, "no-time"),
    ],
)
def test_half_a_new_trip_is_counted_and_changes_nothing(wrong: dict[str, str], code: str):
    network = network_of(schedule_from(tables_without_chains(61_000)), {})
    faults = heard(network, new_trip(**wrong))
    assert dict(faults.counts) == {code: 1}
    assert network.live is not None
    assert network.live.added == ()
    assert not network.live.concern(DAY)
    assert heard(network, new_trip()).total == 0
    assert network.live.concern(DAY)


def test_a_bad_replacement_leaves_the_trip_that_it_was_to_replace():
    schedule = schedule_from(tables_without_chains(61_000))
    network = network_of(schedule, {})
    message = pb.FeedMessage()
    update = message.entity.add(id="r").trip_update
    running = schedule.services.on(DAY)[schedule.trips.service]
    update.trip.trip_id = next(name for k, name in enumerate(schedule.trips.ids) if running[k])
    update.trip.start_date = TODAY
    update.trip.schedule_relationship = 5  # type: ignore[assignment]
    told_calls(update, [("A", 600, 600), ("nowhere", 900, 900)])
    assert heard(network, message).counts == {"unknown-stop": 1}
    assert network.live is not None
    assert not network.live.changes


def test_an_update_of_a_frequency_without_a_start_is_counted():
    feed = tables_without_chains(61_000)
    feed["frequencies"] = [
        {
            "trip_id": "t0",
            "start_time": "1:00:00",
            "end_time": "2:00:00",
            "headway_secs": "600",
            "exact_times": "0",
        }
    ]
    network = network_of(schedule_from(feed), {})
    message = pb.FeedMessage()
    update = message.entity.add(id="f").trip_update
    update.trip.trip_id, update.trip.start_date, update.delay = "t0", TODAY, 300
    assert heard(network, message).counts == {"no-start-time": 1}
    assert NONE not in [key[2] for key in network.live.changes]  # type: ignore[union-attr]
