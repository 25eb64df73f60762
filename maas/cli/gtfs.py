"""`maas gtfs`: judge and mend feeds."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gtfs.schedule.ahead import MembersAhead
from maas.cli.gtfs_realtime import validate_rt
from maas.cli.options import PATH
from maas.errors import UserError

if TYPE_CHECKING:
    from gtfs.validate.mend import Change

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
@click.option("--fix", "out", type=PATH, help="Mend what is safe into this new zip, and judge that one.")
def validate(
    feed: Path, profile: str, as_json: bool, as_html: bool, lang: str, day: str | None, out: Path | None
) -> None:
    """Judge FEED (zip or folder): what is wrong, where, what it costs riders, how to mend it.

    Ends with 0 if nothing is an error, with 1 if something is.

    \b
    Example:
      maas gtfs validate bus.zip --profile gtfs-jp-v4 --lang ja
      maas gtfs validate bus.zip --html > report.html
      maas gtfs validate old.zip --profile gtfs-jp-v4 --fix new.zip
    """  # noqa: D301
    try:
        today = datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC) if day else datetime.now(UTC)
    except ValueError:
        raise UserError(f"--date {day!r} is no day; write it as 2026-11-25") from None
    changes = _mended(feed, out, profile) if out else ()
    with MembersAhead(out or feed) as files:  # it is unpacked while the validator is imported
        from gtfs.validate import Profile, judge
        from gtfs.validate.report import to_html, to_json, to_text

        report = judge(out or feed, today=today.date(), profile=Profile(profile), files=files)
    show = to_json if as_json else to_html if as_html else to_text
    click.echo(show(report, lang, changes))
    sys.exit(1 if report.errors else 0)


def _mended(feed: Path, out: Path, profile: str) -> tuple[Change, ...]:
    """Write the mended feed to `out`; never over the feed itself."""
    from gtfs.errors import FeedError
    from gtfs.schedule.writer import write_feed
    from gtfs.validate.intake import intake
    from gtfs.validate.mend import mend

    if out.resolve() == feed.resolve() or out.is_dir():
        raise UserError(f"--fix {out}: give a new file; the feed itself is never changed")
    try:
        mended = mend(intake(feed), profile)
        write_feed(mended.feed, out)
    except (FeedError, OSError, ValueError) as error:
        raise UserError(str(error)) from error
    return mended.changes
