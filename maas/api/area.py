"""What the area is, and its map."""

from __future__ import annotations

import gzip

import msgspec
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from gtfs.model.fares import RiderKind
from maas.area.open import Area
from maas.journeys.categories import named_categories


class Basemap(BaseModel):
    """Where the vector tiles are."""

    tiles: str
    minzoom: int
    maxzoom: int


class ServiceDates(BaseModel):
    """First and last day with a timetable, YYYY-MM-DD."""

    first: str
    last: str


class PosterNameView(BaseModel):
    """A name and where its middle lies, in pixels from the upper left."""

    x: int
    y: int
    names: dict[str, str]


class PosterView(BaseModel):
    """A small picture of the area as SVG path data: for pages that do not load the map."""

    width: int
    height: int
    fine: int = Field(description="path units in a pixel")
    px_m: float = Field(description="pixels in a metre of Web Mercator")
    center: tuple[float, float] = Field(description="longitude and latitude of the middle")
    paths: dict[str, str] = Field(
        description="path data by class: park, beach, water, stream, building, rail, major, middle, minor"
    )
    names: list[PosterNameView]


class RiderCategoryView(BaseModel):
    """Riders who share a price, as rider_categories.txt has them: what `party.categories` may name."""

    id: str
    name: str
    kind: RiderKind | None = Field(description="by what it is called; null: none of these")
    default: bool = Field(description="of people who say nothing else")
    eligibility_url: str | None = Field(description="who may claim it, and with which proof")
    say: str = Field(
        description="what `party.categories` should name: a word that every feed answers to, or this id"
    )
    names: dict[str, str] = Field(description="by language; empty: as the feed has it")


class AreaView(BaseModel):
    """The area that this server serves."""

    id: str
    name: dict[str, str]
    notice: dict[str, str]
    bbox: tuple[float, float, float, float]
    center: tuple[float, float]
    timezone: str
    languages: list[str]
    currency: str
    attributions: list[str]
    service_dates: ServiceDates
    basemap: Basemap | None
    rider_categories: list[RiderCategoryView]


def router(area: Area) -> APIRouter:
    """Routes of the area resource."""
    routes = APIRouter(tags=["area"])

    @routes.get("/v1/area")
    def show_area() -> AreaView:
        """Name, bounds, languages, service dates and basemap."""
        manifest, tiles = area.manifest, area.tiles
        return AreaView(
            id=manifest.id,
            name=manifest.name,
            notice=manifest.notice,
            bbox=manifest.bbox,
            center=manifest.center,
            timezone=manifest.timezone,
            languages=manifest.languages,
            currency=manifest.currency,
            attributions=manifest.attributions,
            service_dates=ServiceDates(first=manifest.service_dates[0], last=manifest.service_dates[1]),
            basemap=None
            if tiles is None
            else Basemap(tiles="/v1/tiles/{z}/{x}/{y}.mvt", minzoom=tiles.zoom_min, maxzoom=tiles.zoom_max),
            rider_categories=[
                RiderCategoryView(
                    id=one.category.id,
                    name=one.category.name,
                    kind=one.category.kind or None,
                    default=one.category.default,
                    eligibility_url=one.category.url or None,
                    say=one.say,
                    names=dict(one.names),
                )
                for one in named_categories(area)
            ],
        )

    poster = gzip.compress(msgspec.json.encode(area.poster), 9, mtime=0) if area.poster is not None else None

    @routes.get("/v1/area/poster", response_model=PosterView, responses={204: {"description": "no drawing"}})
    def show_poster(request: Request) -> Response:
        """The area in a few strokes, at the scale that the map opens with."""
        return _drawn(poster, "application/json", area, request)

    @routes.get(
        "/v1/tiles/{z}/{x}/{y}.mvt",
        response_class=Response,
        responses={
            200: {"content": {"application/vnd.mapbox-vector-tile": {}}},
            204: {"description": "empty"},
        },
    )
    def show_tile(z: int, x: int, y: int, request: Request) -> Response:
        """One vector tile of the area's own map."""
        data = area.tiles.tile(z, x, y) if area.tiles is not None else None
        return _drawn(data, "application/vnd.mapbox-vector-tile", area, request)

    return routes


def _drawn(data: bytes | None, media_type: str, area: Area, request: Request) -> Response:
    """Something gzipped that stays as it is until the area is built anew."""
    if data is None:
        return Response(status_code=204)
    headers = {
        "Content-Encoding": "gzip",
        "Cache-Control": "public, max-age=86400",
        "ETag": f'"{area.manifest.fingerprint[:16]}"',
    }
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(data, media_type=media_type, headers=headers)
