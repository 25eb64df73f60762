"""What can be reached: isochrones and matrices."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Body, Header, Query
from fastapi.responses import JSONResponse, Response, StreamingResponse

from maas.api.journeys import MoversOf, movers_by, no_movers
from maas.area.open import Area
from maas.errors import BadRequest
from maas.journeys.model import Latitude, Longitude, Means, Whereabouts
from maas.journeys.reach import instant_of, isochrones, rows
from maas.journeys.reach_model import (
    CELLS_MAX,
    IsochroneRequest,
    IsochroneView,
    MatrixRequest,
    MatrixRow,
    MatrixView,
)
from maas.journeys.service import utc_now

__all__ = ["router"]

_LINES = "application/x-ndjson"


class GeoJSONResponse(JSONResponse):
    """RFC 7946."""

    media_type = "application/geo+json"


def router(area: Area, movers_of: MoversOf = no_movers) -> APIRouter:
    """Routes of isochrones and matrices; `movers_of` gives who can offer rides to a rider."""
    routes = APIRouter(tags=["reach"])

    @routes.get("/v1/isochrones", response_class=GeoJSONResponse)
    def show_isochrones(
        text: Annotated[str, Query(alias="from", max_length=200, description="a place in words")] = "",
        lat: Annotated[Latitude | None, Query()] = None,
        lon: Annotated[Longitude | None, Query()] = None,
        place_id: Annotated[str | None, Query(max_length=200)] = None,
        stop_id: Annotated[str | None, Query(max_length=200)] = None,
        minutes: Annotated[tuple[int, ...], Query(max_length=8, description="1 to 180 each")] = (10, 20, 30),
        at: Annotated[datetime | None, Query(description="now if left out")] = None,
        arrive_by: Annotated[bool, Query(description="from where one is there by `at`")] = False,
        wheelchair: bool = False,
        walk_max_s: Annotated[int, Query(ge=60, le=7200)] = 1800,
        walk_speed_m_s: Annotated[float, Query(ge=0.3, le=3.0)] = 1.33,
        modes: Annotated[tuple[str, ...], Query(max_length=20, description="such as rail or bus")] = (),
        means: Annotated[
            tuple[Literal["walk", "transit", "bicycle", "shuttle", "device", "cycle", "flex", "taxi"], ...],
            Query(max_length=8, description="besides walking; bicycle is one's own"),
        ] = ("transit",),
        interchanges_max: Annotated[int, Query(ge=0, le=9)] = 7,
        places: Annotated[int, Query(ge=0, le=500, description="how many places to name")] = 40,
        lang: Annotated[str, Query(max_length=16)] = "",
    ) -> IsochroneView:
        """What is reached from a place within so many minutes: GeoJSON areas, and the places in them."""
        given = Whereabouts(lat=lat, lon=lon, place_id=place_id, stop_id=stop_id)
        request = IsochroneRequest(
            origin=text or given, minutes=list(minutes), at=at, arrive_by=arrive_by,
            wheelchair=wheelchair, walk_max_s=walk_max_s, walk_speed_m_s=walk_speed_m_s, modes=list(modes),
            means=[Means(m) for m in dict.fromkeys(means) if m != "walk"], interchanges_max=interchanges_max,
            places=places, lang=lang,
        )  # fmt: skip
        movers = movers_by(movers_of, request, at=at, arrive_by=arrive_by)
        return isochrones(area, request, utc_now(), movers)

    @routes.post(
        "/v1/matrices",
        response_model=MatrixView,
        responses={200: {"content": {_LINES: {"schema": MatrixRow.model_json_schema()}}}},
    )
    def make_matrix(
        request: Annotated[MatrixRequest, Body()], accept: Annotated[str, Header()] = ""
    ) -> MatrixView | Response:
        """Durations from each origin to each destination; with `Accept: application/x-ndjson` row by row."""
        cells = len(request.origins) * len(request.destinations)
        if cells > CELLS_MAX:
            raise BadRequest(
                f"{len(request.origins)} origins times {len(request.destinations)} destinations are "
                f"{cells:,} durations; one question may ask for {CELLS_MAX:,}. Split it, or use `maas matrix`"
            )
        now = utc_now()
        found = rows(
            area, request, now, movers_by(movers_of, request, at=request.at, arrive_by=request.arrive_by)
        )
        if _LINES in accept:
            return StreamingResponse(_lines(found), media_type=_LINES)
        return MatrixView(at=instant_of(area, request, now), rows=list(found))

    return routes


def _lines(found: Iterator[MatrixRow]) -> Iterator[str]:
    for row in found:
        yield row.model_dump_json() + "\n"
