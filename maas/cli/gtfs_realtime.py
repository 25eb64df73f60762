"""`maas gtfs validate-rt`: judge GTFS-Realtime messages against the feed that they are about."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

import click

from maas.cli.options import PATH
from maas.errors import BadRequest

__all__ = ["validate_rt"]


@click.command("validate-rt")
@click.argument("feed", type=PATH)
@click.argument("messages", type=PATH, nargs=-1, required=True)
@click.option("--at", help="Instant at which the messages were fetched, ISO 8601; now if left out.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("--html", "as_html", is_flag=True, help="Print the report as a page.")
@click.option("--lang", type=click.Choice(("ja", "en")), default="en", show_default=True)
def validate_rt(
    feed: Path, messages: tuple[Path, ...], at: str | None, as_json: bool, as_html: bool, lang: str
) -> None:
    """Judge MESSAGES (files of GTFS-Realtime) against FEED (zip or folder).

    Messages in one folder are one moment. Folders follow one another in the order given, so that rules which
    compare a message with the one before have something to look at. Ends with 1 if something is an error.

    \b
    Example:
      maas gtfs validate-rt city.zip trip-updates.pb vehicle-positions.pb alerts.pb --lang ja
      maas gtfs validate-rt city.zip 0800/updates.pb 0801/updates.pb --json
    """  # noqa: D301
    from gtfs.errors import FeedError
    from gtfs.realtime.apply import Timetable
    from gtfs.schedule.reader import read_feed
    from gtfs.schedule.typed import to_schedule
    from gtfs.validate.realtime.runner import judge, moment_of
    from gtfs.validate.report import to_html, to_json, to_text

    now_s = int(_instant(at).timestamp())
    moments = []
    try:
        timetable = Timetable(to_schedule(read_feed(feed)))
        for _, files in groupby(messages, key=lambda path: path.parent):
            moments.append((moment_of([(path.name, _bytes(path)) for path in files]), now_s))
    except FeedError as error:
        raise BadRequest(str(error)) from None
    report = judge(timetable, moments, ", ".join(path.name for path in messages))
    show = to_json if as_json else to_html if as_html else to_text
    click.echo(show(report, lang))
    sys.exit(1 if report.errors else 0)


def _instant(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise BadRequest(f"--at {text!r}: write it as 2026-11-25T08:00:00+09:00")
    return found


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadRequest(f"{path}: {error.strerror}. Give files of GTFS-Realtime messages") from None
