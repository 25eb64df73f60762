"""The descriptions of what moves and of what is offered, checked against the streets and taken along."""

from __future__ import annotations

import shutil
from pathlib import Path

from fleet.errors import FleetError
from fleet.model.cycles import read_docks
from fleet.model.devices import load_devices
from fleet.model.service import load_service
from fleet.personal.ports import NO_WAY_M
from fleet.vehicles.buses import load_buses
from maas.area.config import AreaConfig
from maas.bridges.pavement_ways import PavementWays
from maas.bridges.shuttle_ways import StreetWays
from maas.errors import AreaError
from routing.network import Network

__all__ = ["BUSES", "take_along"]

BUSES = "buses.toml"
"""Vehicles of line operators in a built area."""
_DEVICES_APART_M = 20_000


def take_along(config: AreaConfig, folder: Path, network: Network, fresh: Path) -> None:
    """Copy what `folder` holds of shuttles, devices, docks, buses and services into `fresh`.

    Raises AreaError that names the file and the fix.
    """
    if config.sources.shuttle:
        _shuttle(folder / config.sources.shuttle, network, fresh)
    _devices(config, folder, network, fresh)
    _services(folder, fresh)
    _buses(config, folder, fresh)


def _shuttle(path: Path, network: Network, fresh: Path) -> None:
    """Check a shuttle service against the streets and take its description along."""
    try:
        service = load_service(path)
    except FleetError as error:
        raise AreaError(str(error)) from error
    if network.graph is None:
        raise AreaError(f"{path}: shuttles need streets. Name `streets` or `osm` among the area's sources")
    StreetWays(service, network.graph)
    shutil.copyfile(path, fresh / "shuttle.toml")


def _devices(config: AreaConfig, folder: Path, network: Network, fresh: Path) -> None:
    """Check devices against the pavements, docks by themselves, and take their descriptions along."""
    sources = config.sources
    try:
        if sources.docks:
            read_docks(folder / sources.docks)
            shutil.copyfile(folder / sources.docks, fresh / "docks.csv")
        if not sources.devices:
            return
        path = folder / sources.devices
        service = load_devices(path)
    except FleetError as error:
        raise AreaError(str(error)) from error
    if network.graph is None:
        raise AreaError(f"{path}: devices need streets. Name `streets` or `osm` among the area's sources")
    spots = [(base.lat, base.lon) for base in service.bases]
    always = frozenset(f.id for f in service.fences if f.rule == "no_entry" and not f.by_hour)
    ways = PavementWays(network.graph, service).metres(spots, spots, _DEVICES_APART_M, always)
    for k, base in enumerate(service.bases):
        if (ways[k] == NO_WAY_M).all() or (len(spots) > 1 and (ways[k] < NO_WAY_M).sum() < 2):
            raise AreaError(f"{path}, bases.{base.id}: no pavement leads from it to another. Move it to one")
    shutil.copyfile(path, fresh / "devices.toml")


def _buses(config: AreaConfig, folder: Path, fresh: Path) -> None:
    """Check the vehicles of line operators and take their description along."""
    if config.sources.buses:
        try:
            load_buses(folder / config.sources.buses)
        except FleetError as error:
            raise AreaError(str(error)) from error
        shutil.copyfile(folder / config.sources.buses, fresh / BUSES)


def _services(folder: Path, fresh: Path) -> None:
    """Take services and their tables along; the server reads them into its database."""
    if not (folder / "services.toml").exists():
        return
    source = fresh / "source"
    source.mkdir()
    for name in ("area.toml", "services.toml", "fares.toml"):
        if (folder / name).exists():
            shutil.copyfile(folder / name, source / name)
    if (folder / "services").is_dir():
        shutil.copytree(folder / "services", source / "services")
