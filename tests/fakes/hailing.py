"""A line of which riders are taken on and let off on the way, asked for journeys."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path
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


# The same as files, for a server ----------------------------------------------------------

FILES = {
    "agency": """
agency_id,agency_name,agency_url,agency_timezone,agency_phone
a,A,https://a.example,Asia/Tokyo,0120-000-000
""",
    "stops": """
stop_id,stop_name,stop_lat,stop_lon
1,One,35.65,140.04
2,Two,35.66,140.04
3,Three,35.67,140.04
""",
    "routes": """
route_id,agency_id,route_short_name,route_type,continuous_pickup,continuous_drop_off
r,a,R,3,0,2
""",
    "trips": "route_id,service_id,trip_id,shape_id\nr,s,t,way\n",
    "shapes": """
shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence
way,35.65,140.04,1
way,35.67,140.04,2
""",
    "stop_times": """
trip_id,arrival_time,departure_time,stop_id,stop_sequence,continuous_pickup
t,08:00:00,08:00:00,1,1,
t,08:10:00,08:10:00,2,2,1
t,08:20:00,08:20:00,3,3,
""",
    "calendar_dates": "service_id,date,exception_type\ns,20261125,1\n",
    "fare_attributes": """
fare_id,price,currency_type,payment_method,transfers
near,200,JPY,0,0
""",
    "fare_rules": "fare_id,route_id,origin_id,destination_id\nnear,r,,\n",
}
AT = "2026-11-25T08:05:00+09:00"  # walking all the way takes longer
DOOR, GOAL = {"lat": 35.6561, "lon": 140.0401}, {"lat": 35.6641, "lon": 140.0401}


def packed(folder: Path) -> Path:
    """The files in one feed."""
    path = folder / "feed.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in FILES.items():
            archive.writestr(f"{name}.txt", text.lstrip())
    return path
