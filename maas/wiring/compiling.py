"""Every kernel compiled once for a machine and version, ahead of the first request.

Numba compiles a kernel when it is first called, for half a second to half a minute, and keeps the result
beside the source. Here the sample area is planned in, driven and published for a moment in two processes, so
that a server only ever reads what is kept.
"""

from __future__ import annotations

import fcntl
import hashlib
import multiprocessing
import pkgutil
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from datetime import time as clock
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast
from zipfile import ZipFile
from zoneinfo import ZoneInfo

from google.transit import gtfs_realtime_pb2 as pb
from llvmlite.binding import get_host_cpu_name  # type: ignore[import-untyped]

import fleet.kernels
import gtfs.realtime.kernels
import gtfs.validate.kernels
import routing.kernels
from gtfs.realtime.parse import parse
from gtfs.realtime.produce import produce
from gtfs.validate.runner import judge
from maas.area.build import RealtimeSource, Recipe, build_area
from maas.area.open import Area, open_area
from maas.area.sample import ensure_sample
from maas.journeys.model import JourneysRequest
from maas.journeys.reach import isochrones, rows
from maas.journeys.reach_model import IsochroneRequest, MatrixRequest
from maas.journeys.service import plan
from maas.wiring.simulate import DayPlan, simulate
from maas.wiring.watching import Watching
from routing.kernels.raptor import search

__all__ = ["KERNELS", "compile_ahead", "drive", "is_compiled", "plan_and_publish"]

KERNELS = (fleet.kernels, gtfs.realtime.kernels, gtfs.validate.kernels, routing.kernels)
"""The packages whose functions are compiled."""
_CALLS = 6000
"""Of the message that is produced; smaller ones do not reach the kernel."""


def is_compiled() -> bool:
    """Whether `compile_ahead` has run for this version, on this kind of processor."""
    return _mark().exists()


def compile_ahead(progress: Callable[[str], None]) -> None:
    """Compile what is not; some minute on a fresh machine, nothing afterwards."""
    if is_compiled():
        return
    with _alone():
        if not is_compiled():
            _compile(progress)


@contextmanager
def _alone() -> Iterator[None]:
    """One process of this machine at a time; who waited finds the work done."""
    folder = _mark().parent
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "compiling.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _compile(progress: Callable[[str], None]) -> None:
    begun = time.perf_counter()
    progress("compiling kernels, once for this version and machine (about a minute)")
    with tempfile.TemporaryDirectory(prefix="maas-compile-") as folder:
        sample = ensure_sample(Path(folder), lambda _: None)
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(2, mp_context=context) as pool:
            for done in as_completed([pool.submit(part, sample) for part in (drive, plan_and_publish)]):
                progress(f"compiled what {done.result()} need, {time.perf_counter() - begun:.0f} s")
    _mark().touch()


def drive(sample: Path) -> str:
    """A short day of shuttles and devices in the twin."""
    area = open_area(sample)
    simulate(area, DayPlan(_day(area), riders=40))
    return "shuttles and devices"


def plan_and_publish(sample: Path) -> str:
    """Every kind of question to the planner, before and after the day is prepared, and every feed."""
    area = open_area(sample)
    day = _day(area)
    for _ in range(2):
        _ask(area, day)
        area.planner.network.prepare(day)
    _tell(area, day)
    _ask(area, day)
    feed = min((sample / "feeds").glob("*.zip"))
    with tempfile.TemporaryDirectory(prefix="maas-compile-") as folder:
        drawn, bare = Path(folder) / "drawn.zip", Path(folder) / "bare"
        _draw(feed, drawn)
        judge(drawn, today=day)
        build_area(bare, Recipe(None, None, (feed,)), lambda _: None)
        _ask(open_area(bare), day)
    return "journeys and feeds"


def _ask(area: Area, day: date) -> None:
    zone = ZoneInfo(area.manifest.timezone)
    at = datetime.combine(day, clock(9), zone)
    question = {"from": _corner(area, 0.3), "to": _corner(area, 0.7), "at": at, "count": 3}
    middle = {"place": _corner(area, 0.5)}
    for changed in (
        {}, {"arrive_by": True}, {"wheelchair": True}, {"window_s": 3600, "count": 0}, {"via": [middle]},
    ):  # fmt: skip
        plan(area, JourneysRequest.model_validate(question | changed), at)
    here, there = question["from"], question["to"]
    for arrive_by in (False, True):
        raw = {"origin": here, "at": at, "arrive_by": arrive_by, "means": ["transit", "bicycle"]}
        isochrones(area, IsochroneRequest.model_validate(raw), at)
    list(rows(area, MatrixRequest.model_validate({"origins": [here], "destinations": [there], "at": at}), at))


def _corner(area: Area, share: float) -> dict[str, float]:
    west, south, east, north = area.manifest.bbox
    return {"lat": south + (north - south) * share, "lon": west + (east - west) * share}


def _tell(area: Area, day: date) -> None:
    """A message of late trips, heard and told again."""
    schedule = area.planner.network.schedule
    at = datetime.combine(day, clock(9), ZoneInfo(area.manifest.timezone))
    message = pb.FeedMessage()
    message.header.gtfs_realtime_version = "2.0"
    message.header.timestamp = int(at.timestamp())
    calls = 0
    for trip, name in enumerate(schedule.trips.ids):
        update = message.entity.add(id=str(trip)).trip_update
        update.trip.trip_id = name
        rows = range(schedule.stop_times.offsets[trip], schedule.stop_times.offsets[trip + 1])
        for sequence in schedule.stop_times.sequence[rows].tolist():
            update.stop_time_update.add(stop_sequence=sequence).arrival.delay = 60
        calls += len(rows)
        if calls > _CALLS:
            break
    heard = message.SerializeToString()
    Watching(area).take(RealtimeSource(url="https://example.org/late.pb"), heard, message.header.timestamp)
    produce(parse(heard))


def _draw(feed: Path, drawn: Path) -> None:
    """The feed with one shape of all its trips, and distances along it, so that shapes are judged, too."""
    more = {"trips.txt": ("shape_id", "line"), "stop_times.txt": ("shape_dist_traveled", "0")}
    with ZipFile(feed) as given, ZipFile(drawn, "w") as made:
        for name in given.namelist():
            text = given.read(name).decode()
            if name in more:
                column, value = more[name]
                first, *rows = text.splitlines()
                text = "\n".join((f"{first},{column}", *(f"{row},{value}" for row in rows)))
            made.writestr(name, text)
        head = "shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence,shape_dist_traveled"
        made.writestr("shapes.txt", f"{head}\nline,35.64,140.03,1,0\nline,35.66,140.05,2,1")


def _day(area: Area) -> date:
    """The first weekday of the timetable's second week."""
    first = date.fromisoformat(area.manifest.service_dates[0]) + timedelta(days=7)
    return next(day for k in range(7) if (day := first + timedelta(days=k)).weekday() == 0)


def _mark() -> Path:
    """A file beside numba's own, named for all that a compiled kernel depends on."""
    told = [version("numba"), get_host_cpu_name()]
    for package in KERNELS:
        for module in pkgutil.iter_modules(package.__path__):
            source = Path(package.__path__[0]) / f"{module.name}.py"
            told.append(f"{source} {source.stat().st_mtime_ns}")
    name = hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]
    return Path(cast(Any, search).stats.cache_path) / f"compiled-{name}"
