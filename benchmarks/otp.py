r"""Door to door over HTTP beside OpenTripPlanner 2, in one run and on the same pairs of Porto Alegre.

    python -m benchmarks.otp --area build/poa --data ../shared/data/porto_alegre \
        --jar otp-2.6.0-shaded.jar --json

The jar is on Maven Central (`org/opentripplanner/otp/2.6.0/otp-2.6.0-shaded.jar`) and wants Java 21 or newer
(`--java`). Both get the same feeds and streets, and are asked over HTTP by one client for the best
departures of two hours, five told, with legs, stops between and geometry; first `WARM_UP` questions that do
not count. Each server's processor time is its own process's.
"""

from __future__ import annotations

import argparse
import http.client
import json
import shutil
import statistics
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.door import free_port, questions, server, spent_s
from maas.area.open import open_area

WARM_UP = 60
_ASKED = """{ plan(from: {lat: %f, lon: %f}, to: {lat: %f, lon: %f}, date: "%s", time: "%s",
 numItineraries: 5, searchWindow: 7200, walkReluctance: 2.0,
 transportModes: [{mode: WALK}, {mode: TRANSIT}]) { itineraries { startTime endTime walkDistance legs {
 mode startTime endTime from {name lat lon} to {name lat lon} route {shortName} trip {gtfsId}
 intermediatePlaces {name arrivalTime departureTime} legGeometry {points} } } } }"""


@dataclass(frozen=True, slots=True)
class Answers:
    """What one server did."""

    spent_ms: list[float]
    arrivals: list[float | None]  # earliest of each pair, epoch s
    journeys: int
    processor_s: float
    memory_mib: float


def main() -> None:
    """Print both servers' figures and how far they agree."""
    parser = argparse.ArgumentParser(prog="benchmarks.otp", description=__doc__)
    parser.add_argument("--area", type=Path, required=True, help="a built area, such as build/poa")
    parser.add_argument("--data", type=Path, required=True, help="folder of the feeds and the extract")
    parser.add_argument("--jar", type=Path, required=True, help="otp-…-shaded.jar")
    parser.add_argument("--java", default="java", help="Java 21 or newer")
    parser.add_argument("--pairs", type=int, default=100)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    asked = questions(open_area(options.area), options.pairs + WARM_UP)
    ours = _ours(options.area, asked)
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        graph = built(Path(folder), options.data, options.java, options.jar)
        built_s = time.perf_counter() - begun
        theirs = _theirs(graph, options.java, options.jar, asked)
    found = {
        "pairs": options.pairs,
        "otp_graph_s": round(built_s, 1),
        "ours": _figures(ours),
        "otp": _figures(theirs),
        "ratio_p50": round(statistics.median(theirs.spent_ms) / statistics.median(ours.spent_ms), 1),
        "earliest_arrival": _agreement(ours.arrivals, theirs.arrivals),
    }
    print(json.dumps(found) if options.json else json.dumps(found, indent=2))


def _figures(answers: Answers) -> dict[str, float]:
    spent = answers.spent_ms
    return {
        "answered": sum(one is not None for one in answers.arrivals),
        "journeys_mean": round(answers.journeys / len(spent), 1),
        "p50_ms": round(statistics.median(spent), 1),
        "p99_ms": round(float(np.percentile(spent, 99)), 1),
        "questions_per_s": round(1e3 * len(spent) / sum(spent), 1),
        "processor_ms": round(1e3 * answers.processor_s / len(spent), 1),
        "memory_mib": round(answers.memory_mib),
    }


def _agreement(ours: list[float | None], theirs: list[float | None]) -> dict[str, int]:
    """Who is there sooner, by more than half a minute (walks are not measured alike)."""
    both = [(a, b) for a, b in zip(ours, theirs, strict=True) if a is not None and b is not None]
    return {
        "same": sum(abs(a - b) <= 30 for a, b in both),
        "ours_sooner": sum(a < b - 30 for a, b in both),
        "theirs_sooner": sum(b < a - 30 for a, b in both),
        "only_ours": sum(a is not None and b is None for a, b in zip(ours, theirs, strict=True)),
        "only_theirs": sum(a is None and b is not None for a, b in zip(ours, theirs, strict=True)),
    }


def _ours(area: Path, asked: list[bytes]) -> Answers:
    with (
        tempfile.TemporaryDirectory() as cache,
        server(area, Path(cache), simulated=False) as (port, process),
    ):
        return _measured(port, process, "/v1/journeys", asked, _our_arrival)


def _our_arrival(told: dict[str, Any]) -> tuple[float | None, int]:
    ends = [datetime.fromisoformat(one["arrival"]).timestamp() for one in told["journeys"]]
    return min(ends, default=None), len(ends)


def _theirs(graph: Path, java: str, jar: Path, asked: list[bytes]) -> Answers:
    posted = [json.dumps({"query": _as_graphql(json.loads(body))}).encode() for body in asked]
    with serving(graph, java, jar) as (port, process):
        return _measured(port, process, "/otp/gtfs/v1", posted, _their_arrival)


def _as_graphql(asked: dict[str, Any]) -> str:
    day, _, hour = asked["at"].partition("T")
    start, end = asked["from"], asked["to"]
    return _ASKED % (start["lat"], start["lon"], end["lat"], end["lon"], day, hour)


def _their_arrival(told: dict[str, Any]) -> tuple[float | None, int]:
    if told.get("errors"):
        raise RuntimeError(str(told["errors"])[:400])
    found = told["data"]["plan"]["itineraries"]
    return min((one["endTime"] / 1e3 for one in found), default=None), len(found)


def _measured(port: int, process: int, path: str, asked: list[bytes], read: Any) -> Answers:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    spent: list[float] = []
    arrivals: list[float | None] = []
    journeys, before_s = 0, 0.0
    for k, body in enumerate(asked):
        if k == WARM_UP:
            before_s = spent_s(process)
        begun = time.perf_counter()
        client.request("POST", path, body, {"Content-Type": "application/json"})
        answer = client.getresponse()
        told = answer.read()
        took = (time.perf_counter() - begun) * 1e3
        if answer.status != 200:
            raise RuntimeError(told[:300].decode())
        if k >= WARM_UP:
            arrival, count = read(json.loads(told))
            spent.append(took)
            arrivals.append(arrival)
            journeys += count
    used_s = spent_s(process) - before_s
    status = Path(f"/proc/{process}/status").read_text()
    resident_kib = int(status.split("VmRSS:")[1].split()[0])
    return Answers(spent, arrivals, journeys, used_s, resident_kib / 1024)


def built(folder: Path, data: Path, java: str, jar: Path, config: dict[str, str] | None = None) -> Path:
    """OTP's graph of the same feeds and streets in a folder; `config` goes into its build-config.json."""
    for feed in ("poa_eptc", "poa_trensurb"):
        shutil.copy(data / f"{feed}.zip", folder / f"{feed}.gtfs.zip")
    shutil.copy(data / "poa_osm.pbf", folder / "poa.osm.pbf")
    dates = {"transitServiceStart": "2019-01-01", "transitServiceEnd": "2019-12-31"} | (config or {})
    (folder / "build-config.json").write_text(json.dumps(dates))
    command = [java, "-Xmx4G", "-jar", str(jar.resolve()), "--build", "--save", str(folder)]
    with (folder / "build.log").open("wb") as log:
        subprocess.run(command, check=True, stdout=log, stderr=subprocess.STDOUT, timeout=900)
    return folder


@contextmanager
def serving(graph: Path, java: str, jar: Path) -> Iterator[tuple[int, int]]:
    """Port and process of an OTP server that answers."""
    port = free_port()
    command = [
        java,
        "-Xmx4G",
        "-jar",
        str(jar.resolve()),
        "--load",
        "--serve",
        "--port",
        str(port),
        str(graph),
    ]
    with (graph / "serve.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        try:
            for _ in range(600):
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/otp/", timeout=5):
                        break
                except OSError:
                    time.sleep(0.3)
            yield port, process.pid
        finally:
            process.terminate()
            process.wait(30)


if __name__ == "__main__":
    main()
