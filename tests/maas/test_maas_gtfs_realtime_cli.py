"""`maas gtfs validate-rt` as an operator runs it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FILES = ("ct-trip-updates.pb", "ct-vehicle-positions.pb", "ct-service-alerts.pb")


def test_caltrain_is_judged_in_json(maas_command: Any, shared: Path) -> None:
    folder = shared / "data" / "gtfs_rt"
    done = maas_command(
        "gtfs", "validate-rt", folder / "ct.zip", *(folder / f for f in FILES), "--json",
        "--at", "2023-11-08T01:06:00+00:00", check=False,
    )  # fmt: skip
    report = json.loads(done.stdout)
    assert done.returncode == (1 if report["summary"]["errors"] else 0)
    assert "W009" in {notice["code"] for notice in report["notices"]}


def test_what_is_wrong_with_the_command_is_said_in_a_sentence(
    maas_command: Any, shared: Path, tmp_path: Path
) -> None:
    feed = shared / "data" / "gtfs_rt" / "ct.zip"
    page = tmp_path / "page.pb"
    page.write_bytes(b"<html>")
    for arguments, said in (
        ((feed, page), "no GTFS-Realtime message"),
        ((feed, tmp_path / "none.pb"), "none.pb"),
        ((feed, page, "--at", "noon"), "--at"),
    ):
        done = maas_command("gtfs", "validate-rt", *arguments, check=False)
        assert done.returncode == 2
        assert said in done.stderr
        assert "Traceback" not in done.stderr
