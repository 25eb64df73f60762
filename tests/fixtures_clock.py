"""A server whose clock a test moves on, so that a ride of ten minutes is over in half a minute."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

TOKYO = ZoneInfo("Asia/Tokyo")
_STEP_S, _EVERY_S = 4, 0.1  # small steps: leases and positions must not look as if time had stood still


@dataclass
class MovedClock:
    """The clock of one server process, held ahead of the real one by what stands in a file (libfaketime)."""

    file: Path
    ahead_s: int = 0

    @property
    def environment(self) -> dict[str, str]:
        """What starts a process under this clock. Waits and ages of files stay real."""
        found = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
        assert found, "the tests need faketime: run make test once, or sudo apt-get install faketime"
        return {
            "LD_PRELOAD": str(found[0]), "FAKETIME_TIMESTAMP_FILE": str(self.file), "FAKETIME_NO_CACHE": "1",
            "DONT_FAKE_MONOTONIC": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1",
        }  # fmt: skip

    def write(self) -> None:
        """Let the server see it; in one step, so that it never reads half a number."""
        beside = self.file.with_suffix(".new")
        beside.write_text(f"+{self.ahead_s}\n")
        beside.rename(self.file)

    def to_morning(self, hour: int = 10) -> None:
        """The next time it is that hour in Chiba, when everything runs; whatever the hour of the test."""
        now = datetime.now(TOKYO)
        start = now.replace(hour=hour, minute=0, second=0, microsecond=0)
        start += timedelta(days=1 if start <= now else 0)
        self.ahead_s = round((start - now).total_seconds())
        self.write()

    def on(self, until: Callable[[], bool], *, most_s: int = 3600, gently: bool = False) -> None:
        """Move on, some forty times as fast as the clock on the wall, until something has come about.

        `gently` is four times as fast: for what lasts minutes, and a page on a busy machine must see.
        """
        every_s = _EVERY_S * (10 if gently else 1)
        for _ in range(most_s // _STEP_S):
            if until():
                return
            self.ahead_s += _STEP_S
            self.write()
            time.sleep(every_s)
        raise AssertionError(f"it did not come about within {most_s} s of the server's clock")


@pytest.fixture(scope="module")
def moved_server(
    makuhari: Path,
    tmp_path_factory: pytest.TempPathFactory,
    start_server,  # type: ignore[no-untyped-def]
) -> Iterator[tuple[str, MovedClock]]:
    """A real server of the sample area under a clock that tests move: its base URL and the clock.

    It is morning when the server starts: hours that pass at once are simulated late, and rides with them.
    Browsers' messages may go to push services of this machine.
    """
    home = tmp_path_factory.mktemp("moved")
    clock = MovedClock(home / "clock")
    clock.to_morning()
    environment = clock.environment | {"MAAS_PUSH_SERVICES": "127.0.0.1"}
    with start_server(makuhari, home, environment=environment) as (url, _):
        yield url, clock
