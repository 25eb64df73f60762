"""Continuous stopping of trips that have no shape, and of those that realtime adds."""

from __future__ import annotations

from fakes.asked import told
from fakes.feed_text import Tables, schedule_from, schedule_of, tables_of
from fakes.hailing import FAR, FEED, ON_THE_WAY, ask, network
from fakes.routing_checks import DAY
from google.transit import gtfs_realtime_pb2 as pb

from gtfs.model.schedule import WAYSIDE
from gtfs.realtime.added import added_trips
from gtfs.realtime.apply import Timetable, apply_updates
from gtfs.realtime.model import Faults
from gtfs.realtime.parse import parse
from routing.network import Network
from routing.street import tags
from routing.street.graph import Way, assemble
from routing.timetable.added import added_runs
from routing.timetable.interpolate import at_waysides
from routing.timetable.live import live_trips
from routing.waysides import with_waysides

SHAPELESS = FEED.replace(",s,", ",,").replace("s,35.00,140.00,1\ns,35.02,140.00,2\n", "")


def test_a_trip_without_a_shape_is_hailed_on_the_straight_way_between_its_stops() -> None:
    drawn, straight = (ask(network("0", "0", feed), ON_THE_WAY, FAR, "07:50") for feed in (FEED, SHAPELESS))
    assert straight == told("""
        2026-11-25 8:04:50 to 8:20, 0 changes
          walk door to Asa – Bora 8:04:50-8:06:44 (151 m)
          bus R to Chiba (t1 of 2026-11-25): Asa – Bora 8:06:44, Bora 8:10, Chiba 8:20 [on: wave]
    """)
    assert straight == drawn  # the shape is straight, too


def test_trips_without_a_shape_that_go_from_a_stop_to_the_next_share_its_waysides() -> None:
    feed = (
        SHAPELESS
        + """
[trips]
trip_id,route_id,shape_id,trip_headsign
t3,R,,Bora
[stop_times]
trip_id,stop_id,arrival_time,departure_time,stop_sequence,continuous_pickup,continuous_drop_off
t3,C,9:30,9:30,1,,
t3,A,10:00,10:00,2,0,0
t3,B,10:10,10:10,3,,
"""
    )
    tables = feed.format(pickup="0", drop_off="0")
    schedule = with_waysides(schedule_from(merged(tables)))
    here, offsets = at_waysides(schedule), schedule.stop_times.offsets
    first, third = (
        [s for s, w in zip(schedule.stop_times.stop[a:b], here[a:b], strict=True) if w]
        for a, b in ((offsets[0], offsets[1]), (offsets[2], offsets[3]))
    )
    assert len(third) > 3
    assert set(third) <= set(first)


def merged(text: str) -> Tables:
    """Rows of blocks of the same name together."""
    found: Tables = {}
    for block in text.split("\n[")[1:]:
        for name, rows in tables_of("[" + block).items():
            found.setdefault(name, []).extend(rows)
    return found


def test_with_a_street_map_straight_ways_are_hailed_only_beside_streets() -> None:
    """A street leads along the first third of the way alone."""
    street = Way((1, 2), (35.0, 35.0033), (140.0, 140.0), tags.FOOT | tags.PAVED, 30.0, -1)
    schedule = with_waysides(schedule_of(SHAPELESS.format(pickup="0", drop_off="0")), assemble([street]))
    lat = schedule.stops.lat[schedule.stops.location_type == WAYSIDE]
    assert len(lat) >= 1
    assert lat.max() < 35.0036


def test_a_new_trip_that_calls_like_another_is_hailed_like_it() -> None:
    """What realtime adds answers as if the timetable had it, waysides and all."""
    for feed in (FEED, SHAPELESS):
        asked = (ON_THE_WAY, FAR, "09:30")
        added = network("0", "0", feed)
        assert "8:0" not in ask(added, *asked)
        heard_of(added, [("A", 10, 0), ("B", 10, 8), ("C", 10, 25)])
        day = feed.replace("t1,A,8:00,8:00", "t1,A,10:00,10:00").replace("t1,B,8:10,8:10", "t1,B,10:08,10:08")
        built = network("0", "0", day.replace("t1,C,8:20,8:20", "t1,C,10:25,10:25"))
        live = ask(added, *asked).replace("bus R (new of", "bus R to Chiba (t1 of")
        assert live == ask(built, *asked)
        assert "[on: wave]" in live
    other = network("0", "0")
    heard_of(other, [("A", 10, 0), ("C", 10, 25)])  # drives another way, for all that is known
    assert "[on" not in ask(other, *asked)


def heard_of(on: Network, calls: list[tuple[str, int, int]]) -> None:
    """A new trip of the day, by realtime."""
    message = pb.FeedMessage()
    message.header.gtfs_realtime_version = "2.0"
    timetable = Timetable(on.published)
    number = DAY.toordinal() - 719_163
    zero_s = timetable.zero_s(number)
    message.header.timestamp = zero_s
    update = message.entity.add(id="1").trip_update
    update.trip.trip_id, update.trip.route_id, update.trip.start_date = "new", "R", DAY.strftime("%Y%m%d")
    update.trip.schedule_relationship = pb.TripDescriptor.NEW
    for stop, hour, minute in calls:
        call = update.stop_time_update.add(stop_id=stop)
        call.arrival.time = call.departure.time = zero_s + 3600 * hour + 60 * minute
    parsed = parse(message.SerializeToString())
    faults = Faults()
    added = added_trips(timetable, parsed.trips, faults)
    assert len(added) == 1, faults
    applied = apply_updates(timetable, parsed.trips, zero_s)
    on.go_live(live_trips(applied, {number: zero_s}, added_runs(on.schedule, on.splits, added)), [DAY])
