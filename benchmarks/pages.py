"""The pages: `python -m benchmarks.pages --area AREA [--only lighthouse --only inp …]`.

Of the residents' page Lighthouse, interactions and bytes (`benchmarks.vitals`), and the wait for the first
way (`benchmarks.first_answer`); of the fleet's many vehicles and viewers, both with real frames of
`maas.wiring.spread`:

- **page**: the built page in Chromium follows N vehicles that all move each second; processor time of the
  main thread's tasks out of a trace, beside the same page while nothing moves (wall time would count what
  else the machine does, and software GL).
- **push**: the server's own stream (`maas.api.fleet.stream`) in a process of its own, with V viewers that
  read every frame; its processor time as a share of a core.

The dispatcher's board is stood in by arrays of the same shape.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import numpy as np

from benchmarks.first_answer import measure_search
from benchmarks.vitals import Row, measure_bytes, measure_inp, measure_lighthouse
from fleet.dispatch.fleet_state import Mode

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results"
TOKEN = "the-benchmark"
CHROMIUM = "/usr/bin/chromium"
CENTRE = (35.648, 140.041)


class Town:
    """Vehicles that drive about; looks like a `LiveFleet` to `pack` and to the stream."""

    def __init__(self, count: int, *, moves: bool = True) -> None:
        self._moves = moves
        rng = np.random.default_rng(7)
        self.ids = [f"v{k}" for k in range(count)]
        self._at = np.array(CENTRE) + rng.uniform(-0.02, 0.02, (count, 2))
        self._rng = rng
        self._revision = 0
        duty = SimpleNamespace(mode=Mode.SERVICE, charge_wh=20_000, model=SimpleNamespace(battery_wh=40_000))
        board = SimpleNamespace(capacity=np.full((count, 1), 10), load=np.zeros((count, 1, 1)))
        state = SimpleNamespace(
            plans=SimpleNamespace(index={name: k for k, name in enumerate(self.ids)}, board=board),
            duties=[duty] * count,
        )
        self.shuttle = SimpleNamespace(state=state)
        self.service = SimpleNamespace(vehicles=[SimpleNamespace(id=name) for name in self.ids])

    def clock(self) -> float:
        """Now."""
        return time.time()

    def positions(self) -> list[Any]:
        """Everybody, a little further on."""
        self._at += self._rng.uniform(-1e-4, 1e-4, self._at.shape)
        return [
            SimpleNamespace(id=name, lat=lat, lon=lon, bearing=90, speed_m_s=6.0)
            for name, (lat, lon) in zip(self.ids, self._at.tolist(), strict=True)
        ]

    def changes(self, since: int) -> tuple[int, list[Any]]:
        """All of them have moved, or nobody."""
        del since
        self._revision += 1
        return self._revision, self.positions() if self._moves else []


def main_thread(trace: bytes) -> list[float]:
    """Processor time of each task of the page's main thread, ms."""
    events = json.loads(trace)["traceEvents"]
    renderers = {
        (e["pid"], e["tid"])
        for e in events
        if e["name"] == "thread_name" and e["args"]["name"] == "CrRendererMain"
    }
    spent: dict[int, list[float]] = {}
    for e in events:
        if (e["pid"], e["tid"]) in renderers and e.get("ph") == "X" and e["name"].endswith("::RunTask"):
            spent.setdefault(e["pid"], []).append(e.get("tdur", e["dur"]) / 1e3)
    return max(spent.values(), key=sum, default=[])


def measure_page(area: Path, vehicles: int, seconds: int) -> dict[str, float]:
    """Main-thread work while nothing moves and while all do, ms a second; and the page's own marks."""
    from playwright.sync_api import sync_playwright

    arguments = ["--no-sandbox", "--enable-unsafe-swiftshader"]
    found, marks = [], []
    with serving(area) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        for moves in (False, True):
            with streaming(vehicles, moves=moves) as (port, _):
                page = browser.new_page(viewport={"width": 1280, "height": 800}, bypass_csp=True)
                page.add_init_script(_ELSEWHERE % port)
                page.add_init_script(f"sessionStorage.setItem('maas.operator', '{TOKEN}')")
                page.goto(f"{url}/fleet?lang=en&tab=figures")
                page.locator(".canvas[data-drawn=true]").wait_for(timeout=60_000)
                page.wait_for_timeout(4000)
                browser.start_tracing(page=page, categories=["toplevel", "devtools.timeline"])
                page.wait_for_timeout(1000 * seconds)
                found.append(sum(main_thread(browser.stop_tracing())) / seconds)
                marks = page.evaluate(_MARKS)
                page.close()
        browser.close()
    still, moving = found
    return {
        "still_ms_s": round(still, 1), "moving_ms_s": round(moving, 1), "update_ms": round(moving - still, 1),
        "taken_ms_median": round(statistics.median(marks[0]), 2),
        "shown_ms_median": round(statistics.median(marks[1]), 2),
    }  # fmt: skip


_ELSEWHERE = """
const Real = WebSocket
window.WebSocket = class extends Real {
  constructor(url) {
    const ours = 'ws://127.0.0.1:%d/v1/shuttle/stream?form=packed'
    super(String(url).includes('/v1/shuttle/stream') ? ours : url)
  }
}
"""
"""The page's own stream comes from the benchmark's process; everything else from the real server."""
_MARKS = (
    "['positions taken', 'dots shown'].map((n) => performance.getEntriesByName(n).map((e) => e.duration))"
)


@contextmanager
def streaming(vehicles: int, *, moves: bool = True) -> Iterator[tuple[int, int]]:
    """The stream in a process of its own: its port and process id."""
    port = free_port()
    server = multiprocessing.get_context("spawn").Process(target=serve_stream, args=(port, vehicles, moves))
    server.start()
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port, server.pid or 0
    finally:
        server.terminate()
        server.join(10)


def serve_stream(port: int, vehicles: int, moves: bool) -> None:
    """The stream alone, in this process."""
    import uvicorn
    from fastapi import FastAPI

    from maas.api.fleet import stream

    town, app = Town(vehicles, moves=moves), FastAPI()
    app.include_router(stream.router(lambda: town))  # type: ignore[arg-type, return-value]
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="error")


def measure_push(vehicles: int, viewers: int, seconds: int) -> dict[str, float]:
    """Processor time of the server that pushes, per cent of a core; frames and bytes that viewers got."""
    with streaming(vehicles) as (port, pid):
        return asyncio.run(_watch(port, pid, viewers, seconds))


async def _watch(port: int, pid: int, viewers: int, seconds: int) -> dict[str, float]:
    import websockets

    got = {"frames": 0, "bytes": 0}

    async def view() -> None:
        async with websockets.connect(
            f"ws://127.0.0.1:{port}/v1/shuttle/stream?form=packed", compression=None, max_size=None
        ) as ws:
            async for message in ws:
                got["frames"] += 1
                got["bytes"] += len(message)

    tasks = [asyncio.create_task(view()) for _ in range(viewers)]
    await asyncio.sleep(4)
    got.update(frames=0, bytes=0)
    begun, clock = cpu_s(pid), time.monotonic()
    await asyncio.sleep(seconds)
    spent, lasted = cpu_s(pid) - begun, time.monotonic() - clock
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return {
        "core_percent": round(100 * spent / lasted, 1),
        "frames_per_viewer_s": round(got["frames"] / viewers / lasted, 2),
        "mbyte_s": round(got["bytes"] / lasted / 1e6, 2),
    }


def cpu_s(pid: int) -> float:
    """User and system seconds of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(area: Path) -> Iterator[str]:
    """A real server of the area."""
    port = free_port()
    command = [str(Path(sys.executable).parent / "maas"), "serve", "--area", str(area), "--port", str(port)]
    with tempfile.TemporaryDirectory() as home:
        own = {"MAAS_CACHE": home, "MAAS_OPERATOR_TOKEN": TOKEN}
        process = subprocess.Popen(command, env={**os.environ, **own}, stdout=subprocess.DEVNULL)
        try:
            for _ in range(900):
                try:
                    httpx.get(f"http://127.0.0.1:{port}/health", timeout=2).raise_for_status()
                    break
                except httpx.HTTPError:
                    time.sleep(0.2)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)


PARTS = ("lighthouse", "inp", "bytes", "search", "push", "page")


def rows_of(part: str, asked: argparse.Namespace) -> list[Row]:
    """The table's rows of one part."""
    if part == "push":
        return _push_rows(asked)
    if part == "page":
        return _page_rows(asked)
    measure = {
        "lighthouse": measure_lighthouse, "inp": measure_inp, "bytes": measure_bytes,
        "search": measure_search,
    }[part]  # fmt: skip
    with serving(asked.area) as url:
        httpx.get(f"{url}/v1/area")
        return measure(url.replace("127.0.0.1", "localhost"))


def _push_rows(asked: argparse.Namespace) -> list[Row]:
    push = measure_push(asked.vehicles, asked.viewers, asked.seconds)
    what = f"server, {asked.viewers} viewers of {asked.vehicles:,} vehicles that all move each second"
    told = (
        f"{push['core_percent']} % ({push['frames_per_viewer_s']} frames a second each, "
        f"{push['mbyte_s']} MB/s in all)"
    )
    return [(what, "15 % of a core", told)]


def _page_rows(asked: argparse.Namespace) -> list[Row]:
    page = measure_page(asked.area, asked.vehicles, asked.seconds)
    work = (
        f"main thread's processor time for an update of {asked.vehicles:,} vehicles (trace, less the same "
        "page with nothing moving)"
    )
    still = f"{page['moving_ms_s']} against {page['still_ms_s']}"
    marks = "of that: frame read, dots handed to the map (median of the page's own marks)"
    return [
        (work, "8 ms", f"{page['update_ms']} ms ({still} a second)"),
        (marks, "", f"{page['taken_ms_median']} ms, {page['shown_ms_median']} ms"),
    ]


def main() -> None:
    """Measure, print, and write each part's section of benchmarks/results/pages.md."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--area", type=Path, required=True, help="a built area, such as build/makuhari")
    parser.add_argument("--only", action="append", choices=PARTS, help="a part; all of them if left out")
    parser.add_argument("--vehicles", type=int, default=2000)
    parser.add_argument("--viewers", type=int, default=100)
    parser.add_argument("--seconds", type=int, default=15)
    asked = parser.parse_args()
    for part in asked.only or PARTS:
        lines = [
            f"`python -m benchmarks.pages --area build/makuhari --only {part}`; {machine()}", "",
            "| what | aim | measured |", "|---|---|---|",
            *(f"| {' | '.join(row)} |" for row in rows_of(part, asked)),
        ]  # fmt: skip
        keep(part, lines)
        print("\n".join(lines), flush=True)


def machine() -> str:
    """Cores, versions, load."""
    chromium = subprocess.run([CHROMIUM, "--version"], capture_output=True, text=True, check=False)
    return (
        f"{os.cpu_count()} cores, {chromium.stdout.strip()}, Python {sys.version.split()[0]}; "
        f"load of the machine {os.getloadavg()[0]:.1f}."
    )


def keep(part: str, lines: list[str]) -> None:
    """Write one part's section; the others stay as they were."""
    file = RESULTS / "pages.md"
    RESULTS.mkdir(parents=True, exist_ok=True)
    sections = dict.fromkeys(PARTS, "")
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    for section in text.split("\n## ")[1:]:
        name, _, body = section.partition("\n")
        if name.strip() in sections:
            sections[name.strip()] = body.strip()
    sections[part] = "\n".join(lines)
    told = [f"## {name}\n\n{body}\n" for name, body in sections.items() if body]
    file.write_text("# The pages, measured\n\n" + "\n".join(told), encoding="utf-8")


if __name__ == "__main__":
    main()
