"""Several feeds as one network, and the view through gtfs-kit."""

from __future__ import annotations

from datetime import date

import pytest

from gtfs.errors import FeedError
from gtfs.model.schedule import NONE
from gtfs.schedule.merge import merge
from gtfs.schedule.reader import read_feed
from gtfs.schedule.typed import to_schedule
from gtfs.schedule.view import as_gtfs_kit

MAY = "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n" + (
    "W,1,1,1,1,1,1,1,20260515,20260531\n"
)
RICH = {
    "trips": "route_id,service_id,trip_id,trip_headsign,block_id,shape_id\nR,W,T1,豊砂,b,x\nR,W,T2,豊砂,,\n",
    "shapes": "shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence\nx,35.6,140.0,1\nx,35.7,140.0,2\n",
    "frequencies": "trip_id,start_time,end_time,headway_secs\nT2,06:00:00,07:00:00,600\n",
    "transfers": "from_stop_id,to_stop_id,transfer_type,from_trip_id,to_trip_id\nS1,S2,0,,\n,,4,T1,T2\n",
    "translations": "table_name,field_name,language,translation,record_id\nstops,stop_name,en,Messe,S2\n",
    "stop_times": "trip_id,arrival_time,departure_time,stop_id,stop_sequence,stop_headsign\n"
    "T1,08:00:00,08:00:00,S1,1,\nT1,08:05:00,08:05:00,S2,2,終点\nT2,08:00:00,08:00:00,S1,1,\nT2,08:05:00,08:05:00,S3,2,\n",
}


@pytest.fixture
def two(write):
    rich = to_schedule(read_feed(write(**RICH)), strict=True)
    later = to_schedule(read_feed(write(**(RICH | {"calendar": MAY}))), strict=True)
    return rich, later


def test_one_feed_keeps_its_identifiers(two):
    assert merge([("bus", two[0])]) is two[0]


def test_identifiers_get_their_feed_and_indices_follow(two):
    both = merge([("a", two[0]), ("b", two[1])])
    assert both.stops.ids == ("a:S1", "a:S2", "a:S3", "b:S1", "b:S2", "b:S3")
    assert both.trips.ids == ("a:T1", "a:T2", "b:T1", "b:T2")
    assert both.trips.route.tolist() == [0, 0, 1, 1]
    assert both.trips.service.tolist() == [0, 0, 1, 1]
    assert both.trips.block.tolist() == [0, NONE, 1, NONE]
    assert both.trips.shape.tolist() == [0, NONE, 1, NONE]
    assert both.routes.agency.tolist() == [0, 1]
    assert both.agencies.ids == ("a:A", "b:A")
    assert both.stop_times.offsets.tolist() == [0, 2, 4, 6, 8]
    assert both.stop_times.stop.tolist() == [0, 1, 0, 2, 3, 4, 3, 5]
    assert both.stop_times.headsigns == {1: "終点", 5: "終点"}
    assert both.shapes.offsets.tolist() == [0, 2, 4]
    assert both.frequencies.trip.tolist() == [1, 3]
    assert both.transfers.from_stop.tolist() == [0, NONE, 3, NONE]
    assert both.transfers.to_trip.tolist() == [NONE, 1, NONE, 3]
    assert both.translated("stops", "stop_name", "b:S2", "en", "?") == "Messe"


def test_services_share_one_axis_of_days(two):
    both = merge([("b", two[1]), ("a", two[0])])
    assert both.services.first_date == date(2026, 4, 1)
    assert both.services.active.shape == (2, 61)
    for day, expected in [
        (date(2026, 4, 1), [False, True]),
        (date(2026, 4, 4), [False, False]),
        (date(2026, 5, 14), [False, False]),
        (date(2026, 5, 16), [True, False]),
        (date(2026, 6, 1), [False, False]),
    ]:
        assert both.services.on(day).tolist() == expected


def test_feeds_with_different_clocks_are_refused(write, two):
    agency = "agency_id,agency_name,agency_url,agency_timezone\nA,x,https://x.br,America/Sao_Paulo\n"
    other = to_schedule(read_feed(write(agency=agency)))
    with pytest.raises(FeedError, match=r"makuhari: Asia/Tokyo, porto: America/Sao_Paulo"):
        merge([("makuhari", two[0]), ("porto", other)])


def test_prefixes_must_differ(two):
    with pytest.raises(ValueError, match="a prefix of its own"):
        merge([("a", two[0]), ("a", two[1])])
    with pytest.raises(ValueError, match="at least one part"):
        merge([])


def test_two_feeds_of_one_city(shared):
    parts = [
        (name, to_schedule(read_feed(shared / "data" / "porto_alegre" / f"poa_{name}.zip")))
        for name in ("eptc", "trensurb")
    ]
    both = merge(parts)
    assert len(both.trips.ids) == sum(len(s.trips.ids) for _, s in parts)
    assert len(both.stop_times.stop) == sum(len(s.stop_times.stop) for _, s in parts)
    day = date(2019, 5, 15)
    assert both.services.on(day).sum() == sum(s.services.on(day).sum() for _, s in parts) > 0


def test_gtfs_kit_sees_the_feed(shared):
    feed = read_feed(shared / "data" / "japan" / "keisei_bus_chiba_west.gtfs.zip")
    view = as_gtfs_kit(feed)
    assert len(view.stops) == feed.table("stops").height
    assert len(view.trips) == feed.table("trips").height
    assert view.dist_units == "km"


def test_gtfs_kit_is_asked_in_units_it_knows(write):
    feed = read_feed(write())
    assert as_gtfs_kit(feed, "m").dist_units == "m"
    with pytest.raises(ValueError, match="must be one of ft, mi, m, km"):
        as_gtfs_kit(feed, "ri")
