"""`maas gtfs`: judge and mend feeds."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from maas.cli.gtfs_realtime import validate_rt
from maas.cli.options import PATH
from maas.errors import UserError

__all__ = ["gtfs"]

PROFILES = ("gtfs", "gtfs-jp-v3", "gtfs-jp-v4")


@click.group()
def gtfs() -> None:
    """Keep, compare, judge, mend and publish GTFS and GTFS-JP feeds."""


gtfs.add_command(validate_rt)


@gtfs.command()
@click.argument("feed", type=PATH)
@click.option("--profile", type=click.Choice(PROFILES), default="gtfs", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("--html", "as_html", is_flag=True, help="Print the report as a page.")
@click.option("--lang", type=click.Choice(("ja", "en")), default="en", show_default=True)
@click.option("--date", "day", metavar="YYYY-MM-DD", help="Judge as of this day instead of today.")
def validate(feed: Path, profile: str, as_json: bool, as_html: bool, lang: str, day: str | None) -> None:
    """Judge FEED (zip or folder): what is wrong, where, what it costs riders, how to mend it.

    Ends with 0 if nothing is an error, with 1 if something is.

    \b
    Example:
      maas gtfs validate bus.zip --profile gtfs-jp-v4 --lang ja
      maas gtfs validate bus.zip --html > report.html
    """  # noqa: D301
    from gtfs.validate import Profile, judge
    from gtfs.validate.report import to_html, to_json, to_text

    try:
        today = datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC) if day else datetime.now(UTC)
    except ValueError:
        raise UserError(f"--date {day!r} is no day; write it as 2026-11-25") from None
    report = judge(feed, today=today.date(), profile=Profile(profile))
    show = to_json if as_json else to_html if as_html else to_text
    click.echo(show(report, lang))
    sys.exit(1 if report.errors else 0)
