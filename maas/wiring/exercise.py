"""A little of everything that kernels do, for `maas.wiring.compiling`; each part can run by itself."""

from __future__ import annotations

import tempfile
from datetime import date, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import numpy as np
from google.transit import gtfs_realtime_pb2 as pb

from fleet.improve.model import Problem, Request, Vehicle, empty_plan
from fleet.improve.search import improve
from gtfs.realtime.parse import parse
from gtfs.realtime.produce import produce
from gtfs.validate.runner import judge
from maas.area.build import Recipe, build_area
from maas.area.manifest import RealtimeSource
from maas.area.open import Area, open_area
from maas.area.renew import over_streets
from maas.journeys.model import JourneysRequest
from maas.journeys.reach import isochrones, rows
from maas.journeys.reach_model import IsochroneRequest, MatrixRequest
from maas.journeys.service import plan
from maas.wiring.simulate import DayPlan, simulate
from maas.wiring.watching import Watching
from routing.bounded import BestBy
from routing.query import Profile
from routing.street.router import StreetRouter

__all__ = ["drive", "improve_plans", "plan_and_publish"]

_CALLS = 6000
"""Of the message that is produced; smaller ones do not reach the kernel."""
_RIDERS, _VEHICLES, _ROUNDS = 12, 6, 3000


def drive(sample: Path) -> str:
    """A day of shuttles and devices in the twin, by insertion alone."""
    area = open_area(sample)
    simulate(area, DayPlan(_day(area), riders=40, improve_rounds=0))
    return "shuttles and devices"


def improve_plans(_sample: Path) -> str:
    """A plan made cheaper, and one made of fewer vehicles."""
    rng = np.random.default_rng(1)
    nodes = 2 * (_RIDERS + _VEHICLES)
    x, y = rng.uniform(0, 3000, (2, nodes))
    travel = np.hypot(x[:, None] - x, y[:, None] - y) / 8.0
    demand = np.zeros((nodes, 2), np.int32)
    demand[0 : 2 * _RIDERS : 2, 0], demand[1 : 2 * _RIDERS : 2, 0] = 1, -1
    riders = tuple(Request(2 * r + 1, 2 * r, ride_limit_s=2400.0) for r in range(_RIDERS))
    depot = 2 * _RIDERS
    vehicles = tuple(Vehicle(depot + 2 * v, depot + 2 * v + 1, (8, 1)) for v in range(_VEHICLES))
    early, late = np.zeros(nodes), np.full(nodes, 1500.0)  # so little that a vehicle serves few
    for vehicles_first in (False, True):
        problem = Problem(
            travel, travel, np.full(nodes, 20.0), early, late, demand, riders, vehicles,
            energy_wh=travel, vehicles_first=vehicles_first,
        )  # fmt: skip
        improve(problem, empty_plan(problem), 60.0, rounds_max=_ROUNDS)
    return "better plans"


def plan_and_publish(sample: Path) -> str:
    """Every kind of question to the planner, before and after the day is prepared, and every feed."""
    area = open_area(sample)
    day = _day(area)
    for _ in range(2):
        _ask(area, day)
        area.planner.network.prepare(day)
    if isinstance(area.planner.network.streets, StreetRouter):
        area.planner.network.streets.near()
        over_streets(area.planner.network.schedule, area.planner.network)
        corner = _corner(area, 0.5)
        area.planner.network.streets.snapped(corner["lat"], corner["lon"], Profile.WALK)
    _tell(area, day)
    _ask(area, day)
    feed = min((sample / "feeds").glob("*.zip"))
    with tempfile.TemporaryDirectory(prefix="maas-compile-") as folder:
        drawn, bare = Path(folder) / "drawn.zip", Path(folder) / "bare"
        _draw(feed, drawn)
        judge(drawn, today=day)
        build_area(bare, Recipe(None, None, (drawn,)), lambda _: None)
        _ask(open_area(bare), day)
    return "journeys and feeds"


def _ask(area: Area, day: date) -> None:
    zone = ZoneInfo(area.manifest.timezone)
    at = datetime.combine(day, clock(9), zone)
    question = {"from": _corner(area, 0.3), "to": _corner(area, 0.7), "at": at, "count": 3}
    middle = {"place": _corner(area, 0.5)}
    for changed in (
        {}, {"arrive_by": True}, {"wheelchair": True}, {"window_s": 3600, "count": 0}, {"via": [middle]},
        {"window_s": 3600, "count": 0, "arrive_by": True}, {"best": list(BestBy)},
    ):  # fmt: skip
        plan(area, JourneysRequest.model_validate(question | changed), at)
    ridden = {"from": {"stop_id": _call(area, 0)}, "to": {"stop_id": _call(area, -1)}}
    plan(area, JourneysRequest.model_validate(question | ridden), at)
    here, there = question["from"], question["to"]
    for arrive_by in (False, True):
        raw = {"origin": here, "at": at, "arrive_by": arrive_by, "means": ["transit", "bicycle"]}
        isochrones(area, IsochroneRequest.model_validate(raw), at)
    list(rows(area, MatrixRequest.model_validate({"origins": [here], "destinations": [there], "at": at}), at))


def _call(area: Area, which: int) -> str:
    """The first or last stop of the timetable's first trip."""
    schedule = area.planner.network.schedule
    calls = schedule.stop_times.stop[: schedule.stop_times.offsets[1]]
    return schedule.stops.ids[int(calls[which])]


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
