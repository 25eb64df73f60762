"""`maas fleet`: days in the twin."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from maas.cli.options import PATH, opened_area
from maas.errors import BadRequest

__all__ = ["fleet"]


@click.group()
def fleet() -> None:
    """Dispatch shuttles: simulate a day."""


@fleet.command()
@click.option("--area", "folder", type=PATH, help="A built area; the bundled sample if left out.")
@click.option("--day", help="Service day, YYYY-MM-DD; today if left out.")
@click.option("--demand", type=PATH, help="CSV of riders (time,origin,destination,…); the model if left out.")
@click.option("--riders", default=400, show_default=True, help="Requests that the demand model makes.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same day.")
@click.option("--faults", default=0.0, show_default=True, help="Vehicles that fail in a day, on average.")
@click.option("--weather", is_flag=True, help="A shower, and gusts beyond the operational design domain.")
@click.option("--improve", default=300, show_default=True, help="Rounds of the improver each 30 s; 0: none.")
@click.option("--keep", type=PATH, help="Write the demand that was used to this CSV.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def simulate(
    folder: Path | None,
    day: str | None,
    demand: Path | None,
    riders: int,
    seed: int,
    faults: float,
    weather: bool,
    improve: int,
    keep: Path | None,
    as_json: bool,
) -> None:
    """Run a day in the digital twin and print its key figures.

    \b
    Example:
      maas fleet simulate --day 2026-11-25 --riders 600 --faults 3 --weather
      maas fleet simulate --area build/makuhari --day 2026-11-25 --demand riders.csv --json
    """  # noqa: D301
    from maas.wiring.simulate import DayPlan, simulate
    from maas.wiring.zone import service_of

    for name, value in (("riders", riders), ("faults", faults), ("improve", improve)):
        if value < 0:
            raise BadRequest(f"--{name} {value}: must not be negative")
    area = opened_area(folder)
    zone = ZoneInfo(service_of(area).timezone)
    plan = DayPlan(_day(day, zone), demand, riders, seed, faults, weather, improve)
    figures = simulate(area, plan, lambda text: click.echo(f"  {text}", err=True), keep=keep)
    click.echo(json.dumps(figures, ensure_ascii=False) if as_json else _told(figures))


def _day(text: str | None, zone: ZoneInfo) -> date:
    if text is None:
        return datetime.now(zone).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadRequest(f"--day {text!r} is no day. Write it as 2026-11-25") from None


def _told(figures: dict[str, Any]) -> str:
    lines = []
    for name, value in figures.items():
        if isinstance(value, dict):
            value = ", ".join(f"{k} {v}" for k, v in value.items()) or "none"
        lines.append(f"{name.replace('_', ' '):18} {value}")
    return "\n".join(lines)
