r"""Do we and OpenTripPlanner 2 arrive at the same time? The differences, sorted by their cause.

    python -m benchmarks.agreement --area build/poa --data ../shared/data/porto_alegre \
        --jar otp-2.6.0-shaded.jar --java JAVA_21 --json

Both are asked for the soonest arrival of who leaves at noon, OTP with its list of answers uncut. First with
its usual settings and the feeds as they are; then alike: times that the feeds leave blank filled in by us,
no slack between vehicles, seven changes, walks of half an hour at most, the shortest walk instead of the
pleasantest. Then OTP's walkers are made so quick that over the whole they keep our pace: it has them stop at
junctions, we do not. What differs by more than half a minute is explained pair by pair: whoever is later is
given the other's rides and walks to them by its own streets (`replayed`).
"""

from __future__ import annotations

import argparse
import http.client
import json
import shutil
import statistics
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.door import filled, questions
from benchmarks.otp import built, serving
from maas.area.open import Area, open_area
from routing.journey import Journey
from routing.query import Point, Profile, Query

CLOSE_S = 30
WALK_S = 1800
SPEED_M_S = 1.33
SHORT_S = 120
USUAL = "searchWindow: 7200, walkReluctance: 2.0"
ALIKE = USUAL + ", minTransferTime: 0, boardSlack: 0, alightSlack: 0, maxTransfers: 7"
_ASKED = """{ plan(from: {lat: %f, lon: %f}, to: {lat: %f, lon: %f}, date: "%s", time: "%s", %s,
 numItineraries: 200, debugItineraryFilter: true, transportModes: [%s]) { itineraries { startTime endTime
 walkDistance legs { mode startTime endTime from {lat lon} to {lat lon} trip {gtfsId} } } } }"""
_ROUTER = {
    "routingDefaults": {
        "walk": {"safetyFactor": 0.0, "stairsReluctance": 1.0, "boardCost": 0},
        "accessEgress": {"maxDuration": "30m", "maxStopCount": 5000},
        "maxDirectStreetDuration": "30m",
    }
}

Place = tuple[float, float]
Walk = Callable[[Place, Place], int | None]
"""Seconds on foot by somebody's streets; None: not within half an hour."""


@dataclass(frozen=True, slots=True)
class Ride:
    """A trip from one stop to another, instants in epoch seconds."""

    trip: str
    start: Place
    end: Place
    departure: int
    arrival: int


@dataclass(frozen=True, slots=True)
class Way:
    """Rides in their order, and when one is there."""

    rides: tuple[Ride, ...]
    arrival: int


def main() -> None:
    """Print how many agree before and after, and why the others do not."""
    parser = argparse.ArgumentParser(prog="benchmarks.agreement", description=__doc__)
    parser.add_argument("--area", type=Path, required=True, help="a built area, such as build/poa")
    parser.add_argument("--data", type=Path, required=True, help="folder of the feeds and the extract")
    parser.add_argument("--jar", type=Path, required=True, help="otp-…-shaded.jar")
    parser.add_argument("--java", default="java", help="Java 21 or newer")
    parser.add_argument("--pairs", type=int, default=100)
    parser.add_argument("--graphs", type=Path, help="a folder to keep OTP's graphs in, or where they are")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    area = open_area(options.area)
    asked = [json.loads(body) for body in questions(area, options.pairs)]
    ours = [_ours(area, question) for question in asked]
    with tempfile.TemporaryDirectory() as folder:
        graphs = options.graphs or Path(folder)
        usual, alike = _graphs(graphs, options.data, options.java, options.jar)
        with serving(usual, options.java, options.jar) as (port, _):
            first = [_best(_theirs(port, question, USUAL)) for question in asked]
        with serving(alike, options.java, options.jar) as (port, _):
            second = [_best(_theirs(port, question, ALIKE)) for question in asked]
            walks = _walks(area, port, asked[0], ours)
            paced = ALIKE + f", walkSpeed: {SPEED_M_S * walks['seconds']:.3f}"
            third = [_best(_theirs(port, question, paced)) for question in asked]
            explained = {
                name: _explained(area, asked, ours, theirs, _their_walk(port, asked[0], more))
                for name, theirs, more in (("alike", second, ALIKE), ("same_pace", third, paced))
            }
    found = {
        "pairs": options.pairs, "usual": _compared(ours, first), "alike": _compared(ours, second),
        "same_pace": _compared(ours, third), "walks": walks,
        "causes": {name: dict(causes.most_common()) for name, (causes, _) in explained.items()},
        "cases": {name: told for name, (_, told) in explained.items()},
    }  # fmt: skip
    print(json.dumps(found) if options.json else json.dumps(found, indent=2))


def _compared(ours: Sequence[Way | None], theirs: Sequence[Way | None]) -> dict[str, int]:
    both = [(a.arrival, b.arrival) for a, b in zip(ours, theirs, strict=True) if a and b]
    return {
        "same": sum(abs(a - b) <= CLOSE_S for a, b in both),
        "ours_sooner": sum(a < b - CLOSE_S for a, b in both),
        "theirs_sooner": sum(b < a - CLOSE_S for a, b in both),
        "only_ours": sum(a is not None and b is None for a, b in zip(ours, theirs, strict=True)),
        "only_theirs": sum(a is None and b is not None for a, b in zip(ours, theirs, strict=True)),
        "neither": sum(a is None and b is None for a, b in zip(ours, theirs, strict=True)),
    }


def _walks(area: Area, port: int, question: Any, ours: Sequence[Way | None]) -> dict[str, float]:
    """OTP's walks from our last stops on, to ours: the medians of metres and of seconds."""
    streets = area.planner.network.streets
    metres, seconds = [], []
    ends = [(way.rides[-2].end, way.rides[-1].start) for way in ours if way and len(way.rides) > 1]
    ends += [(way.rides[0].start, way.rides[-1].end) for way in ours if way and way.rides]
    for start, end in ends:
        path = streets.path(start, end, profile=Profile.WALK, speed_m_s=SPEED_M_S, limit_s=WALK_S)
        if path is None or path.duration_s < SHORT_S:
            continue
        found = _asked(port, _between(question, start, end), ALIKE, "{mode: WALK}")
        if found:
            metres.append(found[0]["walkDistance"] / path.distance_m)
            seconds.append((found[0]["endTime"] - found[0]["startTime"]) / 1000 / path.duration_s)
    return {
        "walks": len(metres), "metres": round(statistics.median(metres), 4),
        "seconds": round(statistics.median(seconds), 4),
    }  # fmt: skip


def _explained(
    area: Area,
    asked: Sequence[Any],
    ours: Sequence[Way | None],
    theirs: Sequence[Way | None],
    their_walk: Walk,
) -> tuple[Counter[str], list[dict[str, Any]]]:
    causes: Counter[str] = Counter()
    told: list[dict[str, Any]] = []
    for k, (question, a, b) in enumerate(zip(asked, ours, theirs, strict=True)):
        gap = None if a is None or b is None else a.arrival - b.arrival
        if (a is None and b is None) or (gap is not None and abs(gap) <= CLOSE_S):
            continue
        later_is_ours = a is None or (b is not None and a.arrival > b.arrival)
        better = b if later_is_ours else a
        assert better is not None
        walk = _our_walk(area) if later_is_ours else their_walk
        cause = replayed(question, better, walk, _start(area, question))
        causes[f"{'theirs' if later_is_ours else 'ours'} sooner: {cause}"] += 1
        told.append({"pair": k, "gap_s": gap, "cause": cause, "sooner": "otp" if later_is_ours else "ours"})
    return causes, told


def replayed(question: Any, way: Way, walk: Walk, start: int) -> str:
    """What keeps whoever walks by `walk` from being there as soon by the same rides."""
    at, now = _end(question["from"]), start
    if not way.rides:
        return "all the way on foot"
    for k, ride in enumerate(way.rides):
        spent = walk(at, ride.start)
        where = "to the first stop" if k == 0 else "from vehicle to vehicle"
        if spent is None:
            return f"a walk {where} is over half an hour by the other's streets"
        if now + spent > ride.departure:
            return f"a walk {where} is longer by the other's streets and misses the vehicle"
        at, now = ride.end, ride.arrival
    spent = walk(at, _end(question["to"]))
    if spent is None:
        return "the last walk is over half an hour by the other's streets"
    if now + spent - way.arrival > CLOSE_S:
        return "the last walk is longer by the other's streets"
    return "the other's search leaves it out"


def _start(area: Area, question: Any) -> int:
    at = datetime.fromisoformat(question["at"]).replace(tzinfo=ZoneInfo(area.manifest.timezone))
    return int(at.timestamp())


def _end(where: Any) -> Place:
    return where["lat"], where["lon"]


def _ours(area: Area, question: Any) -> Way | None:
    at = datetime.fromisoformat(question["at"]).replace(tzinfo=ZoneInfo(area.manifest.timezone))
    query = Query(Point(*_end(question["from"])), Point(*_end(question["to"])), at, walk_s_max=WALK_S)
    found = area.planner.plan(query)
    return None if not found else _way(area, min(found, key=lambda j: j.arrival_s))


def _way(area: Area, journey: Journey) -> Way:
    origin_s = area.planner.network.clock.origin(journey.service_date)
    rides = tuple(
        Ride(leg.trip_id, (leg.start.lat, leg.start.lon), (leg.end.lat, leg.end.lon),
             origin_s + leg.departure_s, origin_s + leg.arrival_s)
        for leg in journey.legs if leg.trip_id
    )  # fmt: skip
    return Way(rides, origin_s + journey.arrival_s)


def _our_walk(area: Area) -> Walk:
    streets = area.planner.network.streets

    def walk(start: Place, end: Place) -> int | None:
        if start == end:
            return 0
        path = streets.path(start, end, profile=Profile.WALK, speed_m_s=SPEED_M_S, limit_s=WALK_S)
        return None if path is None else path.duration_s

    return walk


def _between(question: Any, start: Place, end: Place) -> Any:
    ends = {"from": start, "to": end}
    return question | {name: dict(zip(("lat", "lon"), at, strict=True)) for name, at in ends.items()}


def _their_walk(port: int, question: Any, more: str) -> Walk:
    def walk(start: Place, end: Place) -> int | None:
        if start == end:
            return 0
        found = _asked(port, _between(question, start, end), more, "{mode: WALK}")
        return min((int(one["endTime"] - one["startTime"]) // 1000 for one in found), default=None)

    return walk


def _theirs(port: int, question: Any, more: str) -> list[Way]:
    ways = []
    for one in _asked(port, question, more, "{mode: WALK}, {mode: TRANSIT}"):
        rides = tuple(
            Ride(leg["trip"]["gtfsId"].partition(":")[2], _end(leg["from"]), _end(leg["to"]),
                 leg["startTime"] // 1000, leg["endTime"] // 1000)
            for leg in one["legs"] if leg["trip"]
        )  # fmt: skip
        ways.append(Way(rides, one["endTime"] // 1000))
    return ways


def _best(ways: list[Way]) -> Way | None:
    return min(ways, key=lambda way: way.arrival, default=None)


def _asked(port: int, question: Any, more: str, modes: str) -> list[Any]:
    day, _, hour = question["at"].partition("T")
    start, end = question["from"], question["to"]
    query = _ASKED % (start["lat"], start["lon"], end["lat"], end["lon"], day, hour, more, modes)
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    client.request("POST", "/otp/gtfs/v1", json.dumps({"query": query}), {"Content-Type": "application/json"})
    told = json.loads(client.getresponse().read())
    client.close()
    if told.get("errors"):
        raise RuntimeError(str(told["errors"])[:400])
    return list(told["data"]["plan"]["itineraries"])


def _graphs(folder: Path, data: Path, java: str, jar: Path) -> tuple[Path, Path]:
    """OTP's graphs: of the feeds as they are, and with the blank times filled in."""
    usual, alike = folder / "usual", folder / "alike"
    if not (usual / "graph.obj").exists():
        usual.mkdir(parents=True)
        built(usual, data, java, jar)
    if not (alike / "graph.obj").exists():
        alike.mkdir(parents=True)
        with tempfile.TemporaryDirectory() as made:
            feeds = Path(made)
            for name in ("poa_eptc", "poa_trensurb"):
                shutil.make_archive(str(feeds / name), "zip", filled(data / f"{name}.zip", feeds / name))
            shutil.copy(data / "poa_osm.pbf", feeds)
            built(alike, feeds, java, jar, {"maxTransferDuration": "30m"})
        (alike / "router-config.json").write_text(json.dumps(_ROUTER))
    return usual, alike


if __name__ == "__main__":
    main()
