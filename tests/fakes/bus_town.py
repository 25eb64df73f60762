"""An area of four buses whose feed prices adults, children and seniors, by medium, and a day pass."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from click.testing import CliRunner
from fakes.feed_text import feed_of

from maas.cli.main import main

TOKYO = ZoneInfo("Asia/Tokyo")
# Three buses from A to D, one back. A ride: 210 yen, by card 200, seniors 120, children 100; day 500, 250.
FEED = """
[agency]
agency_id,agency_name,agency_url,agency_timezone
a,Machi,https://bus.example,Asia/Tokyo
[feed_info]
feed_publisher_name,feed_publisher_url,feed_lang
Machi,https://bus.example,ja
[translations]
table_name,field_name,language,translation,record_id
rider_categories,rider_category_name,en,Senior (65+),s
[stops]
stop_id,stop_name,stop_lat,stop_lon
A,Asa,35.60,140.00
B,Bora,35.65,140.00
C,Chiba,35.70,140.00
D,Dai,35.75,140.00
[routes]
route_id,agency_id,route_short_name,route_type
R,a,R,3
Q,a,Q,3
S,a,S,3
T,a,T,3
[calendar]
service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date
w,1,1,1,1,1,1,1,{first},{last}
[trips]
route_id,service_id,trip_id
R,w,r
Q,w,q
S,w,s
T,w,t
[stop_times]
trip_id,arrival_time,departure_time,stop_id,stop_sequence
r,12:00:00,12:00:00,A,1
r,12:10:00,12:10:00,B,2
q,12:20:00,12:20:00,B,1
q,12:30:00,12:30:00,C,2
s,12:40:00,12:40:00,C,1
s,12:50:00,12:50:00,D,2
t,16:00:00,16:00:00,D,1
t,16:10:00,16:10:00,C,2
t,16:20:00,16:20:00,B,3
t,16:30:00,16:30:00,A,4
[rider_categories]
rider_category_id,rider_category_name,is_default_fare_category,eligibility_url
o,おとな,1,
k,小児,0,
s,シニア,0,https://bus.example/senior
[fare_media]
fare_media_id,fare_media_name,fare_media_type
paper,,1
ic,まちカード,2
[fare_products]
fare_product_id,fare_product_name,rider_category_id,fare_media_id,amount,currency
one,普通券,o,paper,210,JPY
one,普通券,o,ic,200,JPY
one,普通券,k,,100,JPY
one,普通券,s,,120,JPY
day,一日券,o,,500,JPY
day,一日券,s,,250,JPY
[fare_leg_rules]
leg_group_id,fare_product_id
one,one
day,day
[fare_transfer_rules]
from_leg_group_id,to_leg_group_id,transfer_count,duration_limit,duration_limit_type,fare_transfer_type
day,day,-1,86400,1,0
"""
START, END = {"lat": 35.60, "lon": 140.0}, {"lat": 35.75, "lon": 140.0}


def before_the_buses() -> datetime:
    """Just before the only buses, on a day to come."""
    return (datetime.now(TOKYO) + timedelta(days=3)).replace(hour=11, minute=55, second=0, microsecond=0)


def bus_town(home: Path, noon: datetime) -> Path:
    """The built area; its buses run for ten days before and after `noon`."""
    days = {"first": noon - timedelta(days=10), "last": noon + timedelta(days=10)}
    feed = feed_of(FEED.format(**{k: f"{day:%Y%m%d}" for k, day in days.items()}), home)
    built = CliRunner().invoke(main, ["area", "build", str(home / "area"), "--gtfs", str(feed)])
    assert built.exit_code == 0, built.output
    return home / "area"
