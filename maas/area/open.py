"""A built area, open: what a server process holds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from fleet.model.cycles import Dock, read_docks
from fleet.model.devices import DeviceService, load_devices
from fleet.model.service import ShuttleService, load_service
from gtfs.model.fares import FareTables
from maas.area.manifest import Manifest
from maas.basemap.poster import Poster
from maas.basemap.tiles import Tiles
from maas.errors import AreaError
from maas.places.index import PlaceIndex
from routing.adapters.snapshot import SnapshotError, open_network
from routing.fares import FarePricer
from routing.planner import Planner

__all__ = ["Area", "open_area"]


@dataclass(frozen=True, slots=True)
class Area:
    """Everything that is read while serving; nothing in it changes."""

    folder: Path
    manifest: Manifest
    planner: Planner
    fares: FarePricer
    places: PlaceIndex
    tiles: Tiles | None
    poster: Poster | None
    shuttle: ShuttleService | None
    devices: DeviceService | None
    docks: list[Dock]
    services: Path | None  # folder with services.toml and its tables


def open_area(folder: Path) -> Area:
    """Open what `build_area` wrote. Raises AreaError that says how to build it."""
    how = f"Build it first: maas area build {folder} --gtfs FEED.zip [--osm EXTRACT.osm.pbf]"
    try:
        manifest = msgspec.json.decode((folder / "area.json").read_bytes(), type=Manifest)
        network = open_network(folder / "network")
        places = PlaceIndex.load(folder / "places.msgpack")
        fares = msgspec.msgpack.decode((folder / "fares.msgpack").read_bytes(), type=dict[str, FareTables])
    except FileNotFoundError as error:
        raise AreaError(
            f"{folder} is no built area ({Path(error.filename).name} is missing). {how}"
        ) from None
    except NotADirectoryError:
        raise AreaError(f"{folder} is a file, not a built area. {how}") from None
    except (msgspec.DecodeError, SnapshotError) as error:
        raise AreaError(f"{folder}: {error}. {how}") from None
    tiles, shuttle = folder / "basemap.pmtiles", folder / "shuttle.toml"
    poster = folder / "poster.json"
    devices, docks = folder / "devices.toml", folder / "docks.csv"
    source = folder / "source"
    return Area(
        folder,
        manifest,
        Planner(network),
        FarePricer(network.schedule, fares),
        places,
        Tiles(tiles) if tiles.exists() else None,
        msgspec.json.decode(poster.read_bytes(), type=Poster) if poster.exists() else None,
        load_service(shuttle) if shuttle.exists() else None,
        load_devices(devices) if devices.exists() else None,
        read_docks(docks) if docks.exists() else [],
        source if (source / "services.toml").exists() else None,
    )
