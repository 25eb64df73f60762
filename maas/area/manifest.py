"""`area.json`: what a built area says of itself."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import numpy as np

from fleet.model.cycles import CycleTariff
from maas.area.config import AreaConfig
from maas.bridges.by_request import Taxi
from routing.network import Network

__all__ = ["SOURCES", "Manifest", "RealtimeSource", "manifest_of"]

SOURCES = "sources"
"""Folder of a built area: the feeds that it was built from, if any has rides on request."""


class RealtimeSource(msgspec.Struct, frozen=True):
    """Where an operator tells how its trips run."""

    url: str
    prefix: str = ""  # put before trip_id and stop_id: several feeds in one area are told apart so
    every_s: float = 30.0


class Manifest(msgspec.Struct, kw_only=True):
    """`area.json` of a built area: what the API tells of it, and what it was built from."""

    id: str
    name: dict[str, str]
    notice: dict[str, str]
    timezone: str
    languages: list[str]
    currency: str
    bbox: tuple[float, float, float, float]
    center: tuple[float, float]
    attributions: list[str]
    service_dates: tuple[str, str]
    simulated_riders: int = 0  # a day; 0: nothing is simulated
    simulation_seed: int = 1
    emissions_g_km: dict[str, float] = {}
    cycle_tariff: CycleTariff | None = None
    taxi: Taxi | None = None
    realtime: list[RealtimeSource] = []
    built_at: str
    fingerprint: str


def manifest_of(config: AreaConfig, network: Network, fingerprint: str) -> Manifest:
    """What is to be told of an area; its box is that of its streets, or of its stops, unless it names one."""
    stops = network.schedule.stops
    seen = np.isfinite(stops.lat) & (np.hypot(stops.lat, stops.lon) > 1.0)
    lats, lons = stops.lat[seen], stops.lon[seen]
    if network.graph is not None:
        lats, lons = network.graph.node_lat, network.graph.node_lon
    bbox = config.bbox or [lons.min(), lats.min(), lons.max(), lats.max()]
    west, south, east, north = map(float, bbox)
    lon, lat = config.center or ((west + east) / 2, (south + north) / 2)
    first, last = network.service_dates
    tariff = config.cycle_tariff
    return Manifest(
        id=config.id,
        name=config.name,
        notice=config.notice,
        timezone=config.timezone or network.schedule.timezone,
        languages=config.languages,
        currency=config.currency,
        bbox=(west, south, east, north),
        center=(float(lon), float(lat)),
        attributions=config.attributions,
        service_dates=(first.isoformat(), last.isoformat()),
        simulated_riders=config.simulation.riders_per_day if config.simulation else 0,
        simulation_seed=config.simulation.seed if config.simulation else 1,
        emissions_g_km=config.emissions_g_km,
        cycle_tariff=None if tariff is None else CycleTariff(**tariff.model_dump(), currency=config.currency),
        taxi=None if config.taxi is None else Taxi(**config.taxi.model_dump(), currency=config.currency),
        realtime=[
            RealtimeSource(source.url, f"{source.feed}:" if source.feed else "", source.every_s)
            for source in config.realtime
        ],
        built_at=datetime.now(UTC).isoformat(timespec="seconds"),
        fingerprint=fingerprint,
    )
