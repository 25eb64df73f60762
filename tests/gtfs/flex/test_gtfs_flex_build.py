"""An on-demand service as a feed: by our rules, by the peers, and by what it should say."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from gtfs.flex.build import flex_feed
from gtfs.flex.model import Booking, Form, Loop, LoopTrip, OnDemandService, Price, ServiceDays, StopPlace
from gtfs.schedule.feed import Feed
from gtfs.schedule.reader import read_feed
from gtfs.schedule.typed import to_schedule
from gtfs.schedule.writer import write_feed
from gtfs.validate.runner import judge

HOLIDAY = date(2026, 11, 23)
SERVICE = OnDemandService(
    id="town", name={"ja": "まちシャトル", "en": "Town Shuttle"}, url="https://town.example/",
    timezone="Asia/Tokyo", lang="ja", contact="data@town.example",
    stops=(StopPlace("a", {"ja": "駅", "en": "Station"}, 35.650, 140.040, wheelchair=True),
           StopPlace("b", {"ja": "病院", "en": "Hospital"}, 35.655, 140.045, wheelchair=True),
           StopPlace("c", {"ja": "公園"}, 35.660, 140.050, wheelchair=False)),
    zone=((140.03, 35.64), (140.06, 35.64), (140.06, 35.67), (140.03, 35.67)),
    days=(ServiceDays("weekday", frozenset(range(5)), holidays=False, opens_s=6 * 3600, closes_s=23 * 3600),
          ServiceDays("weekend", frozenset((5, 6)), holidays=True, opens_s=8 * 3600, closes_s=25 * 3600)),
    start=date(2026, 11, 1), end=date(2027, 11, 30), holidays=frozenset((HOLIDAY,)),
    booking=Booking("https://town.example/book", {"ja": "予約制です。"}, 14),
    price=Price("JPY", 0, (300, 150),
                {("a", "c"): (350, 180), ("c", "a"): (350, 180), ("a", "b"): (300, 150)}),
    loops=(Loop("ring", {"ja": "循環", "en": "Ring"}, ("a", "b", "c", "a"), 20,
                (LoopTrip("ring-1000", "weekday", (36_000, 36_120, 36_300, 36_600)),)),),
)  # fmt: skip


def written(feed: Feed, folder: Path) -> Path:
    path = folder / "flex.zip"
    write_feed(feed, path)
    return path


@pytest.mark.parametrize("form", list(Form))
def test_no_rule_of_ours_or_of_the_peers_finds_an_error(form: Form, tmp_path: Path) -> None:
    import gtfs_analyzer
    import gtfs_guru

    path = written(flex_feed(SERVICE, form), tmp_path)
    ours = judge(path, today=HOLIDAY)
    assert [n.kind.code for n in ours.notices() if n.kind.severity == "error"] == []
    theirs = gtfs_guru.validate(str(path))
    assert [n.code for n in theirs.notices if str(n.severity).upper() == "ERROR"] == []
    third = gtfs_analyzer.validate_gtfs(str(path))["notices"]
    assert [n["rule_id"] for n in third if n["severity"] in ("ERROR", "FATAL", "CRITICAL")] == []


def test_riders_go_from_any_stop_to_any_within_the_hours() -> None:
    feed = flex_feed(SERVICE)
    rows = feed.table("stop_times").to_dicts()[:2]
    assert [r["location_group_id"] for r in rows] == ["stops", "stops"]
    assert [(r["pickup_type"], r["drop_off_type"]) for r in rows] == [("2", "1"), ("1", "2")]
    assert rows[0]["start_pickup_drop_off_window"] == "06:00:00"
    assert rows[0]["end_pickup_drop_off_window"] == "23:00:00"
    assert feed.table("location_group_stops")["stop_id"].to_list() == ["a", "b", "c"]
    assert feed.table("booking_rules").to_dicts()[0]["booking_type"] == "0"


def test_the_form_of_a_zone_has_its_polygon(tmp_path: Path) -> None:
    again = read_feed(written(flex_feed(SERVICE, Form.ZONE), tmp_path))
    zone = json.loads(again.raw["locations.geojson"])["features"][0]
    assert zone["id"] == "town"
    assert zone["geometry"]["coordinates"][0][0] == zone["geometry"]["coordinates"][0][-1]
    assert set(again.table("stop_times")["location_id"].to_list()) == {"town", ""}
    assert "fare_products" not in again.tables


def test_a_pair_that_costs_more_is_named_and_goes_before_the_base_price() -> None:
    feed = flex_feed(SERVICE)
    rules = {(r["from_area_id"], r["to_area_id"]): r for r in feed.table("fare_leg_rules").to_dicts()}
    assert set(rules) == {("", ""), ("a", "c"), ("c", "a")}
    assert rules["a", "c"]["rule_priority"] > rules["", ""]["rule_priority"]
    products = {
        (r["fare_product_id"], r["rider_category_id"]): r["amount"]
        for r in feed.table("fare_products").to_dicts()
    }
    assert products[rules["a", "c"]["fare_product_id"], "adult"] == "350"
    assert products[rules["a", "c"]["fare_product_id"], "child"] == "180"
    assert products[rules["", ""]["fare_product_id"], "child"] == "150"


def test_a_holiday_runs_as_the_weekend() -> None:
    rows = flex_feed(SERVICE).table("calendar_dates").to_dicts()
    assert {(r["service_id"], r["date"], r["exception_type"]) for r in rows} == {
        ("weekday", "20261123", "2"), ("weekend", "20261123", "1"),
    }  # fmt: skip


def test_a_loop_is_a_timetable_that_the_router_reads(tmp_path: Path) -> None:
    schedule = to_schedule(read_feed(written(flex_feed(SERVICE), tmp_path)))
    assert schedule.trips.ids == ("ring-1000",)
    assert schedule.stop_times.arrival_s.tolist() == [36_000, 36_120, 36_300, 36_600]
    assert schedule.stop_times.departure_s.tolist() == [36_000, 36_140, 36_320, 36_600]
    assert schedule.stop_times.pickup_type.tolist() == [2, 2, 2, 1]


def test_the_same_service_has_the_same_version_and_another_price_another() -> None:
    def version(service: OnDemandService) -> str:
        return str(flex_feed(service).table("feed_info")["feed_version"][0])

    dearer = replace(SERVICE, price=Price("JPY", 0, (310, 160), {}))
    assert version(SERVICE) == version(SERVICE) != version(dearer)
