"""What the area is, and its map."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from maas.area.open import Area


class Basemap(BaseModel):
    """Where the vector tiles are."""

    tiles: str
    minzoom: int
    maxzoom: int


class ServiceDates(BaseModel):
    """First and last day with a timetable, YYYY-MM-DD."""

    first: str
    last: str


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
        )

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
        if data is None:
            return Response(status_code=204)
        headers = {
            "Content-Encoding": "gzip",
            "Cache-Control": "public, max-age=86400",
            "ETag": f'"{area.manifest.fingerprint[:16]}"',
        }
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        return Response(data, media_type="application/vnd.mapbox-vector-tile", headers=headers)

    return routes
