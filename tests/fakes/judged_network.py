"""Agencies, stops and fares to spoil: what tests of rules share."""

from __future__ import annotations

from fakes.judged import GOOD

A, S, R = GOOD["agency.txt"], GOOD["stops.txt"], GOOD["routes.txt"]
SECOND = "B,Harbour Bus,https://harbour.example.jp,{zone},{lang},,\n"
FARES = "fare_id,price,currency_type,payment_method,transfers\nF,200,JPY,0,\n"
HEAD = S.splitlines()[0]
LINK = "stop_id,stop_name,stop_lat,stop_lon,stop_url,stop_desc\nS1,A,35.6,140.0,{0},{1}\nS2,B,35.6,140.01,,\nS3,C,35.6,140.02,,\n"
