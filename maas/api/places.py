"""Place search."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from maas.area.open import Area
from maas.errors import BadRequest
from maas.places.model import Place


class PlaceView(BaseModel):
    """One findable place."""

    id: str
    name: str
    kind: str
    category: str
    detail: str
    lat: float
    lon: float
    stop_id: str | None
    modes: list[str]


class PlacesView(BaseModel):
    """Matches, best first."""

    places: list[PlaceView]


def router(area: Area) -> APIRouter:
    """Routes of the places resource."""
    routes = APIRouter(tags=["places"])

    @routes.get("/v1/places")
    def search_places(
        q: Annotated[
            str, Query(max_length=200, description="name in kanji, kana, rōmaji, English; or lat,lon")
        ],
        lang: Annotated[str, Query(max_length=16)] = "",
        lat: Annotated[float | None, Query(ge=-90, le=90, description="where the asker is")] = None,
        lon: Annotated[float | None, Query(ge=-180, le=180)] = None,
        limit: Annotated[int, Query(ge=1, le=50)] = 8,
    ) -> PlacesView:
        """Find places by name, with small typing errors, or by position."""
        if (lat is None) != (lon is None):
            raise BadRequest("lat and lon belong together: give both or neither")
        near = (lat, lon) if lat is not None and lon is not None else None
        found = area.places.search(q, limit=limit, near=near)
        return PlacesView(places=[_view(f.place, lang) for f in found])

    return routes


def _view(place: Place, lang: str) -> PlaceView:
    return PlaceView(
        id=place.id,
        name=place.name(lang),
        kind=place.kind.value,
        category=place.category,
        detail=place.detail(lang),
        lat=place.lat,
        lon=place.lon,
        stop_id=place.stop_ids[0] if place.stop_ids else None,
        modes=list(place.modes),
    )
