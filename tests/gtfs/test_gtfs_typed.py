"""Tables of strings into the typed schedule: values, and what is left out with which words."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from gtfs.errors import FeedError, Severity
from gtfs.model.schedule import NONE, Schedule
from gtfs.schedule.reader import read_feed
from gtfs.schedule.typed import to_schedule

STOP_TIMES = "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"


def typed(path, **options) -> tuple[Schedule, list[str]]:
    feed = read_feed(path)
    schedule = to_schedule(feed, **options)
    return schedule, [str(p) for p in feed.problems]


def rows(schedule: Schedule, trip: str) -> list[tuple[str, int, int]]:
    t, times = schedule.trips.ids.index(trip), schedule.stop_times
    span = range(times.offsets[t], times.offsets[t + 1])
    return [
        (schedule.stops.ids[times.stop[k]], int(times.arrival_s[k]), int(times.departure_s[k])) for k in span
    ]


def test_a_plain_feed(write):
    schedule, problems = typed(write(), strict=True)
    assert problems == []
    assert schedule.timezone == "Asia/Tokyo"
    assert schedule.agencies.names == ("海浜バス",)
    assert schedule.stops.names == ("海浜幕張駅", "幕張メッセ", "豊砂")
    assert schedule.routes.types.tolist() == [3]
    assert schedule.trips.headsigns == ("豊砂", "豊砂")
    assert schedule.trips.direction.tolist() == [NONE, NONE]
    assert schedule.trips.block.tolist() == [NONE, NONE]
    assert rows(schedule, "T1") == [("S1", 28800, 28800), ("S2", 29100, 29130), ("S3", 29400, 29400)]
    assert np.isnan(schedule.stop_times.shape_dist).all()


def test_times_of_every_shape(write):
    text = STOP_TIMES
    times = [" 5:30:00", "05:40:00", "", "25:10:00", "100:00:00", "123:59:59 "]
    for k, value in enumerate(times):
        text += f"T1,{value},{value},S{k % 3 + 1},{k}\n"
    schedule, problems = typed(write(stop_times=text))
    assert [r[1] for r in rows(schedule, "T1")] == [19800, 20400, NONE, 90600, 360000, 446399]
    assert problems == ["trips.txt, line 3, trip_id: the trip has fewer than two stops ('T2'). "
                        "Give its stops in stop_times.txt, or remove it"]  # fmt: skip


@pytest.mark.parametrize(
    "value", ["8:5:00", "08:60:00", "08:00:61", "8h30", "-1:00:00", "08:00", "0８:00:00"]
)
def test_a_bad_time_in_line_7_costs_its_trip_and_says_where(write, value):
    text = STOP_TIMES + "T1,08:00:00,08:00:00,S1,1\nT1,08:05:00,08:05:00,S2,2\nT1,08:10:00,08:10:00,S3,3\n"
    text += f"T2,09:00:00,09:00:00,S1,1\nT2,09:05:00,09:05:00,S2,2\nT2,{value},09:10:00,S3,3\n"
    schedule, problems = typed(write(stop_times=text))
    assert schedule.trips.ids == ("T1",)
    assert problems == [
        f"stop_times.txt, line 7, arrival_time: not a time ({value!r}). "
        "Write it as HH:MM:SS, beyond 24:00:00 after midnight"
    ]
    with pytest.raises(FeedError, match=r"stop_times\.txt, line 7, arrival_time: not a time"):
        typed(write(stop_times=text), strict=True)


def test_lines_are_those_of_the_file_even_after_blank_ones_and_repeated_keys(write):
    text = STOP_TIMES + "T1,08:00:00,08:00:00,S1,1\n\n\nT1,08:05:00,08:05:00,S2,2\nT2,x,09:00:00,S1,1\n"
    _, problems = typed(write(stop_times=text))
    assert any(p.startswith("stop_times.txt, line 6, arrival_time") for p in problems)
    _, problems = typed(write(trips="route_id,service_id,trip_id\nR,W,T1\nR,W,T1\nX,W,T2\n"))
    assert [p.split(":")[0] for p in problems] == [
        "trips.txt, line 3, trip_id",
        "trips.txt, line 4, route_id",
    ]


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ("T2,09:05:00,09:05:00,S9,2", r"line 6, stop_id: no such stops\.stop_id in stops \('S9'\)"),
        ("T2,09:05:00,09:05:00,,2", r"line 6, stop_id: no such stops\.stop_id"),
        ("T2,09:05:00,09:05:00,S2,two", r"line 6, stop_sequence: not a whole number"),
        ("T2,09:05:00,09:05:00,S2,", r"line 6, stop_sequence: the value is missing"),
        ("T2,08:05:00,08:05:00,S2,2", r"line 6, arrival_time: the time lies before the previous one"),
        ("T2,09:05:00,09:04:00,S2,2", r"line 6, arrival_time: the time lies before the previous one"),
    ],
)
def test_a_trip_that_cannot_be_trusted_is_left_out_and_reported(write, bad, said):
    text = STOP_TIMES + "T1,08:00:00,08:00:00,S1,1\nT1,08:05:00,08:05:00,S2,2\nT1,08:10:00,08:10:00,S3,3\n"
    text += f"T2,09:00:00,09:00:00,S1,1\n{bad}\nT2,09:10:00,09:10:00,S3,3\n"
    schedule, problems = typed(write(stop_times=text))
    assert schedule.trips.ids == ("T1",)
    assert len(rows(schedule, "T1")) == 3
    assert len(problems) == 1
    assert re.search(said, problems[0])


def test_rows_of_an_unknown_trip_cost_nobody_else(write):
    schedule, problems = typed(write(stop_times=STOP_TIMES + "T9,08:00:00,08:00:00,S1,1\n"
                                     "T1,08:00:00,08:00:00,S1,1\nT1,08:05:00,08:05:00,S2,2\n"))  # fmt: skip
    assert schedule.trips.ids == ("T1",)
    assert "no such trips.trip_id in trips ('T9')" in problems[0]


def test_ends_without_times_have_nothing_to_interpolate_from(write):
    text = (
        STOP_TIMES + "T1,08:00:00,08:00:00,S1,1\nT1,,,S2,2\nT1,08:10:00,,S3,3\nT2,,,S1,1\nT2,9:00:00,,S2,2\n"
    )
    schedule, problems = typed(write(stop_times=text))
    assert rows(schedule, "T1") == [("S1", 28800, 28800), ("S2", NONE, NONE), ("S3", 29400, NONE)]
    assert [p.split(". ")[0] for p in problems] == [
        "stop_times.txt, line 5, arrival_time: the first or last stop of the trip has no time"
    ]


def test_rows_are_put_in_order_and_a_repeated_number_is_told(write):
    text = STOP_TIMES + "T1,08:10:00,08:10:00,S3,30\nT2,09:00:00,09:00:00,S1,1\nT1,08:00:00,08:00:00,S1,2\n"
    text += "T1,08:05:00,08:05:00,S2,10\nT2,09:05:00,09:05:00,S2,1\n"
    schedule, problems = typed(write(stop_times=text))
    assert [r[0] for r in rows(schedule, "T1")] == ["S1", "S2", "S3"]
    assert [r[0] for r in rows(schedule, "T2")] == ["S1", "S2"]
    assert [p.split(":")[0] for p in problems] == ["stop_times.txt, line 6, stop_sequence"]


def test_strictness_lists_what_is_wrong_and_counts_the_rest(write):
    text = STOP_TIMES + "".join(f"T1,x{k},08:00:00,S1,{k}\n" for k in range(60))
    text += "T2,09:00:00,09:00:00,S1,1\nT2,09:05:00,09:05:00,S2,2\n"
    schedule, problems = typed(write(stop_times=text))
    assert schedule.trips.ids == ("T2",)
    assert len(problems) == 51
    assert "in 10 more rows" in problems[-1]
    with pytest.raises(FeedError) as caught:
        typed(write(stop_times=text), strict=True)
    assert str(caught.value).count("\n") == 6
    assert "… and 45 more" in str(caught.value)


def test_strictness_covers_what_reading_found(write):
    path = write(routes="route_id,route_type\nR,3\nR2\n")
    typed(path)
    with pytest.raises(FeedError, match=r"routes\.txt, line 3: the row has 1 values"):
        typed(path, strict=True)


def test_typing_twice_reports_once(write):
    feed = read_feed(write(trips="route_id,service_id,trip_id\nR,W,T1\nX,W,T2\n"))
    to_schedule(feed)
    before = list(feed.problems)
    to_schedule(feed)
    assert feed.problems == before


def test_a_feed_that_leaves_nothing_is_refused(write):
    with pytest.raises(FeedError, match=r"trips\.txt, line 2, service_id"):
        typed(write(trips="route_id,service_id,trip_id\nR,X,T1\n", stop_times=STOP_TIMES))
    with pytest.raises(FeedError, match="no trip of the feed calls at two stops"):
        typed(write(stop_times=STOP_TIMES))
    with pytest.raises(FeedError, match=r"stops\.txt, line 1, stop_id: the column is missing"):
        typed(write(stops="stop_name,stop_lat,stop_lon\nS,1,2\n"))


@pytest.mark.parametrize("zone", ["Asia/Tokio", "", "../../etc/passwd", "Asia"])
def test_a_feed_without_a_clock_is_refused(write, zone):
    with pytest.raises(FeedError, match=r"agency\.txt, line 2, agency_timezone.*Asia/Tokyo"):
        typed(write(agency=f"agency_id,agency_name,agency_url,agency_timezone\nA,B,https://b.jp,{zone}\n"))


def test_blanks_round_identifiers_do_not_part_what_belongs_together(write):
    schedule, problems = typed(
        write(
            routes="route_id,route_type\n R ,3\n",
            trips="route_id,service_id,trip_id\nR,W ,T1\n",
            stop_times=STOP_TIMES + "T1 ,08:00:00,08:00:00, S1,1\nT1,08:05:00,08:05:00,S2,2\n",
        )
    )
    assert problems == []
    assert [r[0] for r in rows(schedule, "T1")] == ["S1", "S2"]


def test_wheelchair_boarding_is_inherited_down_to_the_boarding_area(write):
    stops = "stop_id,stop_lat,stop_lon,location_type,parent_station,wheelchair_boarding\n"
    stops += "ST,35.6,140.0,1,,1\nS1,35.6,140.0,,ST,\nS2,35.6,140.0,0,ST,2\nS3,35.6,140.0,0,,\nB,,,4,S1,0\n"
    schedule, problems = typed(write(stops=stops))
    assert problems == []
    assert schedule.stops.wheelchair.tolist() == [1, 1, 2, 0, 1]
    assert schedule.stops.parent.tolist() == [NONE, 0, 0, NONE, 1]
    assert np.isnan(schedule.stops.lat[4])


def test_parents_in_a_circle_are_cut(write):
    stops = "stop_id,stop_lat,stop_lon,parent_station\nS1,35.6,140.0,S2\nS2,35.6,140.0,S1\nS3,35.6,140.0,S3\n"
    schedule, problems = typed(write(stops=stops))
    assert schedule.stops.parent.tolist() == [NONE, NONE, NONE]
    assert len(problems) == 3
    assert "in a circle" in problems[0]


def test_values_out_of_range_are_reported(write):
    stops = "stop_id,stop_lat,stop_lon,location_type\nS1,135.6,140.0,\nS2,35.6,east,7\nS3,35.6,140.0,\n"
    schedule, problems = typed(write(stops=stops, routes="route_id,route_type\nR,99\n"))
    assert np.isnan(schedule.stops.lat[0])
    assert np.isnan(schedule.stops.lon[1])
    assert schedule.routes.types.tolist() == [3]
    assert [p.split(":")[0] for p in problems] == [
        "stops.txt, line 2, stop_lat",
        "stops.txt, line 3, stop_lon",
        "stops.txt, line 3, location_type",
        "routes.txt, line 2, route_type",
    ]


def test_agencies(write):
    agency = "agency_id,agency_name,agency_url,agency_timezone\n"
    agency += "A,a,,Asia/Tokyo\nA,b,,Asia/Tokyo\nC,c,,Asia/Seoul\n"
    schedule, problems = typed(write(agency=agency, routes="route_id,agency_id,route_type\nR,C,3\nQ,X,3\n"))
    assert schedule.agencies.ids == ("A", "C")
    assert schedule.routes.agency.tolist() == [1, NONE]
    assert [p.split(":")[0] for p in problems] == [
        "agency.txt, line 3, agency_id",
        "agency.txt, line 4, agency_timezone",
        "routes.txt, line 3, agency_id",
    ]  # fmt: skip


def test_one_agency_need_not_be_named(write):
    agency = "agency_name,agency_url,agency_timezone\na,https://a.jp,Asia/Tokyo\n"
    schedule, problems = typed(write(agency=agency, routes="route_id,route_type\nR,3\n"))
    assert problems == []
    assert schedule.routes.agency.tolist() == [0]


def test_calls_at_a_station_are_reported_but_kept(write):
    stops = "stop_id,stop_lat,stop_lon,location_type\nS1,35.6,140.0,1\nS2,35.6,140.0,\nS3,35.6,140.0,\n"
    schedule, problems = typed(write(stops=stops))
    assert schedule.trips.ids == ("T1", "T2")
    assert "cannot call at a station" in problems[0]


def test_blocks_shapes_and_pickups(write):
    schedule, problems = typed(
        write(
            trips="route_id,service_id,trip_id,block_id,shape_id,direction_id\nR,W,T1,b,x,1\nR,W,T2,b,y,\n",
            shapes="shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence\nx,35.6,140.0,2\nx,35.5,140.0,1\n",
            stop_times="trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type,stop_headsign,"
            "shape_dist_traveled\nT1,08:00:00,08:00:00,S1,1,2,,0\nT1,08:05:00,08:05:00,S2,2,9,豊砂,1.5\n"
            "T2,08:00:00,08:00:00,S1,1,,,\nT2,08:05:00,08:05:00,S2,2,1,,\n",
        )
    )
    assert schedule.trips.block.tolist() == [0, 0]
    assert schedule.trips.direction.tolist() == [1, NONE]
    assert schedule.trips.shape.tolist() == [0, NONE]
    assert schedule.shapes.lat.tolist() == [35.5, 35.6]
    assert schedule.stop_times.pickup_type.tolist() == [2, 0, 0, 1]
    assert schedule.stop_times.headsigns == {1: "豊砂"}
    assert schedule.stop_times.shape_dist.tolist()[:2] == [0, 1.5]
    assert [p.split(":")[0] for p in problems] == [
        "trips.txt, line 3, shape_id", "stop_times.txt, line 3, pickup_type",
    ]  # fmt: skip


def test_a_flex_trip_keeps_its_timetable_and_loses_its_zones(write):
    head = (
        "trip_id,arrival_time,departure_time,stop_id,location_id,stop_sequence,start_pickup_drop_off_window\n"
    )
    deviated = "T1,08:00:00,08:00:00,S1,,1,\nT1,,,,Z,2,08:00:00\nT1,08:30:00,08:30:00,S3,,3,\n"
    on_demand = "T2,,,,Z,1,08:00:00\nT2,,,S2,,2,08:00:00\n"
    schedule, problems = typed(write(stop_times=head + deviated + on_demand), strict=True)
    assert problems == []
    assert schedule.trips.ids == ("T1",)
    assert rows(schedule, "T1") == [("S1", 28800, 28800), ("S3", 30600, 30600)]
    with pytest.raises(FeedError, match="on-demand services"):
        typed(write(stop_times=head + on_demand, trips="route_id,service_id,trip_id\nR,W,T2\n"))


def test_an_area_of_fares_that_is_called_as_a_stop_is_no_zone(write):
    schedule, problems = typed(write(areas="area_id,area_name\nS2,centre\n"), strict=True)
    assert problems == []
    assert [r[0] for r in rows(schedule, "T1")] == ["S1", "S2", "S3"]


def test_frequencies(write):
    table = "trip_id,start_time,end_time,headway_secs,exact_times\n"
    table += "T1,6:00:00,9:00:00,600,1\nT1,9:00:00,24:00:00,900,\n"
    table += "T2,6:00:00,x,600,0\nT2,6:00:00,,600,0\nT9,6:00:00,7:00:00,600,0\nT2,6:00:00,7:00:00,0,0\n"
    schedule, problems = typed(write(frequencies=table))
    f = schedule.frequencies
    assert [a.tolist() for a in (f.trip, f.start_s, f.end_s, f.headway_s, f.exact)] == [
        [0, 0], [21600, 32400], [32400, 86400], [600, 900], [1, 0],
    ]  # fmt: skip
    assert sorted(p.split(":")[0] for p in problems) == [
        "frequencies.txt, line 4, end_time", "frequencies.txt, line 5, end_time",
        "frequencies.txt, line 6, trip_id", "frequencies.txt, line 7, headway_secs",
    ]  # fmt: skip


def test_transfers_of_every_reach(write):
    table = "from_stop_id,to_stop_id,transfer_type,min_transfer_time,from_trip_id,to_trip_id,from_route_id\n"
    table += "S1,S2,2,180,,,\nS1,S1,3,,,,R\n,,4,,T1,T2,\nS9,S1,2,60,,,\n,,4,,T1,T9,\nS1,S3,,,,,\n"
    schedule, problems = typed(write(transfers=table))
    t = schedule.transfers
    assert t.type.tolist() == [2, 3, 4, 0]
    assert t.min_s.tolist() == [180, NONE, NONE, NONE]
    assert t.from_stop.tolist() == [0, 0, NONE, 0]
    assert (t.from_trip.tolist()[2], t.to_trip.tolist()[2]) == (0, 1)
    assert t.from_route.tolist() == [NONE, 0, NONE, NONE]
    assert [p.split(":")[0] for p in problems] == [
        "transfers.txt, line 5, from_stop_id", "transfers.txt, line 6, to_trip_id",
    ]  # fmt: skip


def test_rules_for_a_trip_left_out_go_with_it_without_a_second_report(write):
    text = STOP_TIMES + "T1,x,08:00:00,S1,1\nT1,08:05:00,08:05:00,S2,2\n"
    text += "T2,09:00:00,09:00:00,S1,1\nT2,09:05:00,09:05:00,S2,2\n"
    transfers = "transfer_type,from_trip_id,to_trip_id\n4,T1,T2\n4,T2,T2\n"
    schedule, problems = typed(write(stop_times=text, transfers=transfers))
    assert schedule.transfers.from_trip.tolist() == [0]
    assert len(problems) == 1


def test_translations_by_record_and_by_value(write):
    table = "table_name,field_name,language,translation,record_id,record_sub_id,field_value\n"
    table += "stops,stop_name,en,Kaihin-Makuhari,S1,,\nstops,stop_name,zh-Hans,海滨幕张,S1,,\n"
    table += "stops,stop_name,ja-Hrkt,かいひんまくはりえき,,,海浜幕張駅\n"
    table += "stops,stop_name,en,Kaihin Sta.,,,海浜幕張駅\n"
    table += "trips,trip_headsign,en,Toyosuna,,,豊砂\nstop_times,stop_headsign,en,Messe,T1,2,\n"
    table += "stops,stop_name,ko,,S2,,\nfeed_info,feed_publisher_name,en,Kaihin,,,\n"
    schedule, problems = typed(write(translations=table), strict=True)
    assert problems == []
    assert schedule.translated("stops", "stop_name", "S1", "en", "?") == "Kaihin-Makuhari"
    assert schedule.translated("stops", "stop_name", "S1", "ja-Hrkt", "?") == "かいひんまくはりえき"
    assert schedule.translated("stops", "stop_name", "S1", "zh", "?") == "海滨幕张"
    assert schedule.translated("stops", "stop_name", "S2", "ko", "幕張メッセ") == "幕張メッセ"
    assert schedule.translated("trips", "trip_headsign", "T2", "en", "?") == "Toyosuna"
    assert schedule.translated("stop_times", "stop_headsign", "T1", "en", "?") == "?"


def test_translations_of_feeds_before_2019(write):
    table = "trans_id,lang,translation\n海浜幕張駅,ja-Hrkt,かいひんまくはりえき\n豊砂,en,Toyosuna\n"
    schedule, _ = typed(write(translations=table), strict=True)
    assert schedule.translated("stops", "stop_name", "S1", "ja-Hrkt", "?") == "かいひんまくはりえき"
    assert schedule.translated("stops", "stop_name", "S3", "en", "?") == "Toyosuna"
    assert schedule.translated("trips", "trip_headsign", "T1", "en", "?") == "Toyosuna"


def test_calendar_with_exceptions(write):
    days = "service_id,date,exception_type\nW,20260404,1\nW,20260403,2\nX,20260501,1\n"
    schedule, problems = typed(write(calendar_dates=days), strict=True)
    services = schedule.services
    assert problems == []
    assert services.ids == ("W", "X")
    assert services.on(date(2026, 4, 1)).tolist() == [True, False]  # a Wednesday
    assert services.on(date(2026, 4, 3)).tolist() == [False, False]
    assert services.on(date(2026, 4, 4)).tolist() == [True, False]
    assert services.on(date(2026, 4, 5)).tolist() == [False, False]
    assert services.on(date(2026, 5, 1)).tolist() == [False, True]
    assert services.on(date(2027, 1, 1)).tolist() == [False, False]
    assert services.on(date(2020, 1, 1)).tolist() == [False, False]


def test_calendar_dates_alone(write):
    days = "service_id,date,exception_type\nW,20260404,1\nW,20260404,1\n"
    schedule, _ = typed(write(calendar=None, calendar_dates=days), strict=True)
    assert schedule.services.first_date == date(2026, 4, 4)
    assert schedule.services.active.tolist() == [[True]]


def test_odd_calendars_are_reported_and_bounded(write):
    head = "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
    calendar = head + "W,1,1,1,1,1,1,1,20260401,99991231\nW,0,0,0,0,0,0,0,20260401,20260402\n"
    calendar += "B,1,1,1,1,1,1,1,20260401,20260331\nC,yes,1,1,1,1,1,1,20260231,20260401\n"
    calendar += ",1,1,1,1,1,1,1,20260401,20260401\n"
    days = "service_id,date,exception_type\nW,18990101,1\nW,20260405,3\nW,20260406,\n"
    schedule, problems = typed(write(calendar=calendar, calendar_dates=days))
    assert schedule.services.on(date(2026, 4, 1))[0]
    assert schedule.services.on(date(2099, 4, 1))[0]
    assert schedule.services.active.shape[1] <= 160 * 366
    assert sorted(p.split(":")[0] for p in problems) == sorted([
        "calendar.txt, line 3, service_id", "calendar.txt, line 6, service_id",
        "calendar.txt, line 5, start_date", "calendar.txt, line 2, end_date",
        "calendar.txt, line 4, end_date",
        "calendar.txt, line 5, monday", "calendar_dates.txt, line 2, date",
        "calendar_dates.txt, line 3, exception_type", "calendar_dates.txt, line 4, exception_type",
    ])  # fmt: skip


def test_the_language_of_the_feed(write):
    assert typed(write())[0].feed_lang == ""
    info = "feed_publisher_name,feed_publisher_url,feed_lang\nx,https://x.jp,ja\n"
    assert typed(write(feed_info=info))[0].feed_lang == "ja"


def test_greater_tokyo(shared):
    feed = read_feed(shared / "data" / "japan" / "tokyo-rail.gtfs.zip")
    schedule = to_schedule(feed, strict=True)
    assert len(schedule.trips.ids) == 92_922
    assert len(schedule.stop_times.stop) == 1_208_504
    assert len(schedule.stops.ids) == 4_836
    assert (schedule.transfers.type == 4).sum() > 0
    stop = schedule.stops.ids[int(schedule.stop_times.stop[0])]
    assert schedule.translated("stops", "stop_name", stop, "en", "")


@pytest.mark.parametrize(
    ("name", "trips", "stop_times"),
    [
        ("hart.zip", 14_718, 435_507),
        ("porto_alegre/poa_eptc.zip", 2_374, 130_019),
        ("japan/keisei_bus_chiba_west.gtfs.zip", 802, 15_867),
        ("gtfs_jp/donan_2020.0401.1.zip", 541, 20_594),
    ],
)
def test_other_real_feeds_lose_nothing(shared, name, trips, stop_times):
    feed = read_feed(shared / "data" / name)
    schedule = to_schedule(feed)
    assert len(schedule.trips.ids) == trips == feed.table("trips").height
    assert len(schedule.stop_times.stop) == stop_times == feed.table("stop_times").height
    assert [p for p in feed.problems if p.severity is Severity.ERROR] == []


def test_a_legacy_feed_has_kana(shared):
    schedule = to_schedule(read_feed(shared / "data" / "gtfs_jp" / "donan_2020.0401.1.zip"))
    kana = [k for k, texts in schedule.translations.items() if k[:2] == ("stops", "stop_name") and texts]
    assert len(kana) > 600


def _tells_all(error: FeedError) -> None:
    assert error.problems
    assert all(p.message and p.fix for p in error.problems)


BROKEN = sorted((Path(__file__).resolve().parents[3] / "shared" / "data" / "broken_gtfs").rglob("*.zip"))


@pytest.mark.parametrize("path", BROKEN, ids=lambda p: p.stem)
def test_a_broken_feed_is_read_as_far_as_it_goes(path):
    try:
        feed = read_feed(path)
        schedule = to_schedule(feed)
    except FeedError as error:
        _tells_all(error)
        return
    assert schedule.trips.ids
    assert (schedule.stop_times.stop >= 0).all()


def test_there_are_broken_feeds():
    assert len(BROKEN) >= 58
