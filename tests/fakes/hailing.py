"""A line of which riders are taken on and let off on the way, asked for journeys."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from fakes.feed_text import schedule_of
from fakes.printed import printed

from routing.network import Network, build_network
from routing.planner import Planner
from routing.query import Point, Query
from routing.waysides import with_waysides

TOKYO = ZoneInfo("Asia/Tokyo")
FEED = """
[agency]
agency_id,agency_name,agency_phone
X,X,0120-000-000
[stops]
stop_id,stop_name,stop_lat,stop_lon
A,Asa,35.00,140.00
B,Bora,35.01,140.00
C,Chiba,35.02,140.00
[trips]
trip_id,route_id,shape_id,trip_headsign
t1,R,s,Chiba
t2,R,s,Chiba
[shapes]
shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence
s,35.00,140.00,1
s,35.02,140.00,2
[stop_times]
trip_id,stop_id,arrival_time,departure_time,stop_sequence,continuous_pickup,continuous_drop_off
t1,A,8:00,8:00,1,{pickup},{drop_off}
t1,B,8:10,8:10,2,,
t1,C,8:20,8:20,3,,
t2,A,9:00,9:00,1,{pickup},{drop_off}
t2,B,9:10,9:10,2,1,{drop_off}
t2,C,9:20,9:20,3,,
"""


def network(pickup: str = "", drop_off: str = "", feed: str = FEED) -> Network:
    return build_network(with_waysides(schedule_of(feed.format(pickup=pickup, drop_off=drop_off))))


def ask(on: Network, start: tuple[float, float], end: tuple[float, float], at: str, **more: object) -> str:
    moment = datetime.fromisoformat(f"2026-11-25T{at}").replace(tzinfo=TOKYO)
    query = Query(Point(*start, "door"), Point(*end, "goal"), moment, walk_alone=False)
    return printed(Planner(on).plan(replace(query, **more)))  # type: ignore[arg-type]


ON_THE_WAY, FAR = (35.0061, 140.001), (35.02, 140.0)
