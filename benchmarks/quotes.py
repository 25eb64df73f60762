"""`python -m benchmarks.quotes --json`: offers with a held seat over HTTP, from a thousand shuttles.

Builds the sample area with as many vehicles, starts a real server, puts them on duty, and asks from a few
connections at once. Times are what the client sees; every offer is cancelled again, outside the clock.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
TOKEN = "benchmark"
STOPS = ("info", "aeon", "outlet", "messe", "mets", "license", "ward", "health", "utasejhs", "ito")


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quotes", description=__doc__)
    parser.add_argument("--vehicles", type=int, default=1000)
    parser.add_argument("--requests", type=int, default=1500)
    parser.add_argument("--connections", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder), options.vehicles, options.requests, options.connections)
    print(json.dumps(figures) if options.json else "\n".join(f"{k:14} {v}" for k, v in figures.items()))
    return 0


def measure(folder: Path, vehicles: int, requests: int, connections: int) -> dict[str, Any]:
    """Latency of quotes in milliseconds, and quotes a second."""
    area = folder / "area"
    shutil.copytree(ROOT / "areas" / "makuhari", area)
    _enlarge(area / "shuttle.toml", vehicles)
    maas = str(Path(sys.executable).parent / "maas")
    subprocess.run([maas, "area", "build", folder / "built", "--area", area], check=True, capture_output=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    env = {**os.environ, "MAAS_CACHE": str(folder / "cache"), "MAAS_OPERATOR_TOKEN": TOKEN}
    command = [maas, "serve", "--area", str(folder / "built"), "--port", str(port), "--no-simulation"]
    server = subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL)
    try:
        _ready(port)
        _on_duty(port, vehicles)
        _ask(port, 50, 1, 0)  # the first ones warm the server up
        return _run(port, vehicles, requests, connections)
    finally:
        server.terminate()
        server.wait(20)


def _enlarge(path: Path, vehicles: int) -> None:
    text = path.read_text(encoding="utf-8")
    head = text[: text.index("[[vehicles]]")]
    rest = text[text.index("[[stops]]") :]
    fleet = "".join(
        f'[[vehicles]]\nid = "shuttle-{k}"\nmodel = "shuttle-11"\ndepot = "messe-depot"\n\n'
        for k in range(1, vehicles + 1)
    )
    head = head.replace("vehicles_each = 5", f"vehicles_each = {vehicles}")
    path.write_text(head + fleet + rest, encoding="utf-8")


def _ready(port: int) -> None:
    """Wait until it serves: it answers 503 while it compiles and opens its fleet."""
    for _ in range(3000):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/health")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise RuntimeError("the server was not ready within ten minutes")


def _on_duty(port: int, vehicles: int) -> None:
    _call(port, "POST", "/v1/fleet/supervisors/sign-in", {"supervisor": "supervisor-1"})
    for k in range(1, vehicles + 1):
        _call(port, "POST", f"/v1/fleet/vehicles/shuttle-{k}/start", {})


def _call(port: int, method: str, path: str, body: dict[str, Any]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {TOKEN}"}
    connection.request(method, path, json.dumps(body), headers)
    answer = connection.getresponse()
    if answer.status >= 300:
        raise RuntimeError(f"{path}: {answer.status} {answer.read()[:300]!r}")
    connection.close()


def _ask(port: int, requests: int, seed: int, worker: int) -> tuple[list[float], int]:
    """Latencies in ms, and how many were offers."""
    random = np.random.default_rng([seed, worker])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Content-Type": "application/json"}
    times: list[float] = []
    offers = []
    for _ in range(requests):
        a, b = random.choice(len(STOPS), 2, replace=False)
        body = json.dumps({"from": {"shuttle_stop_id": STOPS[a]}, "to": {"shuttle_stop_id": STOPS[b]}})
        begun = time.perf_counter()
        connection.request("POST", "/v1/rides/quotes", body, headers)
        answer = connection.getresponse().read()
        times.append((time.perf_counter() - begun) * 1000)
        offer = json.loads(answer)["offer"]
        if offer is not None:
            offers.append(offer["ride_id"])
    for ride in offers:
        connection.request("POST", f"/v1/rides/{ride}/cancel", "{}", headers)
        connection.getresponse().read()
    connection.close()
    return times, len(offers)


def _run(port: int, vehicles: int, requests: int, connections: int) -> dict[str, Any]:
    found: list[tuple[list[float], int]] = []
    each = requests // connections

    def work(worker: int) -> None:
        found.append(_ask(port, each, 7, worker))

    workers = [threading.Thread(target=work, args=(k,)) for k in range(connections)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    times = np.array([ms for ms_list, _ in found for ms in ms_list])
    busy_s = max(sum(ms_list) for ms_list, _ in found) / 1000
    p50, p99 = np.percentile(times, [50, 99])
    return {
        "vehicles": vehicles, "quotes": len(times), "offers": sum(n for _, n in found),
        "connections": connections, "median_ms": round(float(p50), 2), "p99_ms": round(float(p99), 2),
        "per_second": round(len(times) / busy_s), "load": round(os.getloadavg()[0], 1),
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
