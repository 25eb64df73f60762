"""Buses round three places that are too far apart to walk, every hour; tests add what they cost."""

from __future__ import annotations

ROUND = """
[agency]
agency_id,agency_name,agency_url,agency_timezone
a,Machi,https://bus.example,Asia/Tokyo
[stops]
stop_id,stop_name,stop_lat,stop_lon
A,Asa,35.60,140.00
B,Bora,35.70,140.00
C,Chiba,35.65,140.10
[routes]
route_id,agency_id,route_short_name,route_type
R,a,R,3
[calendar]
service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date
w,1,1,1,1,1,1,1,20261101,20261231
[trips]
route_id,service_id,trip_id
R,w,r
[stop_times]
trip_id,arrival_time,departure_time,stop_id,stop_sequence
r,08:00:00,08:00:00,A,1
r,08:20:00,08:20:00,B,2
r,08:40:00,08:40:00,C,3
r,09:00:00,09:00:00,A,4
[frequencies]
trip_id,start_time,end_time,headway_secs,exact_times
r,06:00:00,22:00:00,3600,1
"""
