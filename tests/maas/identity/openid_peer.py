"""openid-client (npm), a certified client that is not ours, in a process of its own."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[2] / "web" / "openid_peer"


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
            npm = shutil.which("npm")
            assert npm is not None, "the tests need Node 20 or newer with npm on the path"
            command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
            subprocess.run(command, cwd=FOLDER, check=True, timeout=300)
            break
    return FOLDER


class Peer:
    """Give it an order, get its answer; an answer with `error` is the library's refusal."""

    def __init__(self) -> None:
        node = shutil.which("node")
        assert node is not None, "the tests need Node 20 or newer on the path"
        self._process = subprocess.Popen(
            [node, "peer.mjs"], cwd=installed(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
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
