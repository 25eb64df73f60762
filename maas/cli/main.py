"""The command line: build an area, plan in it, serve it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from maas.cli.bundles import bundles
from maas.cli.feeds import COMMANDS as FEED_COMMANDS
from maas.cli.fleet import fleet
from maas.cli.gtfs import gtfs
from maas.cli.identity import identity
from maas.cli.options import PATH, RIDERS, opened_area, party_of, shown
from maas.cli.outing import outing
from maas.cli.prepare import prepare
from maas.cli.reach import isochrone, matrix
from maas.cli.settle import settle
from maas.cli.tickets import tickets
from maas.cli.waiting_room import WaitingRoom
from maas.errors import UserError
from maas.settings import Settings

__all__ = ["main"]


class _Commands(click.Group):
    """Errors that a person can mend end in one line on stderr and exit code 2, never in a traceback."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().main(*args, **kwargs)
        except UserError as error:
            click.echo(f"maas: {error}", err=True)
            sys.exit(2)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="makuhari-maas")
def main() -> None:
    """Makuhari MaaS: plan, book and pay a whole outing in one system.

    \b
    Example:
      maas area build build/makuhari --area areas/makuhari
      maas plan --area build/makuhari --from 海浜幕張 --to イオンモール --at 2026-11-25T08:00
      maas fleet simulate --day 2026-11-25
      maas gtfs validate bus.zip
      maas serve --area build/makuhari
    """  # noqa: D301


@main.group()
def area() -> None:
    """Build and inspect areas."""


@area.command()
@click.argument("out", type=PATH)
@click.option("--area", "folder", type=PATH, help="Area folder with area.toml, e.g. areas/makuhari.")
@click.option("--osm", type=PATH, help="OpenStreetMap extract (.osm.pbf) for the streets.")
@click.option("--gtfs", type=PATH, multiple=True, help="A feed, zip or folder; may be given several times.")
@click.option("--encoding", default="utf-8", show_default=True, help="Encoding of the feeds, e.g. cp932.")
@click.option("--lenient", is_flag=True, help="Leave out faulty trips instead of refusing the feed.")
@click.option("--if-stale", is_flag=True, help="Do nothing if OUT was built from just these sources.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def build(
    out: Path,
    folder: Path | None,
    osm: Path | None,
    gtfs: tuple[Path, ...],
    encoding: str,
    lenient: bool,
    if_stale: bool,
    as_json: bool,
) -> None:
    """Build an area from raw files or an area folder into OUT.

    \b
    Example:
      maas area build build/city --osm city.osm.pbf --gtfs buses.zip --gtfs rail.zip
    """  # noqa: D301
    from maas.area.build import Recipe, build_area, is_fresh, summary
    from maas.wiring.compiling import compile_ahead

    recipe = Recipe(folder, osm, gtfs, encoding, lenient)
    if if_stale and is_fresh(out, recipe):
        click.echo(f"{out} is up to date", err=True)
        compile_ahead(shown)
        return
    report = build_area(out, recipe, shown)
    compile_ahead(shown)
    told = summary(report)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for sample in (*told["samples"], *told["notes"]):
        click.echo(f"  note: {sample}", err=True)
    click.echo(
        f"{out}: {report.stops:,} stops, {report.routes:,} routes, {report.trips:,} trips, "
        f"{report.street_nodes:,} street junctions, {report.places:,} places; "
        f"{' to '.join(report.service_dates)}; {report.seconds} s"
    )


@main.command()
@click.option("--area", "folder", type=PATH, help="A built area; the bundled sample if left out.")
@click.option("--from", "origin", required=True, help="Name in any spelling, or lat,lon.")
@click.option("--to", "destination", required=True, help="Name in any spelling, or lat,lon.")
@click.option("--at", required=True, help="ISO 8601 time; without an offset the area's clock is meant.")
@click.option("--arrive-by", is_flag=True, help="--at is the latest arrival.")
@click.option("--lang", default="", help="Language of names: ja, en, zh, ko.")
@click.option("--count", default=0, show_default=True, help="Also later departures, until so many journeys.")
@click.option("--wheelchair", is_flag=True, help="Ways without steps and raised kerbs.")
@click.option(
    "--need",
    "needs",
    multiple=True,
    type=click.Choice(["few_steps", "few_changes", "luggage", "pram", "bicycle"]),
    help="What the way must suit; several may be given.",
)
@click.option("--slack", default=0, show_default=True, help="More minutes for every change of vehicle.")
@click.option("--window", default=0, show_default=True, help="Every best departure for so many minutes.")
@click.option(
    "--best",
    multiple=True,
    type=click.Choice(["cheapest", "least_walking", "greenest"]),
    help="Also the best journey by this, though it may arrive later.",
)
@click.option("--via", multiple=True, help="A place on the way; PLACE or PLACE/MINUTES to stay. In order.")
@click.option("--riders", default="", help=RIDERS)
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def plan(
    folder: Path | None,
    origin: str,
    destination: str,
    at: str,
    arrive_by: bool,
    lang: str,
    count: int,
    wheelchair: bool,
    needs: tuple[str, ...],
    slack: int,
    window: int,
    best: tuple[str, ...],
    via: tuple[str, ...],
    riders: str,
    as_json: bool,
) -> None:
    """Plan a trip from door to door.

    \b
    Example:
      maas plan --area build/tokyo --from Shinjuku --to Kaihin-Makuhari --at 2026-11-25T08:00 --json
    """  # noqa: D301
    from maas.errors import BadRequest
    from maas.journeys.model import JourneysRequest
    from maas.journeys.service import plan as plan_journeys
    from maas.journeys.service import utc_now
    from maas.journeys.text import told

    try:
        when = datetime.fromisoformat(at)
    except ValueError:
        raise BadRequest(f"--at {at!r} is no ISO 8601 time. Write it as 2026-11-25T08:00") from None
    if not 0 <= count <= 12:
        raise BadRequest(f"--count {count}: ask for 0 to 12 journeys")
    if not 0 <= window <= 360:
        raise BadRequest(f"--window {window}: ask for 0 to 360 minutes")
    request = JourneysRequest.model_validate(
        {
            "from": origin,
            "to": destination,
            "at": when,
            "arrive_by": arrive_by,
            "lang": lang,
            "count": count,
            "wheelchair": wheelchair,
            "needs": list(needs),
            "interchange_slack_s": min(max(slack, 0), 30) * 60,
            "window_s": window * 60,
            "best": list(best),
            "via": [_stay(text) for text in via],
            "party": party_of(riders),
        }
    )
    answer = plan_journeys(opened_area(folder), request, utc_now())
    if as_json:
        click.echo(answer.model_dump_json(by_alias=True, exclude_none=True))
    else:
        click.echo(told(answer))


def _stay(text: str) -> dict[str, object]:
    """PLACE or PLACE/MINUTES."""
    place, _, minutes = text.rpartition("/")
    if place and minutes.isdigit():
        return {"place": place, "stay_s": min(int(minutes), 720) * 60}
    return {"place": text}


@main.command()
@click.option("--area", "folder", type=PATH, help="A built area; the bundled sample if left out.")
@click.option(
    "--build", "source", type=PATH, help="First build --area from this area folder, if it is stale."
)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--database", help="sqlite:///FILE or postgresql://…; a file beside the sample if left out.")
@click.option("--no-simulation", is_flag=True, help="Real vehicles only: nothing moves by itself.")
def serve(
    folder: Path | None, source: Path | None, host: str, port: int, database: str | None, no_simulation: bool
) -> None:
    """Serve the page and the API of an area, and run its fleet.

    Until all is ready, the address answers 503 with a page that says what is being done.

    \b
    Example:
      maas serve --area build/makuhari --port 8000
      maas serve --area build/makuhari --build areas/makuhari
    """  # noqa: D301
    import uvicorn

    from maas.app import create_app
    from maas.wiring.compiling import compile_ahead
    from maas.wiring.system import open_system

    settings = Settings.from_environment()
    settings = replace(
        settings,
        database=database or settings.database,
        issuer=settings.issuer or f"http://localhost:{port}",
    )
    with ExitStack() as stack:
        with _waiting_room(host, port) as room:
            if source is not None:
                _built(folder, source, room.told)
            opened = opened_area(folder, room.told)
            compile_ahead(room.told)
            # Who holds the database's lock must get the interpreter back soon, or all wait longer for it.
            sys.setswitchinterval(0.0005)
            room.told("starting the fleet")
            system = stack.enter_context(open_system(opened, settings, simulate=not no_simulation))
            app = create_app(opened, system)
            door = room.door
        for line in system.told():
            click.echo(line, err=True)
        click.echo(f"serving {opened.manifest.id} on http://{host}:{port}", err=True)
        config = uvicorn.Config(
            app,
            log_level="warning",
            server_header=False,
            timeout_graceful_shutdown=5,
            ws_per_message_deflate=False,  # one message for all viewers would be compressed for each
        )
        uvicorn.Server(config).run(sockets=[door])


def _waiting_room(host: str, port: int) -> WaitingRoom:
    from maas.errors import BadRequest

    try:
        return WaitingRoom(host, port, shown)
    except OSError as error:
        raise BadRequest(f"--port {port} of {host}: {error.strerror}; choose another") from None


def _built(folder: Path | None, source: Path, told: Callable[[str], None]) -> None:
    """The area in `folder`, built from its sources unless it is what they make."""
    from maas.area.build import Recipe, build_area, is_fresh
    from maas.errors import BadRequest

    if folder is None:
        raise BadRequest("--build: say with --area where the built area goes")
    recipe = Recipe(source, None, (), "utf-8", lenient=False)
    if not is_fresh(folder, recipe):
        build_area(folder, recipe, told)


area.add_command(prepare)
main.add_command(bundles)
main.add_command(fleet)
main.add_command(gtfs)
for _command in FEED_COMMANDS:
    gtfs.add_command(_command)
main.add_command(identity)
main.add_command(isochrone)
main.add_command(matrix)
main.add_command(outing)
main.add_command(settle)
main.add_command(tickets)
