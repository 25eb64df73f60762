"""A server asks operators how their trips run: late trips are ridden late, nonsense changes nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from google.transit import gtfs_realtime_pb2 as pb

from gtfs.errors import FeedError
from maas.area.manifest import RealtimeSource
from maas.area.open import Area, open_area
from maas.journeys.model import JourneysRequest
from maas.journeys.service import plan
from maas.wiring.watching import Watching
from routing.query import Point, Query

AT = datetime.fromisoformat("2026-11-25T08:00:00+09:00")
NOW = int(AT.timestamp())


@pytest.fixture
def area(makuhari: Path) -> Area:
    return open_area(makuhari)


def first_ride(area: Area) -> tuple[str, int]:
    """Trip and departure of the next train from Kaihin-Makuhari to Shin-Narashino."""
    network = area.planner.network
    ends = [
        Point(0.0, 0.0, "", tuple(i for i in network.stop_index if i.startswith(f"{name}-keiyo")))
        for name in ("kaihin_makuhari", "shin_narashino")
    ]
    legs = area.planner.plan(Query(*ends, AT, walk_alone=False))[0].legs
    ride = next(leg for leg in legs if leg.trip_id)
    return str(ride.trip_id), ride.departure_s


def message(trip: str, delay_s: int, at: int = NOW) -> bytes:
    told = pb.FeedMessage()
    told.header.gtfs_realtime_version = "2.0"
    told.header.timestamp = at
    update = told.entity.add(id="e").trip_update
    update.trip.trip_id = trip
    update.delay = delay_s
    update.stop_time_update.add(stop_sequence=1).departure.delay = delay_s
    return told.SerializeToString()


def test_a_late_train_is_planned_late_until_the_message_is_too_old(area: Area):
    trip, departure = first_ride(area)
    source, watching = RealtimeSource("http://127.0.0.1/none"), Watching(area)
    watching.take(source, message(trip, 60), NOW)
    assert first_ride(area) == (trip, departure + 60)
    watching.take(source, message(trip, 120, NOW - 3600), NOW)
    assert first_ride(area) == (trip, departure)


def test_unknown_trips_and_nonsense_change_nothing(area: Area):
    before = first_ride(area)
    source, watching = RealtimeSource("http://127.0.0.1/none"), Watching(area)
    watching.take(source, message("nobody knows it", 600), NOW)
    assert first_ride(area) == before
    with pytest.raises(FeedError):
        watching.take(source, b"<html>not found</html>", NOW)
    assert first_ride(area) == before


def test_alerts_and_how_full_a_train_is_are_on_the_journey_of_the_api(area: Area):
    trip, _ = first_ride(area)
    told = pb.FeedMessage()
    told.ParseFromString(message(trip, 60))
    told.entity[0].Clear()
    told.entity[0].id = "a"
    told.entity[0].alert.informed_entity.add().trip.trip_id = trip
    told.entity[0].alert.effect = pb.Alert.MODIFIED_SERVICE
    told.entity[0].alert.header_text.translation.add(text="Short train", language="en")
    vehicle = told.entity.add(id="v").vehicle
    vehicle.trip.trip_id = trip
    vehicle.position.latitude, vehicle.position.longitude = 35.65, 140.04
    vehicle.occupancy_status = pb.VehiclePosition.FEW_SEATS_AVAILABLE
    vehicle.stop_id, vehicle.current_status = "kaihin_makuhari-keiyo", pb.VehiclePosition.STOPPED_AT
    vehicle.timestamp = NOW
    watching = Watching(area)
    watching.take(RealtimeSource("http://127.0.0.1/none"), told.SerializeToString(), NOW)
    question = JourneysRequest.model_validate(
        {"from": "海浜幕張駅", "to": "新習志野駅", "at": AT, "means": ["transit"]}
    )
    legs = [leg for j in plan(area, question, AT).journeys for leg in j.legs if leg.trip_id == trip]
    assert legs
    assert [alert.header for alert in legs[0].alerts] == [{"en": "Short train"}]
    assert legs[0].occupancy == "few_seats"


@pytest.fixture
def operator_site() -> Iterator[tuple[str, threading.Event, list[bytes]]]:
    """An operator's web server: its address, whether it was asked twice, what it answers next."""
    answers: list[bytes] = []
    asked_twice = threading.Event()
    counted = [0]

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            counted[0] += 1
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answers[0])
            if counted[0] > 1:
                asked_twice.set()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            del format, args

    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/trips.pb", asked_twice, answers
        server.shutdown()


def test_sources_are_asked_again_and_again(area: Area, operator_site):
    url, asked_twice, answers = operator_site
    trip, _ = first_ride(area)
    answers.append(message(trip, 60, int(datetime.now(UTC).timestamp())))
    area.manifest.realtime.append(RealtimeSource(url, "", 0.2))
    with Watching(area):
        assert asked_twice.wait(60)
