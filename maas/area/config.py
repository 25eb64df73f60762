"""`area.toml`: what an area is called, where it lies, and what it is built from."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from maas.errors import AreaError

Texts = dict[str, str]
"""Language (ja, en, zh, ko) -> text."""


class Sources(BaseModel):
    """Files of the area, relative to its folder."""

    model_config = ConfigDict(extra="forbid")

    streets: str | None = None  # GeoJSON centre lines
    osm: str | None = None  # an OpenStreetMap extract, instead of `streets`
    landcover: str | None = None  # GeoJSON of water, parks, buildings, rail for the basemap
    timetable: str | None = None  # folder of lines and stops that gtfs.authoring compiles
    gtfs: list[str] = []  # feeds, zips or folders
    places: str | None = None  # CSV of points of interest
    addresses: str | None = None  # CSV of quarters and addresses
    docks: str | None = None  # CSV of share-cycle docks
    shuttle: str | None = None  # TOML of the on-demand shuttles (fleet.model.service)
    devices: str | None = None  # TOML of the self-driving devices (fleet.model.devices)
    buses: str | None = None  # TOML of the vehicles of line operators (fleet.vehicles.buses)


class SimulationConfig(BaseModel):
    """What moves in an area whose vehicles are simulated: `maas serve` runs it against the clock."""

    model_config = ConfigDict(extra="forbid")

    riders_per_day: Annotated[int, Field(ge=0, le=100_000)] = 400
    seed: int = 1


class CycleTariffConfig(BaseModel):
    """What a share cycle costs, in minor units of the area's currency."""

    model_config = ConfigDict(extra="forbid")

    first_minor: Annotated[int, Field(ge=0)]
    first_minutes: Annotated[int, Field(ge=1, le=1440)] = 30
    each_minor: Annotated[int, Field(ge=0)]
    each_minutes: Annotated[int, Field(ge=1, le=1440)] = 15


class TaxiConfig(BaseModel):
    """What a taxi costs and whom to call; `[taxi]` in area.toml. Money in minor units."""

    model_config = ConfigDict(extra="forbid")

    name: str
    base_minor: Annotated[int, Field(ge=0)]
    base_m: Annotated[int, Field(ge=0, le=20_000)]
    each_minor: Annotated[int, Field(ge=0)]
    each_m: Annotated[int, Field(ge=1, le=20_000)]
    wait_s: Annotated[int, Field(ge=0, le=7200)] = 600
    seats: Annotated[int, Field(ge=1, le=12)] = 4
    phone: str = ""
    url: str = ""


class RealtimeConfig(BaseModel):
    """Where an operator tells in GTFS-Realtime how its trips run; `[[realtime]]` in area.toml."""

    model_config = ConfigDict(extra="forbid")

    url: Annotated[str, Field(pattern=r"^https?://")]
    feed: str = ""  # of several feeds the one that it is about: the name of its file
    every_s: Annotated[float, Field(ge=5, le=3600)] = 30.0


class AreaConfig(BaseModel):
    """One area, as its maker describes it."""

    model_config = ConfigDict(extra="forbid")

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    name: Texts
    notice: Texts = {}
    timezone: str = "Asia/Tokyo"
    languages: list[str] = ["ja", "en", "zh", "ko"]
    currency: str = "JPY"
    bbox: Annotated[list[float], Field(min_length=4, max_length=4)] | None = None  # west, south, east, north
    center: Annotated[list[float], Field(min_length=2, max_length=2)] | None = None  # lon, lat
    attributions: list[str] = []
    sources: Sources = Sources()
    simulation: SimulationConfig | None = None
    realtime: list[RealtimeConfig] = []
    cycle_tariff: CycleTariffConfig | None = None
    taxi: TaxiConfig | None = None
    emissions_g_km: dict[str, Annotated[float, Field(ge=0, le=1000)]] = {}  # mode -> g CO2 a passenger-km


def read_config(folder: Path) -> AreaConfig:
    """Read `area.toml` of an area folder. Raises AreaError that names the key and what is wrong with it."""
    path = folder / "area.toml"
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise AreaError(f"{path}: there is no such file. Give the folder that holds area.toml") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AreaError(f"{path}: {error}. Mend that line") from None
    try:
        return AreaConfig.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        raise AreaError(f"{path}, {key}: {first['msg']} ({first['input']!r})") from None
