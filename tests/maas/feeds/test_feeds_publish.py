"""Publishing: blocked by errors, scheduled, rolled back; and at addresses that everybody can rely on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest
from fastapi import FastAPI
from feeds_world import ADMIN, CLERK, FILES, NOW, RIVAL, feed_zip, open_house, served
from pydantic import ValidationError

from maas.api import problems
from maas.api.feeds.public import router as public_router
from maas.api.feeds.publishing import router as publishing_router
from maas.errors import BadRequest
from maas.feeds import store
from maas.feeds.errors import BadDocument, EditConflict, NotYours, Refused, UnknownFeed
from maas.feeds.house import House
from maas.feeds.notices import NoticeContent, Notices
from maas.feeds.publish import Publisher
from maas.wiring.judge import Judge

JST = ZoneInfo("Asia/Tokyo")
BROKEN = FILES["trips.txt"] + "NOROUTE,W,T9,豊砂,0\n"


@pytest.fixture
def house(sql_url: str, tmp_path: Path) -> Iterator[House]:
    made = filled(sql_url, tmp_path)
    yield made
    made.database.close()


def filled(url: str, folder: Path) -> House:
    """Versions 1 and 2 are right, 3 is not."""
    made = open_house(url)
    feeds = folder / "feeds"
    feeds.mkdir()
    made.import_file("baybus", feed_zip(feeds), CLERK)
    later = FILES["stop_times.txt"].replace("21:", "22:")
    made.import_file("baybus", feed_zip(feeds, stop_times=later), CLERK)
    made.import_file("baybus", feed_zip(feeds, trips=BROKEN), CLERK)
    return made


def publisher(house: House) -> Publisher:
    return Publisher(house, Judge(), JST)


def states(of: Publisher) -> list[tuple[int, str]]:
    return [(r.number, r.state) for r in of.history("baybus")]


def test_one_version_is_live_and_the_one_before_can_be_brought_back(house: House) -> None:
    of = publisher(house)
    with pytest.raises(UnknownFeed, match="nothing is published"):
        of.live("baybus")
    of.publish("baybus", 1, CLERK, reason="autumn")
    house.clock.pass_by(hours=1)  # type: ignore[attr-defined]
    of.publish("baybus", 2, CLERK)
    assert states(of) == [(2, "live"), (1, "past")]
    house.clock.pass_by(hours=1)  # type: ignore[attr-defined]
    back = of.rollback("baybus", CLERK, reason="buses are late")
    assert (back.number, back.state, back.reason) == (1, "live", "buses are late")
    assert states(of) == [(1, "live"), (2, "past"), (1, "past")]
    assert of.archive(back) == house.export("baybus", 1)
    with house.database.read() as connection:
        actions = [e.action for e in store.events(connection, "baybus")][:3]
    assert actions == ["release.rolled_back", "release.live", "release.live"]


def test_errors_stand_in_the_way_unless_an_administrator_says_why(house: House) -> None:
    of = publisher(house)
    with pytest.raises(Refused, match="has 1 errors") as caught:
        of.publish("baybus", 3, CLERK)
    found = caught.value.more["report"]["findings"][0]
    assert (found["code"], found["severity"]) == ("foreign_key_violation", "error")
    with pytest.raises(NotYours, match="only an administrator"):
        of.publish("baybus", 3, CLERK, override="must go out")
    assert of.publish("baybus", 3, ADMIN, override="the trip is not run anyway").override
    with pytest.raises(NotYours):
        of.publish("baybus", 1, RIVAL)


def test_a_release_waits_for_its_hour_and_goes_out_once(house: House) -> None:
    of = publisher(house)
    of.publish("baybus", 1, CLERK)
    with pytest.raises(BadRequest, match="past"):
        of.publish("baybus", 2, CLERK, at=NOW - timedelta(hours=1))
    of.publish("baybus", 2, CLERK, at=NOW + timedelta(hours=5))
    called_off = of.publish("baybus", 1, CLERK, at=NOW + timedelta(hours=6))
    assert of.due() == []
    of.cancel("baybus", called_off.id, CLERK)
    house.clock.pass_by(hours=8)  # type: ignore[attr-defined]
    with ThreadPoolExecutor(3) as pool:  # several processes look at once
        gone = [r for found in pool.map(lambda _: of.due(), range(3)) for r in found]
    assert [r.number for r in gone] == [2]
    assert of.live("baybus").number == 2
    with pytest.raises(Refused, match="only a scheduled one"):
        of.cancel("baybus", gone[0].id, CLERK)
    with pytest.raises(Refused, match="nothing was live before"):
        Publisher(open_house_again(house), Judge(), JST).rollback("other", ADMIN, reason="")


def open_house_again(house: House) -> House:
    from feeds_world import ABOUT

    house.database.run(
        lambda c: store.create_feed(c, "other", "other", ABOUT, in_planner=False, now=NOW, actor="x")
    )
    return house


def content(**changed: object) -> NoticeContent:
    base = {
        "header": {"ja": "運休"},
        "active_from": NOW + timedelta(days=2),
        "effect": "NO_SERVICE",
        "routes": ["R"],
    }
    return NoticeContent.model_validate(base | changed)


def test_notices_are_announced_changed_and_over(house: House) -> None:
    notices = Notices(house)
    made = notices.add("baybus", content(active_until=NOW + timedelta(days=3)), CLERK)
    hidden = notices.add("baybus", content(shown_from=NOW + timedelta(days=1)), CLERK)
    assert [n.id for n in notices.shown("baybus", NOW)] == [made.id]
    assert [n.id for n in notices.shown("baybus", NOW + timedelta(days=4))] == [hidden.id]
    notices.put("baybus", made.id, content(stops=["S1"]), CLERK, expected=1)
    with pytest.raises(EditConflict):
        notices.put("baybus", made.id, content(), CLERK, expected=1)
    with pytest.raises(BadDocument, match="routes: the feed has no 'X'"):
        notices.add("baybus", content(routes=["X"]), CLERK)
    with pytest.raises(ValidationError, match="active_until must come after"):
        content(active_until=NOW)
    notices.remove("baybus", made.id, CLERK)
    assert [n.id for n in notices.all("baybus")] == [hidden.id]


@pytest.fixture
def client(tmp_path: Path) -> Iterator[httpx.Client]:
    house = filled(f"sqlite:///{tmp_path / 'h.sqlite'}", tmp_path)
    of, notices = publisher(house), Notices(house)
    app = FastAPI()
    problems.install(app)
    app.include_router(publishing_router(house, of, notices, lambda: CLERK), responses=problems.RESPONSES)
    app.include_router(
        public_router(house, of, notices, "https://maas.example"), responses=problems.RESPONSES
    )
    with served(app) as opened:
        yield opened
    house.database.close()


def test_what_is_published_is_downloaded_once_and_then_asked_for_news(client: httpx.Client) -> None:
    assert client.get("/feeds").json() == []
    assert client.get("/feeds/baybus/gtfs.zip").status_code == 404
    made = client.post("/v1/feeds/baybus/releases", json={"version": 1})
    assert made.status_code == 201, made.text
    first = client.get("/feeds/baybus/gtfs.zip")
    assert first.headers["content-type"] == "application/zip"
    assert hashlib.sha256(first.content).hexdigest() == made.json()["sha256"]
    for header, value in (("If-None-Match", "etag"), ("If-Modified-Since", "last-modified")):
        again = client.get("/feeds/baybus/gtfs.zip", headers={header: first.headers[value]})
        assert (again.status_code, again.content) == (304, b"")
    head = client.head("/feeds/baybus/gtfs.zip")
    assert int(head.headers["content-length"]) == len(first.content)
    client.post("/v1/feeds/baybus/releases", json={"version": 2})
    news = client.get("/feeds/baybus/gtfs.zip", headers={"If-None-Match": first.headers["etag"]})
    assert (news.status_code, news.headers["etag"] != first.headers["etag"]) == (200, True)
    old = client.get("/feeds/baybus/versions/1/gtfs.zip")
    assert (old.content, "immutable" in old.headers["cache-control"]) == (first.content, True)
    assert client.get("/feeds/baybus/versions/3/gtfs.zip").status_code == 404
    history = client.get("/feeds/baybus/versions").json()
    assert [(h["version"], h["live"]) for h in history] == [(2, True), (1, False)]


def test_errors_are_answered_with_the_report(client: httpx.Client) -> None:
    refused = client.post("/v1/feeds/baybus/releases", json={"version": 3})
    assert refused.status_code == 409
    assert refused.json()["report"]["errors"] == 1
    assert refused.json()["report"]["findings"][0]["samples"][0]["file"] == "trips.txt"
    assert client.post("/v1/feeds/baybus/rollback", json={}).status_code == 409


def test_the_catalogue_for_portals_and_the_page_for_people(client: httpx.Client) -> None:
    client.post("/v1/feeds/baybus/releases", json={"version": 1})
    found = client.get("/feeds/catalog.jsonld")
    assert found.headers["content-type"] == "application/ld+json"
    (dataset,) = found.json()["dcat:dataset"]
    assert {"@language": "ja", "@value": "ベイバス"} in dataset["dct:title"]
    (distribution,) = dataset["dcat:distribution"]
    assert distribution["dcat:downloadURL"]["@id"] == "https://maas.example/feeds/baybus/gtfs.zip"
    assert distribution["dct:license"]["@id"] == "https://creativecommons.org/licenses/by/4.0/"
    assert dataset["dct:temporal"]["dcat:startDate"]["@value"] == "2026-11-01"
    (listed,) = client.get("/feeds").json()
    assert (listed["licence"], listed["publisher"], listed["last_date"]) == (
        "CC-BY-4.0",
        "ベイバス",
        "20261231",
    )
    page = client.get("/feeds/index.html")
    assert "<h1>公共交通オープンデータ</h1>" in page.text
    assert "/feeds/baybus/gtfs.zip" in client.get("/feeds/index.html?lang=en").text


def test_notices_over_http(client: httpx.Client) -> None:
    body = content().model_dump(mode="json")
    made = client.post("/v1/feeds/baybus/notices", json=body)
    assert made.status_code == 201, made.text
    address = f"/v1/feeds/baybus/notices/{made.json()['id']}"
    assert client.put(address, json=body).status_code == 428
    assert client.put(address, json=body, headers={"If-Match": made.headers["etag"]}).status_code == 200
    assert client.put(address, json=body, headers={"If-Match": made.headers["etag"]}).status_code == 412
    assert [n["content"]["effect"] for n in client.get("/feeds/baybus/notices.json").json()] == ["NO_SERVICE"]
    assert client.delete(address).status_code == 204
