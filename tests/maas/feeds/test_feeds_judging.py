"""What the validator says over HTTP: of versions and drafts, with places, and of what is live."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest
from fastapi import FastAPI
from feeds_world import CLERK, FILES, feed_zip, open_house, served

from gtfs.schedule.reader import read_feed
from maas.api import problems
from maas.api.feeds import drafts as drafts_api
from maas.api.feeds import judging
from maas.feeds.drafts import Drafts
from maas.feeds.errors import Refused
from maas.feeds.ports import Finding
from maas.feeds.publish import Publisher
from maas.feeds.quality import QualityDays
from maas.feeds.where import Whereabouts
from maas.wiring.judge import Judge, reasons
from maas.wiring.live_quality import Quality

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
LOST = FILES["stops.txt"] + "S9,沖合,35.3,140.0,\n"
FAR = FILES["stops.txt"].replace("S2,幕張メッセ,35.64800,140.03450", "S2,幕張メッセ,35.94800,140.03450")
MESSAGE = {"ja": "位置がない", "en": "no position"}


class LiveOfTests:
    """Realtime of one feed, as it might be."""

    def of(self, feed_id: str) -> Quality:
        if feed_id != "baybus":
            raise Refused("only 'baybus' is told live here")
        sample = {
            "file": "updates.pb",
            "line": 0,
            "field": "",
            "value": "T1",
            "message": MESSAGE,
            "place": None,
        }
        return Quality(NOW, 4, 3, 5, 2, 1, 20, 0, 60, 1, 0, (Finding("E001", "error", 1, [sample]),))


@pytest.fixture
def client(sql_url: str, tmp_path: Path) -> Iterator[httpx.Client]:
    house = open_house(sql_url)
    house.import_file("baybus", feed_zip(tmp_path, stops=FAR), CLERK)
    drafts, publisher = Drafts(house), Publisher(house, Judge(), ZoneInfo("Asia/Tokyo"))
    app = FastAPI()
    problems.install(app)
    days = QualityDays(house.database, ZoneInfo("Asia/Tokyo"))
    app.include_router(judging.router(house, drafts, publisher, LiveOfTests(), days, lambda: CLERK))
    app.include_router(drafts_api.router(drafts, lambda: CLERK, None))
    with served(app) as client:
        yield client
    house.database.close()


def test_every_finding_says_why_how_and_where_in_both_languages(client: httpx.Client) -> None:
    for lang, word in (("ja", "を"), ("en", "the")):
        report = client.get("/v1/feeds/baybus/versions/1/report", params={"lang": lang}).json()
        fast = next(f for f in report["findings"] if f["code"].startswith("fast_travel"))
        assert word in fast["mend"]
        assert fast["why"]
        places = [s["place"] for s in fast["samples"]]
        assert {p["id"] for p in places} <= {"S1", "S2", "S3"}
        assert all(abs(p["lat"] - 35.7) < 0.4 for p in places)


def test_a_draft_is_judged_before_it_becomes_a_version(client: httpx.Client) -> None:
    draft = client.post("/v1/feeds/baybus/drafts", json={}).json()["id"]
    url = f"/v1/feeds/baybus/drafts/{draft}"
    stops = client.get(f"{url}/contents/stop").json()
    assert [(s["key"], s["content"]["name"]) for s in stops] == [
        ("S1", "海浜幕張駅"), ("S2", "幕張メッセ"), ("S3", "豊砂"),
    ]  # fmt: skip
    before = {f["code"] for f in client.get(f"{url}/report").json()["findings"]}
    mended = stops[1]["content"] | {"lat": 35.648}
    put = client.put(f"{url}/documents/stop/S2", json=mended, headers={"If-Match": f'"{stops[1]["tag"]}"'})
    assert put.status_code == 200
    after = {f["code"] for f in client.get(f"{url}/report").json()["findings"]}
    assert {c for c in before - after if c.startswith("fast_travel")}


def test_realtime_is_told_with_its_findings_and_refused_for_other_feeds(client: httpx.Client) -> None:
    seen = client.get("/v1/feeds/baybus/realtime", params={"lang": "en"}).json()
    assert (seen["under_way"], seen["told"], seen["oldest_s"]) == (4, 3, 20)
    assert seen["findings"][0]["samples"][0]["message"] == "no position"
    assert seen["findings"][0]["why"]


def test_a_place_is_found_by_row_by_value_or_not_at_all(tmp_path: Path) -> None:
    where = Whereabouts(read_feed(feed_zip(tmp_path, stops=LOST)))
    assert where.of("stops.txt", 5, "")["name"] == "沖合"  # type: ignore[index]
    assert where.of("stop_times.txt", 3, "")["id"] == "S2"  # type: ignore[index]
    assert where.of("trips.txt", 2, "S1")["name"] == "海浜幕張駅"  # type: ignore[index]
    assert where.of("calendar.txt", 2, "") is None
    assert where.of("stops.txt", 99, "") is None
    assert where.of("nothing.txt", 2, "") is None


def test_codes_that_are_no_longer_judged_have_no_words() -> None:
    assert reasons("a_code_of_old", "ja") == ("", "")
    assert all(reasons("E001", lang)[1] for lang in ("ja", "en"))
