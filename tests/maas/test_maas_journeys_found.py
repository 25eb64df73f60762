"""Ways told as they are found: the lines of an answer, and what the plain answer makes of the same."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import anyio
import httpx
import pytest
from fastapi import FastAPI

from fleet.errors import Unknown
from maas.api import journeys, problems
from maas.area.open import Area, open_area
from maas.bridges.by_request import Taxi, TaxiMover
from maas.bridges.movers import Walker
from maas.journeys.model import JourneysRequest, JourneysView
from routing.on_demand import Mover
from routing.query import Profile

Result = TypeVar("Result")
LINES = {"Accept": "application/x-ndjson"}
WISHES = ["cheapest", "least_walking", "greenest"]
ASKED: dict[str, Any] = {
    "from": "海浜幕張", "to": "幕張ベイタウン・コア", "at": "2026-11-25T10:00:00+09:00",
    "count": 5, "best": WISHES,
}  # fmt: skip
TAXI = Taxi("Taxi", "JPY", 500, 1_096, 100, 255, wait_s=300, seats=4)


@pytest.fixture(scope="module")
def area(makuhari: Path) -> Area:
    return open_area(makuhari)


def taxis(area: Area) -> Callable[[JourneysRequest], Sequence[Mover]]:
    """A mover whose answers do not depend on the hour."""
    walker = Walker(area.planner.network.streets, Profile.WALK, 1.33, 1800)
    return lambda _request: [TaxiMover(TAXI, walker, lambda: 0)]


def app_of(area: Area, movers_of: Any = journeys.no_movers, heard: Any = journeys.nobody_hears) -> FastAPI:
    app = FastAPI()
    problems.install(app)
    app.include_router(journeys.router(area, movers_of, heard))
    return app


def apart(work: Callable[[], Awaitable[Result]]) -> Result:
    """In a loop and thread of its own: where pages are tested, the main thread has a loop already."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(anyio.run, work).result()


def ask(app: FastAPI, body: dict[str, Any], headers: dict[str, str] | None = None) -> httpx.Response:
    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://here", timeout=60) as http:
            return await http.post("/v1/journeys", json=body, headers=headers)

    return apart(asked)


def told(response: httpx.Response) -> list[dict[str, Any]]:
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("application/x-ndjson")
    return [json.loads(line) for line in response.text.splitlines()]


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"arrive_by": True},
        {"window_s": 7200, "count": 0},
        {"window_s": 7200, "count": 2},
        {"needs": ["few_changes"]},
        {"wheelchair": True},
        {"via": [{"place": "蘇我"}]},
    ],
    ids=["depart", "arrive", "window", "first of a window", "easiest first", "wheelchair", "via"],
)
@pytest.mark.parametrize("moved", [False, True], ids=["timetable", "taxis too"])
def test_the_lines_together_are_the_plain_answer(area: Area, more: dict[str, Any], moved: bool) -> None:
    app = app_of(area, taxis(area) if moved else journeys.no_movers)
    plain = ask(app, ASKED | more).json()
    lines = told(ask(app, ASKED | more, LINES))
    *found, last = lines
    ways = {way["id"]: way for line in found for way in line["journeys"]}
    assert len(ways) == sum(len(line["journeys"]) for line in found), "none is told twice"
    assert not any(way["best_at"] for way in ways.values()), "before all are there nobody knows"
    assert last["stage"] == "ranking"
    assert [ways[one["id"]] | {"best_at": one["best_at"]} for one in last["ranking"]] == plain["journeys"]
    assert (last["notes"], last["excluded"]) == (plain["notes"], plain["excluded"])


def test_the_quick_ones_come_first_and_nothing_is_said_where_nothing_is_found(area: Area) -> None:
    app = app_of(area, taxis(area))
    lines = told(ask(app, ASKED | {"count": 9}, LINES))
    alone = told(ask(app, ASKED | {"best": [], "count": 0}, LINES))
    assert [line["stage"] for line in lines] == ["timetable", "best", "on_demand", "later", "ranking"]
    assert [line["stage"] for line in alone] == ["timetable", "on_demand", "ranking"]
    assert all(line["journeys"] for line in lines[:-1])


def test_what_cannot_be_planned_is_refused_as_ever(area: Area) -> None:
    app = app_of(area)
    for wrong in ({"at": "2031-01-01T10:00:00+09:00"}, {"to": "Atlantis"}, {"count": 99}):
        plain, lines = (ask(app, ASKED | wrong, headers) for headers in ({}, LINES))
        assert lines.headers["content-type"] == "application/problem+json"
        assert (lines.status_code, lines.json()) == (plain.status_code, plain.json())
        assert lines.status_code in (404, 422)


class Failing:
    """A mover whose service fails when it is asked."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def estimate_s(self, *_ends: object) -> int:
        raise self._error

    def offer(self, *_asked: object, **_how: bool) -> None:
        raise self._error


@pytest.mark.parametrize(
    ("error", "status", "slug"),
    [(Unknown("stop", "s1"), 404, "unknown"), (RuntimeError("secret"), 500, "defect")],
    ids=["a refusal", "a defect"],
)
def test_what_fails_after_the_first_ways_is_the_last_line(
    area: Area, error: Exception, status: int, slug: str, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[JourneysView] = []
    app = app_of(area, lambda _request: [Failing(error)], lambda _request, answer: heard.append(answer))
    *found, last = told(ask(app, ASKED, LINES))
    assert [line["stage"] for line in found] == ["timetable", "best"]
    assert last["problem"]["status"] == status
    assert last["problem"]["type"].endswith(f"/{slug}")
    assert "secret" not in json.dumps(last), "nothing of the inside leaks out"
    assert ("failed after the first ways" in caplog.text) is (status == 500)
    assert heard == []


def test_whoever_asks_anew_ends_the_search_that_ran(area: Area) -> None:
    """At the ASGI interface: the reader goes when the first line is there."""
    asked: list[str] = []
    heard: list[JourneysView] = []

    class Counted(TaxiMover):
        def offer(self, *ends: Any, **how: Any) -> Any:
            asked.append("offer")
            return super().offer(*ends, **how)

    counted = Counted(TAXI, Walker(area.planner.network.streets, Profile.WALK, 1.33, 1800), lambda: 0)
    app = app_of(area, lambda _request: [counted], lambda _request, answer: heard.append(answer))
    body = json.dumps(ASKED).encode()
    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1",
        "method": "POST", "path": "/v1/journeys", "raw_path": b"/v1/journeys", "query_string": b"",
        "root_path": "", "scheme": "http", "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 9),
        "headers": [(b"content-type", b"application/json"), (b"accept", b"application/x-ndjson")],
    }  # fmt: skip

    async def visit() -> None:
        first, request = anyio.Event(), iter([{"type": "http.request", "body": body, "more_body": False}])

        async def receive() -> dict[str, Any]:
            for message in request:
                return message
            await first.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            if message.get("body"):
                first.set()
                await anyio.sleep_forever()  # nobody reads any more

        await app(scope, receive, send)

    apart(visit)
    assert asked == []
    assert heard == []


def test_a_running_server_writes_each_line_at_once(server: str) -> None:
    with httpx.stream("POST", f"{server}/v1/journeys", json=ASKED, headers=LINES, timeout=60) as answer:
        assert "content-length" not in answer.headers
        lines: Iterator[str] = answer.iter_lines()
        assert json.loads(next(lines))["stage"] == "timetable"
        assert json.loads(list(lines)[-1])["stage"] == "ranking"


def test_the_description_names_the_views_that_the_plain_answer_has(area: Area) -> None:
    described = app_of(area).openapi()
    content = described["paths"]["/v1/journeys"]["post"]["responses"]["200"]["content"]
    first, last, failed = content["application/x-ndjson"]["schema"]["oneOf"]
    assert first["properties"]["journeys"]["items"] == {"$ref": "#/components/schemas/JourneyView"}
    assert set(last["required"]) == {"stage", "ranking"}
    assert failed["properties"]["problem"]["properties"]["status"] == {"title": "Status", "type": "integer"}
    assert "$defs" not in json.dumps(content["application/x-ndjson"])
