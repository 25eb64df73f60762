"""Questions and answers about what can be reached, as they cross the edge."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from maas.journeys.model import Means, Whereabouts

Position = tuple[float, float]

CELLS_MAX = 10_000
"""Origins times destinations of one question over HTTP."""


class ReachNeeds(BaseModel):
    """When and how one moves; shared by isochrones and matrices."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    at: datetime | None = Field(
        default=None, description="ISO 8601; without an offset the area's clock is meant; now if left out"
    )
    arrive_by: bool = Field(
        default=False, description="from where one is there by `at`, instead of where one gets to"
    )
    lang: str = Field(default="", max_length=16)
    walk_max_s: int = Field(default=1800, ge=60, le=7200, description="longest single walk")
    walk_speed_m_s: float = Field(default=1.33, ge=0.3, le=3.0)
    wheelchair: bool = False
    interchanges_max: int = Field(default=7, ge=0, le=9)
    modes: list[str] = Field(default=[], max_length=20, description="kinds of public transport; all if none")
    means: list[Means] = Field(
        default=[Means.TRANSIT],
        max_length=7,
        description="besides walking: transit, bicycle for one's own; also shuttle, device, cycle, flex "
        "and taxi by what they offer now: in matrices from door to door, in isochrones for the first part of "
        "the way (arrive_by: the last)",
    )


class IsochroneRequest(ReachNeeds):
    """From where, and how long."""

    origin: Whereabouts | str
    minutes: list[int] = Field(default=[10, 20, 30], min_length=1, max_length=8)
    places: int = Field(default=40, ge=0, le=500, description="how many places to name, soonest first")


class ReachedArea(BaseModel):
    """GeoJSON, [lon, lat]."""

    type: Literal["MultiPolygon"] = "MultiPolygon"
    coordinates: list[list[list[Position]]]


class BandProperties(BaseModel):
    """What an area of the answer is."""

    minutes: int
    area_km2: float


class Band(BaseModel):
    """All that is reached within so many minutes; a longer time holds the shorter ones."""

    type: Literal["Feature"] = "Feature"
    properties: BandProperties
    geometry: ReachedArea


class ReachedPlace(BaseModel):
    """A named place that is reached."""

    id: str
    name: str
    kind: str
    category: str
    lat: float
    lon: float
    minutes: int = Field(description="rounded up")


class IsochroneView(BaseModel):
    """GeoJSON FeatureCollection, longest time first so that it can be drawn in order."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[Band]
    at: datetime
    places: list[ReachedPlace] = Field(description="the same as text: what is reached, soonest first")


class MatrixRequest(ReachNeeds):
    """Many places to many."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "origins": ["海浜幕張"],
                    "destinations": ["幕張ベイタウン・コア", {"lat": 35.6579, "lon": 140.0272}],
                    "at": "2026-11-25T08:00:00+09:00",
                }
            ]
        },
    )

    origins: list[Whereabouts | str] = Field(min_length=1, max_length=2_000)
    destinations: list[Whereabouts | str] = Field(min_length=1, max_length=2_000)
    limit_s: int = Field(default=7200, ge=60, le=6 * 3600, description="longer ones are null")


class MatrixRow(BaseModel):
    """One origin; a line of the answer as it is worked out, if `application/x-ndjson` is accepted."""

    origin: int = Field(description="its place in the question, from 0")
    durations_s: list[int | None] = Field(description="to each destination; null: not within the limit")


class MatrixView(BaseModel):
    """All rows, in the order of the question."""

    at: datetime
    rows: list[MatrixRow]
