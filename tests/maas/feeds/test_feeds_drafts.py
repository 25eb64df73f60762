"""Drafts: several clerks at once, and nobody's work lost."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from feeds_world import CLERK, RIVAL, feed_zip, open_house, served

from gtfs.authoring.documents import Kind
from gtfs.publish.changes import Kind as ChangeKind
from maas.api import problems
from maas.api.feeds.drafts import router
from maas.feeds.drafts import Draft, Drafts
from maas.feeds.errors import BadDocument, EditConflict, NotYours, Refused, UnknownFeed, VersionMissing
from maas.feeds.model import Actor

URL = "/v1/feeds/baybus/drafts"
OTHER = Actor("colleague", frozenset({"baybus"}))


@pytest.fixture
def drafts(sql_url: str, tmp_path: Path) -> Iterator[Drafts]:
    house = open_house(sql_url)
    house.import_file("baybus", feed_zip(tmp_path), CLERK)
    yield Drafts(house)
    house.database.close()


def opened(drafts: Drafts) -> Draft:
    return drafts.open("baybus", CLERK, base=None, title="spring")


def again(drafts: Drafts, draft: Draft) -> Draft:
    return drafts.get(draft.feed_id, draft.id, CLERK)


def test_what_the_base_version_says_can_be_read_and_changed(drafts: Drafts) -> None:
    draft = opened(drafts)
    assert drafts.keys(draft, Kind.STOP) == ["S1", "S2", "S3"]
    held = drafts.held(draft, Kind.STOP, "S2")
    assert (held.content["name"], held.author) == ("幕張メッセ", "")
    put = drafts.put(draft, Kind.STOP, "S2", held.content | {"name": "メッセ北"}, CLERK, if_match=held.tag)
    draft = again(drafts, draft)
    assert drafts.held(draft, Kind.STOP, "S2") == put
    assert put.author == "clerk"
    renamed = drafts.difference(draft).changes
    assert [(c.kind, c.after) for c in renamed] == [(ChangeKind.STOP_RENAMED, "メッセ北")]


def test_who_read_an_older_state_is_told_what_differs(drafts: Drafts) -> None:
    draft = opened(drafts)
    held = drafts.held(draft, Kind.STOP, "S2")
    drafts.put(draft, Kind.STOP, "S2", held.content | {"name": "メッセ北"}, CLERK, if_match=held.tag)
    with pytest.raises(EditConflict) as caught:
        drafts.put(draft, Kind.STOP, "S2", held.content | {"name": "メッセ南"}, OTHER, if_match=held.tag)
    assert caught.value.more["differences"] == [{"field": "name", "yours": "メッセ南", "current": "メッセ北"}]
    with pytest.raises(VersionMissing):
        drafts.put(draft, Kind.STOP, "S2", held.content, OTHER, if_match=None)
    with pytest.raises(EditConflict, match="there already"):
        drafts.put(draft, Kind.STOP, "S2", held.content, OTHER, if_match=None, create=True)


def test_clerks_who_edit_different_things_at_once_all_succeed(drafts: Drafts) -> None:
    draft = opened(drafts)

    def add(number: int) -> None:
        stop = {"name": f"新{number}", "lat": 35.6, "lon": 140.0 + number / 1000}
        drafts.put(draft, Kind.STOP, f"N{number}", stop, CLERK, if_match=None, create=True)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(add, range(4)))
    assert len(drafts.keys(again(drafts, draft), Kind.STOP)) == 7


def test_a_draft_becomes_a_version_once(drafts: Drafts) -> None:
    draft = opened(drafts)
    tag = drafts.held(draft, Kind.STOP, "S3").tag
    drafts.remove(draft, Kind.FARE, "F", CLERK, if_match=drafts.held(draft, Kind.FARE, "F").tag)
    with pytest.raises(UnknownFeed):
        drafts.held(again(drafts, draft), Kind.FARE, "F")
    assert drafts.held(again(drafts, draft), Kind.STOP, "S3").tag == tag
    stored = drafts.release(again(drafts, draft), CLERK, reason="no fares")
    assert (stored.version.number, stored.version.source) == (2, f"draft:{draft.id}")
    with pytest.raises(Refused, match="released"):
        drafts.release(again(drafts, draft), CLERK, reason="")
    with pytest.raises(Refused, match="released"):
        drafts.put(
            draft, Kind.STOP, "X", {"name": "x", "lat": 1, "lon": 1}, CLERK, if_match=None, create=True
        )


def test_a_draft_whose_base_is_no_longer_the_latest_is_rebased_first(drafts: Drafts) -> None:
    first, second = opened(drafts), opened(drafts)
    stop = {"name": "新", "lat": 35.6, "lon": 140.0}
    for draft, key in ((first, "N1"), (second, "N2")):
        drafts.put(draft, Kind.STOP, key, stop, CLERK, if_match=None, create=True)
    drafts.release(again(drafts, first), CLERK, reason="")
    with pytest.raises(Refused, match="rebase") as caught:
        drafts.release(again(drafts, second), CLERK, reason="")
    assert caught.value.more == {"latest": 2}
    rebased = drafts.rebase(again(drafts, second), CLERK)
    assert {"N1", "N2"} <= set(drafts.keys(rebased, Kind.STOP))
    assert drafts.release(rebased, CLERK, reason="").version.number == 3


def test_others_and_bad_documents_are_refused(drafts: Drafts) -> None:
    with pytest.raises(NotYours):
        drafts.open("baybus", RIVAL, base=None, title="")
    draft = opened(drafts)
    with pytest.raises(BadDocument, match="lat: Input should be less than or equal to 90"):
        drafts.put(
            draft, Kind.STOP, "X", {"name": "x", "lat": 100, "lon": 1}, CLERK, if_match=None, create=True
        )
    route = {"agency": "B", "short_name": "9"}
    with pytest.raises(BadDocument, match="there is no agency 'B'"):
        drafts.put(draft, Kind.ROUTE, "R9", route, CLERK, if_match=None, create=True)
    assert again(drafts, draft).revision == 1


class _Straight:
    def way(self, start: tuple[float, float], end: tuple[float, float]):  # type: ignore[no-untyped-def]
        return None if end[0] > 35.65 else ([start, (35.649, 140.038), end], 800.0)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[httpx.Client]:
    house = open_house(f"sqlite:///{tmp_path / 'h.sqlite'}")
    folder = tmp_path / "feeds"
    folder.mkdir()
    house.import_file("baybus", feed_zip(folder), CLERK)
    app = FastAPI()
    problems.install(app)
    app.include_router(router(Drafts(house), lambda: CLERK, _Straight()), responses=problems.RESPONSES)
    with served(app) as opened_client:
        yield opened_client
    house.database.close()


def test_a_clerk_turns_a_spreadsheet_into_a_version_over_http(client: httpx.Client) -> None:
    draft = client.post(URL, json={"title": "夏ダイヤ"}).json()["id"]
    sheet = "平日,\n海浜幕張駅,7:00,8:00\n幕張メッセ,7:05,レ\n豊砂,7:12,8:09\n"
    asked = {"route": "R", "pattern": "summer", "calendars": "weekday:W", "direction": 0}
    proposed = client.post(
        f"{URL}/{draft}/sheets/timetable", params=asked, content=sheet.encode("cp932")
    ).json()
    assert [(p["kind"], p["key"], p["tag"]) for p in proposed] == [
        ("pattern", "summer", None), ("timetable", "summer@W", None),
    ]  # fmt: skip
    for p in proposed:
        put = client.put(
            f"{URL}/{draft}/documents/{p['kind']}/{p['key']}",
            json=p["content"],
            headers={"If-None-Match": "*"},
        )
        assert put.status_code == 200, put.text
    shape = client.get(f"{URL}/{draft}/shape", params={"pattern": "summer"}).json()
    assert (len(shape["points"]), shape["straight"]) == (4, [["S2", "S3"]])
    stale = client.put(
        f"{URL}/{draft}/documents/stop/S1",
        json={"name": "x", "lat": 1, "lon": 1},
        headers={"If-Match": '"no"'},
    )
    assert stale.status_code == 412
    assert {d["field"] for d in stale.json()["differences"]} >= {"name", "lat", "lon"}
    told = client.get(f"{URL}/{draft}/changes", params={"lang": "en"}).json()
    assert any("2 new departures" in c["text"] for c in told["changes"])
    released = client.post(f"{URL}/{draft}/release", json={"reason": "夏"})
    assert released.json()["version"]["facts"]["rows"]["trips.txt"] == 5
    assert client.get(f"{URL}/{draft}/reading", params={"name": "打瀬"}).json()["kana"] == "うたせ"


def test_a_fare_triangle_over_http_and_sheets_that_are_wrong(client: httpx.Client) -> None:
    draft = client.post(URL, json={}).json()["id"]
    triangle = "海浜幕張駅\n幕張メッセ,180\n豊砂,230,180\n".encode()
    fare = client.post(
        f"{URL}/{draft}/sheets/fares", params={"key": "tri", "routes": "R"}, content=triangle
    ).json()
    assert fare["content"]["triangle"] == [[], [180], [230, 180]]
    asked = {"route": "R", "pattern": "p", "calendars": "holiday:H"}
    wrong = client.post(
        f"{URL}/{draft}/sheets/timetable", params=asked, content="平日\n海浜幕張駅,7:00\n豊砂,7:09\n".encode()
    )
    assert (wrong.status_code, "calendars=weekday" in wrong.json()["detail"]) == (422, True)
    assert client.get(f"{URL}/{draft}/documents/stop").json() == ["S1", "S2", "S3"]
    assert client.delete(f"{URL}/{draft}").status_code == 204
    assert client.get(f"{URL}/{draft}").json()["state"] == "discarded"
