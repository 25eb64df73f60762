"""`make bench`: measure what the README claims, and write it to benchmarks/results/."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.fleet import commands

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data"
RESULTS = ROOT / "benchmarks" / "results"
BUILD = ROOT / "build" / "bench"


def main(arguments: list[str] | None = None) -> None:
    """Build the two areas, run the benchmarks, write routing.md and fleet.md."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", choices=["routing", "fleet"], help="one part alone (default: both)")
    parser.add_argument("--quick", action="store_true", help="the fleet on small towns and instances")
    options = parser.parse_args(arguments)
    RESULTS.mkdir(parents=True, exist_ok=True)
    if options.only != "fleet":
        _routing()
    if options.only != "routing":
        _fleet(quick=options.quick)


def _routing() -> None:
    lines = ["# Routing", "", *_machine(), ""]
    poa = DATA / "porto_alegre"
    lines += _build_section(
        ("tokyo", ["--gtfs", DATA / "japan" / "tokyo-rail.gtfs.zip"]),
        (
            "poa",
            [
                "--osm",
                poa / "poa_osm.pbf",
                "--gtfs",
                poa / "poa_eptc.zip",
                "--gtfs",
                poa / "poa_trensurb.zip",
            ],
        ),
    )
    pairs = BUILD / "pairs.csv"
    tokyo = ["-m", "benchmarks.routing", "--area", BUILD / "tokyo", "--pairs", pairs, "--date", "2026-11-25"]
    _run([*tokyo, "--make-pairs", "2000", "--seed", "1"])
    lines += _section("Stop to stop, Greater Tokyo rail, 2,000 random weekday pairs", [*tokyo, "--json"])
    lines += _section(
        "Door to door, Porto Alegre, beside ferrobus (ms; best of three a pair)",
        ["-m", "benchmarks.door", "--area", BUILD / "poa", "--data", poa, "--json"],
    )
    lines += _section(
        "Door to door over HTTP, Porto Alegre, every best departure of two hours (ms)",
        ["-m", "benchmarks.door", "--area", BUILD / "poa", "--data", poa, "--http", "--json"],
    )
    lines += _section(
        "5,000 live trips laid over Greater Tokyo",
        ["-m", "benchmarks.live", "--area", BUILD / "tokyo", "--json"],
    )
    _write(RESULTS / "routing.md", lines)
    print(RESULTS / "routing.md")


def _fleet(*, quick: bool) -> None:
    fleet = ["# Fleet, as `make bench` runs it", "", *_machine(), ""]
    for title, arguments in commands(quick=quick):
        fleet += _section(title, arguments)
    _write(RESULTS / "fleet.md", fleet)
    print(RESULTS / "fleet.md")


def _write(path: Path, lines: list[str]) -> None:
    """Put sections in the place of those of the same title; what else the file says stays as it is."""
    fresh = _parts("\n".join(lines))
    kept = _parts(path.read_text(encoding="utf-8")) if path.exists() else {}
    path.write_text("\n".join({**kept, **fresh}.values()).rstrip("\n") + "\n", encoding="utf-8")


def _parts(text: str) -> dict[str, str]:
    """Title of each section -> its text; what stands before the first one has none."""
    parts: dict[str, list[str]] = {"": []}
    title = ""
    for line in text.splitlines():
        if line.startswith("## "):
            title = line
        parts.setdefault(title, []).append(line)
    return {name: "\n".join(part) for name, part in parts.items()}


def _machine() -> list[str]:
    packages = ", ".join(f"{p} {version(p)}" for p in ("numba", "numpy", "polars", "ferrobus"))
    cpu = next(
        (
            line.split(":")[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.processor(),
    )
    today = datetime.now(UTC).date().isoformat()
    return [f"{today}; {os.cpu_count()} cores, {cpu}; Python {platform.python_version()}, {packages}."]


def _build_section(*areas: tuple[str, list[Any]]) -> list[str]:
    lines = ["## Building an area", "", "| area | seconds | peak MiB | trips |", "|---|---|---|---|"]
    for name, arguments in areas:
        command = [Path(sys.executable).parent / "maas", "area", "build", BUILD / name, *arguments, "--json"]
        probe = (
            "import resource, subprocess, sys, time; t = time.perf_counter();"
            "out = subprocess.run(sys.argv[1:], check=True, capture_output=True, text=True).stdout;"
            "s = time.perf_counter() - t;"
            "print(s, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024); print(out)"
        )
        out = _run(["-c", probe, *command])
        seconds, peak = map(float, out.splitlines()[0].split())
        report = json.loads(out.splitlines()[1])
        lines.append(f"| {name} | {seconds:.1f} | {peak:.0f} | {report['trips']:,} |")
    return [*lines, ""]


def _section(title: str, arguments: list[Any]) -> list[str]:
    lines = [json.loads(line) for line in _run(arguments).splitlines() if line.startswith("{")]
    summaries = [line for line in lines if "summary" in line] or lines[-1:]
    shown = " ".join(str(a).replace(f"{ROOT}/", "").replace(str(ROOT.parent), "..") for a in arguments)
    rows = [
        f"| {figures.get('summary', '')} {key} | {value} |"
        for figures in summaries
        for key, value in figures.items()
        if key != "summary"
    ]
    return [f"## {title}", "", f"`python {shown}`", "", "| figure | value |", "|---|---|", *rows, ""]


def _run(arguments: list[Any]) -> str:
    done = subprocess.run(
        [sys.executable, *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, arguments))}\n{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    main()
