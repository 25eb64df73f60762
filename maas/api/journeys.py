"""Journey planning."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import chain
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, Header, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from maas.api.problems import Problem, problem_of
from maas.area.open import Area
from maas.journeys.check import CheckRequest, CheckView, check
from maas.journeys.found import Found, FoundLine, RankingLine, line
from maas.journeys.model import JourneysRequest, JourneysView, Means, PartyIn
from maas.journeys.service import find, plan, utc_now
from routing.on_demand import Mover

MoversOf = Callable[[JourneysRequest], Sequence[Mover]]
"""Who can offer rides on demand to a rider."""
_LINES = "application/x-ndjson"
_log = logging.getLogger(__name__)


def no_movers(_request: JourneysRequest) -> Sequence[Mover]:
    """Nobody: an area without a fleet, or a server that runs none."""
    return ()


class Rider(Protocol):
    """How somebody moves, whatever they ask."""

    wheelchair: bool
    walk_max_s: int
    walk_speed_m_s: float

    @property
    def means(self) -> Sequence[Means]:
        """Besides walking."""
        ...


def movers_by(
    movers_of: MoversOf,
    rider: Rider,
    *,
    at: datetime | None,
    arrive_by: bool = False,
    party: PartyIn | None = None,
    age: int | None = None,
) -> Sequence[Mover]:
    """Who can offer rides by the means that are asked for, one's own cycle apart, to one or to a party."""
    means = [m for m in rider.means if m not in (Means.TRANSIT, Means.BICYCLE)]
    if not means:
        return ()
    asked = {
        "from": "", "to": "", "at": at, "arrive_by": arrive_by, "means": means,
        "wheelchair": rider.wheelchair, "walk_max_s": rider.walk_max_s,
        "walk_speed_m_s": rider.walk_speed_m_s,
        "party": party or ({"adults": 0, "wheelchairs": 1} if rider.wheelchair else {}), "age": age,
    }  # fmt: skip
    return movers_of(JourneysRequest.model_validate(asked))


Heard = Callable[[JourneysRequest, JourneysView], None]
"""Told of each question and its answer."""


def nobody_hears(_request: JourneysRequest, _answer: JourneysView) -> None:
    """Where questions are not counted."""


class ProblemLine(BaseModel):
    """The last line where the search failed after the first ways were told."""

    problem: Problem


def router(area: Area, movers_of: MoversOf = no_movers, heard: Heard = nobody_hears) -> APIRouter:
    """Routes of the journeys resource."""
    routes = APIRouter(tags=["journeys"])

    @routes.post(
        "/v1/journeys",
        response_model=JourneysView,
        responses={200: {"content": {_LINES: {"schema": _schema(FoundLine, RankingLine, ProblemLine)}}}},
    )
    def plan_journeys(request: JourneysRequest, accept: Annotated[str, Header()] = "") -> Response:
        """Plan from door to door: the best by arrival and interchanges, and later ones if `count` asks.

        With `Accept: application/x-ndjson` the ways come line by line as they are found, at last their order
        and what each is best at. What cannot be planned at all is refused as ever; what fails later is the
        last line, `problem`.
        """
        if _LINES in accept:
            found = find(area, request, utc_now(), movers_of(request))
            told = _lines(chain([next(found)], found), request, heard)  # the first may refuse
            return StreamingResponse(told, media_type=_LINES, headers={"X-Accel-Buffering": "no"})
        answer = plan(area, request, utc_now(), movers_of(request))
        heard(request, answer)
        # Written in one go: by way of Python's own objects, as is usual, it takes several times as long.
        return Response(answer.model_dump_json(by_alias=True), media_type="application/json")

    @routes.post("/v1/journeys/check")
    def check_journey(request: CheckRequest) -> CheckView:
        """Is a journey that was planned earlier still good? If not, where it breaks and how one gets on."""
        return check(area, request, utc_now())

    return routes


def _lines(found: Iterator[Found | JourneysView], request: JourneysRequest, heard: Heard) -> Iterator[str]:
    """Each part as it comes. Whoever stops reading stops the search at the next part."""
    try:
        for part in found:
            if isinstance(part, JourneysView):
                heard(request, part)
            told = line(part)
            if told is not None:
                yield told.model_dump_json(by_alias=True) + "\n"
    except Exception as error:  # the head is sent: a problem can only be a line
        problem = problem_of(error)
        if problem.status >= 500:
            _log.error("POST /v1/journeys failed after the first ways", exc_info=error)
        yield ProblemLine(problem=problem).model_dump_json() + "\n"


def _schema(*lines: type[BaseModel]) -> dict[str, Any]:
    """One of these; what the plain answer has, too, is named as there, everything else stands in place."""
    answer = JourneysView.model_json_schema(mode="serialization").get("$defs", {})

    def placed(node: Any, own: dict[str, Any]) -> Any:
        if isinstance(node, list):
            return [placed(one, own) for one in node]
        if not isinstance(node, dict):
            return node
        name = str(node.get("$ref", "")).rpartition("/")[2]
        if name and name not in answer:
            return placed(own[name], own)
        return {key: placed(value, own) for key, value in node.items()}

    def schema(model: type[BaseModel]) -> Any:
        made = model.model_json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
        own = made.pop("$defs", {})
        return placed(made, own)

    return {"oneOf": [schema(model) for model in lines]}
