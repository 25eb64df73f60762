"""A question to a planner over an inline feed, and its printed answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from textwrap import dedent
from zoneinfo import ZoneInfo

from fakes.feed_text import FIRST_DATE, schedule_of
from fakes.printed import printed

from routing.network import build_network
from routing.planner import Planner
from routing.query import Point, Query

STOPS = """
[stops]
stop_id,stop_name,stop_lat,stop_lon,platform_code,parent_station,location_type
A,Asa,35.00,140.00,1,,
B,Bora,35.10,140.00,2,,
C,Chiba,35.20,140.00,,,
D,Doi,35.30,140.00,,,
S,Station,35.10,140.10,,,1
S1,Station one,35.10,140.10,1,S,
S2,Station two,35.10,140.10,2,S,
"""
DAY = FIRST_DATE + timedelta(days=2)


def ask(feed: str, start: str, end: str, at: str, **needs: object) -> str:
    """Journeys from stop to stop; times over 24 are of the next calendar day."""
    network = build_network(schedule_of(STOPS + feed))
    stops = network.schedule.stops

    def point(stop_id: str) -> Point:
        k = network.stop_index[stop_id]
        return Point(float(stops.lat[k]), float(stops.lon[k]), stops.names[k], (stop_id,))

    hours, minutes = (int(part) for part in at.split(":"))
    moment = datetime(DAY.year, DAY.month, DAY.day, tzinfo=ZoneInfo("Asia/Tokyo"))
    query = Query(point(start), point(end), moment + timedelta(hours=hours, minutes=minutes))
    return printed(Planner(network).plan(replace(query, **needs)))  # type: ignore[arg-type]


def told(text: str) -> str:
    return dedent(text).strip()
