"""`maas fleet simulate` on the sample area: days that one seed reproduces."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

Command = Callable[..., CompletedProcess[str]]
DAY = ("--day", "2026-11-25")


def figures(command: Command, area: Path, *options: str | Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(
        command("fleet", "simulate", "--area", area, *DAY, *options, "--json").stdout
    )
    told.pop("timing")
    return told


@pytest.mark.slow
def test_a_day_without_faults_breaks_no_promise_and_one_seed_gives_one_day(
    maas_command: Command, makuhari: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "riders.csv"
    first = figures(maas_command, makuhari, "--riders", "120", "--improve", "20", "--keep", kept)
    assert first["breaches"] == first["broken"] == first["loops_missed"] == 0
    assert first["connections_held"] == 1.0
    assert first["served_share"] >= 0.95
    assert {"waiting_s", "detour", "occupancy", "empty_km", "energy_kwh"} <= set(first)
    assert first["devices"]["late"] == 0
    again = figures(maas_command, makuhari, "--demand", kept, "--riders", "120", "--improve", "20")
    assert again == first


def test_faults_and_weather_strike_and_every_breach_is_told(maas_command: Command, makuhari: Path) -> None:
    told = figures(
        maas_command,
        makuhari,
        "--riders",
        "120",
        "--improve",
        "0",
        "--faults",
        "8",
        "--weather",
        "--seed",
        "3",
    )
    assert told["faults"] > 0
    assert told["breaches"] == sum(told["breaches_by_kind"].values())
    assert told["broken"] <= told["breaches_by_kind"].get("not_served", 0)
    assert told["open"] == 0


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("time,origin\n", "destination"),
        ("time,origin,destination\n8:00,info,moon\n", "line 2, destination"),
        ("time,origin,destination\n25:99,info,aeon\n", "line 2, time"),
        ("time,origin,destination,adults\n08:00,info,aeon,two\n", "line 2, adults"),
    ],
)  # fmt: skip
def test_a_bad_demand_file_is_named_by_line_and_column(
    maas_command: Command, makuhari: Path, tmp_path: Path, text: str, says: str
) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(text, encoding="utf-8")
    done = maas_command("fleet", "simulate", "--area", makuhari, *DAY, "--demand", path, check=False)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_other_mistakes_end_in_one_line(maas_command: Command, makuhari: Path, tokyo: Path) -> None:
    for options, says in (
        (("--area", makuhari, "--day", "soon"), "2026-11-25"),
        (("--area", makuhari, "--riders", "-1"), "must not be negative"),
        (("--area", tokyo), "has no shuttle"),
        (("--area", makuhari, "--demand", "/nowhere.csv"), "no such file"),
    ):
        done = maas_command("fleet", "simulate", *options, check=False)
        assert done.returncode == 2
        assert says in done.stderr
