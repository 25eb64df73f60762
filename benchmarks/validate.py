"""The validator beside its peers, each in a process of its own, start-up included.

    python -m benchmarks.validate [--rounds 3] [--only speed,families,overlaps,broken] [--peer-python PYTHON]

Writes benchmarks/results/validate.md, the sections named only. Peers: gtfs-guru and gtfs-analyzer (in the group `peers`); gtfs-validator is run
too, on small feeds, if PYTHON is an interpreter that has it (it is no dependency of ours: it takes minutes on large
feeds). Within a round the tools take turns, so that a busy machine is busy for all of them.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data"
RESULT = ROOT / "benchmarks" / "results" / "validate.md"
TODAY = "2026-11-25"
TIMEOUT_S = 60
PEER_BYTES_MAX = 6 * 1024**3
_GUARD = f"import resource; resource.setrlimit(resource.RLIMIT_AS, ({PEER_BYTES_MAX},) * 2)\n"
_GURU = _GUARD + (
    "import sys, json, collections, gtfs_guru\n"
    f"r = gtfs_guru.validate(sys.argv[1], date='{TODAY}')\n"
    "print(json.dumps(collections.Counter(n.code for n in r.notices)))"
)
_ANALYZER = _GUARD + (
    "import sys, json, collections, gtfs_analyzer\n"
    f"r = gtfs_analyzer.validate_gtfs(sys.argv[1], today='{TODAY}')\n"
    "print(json.dumps(collections.Counter(n['rule_id'] for n in r['notices'])))"
)
_VALIDATOR = (
    "import sys, json, subprocess, tempfile, pathlib\n"
    "out = tempfile.mkdtemp()\n"
    "exe = str(pathlib.Path(sys.executable).parent / 'gtfs-validator')\n"
    f"subprocess.run([exe, '-i', sys.argv[1], '-o', out, '-d', '{TODAY}'], check=True, capture_output=True)\n"
    "r = json.loads((pathlib.Path(out) / 'report.json').read_text())\n"
    "print(json.dumps({n['code']: n['totalNotices'] for n in r['notices']}))"
)
Codes = dict[str, int]
Tools = dict[str, list[str]]


def tools(peer_python: str | None, *, small: bool) -> Tools:
    """Commands that print codes with their totals as JSON; the feed comes last."""
    maas = str(Path(sys.executable).parent / "maas")
    found = {
        "ours": [maas, "gtfs", "validate", "--json", "--date", TODAY],
        "gtfs-guru": [sys.executable, "-c", _GURU],
        "gtfs-analyzer": [sys.executable, "-c", _ANALYZER],
    }
    if peer_python and small:
        found["gtfs-validator"] = [peer_python, "-c", _VALIDATOR]
    return found


def run(command: list[str], feed: Path) -> tuple[float, float, Codes | None]:
    """Seconds of wall time, peak MiB, codes; None if it failed or took too long."""
    probe = (
        "import resource, subprocess, sys, time; t = time.perf_counter();"
        f"p = subprocess.run(sys.argv[1:], capture_output=True, text=True, timeout={TIMEOUT_S});"
        "s = time.perf_counter() - t;"
        "print(s, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, p.returncode); print(p.stdout)"
    )
    begin = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", probe, *command, str(feed)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    lines = done.stdout.split("\n", 1)
    if done.returncode or len(lines) < 2 or not lines[1].strip():
        return time.perf_counter() - begin, float("nan"), None
    seconds, peak, _ = map(float, lines[0].split())
    told = json.loads(lines[1])
    codes = {n["code"]: n["total"] for n in told["notices"]} if "notices" in told else told
    return seconds, peak, codes


def speed(rounds: int) -> list[str]:
    """Whole rule set on Greater Tokyo rail."""
    feed = DATA / "japan" / "tokyo-rail.gtfs.zip"
    seconds: dict[str, list[float]] = {}
    peaks: dict[str, list[float]] = {}
    run(tools(None, small=False)["ours"], feed)  # compiled caches, and the file in memory
    for _ in range(rounds):
        for name, command in tools(None, small=False).items():
            taken, peak, codes = run(command, feed)
            if codes is None:
                taken = float("inf")
            seconds.setdefault(name, []).append(taken)
            peaks.setdefault(name, []).append(peak)
    guru = statistics.median(seconds["gtfs-guru"])
    lines = [
        f"## Full rule set, tokyo-rail (1.2 M stop_times), {rounds} rounds in turn", "",
        "| tool | wall s, median | each round | ratio to gtfs-guru | peak MiB |", "|---|---|---|---|---|",
    ]  # fmt: skip
    for name, values in seconds.items():
        each = ", ".join(f"{v:.2f}" for v in values)
        middle = statistics.median(values)
        lines.append(f"| {name} | {middle:.2f} | {each} | {middle / guru:.2f} | {max(peaks[name]):.0f} |")
    return [*lines, ""]


FAMILIES: dict[str, dict[str, tuple[str, str]]] = {
    "a key twice": {"routes.txt": ("\nR2,", "\nR1,")},
    "a row too long": {"calendar.txt": ("20270331", "20270331,9")},
    "an unknown stop": {"stop_times.txt": ("08:05:00,08:05:00,S2", "08:05:00,08:05:00,S9")},
    "a time that is none": {"stop_times.txt": ("08:25:00,08:25:00", "8:7x,08:25:00")},
    "a date that is none": {"calendar_dates.txt": ("20261231", "20261331")},
    "a latitude out of range": {"stops.txt": ("35.6579", "95.6579")},
    "no agency name": {"agency.txt": ("Seaside Bus", "")},
    "a colour that is none": {"routes.txt": ("0039A6", "blue")},
    "a link that is none": {"agency.txt": ("https://example.jp", "example")},
    "a trip back in time": {"stop_times.txt": ("09:10:00,09:10:00", "08:50:00,08:50:00")},
    "one vehicle twice at once": {"trips.txt": ("R1,W,T5,B2", "R1,W,T5,B1")},
    "a time zone that is none": {"agency.txt": ("Asia/Tokyo", "Tokyo")},
    "a shape that runs back": {"shapes.txt": ("H,35.6480,140.0345,2,700", "H,35.6480,140.0345,2,2700")},
}
"""Thirteen families of errors, each one edit of the base feed."""


def base() -> dict[str, str]:
    """A feed without errors."""
    times = "".join(
        f"{trip},{h:02d}:{m:02d}:00,{h:02d}:{m:02d}:00,S{k},{k},1\n"
        for trip, h, first in (("T1", 8, 0), ("T2", 8, 20), ("T3", 9, 0), ("T4", 11, 0), ("T5", 11, 5))
        for k, m in ((1, first), (2, first + 5), (3, first + 10))
    )
    return {
        "agency.txt": "agency_id,agency_name,agency_url,agency_timezone,agency_lang\nA,Seaside Bus,https://example.jp,Asia/Tokyo,ja\n",
        "stops.txt": "stop_id,stop_name,stop_lat,stop_lon\nS1,Kaihin,35.6484,140.0419\nS2,Messe,35.6480,140.0345\nS3,Toyosuna,35.6579,140.0272\n",
        "routes.txt": "route_id,agency_id,route_short_name,route_long_name,route_type,route_color\nR1,A,10,Messe Line,3,0039A6\nR2,A,11,Other Line,3,00A639\n",
        "calendar.txt": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\nW,1,1,1,1,1,1,1,20261101,20270331\n",
        "calendar_dates.txt": "service_id,date,exception_type\nW,20261231,2\n",
        "trips.txt": "route_id,service_id,trip_id,block_id,shape_id\nR1,W,T1,,H\nR1,W,T2,,H\nR2,W,T3,,H\nR1,W,T4,B1,H\nR1,W,T5,B2,H\n",
        "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence,timepoint\n" + times,
        "shapes.txt": "shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence,shape_dist_traveled\nH,35.6484,140.0419,1,0\nH,35.6480,140.0345,2,700\nH,35.6579,140.0272,3,2000\n",
        "feed_info.txt": "feed_publisher_name,feed_publisher_url,feed_lang,feed_start_date,feed_end_date,feed_version,feed_contact_email\nSeaside Bus,https://example.jp,ja,20261101,20270331,1,info@example.jp\n",
    }  # fmt: skip


def zipped(folder: Path, name: str, files: dict[str, str]) -> Path:
    """The files as a zip."""
    path = folder / f"{name}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, text in files.items():
            archive.writestr(member, text)
    return path


def edited(files: dict[str, str], edits: dict[str, tuple[str, str]]) -> dict[str, str]:
    """Files with edits, each of which must find its place."""
    out = dict(files)
    for name, (old, new) in edits.items():
        assert old in out[name], (name, old)
        out[name] = out[name].replace(old, new, 1)
    return out


def families(folder: Path, peer_python: str | None) -> list[str]:
    """Which families a tool reports alone, and which with all thirteen in one feed."""
    clean = base()
    everything = clean
    for edits in FAMILIES.values():
        everything = edited(everything, edits)
    clean_zip, all_zip = zipped(folder, "clean", clean), zipped(folder, "all", everything)
    alone_zips = {f: zipped(folder, f"f{k}", edited(clean, e)) for k, (f, e) in enumerate(FAMILIES.items())}
    rows: dict[str, list[str]] = {family: [] for family in FAMILIES}
    totals: list[str] = []
    names = list(tools(peer_python, small=True))
    for command in tools(peer_python, small=True).values():
        before, after = run(command, clean_zip)[2] or {}, run(command, all_zip)[2] or {}
        held = 0
        for family, path in alone_zips.items():
            alone = run(command, path)[2] or {}
            signs = {code for code, n in alone.items() if n > before.get(code, 0)}
            together = {code for code in signs if after.get(code, 0) > before.get(code, 0)}
            held += bool(together)
            rows[family].append(("alone, " if signs else "–, ") + ("together" if together else "–"))
        totals.append(f"{held} of {len(FAMILIES)}")
    return [
        "## Thirteen families of errors in one feed", "",
        "“Alone”: a feed with this error only gets a notice that the feed without it does not get. “Together”: that notice is there too when all thirteen are in one feed.",
        "", f"| family | {' | '.join(names)} |", "|---|" + "---|" * len(names),
        *(f"| {family} | {' | '.join(cells)} |" for family, cells in rows.items()),
        f"| **together** | {' | '.join(totals)} |", "",
    ]  # fmt: skip


def overlaps(folder: Path) -> list[str]:
    """4,473 trips of one block at once: 10,001,628 pairs."""
    n = 4473
    files = base()
    files["trips.txt"] = "route_id,service_id,trip_id,block_id,shape_id\n" + "".join(
        f"R1,W,T{k},B,H\n" for k in range(n)
    )
    files["stop_times.txt"] = (
        "trip_id,arrival_time,departure_time,stop_id,stop_sequence,timepoint\n"
        + "".join(
            f"T{k},08:00:00,08:00:00,S1,1,1\nT{k},08:05:00,08:05:00,S2,2,1\nT{k},09:10:00,09:10:00,S3,3,1\n"
            for k in range(n)
        )
    )
    path = zipped(folder, "overlaps", files)
    lines = [
        f"## Ten million overlapping pairs in one block (peers: at most {TIMEOUT_S} s and 6 GiB of address space)", "",
        "| tool | seconds | peak MiB | pairs reported |", "|---|---|---|---|",
    ]  # fmt: skip
    for name, command in tools(None, small=False).items():
        seconds, peak, codes = run(command, path)
        if codes is None:
            lines.append(f"| {name} | gave up after {seconds:.0f} | – | – |")
            continue
        pairs = max((v for k, v in codes.items() if "block" in k or v > 1_000_000), default=0)
        lines.append(f"| {name} | {seconds:.2f} | {peak:.0f} | {pairs:,} |")
    return [*lines, ""]


WITHOUT_ERROR = {
    "missing_level_id": "it has no elevator: `pathway_mode` 4 is an escalator, which needs no level",
    "mixed_case_recommended_field": "no text of it is all in capitals or all in small letters",
    "missing_bike_allowance": "its route is a bus (type 3), not a ferry",
    "equal_shape_distance_diff_coordinates_distance_below_threshold": "its points lie 14 m apart, above the threshold of 1.11 m: it holds `equal_shape_distance_diff_coordinates`, which all raise",
}
"""Feeds that do not hold the error they are named after, and what they hold instead."""


def broken(peer_python: str | None) -> list[str]:
    """The single-error feeds, named after the code that they should raise."""
    feeds = sorted(
        p for p in (DATA / "broken_gtfs").rglob("*.zip") if p.stem not in ("base-valid", "good_feed")
    )
    commands = tools(peer_python, small=True)
    del commands["gtfs-analyzer"]  # its rules have other names
    raised: dict[str, list[bool]] = {
        path.stem: [path.stem in (run(command, path)[2] or {}) for command in commands.values()]
        for path in feeds
    }
    held = {code: row for code, row in raised.items() if code not in WITHOUT_ERROR}
    counts = ", ".join(f"{name} {sum(row[k] for row in held.values())}" for k, name in enumerate(commands))
    head = [f"| feed | {' | '.join(commands)} |", "|---|" + "---|" * len(commands)]

    def told(code: str) -> str:
        return f"| {code} | {' | '.join('raised' if yes else '–' for yes in raised[code])} |"

    return [
        f"## {len(feeds)} feeds with one error each, named after its code", "",
        f"{len(held)} hold the error they are named after. It is raised by: {counts}.",
        "Those of them that not every tool raises (settled in [docs/validation-disagreements.md](../../docs/validation-disagreements.md)):", "",
        *head, *(told(code) for code, row in held.items() if not all(row)), "",
        f"{len(raised) - len(held)} do not hold it:", "",
        f"{head[0]} why |", f"{head[1]}---|",
        *(f"{told(code)} {why} |" for code, why in WITHOUT_ERROR.items() if code in raised), "",
    ]  # fmt: skip


SECTIONS = ("speed", "families", "overlaps", "broken")
_MARK = re.compile(r"^<!-- section (\w+) -->\n", re.MULTILINE)


def merged(page: str, measured: dict[str, str]) -> str:
    """The page with the sections measured anew in place of the old ones; the others stay as they are."""
    parts = _MARK.split(page)
    kept = dict(zip(parts[1::2], parts[2::2], strict=True)) | measured
    text = "".join(f"<!-- section {name} -->\n{kept[name].rstrip()}\n\n" for name in SECTIONS if name in kept)
    return (
        f"# Validation\n\nEach section says when and by which command it was measured.\n\n{text.rstrip()}\n"
    )


def described(lines: list[str], command: str, peer_python: str | None) -> str:
    """A section with the line that says how it was measured below its title."""
    names = ("polars", "numpy", "numba", "zlib-ng", "gtfs-guru", "gtfs-analyzer")
    packages = ", ".join(f"{name} {version(name)}" for name in names)
    if peer_python:
        packages += ", gtfs-validator 0.1.2"
    how = (
        f"{datetime.now(UTC).date().isoformat()}; `{command}`; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; "
        f"Python {sys.version.split()[0]}, {packages}; judged as of {date.fromisoformat(TODAY)}."
    )
    return "\n".join([lines[0], "", how, *lines[1:]])


def main() -> None:
    """Measure and write the page; sections that are not run keep what stands there."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default=",".join(SECTIONS))
    parser.add_argument("--peer-python")
    arguments = parser.parse_args()
    chosen = arguments.only.split(",")
    if not set(chosen) <= set(SECTIONS):
        parser.error(f"--only {arguments.only}: choose from {', '.join(SECTIONS)}")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    peer: str | None = arguments.peer_python
    measured: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as name:
        measure: dict[str, Callable[[], list[str]]] = {
            "speed": lambda: speed(arguments.rounds),
            "families": lambda: families(Path(name), peer),
            "overlaps": lambda: overlaps(Path(name)),
            "broken": lambda: broken(peer),
        }
        for section in chosen:
            command = f"python -m benchmarks.validate --only {section}"
            if section == "speed":
                command += f" --rounds {arguments.rounds}"
            if peer and section in ("families", "broken"):
                command += " --peer-python PYTHON"
            measured[section] = described(measure[section](), command, peer)
            page = RESULT.read_text(encoding="utf-8") if RESULT.exists() else ""
            RESULT.write_text(merged(page, measured), encoding="utf-8")
            print(measured[section])


if __name__ == "__main__":
    main()
