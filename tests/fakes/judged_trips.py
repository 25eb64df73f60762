"""Shapes, stations and interchanges to spoil: what tests of rules share."""

from __future__ import annotations

from fakes.judged import GOOD

S, TRIPS, TIMES = GOOD["stops.txt"], GOOD["trips.txt"], GOOD["stop_times.txt"]
SHAPES = "shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence,shape_dist_traveled\n"
LINE = SHAPES + "H,35.6484,140.0419,1,0\nH,35.6480,140.0345,2,700\nH,35.6579,140.0272,3,2000\n"
ON_LINE = {"trips.txt": TRIPS.replace("Toyosuna,,\n", "Toyosuna,,H\n")}
WITH_DIST = TIMES.replace("timepoint", "timepoint,shape_dist_traveled").replace(
    "1,1\n", "1,1,0\n").replace("2,1\n", "2,1,700\n").replace("3,1\n", "3,1,{end}\n")  # fmt: skip
TRANSFERS = "from_stop_id,to_stop_id,transfer_type,from_trip_id,to_trip_id,from_route_id,to_route_id\n"
PATHS = "pathway_id,from_stop_id,to_stop_id,pathway_mode,is_bidirectional\n"
STATION = S + "E,Gate,35.6483,140.0418,2,ST,\nN,,35.6483,140.0418,3,ST,\n"
BOARDING = S + "E,Gate,35.6483,140.0418,2,ST,\nB,Front,35.6483,140.0418,4,S1,\n"
ACCESS = (
    S.replace("zone_id", "stop_access").replace(",Z1", ",").replace("ST,\nS2", "ST,1\nS2").replace(",Z2", ",")
    + "E,Gate,35.6483,140.0418,2,ST,\n"
)
