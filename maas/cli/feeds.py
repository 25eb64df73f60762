"""`maas gtfs import | export | versions | diff | author | publish`, on the server itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from maas.cli.options import PATH, opened_area
from maas.settings import Settings

if TYPE_CHECKING:
    from maas.feeds.house import House

__all__ = ["COMMANDS"]


def house_options(command: Any) -> Any:
    """Options that say whose house it is."""
    command = click.option(
        "--area", "folder", type=PATH, help="The area whose server it is; the bundled sample if left out."
    )(command)
    return click.option("--database", help="sqlite:///FILE or postgresql://…; the area's own if left out.")(
        command
    )


@contextmanager
def opened_house(folder: Path | None, database: str | None, *, private: bool = False) -> Iterator[House]:
    """The house of a server's database; whoever may run this on the server is trusted."""
    from maas.wiring.feeds import open_house
    from maas.wiring.system import database_url
    from storage.database import Database

    url = database or database_url(opened_area(folder), Settings.from_environment())
    opened = Database.open(url)
    try:
        yield open_house(opened, private_addresses=private)
    finally:
        opened.close()


@click.command("import")
@click.argument("feed_id")
@click.argument("source")
@click.option("--organisation", help="Create the feed for this organisation if there is none yet.")
@click.option("--title", help="Its title; the id if left out.")
@click.option("--reason", default="", help="Why, for the history.")
@click.option("--encoding", default="utf-8", show_default=True, help="Encoding of the tables, e.g. cp932.")
@click.option("--private", is_flag=True, help="Allow an address inside a private network.")
@click.option("--json", "as_json", is_flag=True, help="Print the version as JSON.")
@house_options
def import_feed(
    feed_id: str, source: str, organisation: str | None, title: str | None, reason: str, encoding: str,
    private: bool, as_json: bool, folder: Path | None, database: str | None,
) -> None:  # fmt: skip
    """Keep SOURCE (a zip, a folder or an https address) as the next version of FEED_ID.

    \b
    Example:
      maas gtfs import baybus baybus.zip --organisation baybus --reason "autumn timetable"
      maas gtfs import baybus https://example.jp/gtfs.zip
    """  # noqa: D301
    from maas.feeds import store
    from maas.feeds.errors import UnknownFeed
    from maas.feeds.model import SYSTEM, About

    with opened_house(folder, database, private=private) as house:
        try:
            house.require(feed_id, SYSTEM)
        except UnknownFeed:
            if organisation is None:
                raise
            about = About(title={"ja": title or feed_id})
            house.database.run(
                lambda c: store.create_feed(
                    c, feed_id, organisation, about, in_planner=False, now=house.clock(), actor="cli"
                )
            )
        if source.startswith(("http://", "https://")):
            stored = house.import_url(feed_id, source, SYSTEM, reason=reason, encoding=encoding)
        else:
            stored = house.import_file(feed_id, Path(source), SYSTEM, reason=reason, encoding=encoding)
    if as_json:
        told = None if stored is None else {"new": stored.new, **_plain(asdict(stored.version))}
        click.echo(json.dumps(told, ensure_ascii=False))
    elif stored is None:
        click.echo(f"{feed_id}: nothing new at {source}")
    else:
        what = "kept as" if stored.new else "the same files as"
        rows = sum(stored.version.facts["rows"].values())
        click.echo(f"{feed_id}: {what} version {stored.version.number} ({rows:,} rows)")


@click.command("export")
@click.argument("feed_id")
@click.argument("out", type=PATH)
@click.option("--version", "number", type=int, help="Which version; the latest if left out.")
@house_options
def export_feed(
    feed_id: str, out: Path, number: int | None, folder: Path | None, database: str | None
) -> None:
    """Write a version of FEED_ID to OUT as the zip that it is published as: the same bytes every time.

    \b
    Example:
      maas gtfs export baybus baybus-3.zip --version 3
    """  # noqa: D301
    with opened_house(folder, database) as house:
        number = number or latest_number(house, feed_id)
        data = house.export(feed_id, number)
    out.write_bytes(data)
    click.echo(f"{out}: version {number} of {feed_id}, {len(data):,} bytes")


@click.command("versions")
@click.argument("feed_id")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@house_options
def list_versions(feed_id: str, as_json: bool, folder: Path | None, database: str | None) -> None:
    """List the versions of FEED_ID: when, by whom, why.

    \b
    Example:
      maas gtfs versions baybus
    """  # noqa: D301
    from maas.feeds import store

    with opened_house(folder, database) as house, house.database.read() as connection:
        found = store.versions(connection, feed_id)
    if as_json:
        click.echo(json.dumps([_plain(asdict(v)) for v in found], ensure_ascii=False))
        return
    for v in found:
        click.echo(f"{v.number:>5}  {v.created_at:%Y-%m-%d %H:%M}  {v.author}  {v.source}  {v.reason}")


@click.command("diff")
@click.argument("before")
@click.argument("after")
@click.option("--from-day", metavar="YYYY-MM-DD", help="Compare what is offered from this day on.")
@click.option("--lang", type=click.Choice(("ja", "en")), default="ja", show_default=True)
@click.option("--rows", is_flag=True, help="Also the rows of each file that came, went and changed.")
@click.option("--json", "as_json", is_flag=True, help="Print all of it as JSON.")
@house_options
def diff(
    before: str, after: str, from_day: str | None, lang: str, rows: bool, as_json: bool,
    folder: Path | None, database: str | None,
) -> None:  # fmt: skip
    """Tell what changed for riders from BEFORE to AFTER: files, or FEED@NUMBER of the house.

    \b
    Example:
      maas gtfs diff old.zip new.zip --lang en
      maas gtfs diff baybus@3 baybus@4 --rows
    """  # noqa: D301
    from datetime import date

    from gtfs.publish.changes import changes
    from gtfs.publish.diff import diff_tables
    from gtfs.publish.words import told
    from maas.errors import BadRequest

    try:
        day = None if from_day is None else date.fromisoformat(from_day)
    except ValueError:
        raise BadRequest(f"--from-day {from_day!r} is no day; write it as 2026-11-25") from None
    old, new = (_feed(name, folder, database) for name in (before, after))
    tables, found = diff_tables(old, new), changes(old, new, day)
    if as_json:
        told_changes = [{**asdict(c), "text": told(c, lang)} for c in found]
        answer = {"changes": told_changes, "tables": [asdict(t) for t in tables]}
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    for change in found:
        click.echo(f"{'!' if change.worse else '-'} {told(change, lang)}")
    if not found:
        click.echo("riders notice nothing" if lang == "en" else "利用者への影響はありません")
    for table in tables if rows else ():
        click.echo(f"{table.file}: +{table.added} -{table.removed} ~{table.changed}")


@click.command("author")
@click.argument("feed_id")
@click.argument("documents", type=PATH, required=False)
@click.option("--timetable", type=PATH, help="A timetable sheet (Excel, CSV, TSV) besides, or instead.")
@click.option("--route", help="The sheet's line.")
@click.option("--pattern", help="The sheet's pattern; made of its rows if there is none.")
@click.option("--direction", type=click.IntRange(0, 1), default=0, show_default=True)
@click.option("--calendars", help="weekday:W,saturday:S,holiday:H; or one calendar.")
@click.option("--reason", default="", help="Why, for the history.")
@house_options
def author(
    feed_id: str, documents: Path | None, timetable: Path | None, route: str | None, pattern: str | None,
    direction: int, calendars: str | None, reason: str, folder: Path | None, database: str | None,
) -> None:  # fmt: skip
    """Work DOCUMENTS and a timetable sheet into FEED_ID as its next version.

    DOCUMENTS is JSON: a list of {"kind", "key", "content"}; content null takes the thing out. docs/feeds.md
    says what kinds there are and what they hold.

    \b
    Example:
      maas gtfs author baybus stops.json --reason "new stop at 豊砂"
      maas gtfs author baybus --timetable summer.xlsx --route R --pattern up --calendars weekday:W,holiday:H
    """  # noqa: D301
    from gtfs.authoring.documents import Kind
    from maas.errors import BadRequest
    from maas.feeds.drafts import Drafts
    from maas.feeds.model import SYSTEM
    from maas.feeds.sheets import day_calendars, timetable_sheet

    if documents is None and timetable is None:
        raise BadRequest("give a file of documents, or --timetable SHEET")
    with opened_house(folder, database) as house:
        drafts = Drafts(house)
        draft = drafts.open(feed_id, SYSTEM, base=None, title=reason)
        try:
            for one in _documents(documents):
                drafts.force(draft.feed_id, draft.id, Kind(one["kind"]), one["key"], one["content"], SYSTEM)
            if timetable is not None:
                if not (route and pattern and calendars):
                    raise BadRequest("--timetable needs --route, --pattern and --calendars")
                current = drafts.get(feed_id, draft.id, SYSTEM)
                for found in timetable_sheet(
                    drafts, current, timetable.read_bytes(), timetable.name, route=route, headsign="",
                    direction=direction, pattern=pattern, calendars=day_calendars(calendars),
                ):  # fmt: skip
                    drafts.force(feed_id, draft.id, found.kind, found.key, found.content, SYSTEM)
                    click.echo(f"{found.kind} {found.key}: {'; '.join(found.notes)}", err=True)
            stored = drafts.release(drafts.get(feed_id, draft.id, SYSTEM), SYSTEM, reason=reason)
        except BaseException:
            drafts.discard(drafts.get(feed_id, draft.id, SYSTEM), SYSTEM)
            raise
    what = "version" if stored.new else "nothing changed; version"
    click.echo(f"{feed_id}: {what} {stored.version.number}")


@click.command("publish")
@click.argument("feed_id")
@click.option("--version", "number", type=int, help="Which version; the latest if left out.")
@click.option("--at", help="ISO 8601 instant with an offset; at once if left out.")
@click.option("--reason", default="", help="Why, for the history.")
@click.option("--override", default="", help="Why it is published although it has errors.")
@click.option("--rollback", is_flag=True, help="Publish again what was live before.")
@click.option("--json", "as_json", is_flag=True, help="Print the release as JSON.")
@house_options
def publish(
    feed_id: str, number: int | None, at: str | None, reason: str, override: str, rollback: bool,
    as_json: bool, folder: Path | None, database: str | None,
) -> None:  # fmt: skip
    """Publish a version of FEED_ID, now or later; refused if it has errors.

    \b
    Example:
      maas gtfs publish baybus --version 3 --at 2026-12-01T00:00+09:00 --reason "winter timetable"
      maas gtfs publish baybus --rollback
    """  # noqa: D301
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from maas.errors import BadRequest
    from maas.feeds.model import SYSTEM
    from maas.wiring.feeds import open_publisher

    try:
        when = None if at is None else datetime.fromisoformat(at)
    except ValueError:
        when = None
    if at is not None and (when is None or when.tzinfo is None):
        raise BadRequest(f"--at {at!r} is no instant; write it as 2026-12-01T00:00+09:00")
    with opened_house(folder, database) as house:
        publisher = open_publisher(house, ZoneInfo("Asia/Tokyo"))
        if rollback:
            release = publisher.rollback(feed_id, SYSTEM, reason=reason)
        else:
            release = publisher.publish(
                feed_id, number or latest_number(house, feed_id), SYSTEM, reason=reason, at=when,
                override=override,
            )  # fmt: skip
    if as_json:
        click.echo(json.dumps(_plain(asdict(release)), ensure_ascii=False))
    else:
        warned = f", {release.report.warnings} warnings" if release.report.warnings else ""
        click.echo(f"{feed_id}: version {release.number} is {release.state} at {release.at:%F %T %Z}{warned}")


def _documents(path: Path | None) -> list[dict[str, Any]]:
    from maas.errors import BadRequest

    if path is None:
        return []
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        wrong = [d for d in found if set(d) != {"kind", "key", "content"}]
    except (OSError, ValueError, TypeError) as error:
        raise BadRequest(f"{path}: {error}. Give a JSON list of documents") from error
    if wrong:
        raise BadRequest(f"{path}: each document has kind, key and content; this one has not: {wrong[0]}")
    return list(found)


COMMANDS: tuple[click.Command, ...] = (import_feed, export_feed, list_versions, diff, author, publish)


def latest_number(house: House, feed_id: str) -> int:
    """The number of a feed's latest version. Raises UnknownFeed."""
    from maas.feeds import store
    from maas.feeds.errors import UnknownFeed

    with house.database.read() as connection:
        store.get_feed(connection, feed_id)
        found = store.latest(connection, feed_id)
    if found is None:
        raise UnknownFeed(f"feed {feed_id!r} has no version yet; import one first")
    return found.number


def _feed(name: str, folder: Path | None, database: str | None) -> Any:
    from gtfs.errors import FeedError
    from gtfs.schedule.reader import read_feed
    from maas.errors import BadRequest

    feed_id, at, number = name.rpartition("@")
    if at and number.isdigit() and not Path(name).exists():
        with opened_house(folder, database) as house:
            return house.feed(feed_id, int(number))
    try:
        return read_feed(Path(name), require=())
    except FeedError as error:
        raise BadRequest(str(error)) from error


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {k: v.isoformat() if hasattr(v, "isoformat") else v for k, v in values.items()}
