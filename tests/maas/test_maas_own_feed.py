"""A server of a small feed of its own: rides by request and lines that do not run, over HTTP."""

from __future__ import annotations

import json
import shutil
import threading
import time
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from google.transit import gtfs_realtime_pb2 as pb

from maas.area.build import Recipe, build_area
from maas.area.open import open_area
from maas.errors import AreaError
from maas.wiring.flex import flex_of

# On a day to come, whatever the hour: what is asked for must still be ahead.
TOMORROW = (datetime.now(ZoneInfo("Asia/Tokyo")) + timedelta(days=1)).strftime("%Y-%m-%d")
FEED = {
    "agency.txt": "agency_id,agency_name,agency_url,agency_timezone\nX,X,https://x.example,Asia/Tokyo\n",
    "stops.txt": "stop_id,stop_name,stop_lat,stop_lon\nA,Asa,35.600,140.000\nB,Bora,35.600,140.050\n",
    "routes.txt": "route_id,route_short_name,route_type\nR,Local,3\nF,Flexi,3\n",
    "trips.txt": "route_id,service_id,trip_id\nR,daily,t1\nF,daily,f1\n",
    "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,location_group_id,location_id,"
    "stop_sequence,start_pickup_drop_off_window,end_pickup_drop_off_window,pickup_type,drop_off_type,"
    "pickup_booking_rule_id\n"
    "t1,10:00:00,10:00:00,A,,,1,,,,,\nt1,10:20:00,10:20:00,B,,,2,,,,,\n"
    "f1,,,,,hills,1,09:00:00,12:00:00,2,1,rule\nf1,,,,centre,,2,09:00:00,13:00:00,1,2,\n",
    "calendar.txt": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,"
    "end_date\ndaily,1,1,1,1,1,1,1,20240101,20351231\n",
    "location_groups.txt": "location_group_id,location_group_name\ncentre,Centre\n",
    "location_group_stops.txt": "location_group_id,stop_id\ncentre,A\n",
    "booking_rules.txt": "booking_rule_id,booking_type,phone_number\nrule,0,0120-000-000\n",
    "locations.geojson": json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "id": "hills", "type": "Feature", "properties": {"stop_name": "Hills"},
                    "geometry": {
                        "type": "Polygon",
                        "coordinates": [
                            [[140.0, 35.61], [140.03, 35.61], [140.03, 35.63], [140.0, 35.63], [140.0, 35.61]]
                        ],
                    },
                }
            ],
        }
    ),
}  # fmt: skip


class Operator:
    """An operator's web server with a feed of alerts."""

    def __init__(self) -> None:
        self.alert = pb.Alert()
        operator = self

        class Site(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                told = pb.FeedMessage()
                told.header.gtfs_realtime_version = "2.0"
                told.header.timestamp = int(time.time())
                told.entity.add(id="a").alert.CopyFrom(operator.alert)
                self.send_response(200)
                self.end_headers()
                self.wfile.write(told.SerializeToString())

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                del format, args

        self.site = ThreadingHTTPServer(("127.0.0.1", 0), Site)
        self.url = f"http://127.0.0.1:{self.site.server_address[1]}/alerts.pb"


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory, start_server: Any) -> Iterator[tuple[str, Operator]]:
    """The address of a server of the feed, and the operator that it listens to."""
    folder, operator = tmp_path_factory.mktemp("own"), Operator()
    with zipfile.ZipFile(folder / "feed.zip", "w") as archive:
        for name, text in FEED.items():
            archive.writestr(name, text)
    build_area(folder / "area", Recipe(None, None, (folder / "feed.zip",)))
    manifest = json.loads((folder / "area" / "area.json").read_text())
    manifest["realtime"] = [{"url": operator.url, "prefix": "", "every_s": 0.5}]
    (folder / "area" / "area.json").write_text(json.dumps(manifest))
    threading.Thread(target=operator.site.serve_forever, daemon=True).start()
    with start_server(folder / "area", folder, "--no-simulation") as (url, _):
        yield url, operator
    operator.site.shutdown()
    operator.site.server_close()


def ask(url: str, **more: Any) -> list[dict[str, Any]]:
    question = {"from": {"lat": 35.6, "lon": 140.0}, "to": {"lat": 35.6, "lon": 140.05}} | more
    answer = httpx.post(f"{url}/v1/journeys", json=question, timeout=60)
    assert answer.status_code == 200, answer.text
    journeys: list[dict[str, Any]] = answer.json()["journeys"]
    return journeys


def test_a_ride_that_one_phones_for_is_told_with_its_number(own: tuple[str, Operator]) -> None:
    home, centre = {"lat": 35.62, "lon": 140.01}, {"lat": 35.6005, "lon": 140.0}
    at = f"{TOMORROW}T10:00:00+09:00"
    wished = {"from": home, "to": centre, "at": at, "walk_max_s": 600}
    flex = [leg for j in ask(own[0], **wished, means=["flex"]) for leg in j["legs"] if leg["mode"] == "flex"]
    assert flex
    assert flex[0]["on_demand"]["phone"] == "0120-000-000"
    assert flex[0]["to"]["stop_id"] == "A"
    assert all(leg["mode"] != "flex" for j in ask(own[0], **wished, means=["transit"]) for leg in j["legs"])


def test_a_line_that_an_alert_says_does_not_run_is_not_told(own: tuple[str, Operator]) -> None:
    url, operator = own
    question = {"at": f"{TOMORROW}T09:50:00+09:00", "means": ["transit"]}
    assert "t1" in {leg["trip_id"] for j in ask(url, **question) for leg in j["legs"]}
    told = pb.Alert()
    told.informed_entity.add().route_id = "R"
    told.effect = pb.Alert.NO_SERVICE
    told.header_text.translation.add(text="No buses today", language="en")
    start = datetime.fromisoformat(f"{TOMORROW}T00:00:00+09:00")
    told.active_period.add(start=int(start.timestamp()), end=int((start + timedelta(days=1)).timestamp()))
    operator.alert = told
    for _ in range(150):
        trips = {(leg["trip_id"], leg["service_date"]) for j in ask(url, **question) for leg in j["legs"]}
        if ("t1", TOMORROW) not in trips:
            break
        time.sleep(0.2)
    assert ("t1", TOMORROW) not in trips
    after = f"{datetime.fromisoformat(TOMORROW) + timedelta(days=1):%Y-%m-%d}T09:50:00+09:00"
    legs = [leg for j in ask(url, at=after, means=["transit"]) for leg in j["legs"]]
    assert "t1" in {leg["trip_id"] for leg in legs}, "the day after it runs again"


def test_a_feed_of_rides_by_request_alone_stands_beside_a_timetable(tmp_path: Path) -> None:
    apart = {"bus.zip": "t1", "flex.zip": "f1"}
    for name, trip in apart.items():
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            for table, text in FEED.items():
                if trip == "t1" and table.startswith(("location", "booking")):
                    continue
                lines = text.splitlines(keepends=True)
                if table in ("trips.txt", "stop_times.txt"):
                    lines = [lines[0], *(line for line in lines[1:] if trip in line)]
                archive.writestr(table, "".join(lines))
    build_area(tmp_path / "area", Recipe(None, None, (tmp_path / "bus.zip", tmp_path / "flex.zip")))
    area = open_area(tmp_path / "area")
    ((ride,),) = flex_of(area, area.planner.network)
    assert (ride.route_id, ride.drop_off.zone.stop_ids) == ("flex:F", ("flex:A",))
    assert "flex:A" in area.planner.network.stop_index
    assert ride.service_id in area.planner.network.schedule.services.ids
    more = shutil.copyfile(tmp_path / "flex.zip", tmp_path / "more.zip")
    with pytest.raises(AreaError, match="run on request"):
        build_area(tmp_path / "none", Recipe(None, None, (tmp_path / "flex.zip", more)))
