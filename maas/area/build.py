"""Build an area: sources in, a folder out that a server opens in an instant."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from gtfs.errors import FeedError, Problem, Severity
from gtfs.model.fares import FareTables
from gtfs.model.schedule import Schedule
from gtfs.publish.package import zipped
from gtfs.schedule.archive import members
from gtfs.schedule.fares import read_fares
from gtfs.schedule.merge import merge
from gtfs.schedule.reader import read_feed
from gtfs.schedule.typed import to_schedule
from maas import __version__
from maas.area.config import AreaConfig, read_config
from maas.area.manifest import SOURCES, Manifest, manifest_of
from maas.area.operations import take_along
from maas.area.shapes import along_streets
from maas.basemap.features import Label
from maas.errors import AreaError
from maas.places.extract import extract_places
from maas.places.gather import RAIL_MODES, csv_places, stop_places, street_places
from maas.places.index import PlaceIndex
from maas.places.model import Place, PlaceKind
from routing.adapters.osm import ExtractError, read_osm
from routing.adapters.snapshot import FORMAT, save_network
from routing.network import Network, build_network
from routing.street.graph import StreetGraph
from routing.street.network import StreetsError, check, compile_network, read_network
from routing.waysides import with_waysides

__all__ = ["Recipe", "Report", "build_area", "is_fresh"]

Progress = Callable[[str], None]
_SHOWN_MAX = 20
_LAYOUT = 7
"""Raised when a built folder holds something new, so that older ones are built again."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What an area is built from: an area folder, raw files, or a folder with some files replaced."""

    folder: Path | None = None
    osm: Path | None = None
    gtfs: tuple[Path, ...] = ()
    encoding: str = "utf-8"
    lenient: bool = False  # leave out trips that cannot be trusted, instead of refusing the feed


@dataclass(slots=True)
class Report:
    """What was built and what was odd, for people and machines."""

    out: str
    stops: int = 0
    routes: int = 0
    trips: int = 0
    street_nodes: int = 0
    places: int = 0
    service_dates: tuple[str, str] = ("", "")
    seconds: float = 0.0
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def build_area(out: Path, recipe: Recipe, progress: Progress = lambda _: None) -> Report:
    """Build `recipe` into the folder `out`, replacing what is there only when all has gone well.

    Raises AreaError, naming the file and the fix, if a source cannot be used.
    """
    begun = time.perf_counter()
    config = read_config(recipe.folder) if recipe.folder else _nameless(out)
    report = Report(out=str(out))
    fresh = out.with_name(f".{out.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    try:
        schedule = _schedule(config, recipe, fresh, report, progress)
        graph, street_names = _streets(config, recipe, report, progress)
        if graph is not None:
            progress("drawing buses along the streets")
            schedule = along_streets(schedule, graph)
        stops = len(schedule.stops.ids)
        schedule = with_waysides(schedule, graph, street_names, progress)
        progress("compiling the network")
        network = build_network(schedule, graph, street_names, progress)
        save_network(network, fresh / "network")
        progress("indexing places")
        places = PlaceIndex.of(_places(config, recipe, network))
        places.save(fresh / "places.msgpack")
        if recipe.folder:
            progress("checking shuttles, devices and services")
            take_along(config, recipe.folder, network, fresh)
        manifest = manifest_of(config, network, _fingerprint(recipe))
        progress("drawing the map")
        _basemap(config, recipe, fresh, _labels(places.places), manifest.center)
        (fresh / "area.json").write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=2))
        _replace(out, fresh)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    report.stops, report.routes = stops, len(schedule.routes.ids)
    report.trips, report.places = len(schedule.trips.ids), len(places.places)
    report.street_nodes = 0 if graph is None else len(graph.node_lat)
    report.service_dates = manifest.service_dates
    report.seconds = round(time.perf_counter() - begun, 2)
    return report


def is_fresh(out: Path, recipe: Recipe) -> bool:
    """Whether `out` was built from just these sources by this version."""
    try:
        manifest = msgspec.json.decode((out / "area.json").read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError):
        return False
    return manifest.fingerprint == _fingerprint(recipe)


def _replace(out: Path, fresh: Path) -> None:
    old = out.with_name(f".{out.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if out.exists():
        if not (out / "area.json").exists() and any(out.iterdir()):
            raise AreaError(
                f"{out} holds something that is no built area. Choose another folder, or empty it"
            )
        out.rename(old)
    fresh.rename(out)
    shutil.rmtree(old, ignore_errors=True)


def _nameless(out: Path) -> AreaConfig:
    """The description of an area that is only a pile of feeds and an extract."""
    identifier = "".join(c if c.isalnum() else "-" for c in out.name.lower()).strip("-") or "area"
    return AreaConfig(id=identifier, name={"": out.name}, timezone="")


def _schedule(
    config: AreaConfig, recipe: Recipe, fresh: Path, report: Report, progress: Progress
) -> Schedule:
    paths = list(recipe.gtfs)
    if not paths and recipe.folder:
        paths = [recipe.folder / p for p in config.sources.gtfs]
        if config.sources.timetable:
            progress("compiling the timetable")
            paths.append(
                _compiled(recipe.folder / config.sources.timetable, fresh / "feeds" / f"{config.id}.zip")
            )
    if not paths:
        raise AreaError("No timetable to build from. Give --gtfs FEED.zip, or an area folder with one")
    parts: list[tuple[str, Schedule]] = []
    fares: dict[str, FareTables] = {}
    on_request = False
    for path in paths:
        progress(f"reading {path.name}")
        try:
            feed = read_feed(path, encoding=recipe.encoding)
            schedule = to_schedule(feed, strict=not recipe.lenient, on_demand_alone=len(paths) > 1)
        except FeedError as error:
            hint = "" if recipe.lenient else "\nMend the feed, or build without what is wrong: --lenient"
            raise AreaError(f"{error}{hint}") from error
        prefix = _prefix(path, [p for p, _ in parts])
        parts.append((prefix, schedule))
        fares[prefix if len(paths) > 1 else ""] = read_fares(feed)
        report.problems += feed.problems
        on_request |= "locations.geojson" in feed.raw or feed.table("location_groups").height > 0
    if on_request:  # what runs on request is read when it is asked for
        for path, (prefix, _) in zip(paths, parts, strict=True):
            _keep(path, fresh / SOURCES / f"{prefix}.zip")
    (fresh / "fares.msgpack").write_bytes(msgspec.msgpack.encode({p: f for p, f in fares.items() if f}))
    try:
        merged = merge(parts)
    except FeedError as error:
        raise AreaError(str(error)) from error
    if not merged.trips.ids:
        raise AreaError("All trips of the feeds run on request. Give a timetable feed together with them")
    return merged


def _keep(path: Path, kept: Path) -> None:
    kept.parent.mkdir(exist_ok=True)
    if path.is_dir():
        kept.write_bytes(zipped(members(path, [])))
    else:
        shutil.copyfile(path, kept)


def _compiled(folder: Path, out: Path) -> Path:
    from gtfs.authoring import SourceError, compile_timetable
    from gtfs.schedule.writer import write_feed

    try:
        feed = compile_timetable(folder)
    except SourceError as error:
        raise AreaError(str(error)) from error
    write_feed(feed, out)
    return out


def _prefix(path: Path, taken: list[str]) -> str:
    stem = path.name.removesuffix(".zip").removesuffix(".gtfs")
    name, k = stem, 2
    while name in taken:
        name, k = f"{stem}{k}", k + 1
    return name


def _streets(
    config: AreaConfig, recipe: Recipe, report: Report, progress: Progress
) -> tuple[StreetGraph | None, tuple[str, ...]]:
    osm = _osm(config, recipe)
    try:
        if osm is not None:
            progress(f"reading {osm.name}")
            return read_osm(osm)
        if recipe.folder and config.sources.streets:
            progress(f"reading {config.sources.streets}")
            drawn = read_network(recipe.folder / config.sources.streets)
            report.notes += [f"{f.kind} at {f.lat:.5f},{f.lon:.5f}: {f.message}" for f in check(drawn)]
            return compile_network(drawn)
    except (ExtractError, StreetsError) as error:
        raise AreaError(str(error)) from error
    report.notes.append("no street map was given: walks are straight lines, a third longer")
    return None, ()


def _osm(config: AreaConfig, recipe: Recipe) -> Path | None:
    if recipe.osm is not None:
        return recipe.osm
    if recipe.folder and config.sources.osm:
        return recipe.folder / config.sources.osm
    return None


def _places(config: AreaConfig, recipe: Recipe, network: Network) -> Iterator[Place]:
    yield from stop_places(network.schedule)
    sources, folder = config.sources, recipe.folder
    if folder:
        if sources.places:
            yield from csv_places(folder / sources.places, PlaceKind.POI, 0.6)
        if sources.addresses:
            yield from csv_places(folder / sources.addresses, PlaceKind.ADDRESS, 0.5)
        if sources.docks:
            yield from csv_places(folder / sources.docks, PlaceKind.DOCK, 0.2)
    osm = _osm(config, recipe)
    if osm is not None:
        yield from extract_places(osm)
    if network.graph is not None:
        yield from street_places(network.street_names, _street_middles(network.graph))


def _street_middles(graph: StreetGraph) -> dict[int, tuple[float, float]]:
    """Name -> a point in the middle of its longest edge."""
    found: dict[int, tuple[float, float]] = {}
    for edge in np.argsort(graph.edge_length_m, kind="stable").tolist():
        name = int(graph.edge_name[edge])
        if name >= 0:
            middle = (int(graph.point_offsets[edge]) + int(graph.point_offsets[edge + 1])) // 2
            found[name] = (float(graph.point_lat[middle]), float(graph.point_lon[middle]))
    return found


def _basemap(
    config: AreaConfig, recipe: Recipe, fresh: Path, labels: list[Label], center: tuple[float, float]
) -> None:
    from maas.basemap.build import build_tiles
    from maas.basemap.poster import draw_poster
    from maas.basemap.sources import features_of

    sources, folder = config.sources, recipe.folder
    osm = _osm(config, recipe)
    streets = folder / sources.streets if folder and sources.streets and osm is None else None
    landcover = folder / sources.landcover if folder and sources.landcover else None
    features = features_of(streets=streets, landcover=landcover, osm=osm, labels=labels)
    if build_tiles(fresh / "basemap.pmtiles", features):
        draw_poster(fresh / "poster.json", features, center)


def _labels(places: Iterable[Place]) -> list[Label]:
    """Stations and stops, which no drawing of streets names."""
    stops = (p for p in places if p.kind is PlaceKind.STOP)
    return [
        Label("station" if RAIL_MODES & set(p.modes) else "stop", p.names, p.lat, p.lon, p.weight)
        for p in stops
    ]


def _fingerprint(recipe: Recipe) -> str:
    """Hash of the version and of every source's name and content."""
    digest = hashlib.sha256(f"{__version__}/{FORMAT}/{_LAYOUT}/{recipe.encoding}/{recipe.lenient}".encode())
    files: list[Path] = [*recipe.gtfs, *([recipe.osm] if recipe.osm else [])]
    if recipe.folder:
        files += sorted(p for p in recipe.folder.rglob("*") if p.is_file())
    for path in files:
        digest.update(path.name.encode())
        if path.is_file():
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def summary(report: Report) -> dict[str, Any]:
    """The report as plain values; findings are counted in full and shown in part."""
    counts = {s.value: sum(p.severity is s for p in report.problems) for s in Severity}
    return {
        "out": report.out,
        "stops": report.stops,
        "routes": report.routes,
        "trips": report.trips,
        "street_nodes": report.street_nodes,
        "places": report.places,
        "service_dates": list(report.service_dates),
        "seconds": report.seconds,
        "problems": counts,
        "samples": [str(p) for p in report.problems[:_SHOWN_MAX]],
        "notes": report.notes[:_SHOWN_MAX],
    }
