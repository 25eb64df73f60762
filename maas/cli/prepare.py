"""`maas area prepare`: work out ahead what makes a day's searches fast."""

from __future__ import annotations

import json
import time
from datetime import date, datetime, timedelta
from pathlib import Path

import click

from maas.cli.options import PATH, opened_area
from maas.errors import BadRequest

__all__ = ["prepare"]


@click.command()
@click.argument("folder", type=PATH)
@click.option("--date", "first", help="First day, YYYY-MM-DD; today if left out.")
@click.option("--days", default=2, show_default=True, help="How many days; days that are alike cost once.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
def prepare(folder: Path, first: str | None, days: int, as_json: bool) -> None:
    """Prepare days of a built area for fast searches; a server does it for today and tomorrow by itself.

    \b
    Example:
      maas area prepare build/city --date 2026-11-25 --days 7
    """  # noqa: D301
    network = opened_area(folder).planner.network
    try:
        day = date.fromisoformat(first) if first else datetime.now(network.clock.zone).date()
    except ValueError:
        raise BadRequest(f"--date {first!r} is no date. Write it as 2026-11-25") from None
    if not 1 <= days <= 400:
        raise BadRequest(f"--days {days}: give 1 to 400")
    begin, end = network.service_dates
    done = []
    for k in range(days):
        on = day + timedelta(days=k)
        if begin <= on <= end:
            begun = time.perf_counter()
            fresh = network.prepare(on)
            seconds = round(time.perf_counter() - begun, 2)
            done.append({"date": on.isoformat(), "prepared": fresh, "seconds": seconds})
    if as_json:
        click.echo(json.dumps(done))
        return
    for entry in done:
        state = f"prepared in {entry['seconds']} s" if entry["prepared"] else "nothing to do"
        click.echo(f"{entry['date']}: {state}")
    if not done:
        click.echo(f"No day to prepare: the feeds run from {begin} to {end}", err=True)
