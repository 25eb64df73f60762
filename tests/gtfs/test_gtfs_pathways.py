"""pathways.txt and levels.txt into the typed schedule."""

from __future__ import annotations

import numpy as np

from gtfs.model.schedule import NONE
from gtfs.schedule.merge import merge
from gtfs.schedule.reader import read_feed
from gtfs.schedule.typed import to_schedule

STOPS = "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station,level_id\n" + (
    "S1,a,35.6,140,0,ST,L0\nS2,b,35.6,140.01,0,,\nS3,c,35.6,140.02,0,,\nST,d,35.6,140,1,,\n"
    "E,e,35.6,140,2,ST, L1 \n"
)
LEVELS = "level_id,level_index,level_name\nL0,0,1F\nL1,-1,B1F\n"
PATHWAYS = (
    "pathway_id,from_stop_id,to_stop_id,pathway_mode,is_bidirectional,length,traversal_time,stair_count,max_slope,"
    "min_width,signposted_as,reversed_signposted_as\n"
    "a,E,S1,2,1,12.5,40,-20,0.05,1.2,To trains,Way out\n"
    "b,S1,E,5,0,,,,,,,\n"
    "c,nowhere,S1,1,1,,,,,,,\n"
    "d,E,ST,1,1,,,,,,,\n"
    "e,E,S1,9,1,,,,,,,\n"
)


def read(write, **files):
    feed = read_feed(write(**files))
    return to_schedule(feed), [str(p) for p in feed.problems]


def test_pathways_are_read_with_their_levels_and_what_is_wrong_is_told_and_left_out(write):
    schedule, problems = read(write, stops=STOPS, levels=LEVELS, pathways=PATHWAYS)
    ways = schedule.pathways
    assert (ways.from_stop.tolist(), ways.to_stop.tolist()) == ([4, 0], [0, 4])
    assert (ways.mode.tolist(), ways.both.tolist()) == ([2, 5], [1, 0])
    assert (ways.seconds.tolist(), ways.stairs.tolist()) == ([40, NONE], [-20, 0])
    assert np.array_equal(ways.length_m, [12.5, np.nan], equal_nan=True)
    assert np.array_equal(ways.max_slope, [0.05, np.nan], equal_nan=True)
    assert np.array_equal(ways.min_width_m, [1.2, np.nan], equal_nan=True)
    assert (ways.from_levels, ways.to_levels) == (("B1F", "1F"), ("1F", "B1F"))
    assert (ways.signs, ways.back_signs) == (("To trains", ""), ("Way out", ""))
    assert [p.split(":")[0] for p in problems if p.startswith("pathways.txt")] == [
        "pathways.txt, line 4, from_stop_id",
        "pathways.txt, line 6, pathway_mode",
        "pathways.txt, line 5, to_stop_id",
    ]


def test_a_feed_without_pathways_has_none(write):
    schedule, _ = read(write)
    assert len(schedule.pathways.mode) == 0


def test_of_merged_feeds_pathways_follow_their_stops(write):
    schedule, _ = read(write, stops=STOPS, levels=LEVELS, pathways=PATHWAYS)
    both = merge([("a", schedule), ("b", schedule)]).pathways
    assert both.from_stop.tolist() == [4, 0, 9, 5]
    assert both.to_levels == ("1F", "B1F", "1F", "B1F")
