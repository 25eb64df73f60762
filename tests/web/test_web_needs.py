"""What a rider can ask of the way, and what the page says of it: a real Chromium, the real server."""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from google.transit import gtfs_realtime_pb2 as pb
from playwright.sync_api import Browser, expect
from web_visitor import Visitor

pytestmark = pytest.mark.browser

ASKED = "when=depart&at=2026-11-25T10:00&means=transit"
KAIHIN_MAKUHARI = "35.6485,140.0417,stop:kaihin_makuhari-keiyo-1,Here"
SHIN_NARASHINO = "35.6671,140.0129,stop:shin_narashino-keiyo-1,Here"
MAKUHARI_HONGO = "35.673,140.0417,stop:makuhari_hongo-sobu-1,There"
SOGA = "35.5821,140.1306,stop:soga-keiyo-1,There"


def test_every_departure_of_two_hours_is_shown_when_asked_for(visitor: Visitor) -> None:
    page = visitor.open(f"lang=en&{ASKED}")
    for field, typed, meant in (("#from", "kaihin makuhri", "Kaihin-Makuhari"), ("#to", "soga", "Soga")):
        page.locator(field).press_sequentially(typed, delay=5)
        page.locator("li[role=option]").filter(has_text=meant).first.click()
    page.get_by_text("Means and needs").click()
    page.get_by_label("Show every departure of two hours").check()
    page.locator("button[type=submit]").click()
    expect(page.locator(".card").nth(6)).to_be_visible(timeout=30_000)
    assert "window=1" in page.url
    assert visitor.complaints == []


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "Without “time for changes” you would be there 15 min sooner, by Keiyo Line"),
        ("ja", "「乗りかえのゆとり」の条件がなければ、京葉線, 幕張本郷線で15分早く行けます"),
    ],
)
def test_what_a_need_leaves_out_is_told(visitor: Visitor, lang: str, words: str) -> None:
    ends = f"from={SHIN_NARASHINO}&to={MAKUHARI_HONGO}"
    page = visitor.open(f"lang={lang}&{ASKED}&needs=slack&{ends}")
    expect(page.locator(".left-out")).to_contain_text(words, timeout=30_000)
    assert visitor.complaints == []


class Operator:
    """An operator's web server with a GTFS-Realtime feed."""

    def __init__(self) -> None:
        self.told = pb.FeedMessage()
        self.told.header.gtfs_realtime_version = "2.0"
        operator = self

        class Site(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.end_headers()
                operator.told.header.timestamp = int(time.time())
                self.wfile.write(operator.told.SerializeToString())

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                del format, args

        self.site = ThreadingHTTPServer(("127.0.0.1", 0), Site)
        self.url = f"http://127.0.0.1:{self.site.server_address[1]}/all.pb"

    def says(self, leg: dict[str, Any]) -> None:
        """Road works on the line of a leg, and its vehicle at the stop where one gets on, nearly full."""
        told = pb.FeedMessage()
        told.header.gtfs_realtime_version = "2.0"
        alert = told.entity.add(id="works").alert
        alert.informed_entity.add().route_id = leg["route_id"]
        alert.cause, alert.effect = pb.Alert.CONSTRUCTION, pb.Alert.DETOUR
        for language, text in (("en", "Road works"), ("ja", "道路工事")):
            alert.header_text.translation.add(text=text, language=language)
        vehicle = told.entity.add(id="v").vehicle
        vehicle.trip.trip_id = leg["trip_id"]
        vehicle.trip.start_date = leg["service_date"].replace("-", "")
        vehicle.position.latitude, vehicle.position.longitude = leg["from"]["lat"], leg["from"]["lon"]
        vehicle.occupancy_status = pb.VehiclePosition.FEW_SEATS_AVAILABLE
        self.told = told


@pytest.fixture(scope="module")
def lively(makuhari: Path, tmp_path_factory: pytest.TempPathFactory, start_server: Any) -> Iterator[Any]:
    """A server that listens to an operator: its address, and the operator."""
    operator = Operator()
    folder = tmp_path_factory.mktemp("lively")
    shutil.copytree(makuhari, folder / "area")
    manifest = json.loads((folder / "area" / "area.json").read_text())
    manifest["realtime"] = [{"url": operator.url, "prefix": "", "every_s": 0.5}]
    (folder / "area" / "area.json").write_text(json.dumps(manifest))
    threading.Thread(target=operator.site.serve_forever, daemon=True).start()
    with start_server(folder / "area", folder, "--no-simulation") as (url, _):
        yield url, operator
    operator.site.shutdown()
    operator.site.server_close()


@pytest.mark.parametrize(
    ("lang", "words"), [("en", ("Road works", "Few seats free")), ("ja", ("道路工事", "席が少しあります"))]
)
def test_alerts_and_how_full_it_is_are_told(
    chromium: Browser, lively: tuple[str, Operator], lang: str, words: tuple[str, str]
) -> None:
    """What an operator tells now, of the first trip that still comes, whatever the hour."""
    url, operator = lively
    body = {"from": "海浜幕張", "to": "蘇我", "means": ["transit"], "count": 3}
    leg = next(
        leg for j in httpx.post(f"{url}/v1/journeys", json=body, timeout=60).json()["journeys"]
        for leg in j["legs"] if leg["trip_id"]
    )  # fmt: skip
    operator.says(leg)
    asked = body | {"at": leg["departure"], "count": 0}
    for _ in range(300):
        legs = [x for j in httpx.post(f"{url}/v1/journeys", json=asked).json()["journeys"] for x in j["legs"]]
        if any(x["occupancy"] for x in legs):
            break
        time.sleep(0.1)
    visitor = Visitor(chromium, url)
    minute = leg["departure"][:16]
    ends = f"from={KAIHIN_MAKUHARI}&to={SOGA}"
    page = visitor.open(f"lang={lang}&when=depart&at={minute}&means=transit&{ends}")
    clock = leg["departure"][11:16].lstrip("0") if lang == "en" else leg["departure"][11:16]
    page.locator(".card").filter(has_text=clock).first.click(timeout=30_000)
    expect(page.locator("article .alert").first).to_contain_text(words[0])
    expect(page.locator("article .full").first).to_contain_text(words[1])
    assert visitor.complaints == []
