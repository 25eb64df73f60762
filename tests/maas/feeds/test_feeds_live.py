"""Publishing in a living area: the router changes without a restart, and says first whom it hurts."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import msgspec
import polars as pl
import pytest
from sqlalchemy import insert

from gtfs.schedule.feed import Feed
from maas.area.open import Area, open_area
from maas.booking import tables as booking
from maas.booking.model import Held, Part, PartState
from maas.booking.schema import create_schema as create_booking
from maas.booking.wishes import Spot, TransitWish
from maas.feeds import store
from maas.feeds.forecast import Forecast
from maas.feeds.house import House
from maas.feeds.impact import impact_words
from maas.feeds.model import SYSTEM
from maas.feeds.publish import Publisher
from maas.feeds.queries import QueryLog
from maas.journeys.model import JourneysRequest
from maas.journeys.service import plan
from maas.wiring.feed_bookings import BundleLegs
from maas.wiring.feed_worker import publish_own
from maas.wiring.feeds import open_house
from maas.wiring.flex import flex_of
from maas.wiring.judge import Judge
from maas.wiring.networks import LiveNetworks
from storage.database import Database

JST = ZoneInfo("Asia/Tokyo")
NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
DAY = date(2026, 12, 2)


@dataclass
class World:
    area: Area
    house: House
    publisher: Publisher
    networks: LiveNetworks
    cache: Path


@pytest.fixture
def world(makuhari: Path, tmp_path: Path) -> Iterator[World]:
    area = open_area(makuhari)
    database = Database.open(f"sqlite:///{tmp_path / 'h.sqlite'}")
    opened = open_house(database)
    house = House(opened.database, lambda: NOW)
    publisher = Publisher(house, Judge(), JST)
    publish_own(area, house, publisher)
    yield World(area, house, publisher, LiveNetworks(area, publisher, tmp_path / "cache"), tmp_path / "cache")
    database.close()


def lines(area: Area) -> set[str | None]:
    asked = JourneysRequest.model_validate(
        {
            "from": "東京",
            "to": "海浜幕張",
            "at": datetime(2026, 12, 2, 8, tzinfo=JST),
            "lang": "ja",
            "count": 4,
        }
    )
    return {leg.route_id for j in plan(area, asked, NOW).journeys for leg in j.legs if leg.route_id}


def without_line(feed: Feed, line: str) -> Feed:
    trips = feed.table("trips")
    gone = trips.filter(pl.col("route_id") == line)["trip_id"].to_list()
    tables = dict(feed.tables)
    for stem in ("trips", "stop_times"):
        tables[stem] = tables[stem].filter(~pl.col("trip_id").is_in(gone))
    told = tables["translations"]
    tables["translations"] = told.filter(~((told["table_name"] == "trips") & told["record_id"].is_in(gone)))
    return Feed(feed.source, tables, dict(feed.raw))


def test_the_router_takes_a_new_version_and_the_old_one_back_without_a_restart(world: World) -> None:
    assert world.networks.replace() is False  # what is published is what the area was built from
    assert "keiyo" in lines(world.area)
    less = without_line(world.house.feed("makuhari", 1), "keiyo")
    for stem, column in (("routes", "route_id"), ("trips", "route_id"), ("fare_rules", "route_id")):
        less.tables[stem] = less.tables[stem].with_columns(pl.col(column).replace("sobu", "sobu-new"))
    told = less.tables["translations"]
    less.tables["translations"] = told.with_columns(pl.col("record_id").replace("sobu", "sobu-new"))
    stored = world.house.import_feed("makuhari", less, SYSTEM, reason="works", source="test")
    world.publisher.publish("makuhari", stored.version.number, SYSTEM)
    assert world.networks.replace() is True
    assert "keiyo" not in lines(world.area)
    asked = {"from": "津田沼", "to": "幕張", "at": datetime(2026, 12, 2, 8, tzinfo=JST)}
    (journey, *_) = plan(world.area, JourneysRequest.model_validate(asked), NOW).journeys
    assert [leg.route_id for leg in journey.legs if leg.route_id] == ["sobu-new"]
    assert journey.fare is not None  # a line that the area was built without has its fare
    assert journey.fare.amount_minor == 190  # up to 6 km
    world.publisher.rollback("makuhari", SYSTEM, reason="done")
    assert world.networks.replace() is True
    assert "keiyo" in lines(world.area)
    assert world.networks.replace() is False
    publish_own(world.area, world.house, world.publisher)  # a restart publishes nothing that was published
    with world.house.database.read() as connection:
        assert len(store.versions(connection, "makuhari")) == 2


def test_a_stop_that_is_published_later_is_found_by_its_name(world: World) -> None:
    world.networks.replace()
    before = {p.id for p in world.area.places.places}
    feed = world.house.feed("makuhari", 1)
    feed.tables["stops"] = feed.tables["stops"].with_columns(
        pl.col("stop_name").str.replace("海浜幕張", "潮風公園前", literal=True)
    )
    told = feed.tables["translations"]
    feed.tables["translations"] = told.with_columns(
        pl.col("field_value").str.replace("海浜幕張", "潮風公園前", literal=True)
        if "field_value" in told.columns
        else pl.col("record_id")
    )
    stored = world.house.import_feed("makuhari", feed, SYSTEM, reason="renamed", source="test")
    world.publisher.publish("makuhari", stored.version.number, SYSTEM, override="test")
    assert world.area.places.search("潮風公園前") == []
    assert world.networks.replace() is True
    (found, *_) = world.area.places.search("潮風公園前")
    assert world.area.places.by_stop(found.place.stop_ids[0]) == found.place
    assert world.area.places.by_id(found.place.id) == found.place
    world.publisher.rollback("makuhari", SYSTEM, reason="done")
    world.networks.replace()
    assert world.area.places.search("潮風公園前") == []
    assert {p.id for p in world.area.places.places} == before


def test_the_impact_names_bookings_ways_and_stops(world: World) -> None:
    feed = world.house.feed("makuhari", 1)
    calls = feed.table("stop_times").filter(pl.col("stop_id").str.starts_with("kaihin_makuhari-keiyo"))
    trip = calls["trip_id"].filter(calls["trip_id"].str.contains("weekday-08")).to_list()[0]
    rows = feed.table("stop_times").filter(pl.col("trip_id") == trip).to_dicts()
    origin = world.area.planner.network.clock.origin(DAY)

    def at(text: str) -> int:
        h, m, s = map(int, text.split(":"))
        return origin + h * 3600 + m * 60 + s

    create_booking(world.house.database)
    with world.house.database.write() as connection:
        for k in range(3):
            wish = TransitWish(
                Spot(name="東京", stop_id=rows[0]["stop_id"]), Spot(name="蘇我", stop_id=rows[-1]["stop_id"]),
                at(rows[0]["departure_time"]), at(rows[-1]["arrival_time"]), "keiyo", trip_id=trip,
                service_date=DAY.isoformat(),
            )  # fmt: skip
            held = Held(f"r{k}", 100, starts_ms=wish.depart_s * 1000)
            part = Part(1, "ride", wish, PartState.CONFIRMED, held)
            connection.execute(insert(booking.bundle).values(
                id=f"b{k}", subject="s", request_key=f"k{k}", digest="d", state="confirmed",
                created_ms=1, saga="",
                body="{}",
            ))  # fmt: skip
            connection.execute(insert(booking.part).values(
                bundle_id=f"b{k}", no=1, kind="transit", state="confirmed", ref=f"r{k}",
                starts_ms=wish.depart_s * 1000, body=msgspec.json.encode(part).decode(),
            ))  # fmt: skip
    queries = QueryLog(world.house.database, JST)
    queries.asked(
        (35.6813, 139.767), (35.6483, 140.0418), datetime(2026, 11, 20, 8, tzinfo=JST), arrive_by=False
    )
    queries.flush()
    legs = BundleLegs(world.area, world.house.database)
    forecast = Forecast(world.house, legs, queries, world.networks, JST)
    assert forecast.of("makuhari", feed).broken == ()
    impact = forecast.of("makuhari", without_line(feed, "keiyo"), date(2026, 11, 26))
    assert (impact.booked, [b.why for b in impact.broken], impact.asked) == (3, ["gone"] * 3, 1)
    assert "潮見" in {s.name for s in impact.lost}
    told = impact_words(impact, "en")
    assert told[0] == "3 booked trips from 東京 are withdrawn"
    assert any("journeys asked for last week" in line for line in told)


def test_serve_publishes_the_sample_by_itself_and_every_judge_finds_no_error(
    server: str, tmp_path: Path
) -> None:
    import gtfs_analyzer
    import gtfs_guru

    with httpx.Client(base_url=server, timeout=20) as client:
        for _ in range(300):
            listed = client.get("/feeds").json()
            if listed:
                break
            time.sleep(0.2)
        (feed,) = (f for f in listed if f["id"] == "makuhari")
        assert feed["licence"] == "CC-BY-4.0"
        answer = client.get("/feeds/makuhari/gtfs.zip")
        assert (
            client.get(
                "/feeds/makuhari/gtfs.zip", headers={"If-None-Match": answer.headers["etag"]}
            ).status_code
            == 304
        )
        assert "makuhari" in client.get("/feeds/catalog.jsonld").text
        assert client.get("/v1/feeds").status_code == 401
    path = tmp_path / "published.zip"
    path.write_bytes(answer.content)
    assert zipfile.is_zipfile(io.BytesIO(answer.content))
    from gtfs.validate import Profile, judge

    for profile in Profile:
        assert judge(path, today=date(2026, 11, 25), profile=profile).errors == 0
    assert gtfs_guru.validate(str(path)).error_count == 0
    for profile in ("v3", "v4"):
        notices = gtfs_analyzer.validate_gtfs(str(path), config={"gtfs_jp_profile": profile})["notices"]
        assert [n for n in notices if str(n["severity"]).upper() == "ERROR"] == []


HILLS = """{"type": "FeatureCollection", "features": [{"id": "hills", "type": "Feature", "properties":
{"stop_name": "Hills"}, "geometry": {"type": "Polygon", "coordinates":
[[[140.02, 35.63], [140.06, 35.63], [140.06, 35.67], [140.02, 35.67], [140.02, 35.63]]]}}]}"""


def with_rides_on_request(feed: Feed) -> Feed:
    """The same, and a bus by request within the whole quarter from six to ten."""
    daily = feed.table("trips")["service_id"][0]
    added = {
        "routes": {"route_id": "oncall", "route_short_name": "On call", "route_type": "3"},
        "trips": {"trip_id": "oncall-1", "route_id": "oncall", "service_id": daily},
    }
    tables = dict(feed.tables)
    for stem, row in added.items():
        row |= {"agency_id": tables["agency"]["agency_id"][0]} if stem == "routes" else {}
        tables[stem] = pl.concat([tables[stem], pl.DataFrame([row])], how="diagonal")
    calls = [
        {
            "trip_id": "oncall-1", "stop_sequence": str(k), "location_id": "hills", "pickup_type": "2",
            "drop_off_type": "2", "start_pickup_drop_off_window": "06:00:00",
            "end_pickup_drop_off_window": "22:00:00",
        }
        for k in (1, 2)
    ]  # fmt: skip
    tables["stop_times"] = pl.concat([tables["stop_times"], pl.DataFrame(calls)], how="diagonal")
    return Feed(feed.source, tables, dict(feed.raw) | {"locations.geojson": HILLS.encode()})


def test_rides_on_request_of_a_new_version_are_taken_up_and_those_of_the_old_one_again(world: World) -> None:
    def on_request() -> list[str]:
        network = world.area.planner.network
        return [rides[0].route_id for rides in flex_of(world.area, network)]

    world.networks.replace()
    assert on_request() == []
    more = with_rides_on_request(world.house.feed("makuhari", 1))
    stored = world.house.import_feed("makuhari", more, SYSTEM, reason="on call", source="test")
    world.publisher.publish("makuhari", stored.version.number, SYSTEM, override="test")
    assert on_request() == [], "not before the router plans with it"
    assert world.networks.replace() is True
    assert on_request() == ["oncall"]
    world.publisher.rollback("makuhari", SYSTEM, reason="done")
    assert world.networks.replace() is True
    assert on_request() == []
