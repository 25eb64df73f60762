"""Today and tomorrow prepared for fast searches, by a process of its own, so that no request waits."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from types import TracebackType

from maas.area.open import Area

__all__ = ["Preparing"]

_EVERY_S = 3600.0
_LIMIT_S = 900.0
_log = logging.getLogger(__name__)


class Preparing:
    """Runs `maas area prepare` at once and every hour, and takes up what it made."""

    def __init__(self, area: Area) -> None:
        self._area = area
        self._ended = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._run, name="preparing", daemon=True)

    def __enter__(self) -> Preparing:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
        self._thread.join(10)

    def _run(self) -> None:
        while not self._ended.is_set():
            main = "from maas.cli import main; main()"
            command = [sys.executable, "-c", main, "area", "prepare", str(self._area.folder)]
            try:
                self._process = subprocess.Popen(
                    ["nice", "-n", "10", *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
                )
                if self._ended.is_set():  # closed just before this process was there to be ended
                    self._process.terminate()
                failed = self._process.wait(_LIMIT_S)
            except (OSError, subprocess.TimeoutExpired) as error:
                _log.warning("days could not be prepared, searches stay slower: %s", error)
                if self._process is not None:
                    self._process.kill()
                    self._process.wait()
            else:
                if failed == 0:
                    self._area.planner.network.adopt()
            self._ended.wait(_EVERY_S)
