"""`maas isochrone` and `maas matrix`: what can be reached, and how long it takes between many places."""

from __future__ import annotations

import csv
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from maas.cli.live import MEANS, SERVER, asked, chosen, movers_here
from maas.cli.options import PATH, opened_area
from maas.errors import BadRequest

__all__ = ["isochrone", "matrix"]


@click.command()
@click.option("--area", "folder", type=PATH, help="A built area; the bundled sample if left out.")
@click.option("--from", "origin", required=True, help="Name in any spelling, or lat,lon.")
@click.option("--at", required=True, help="ISO 8601 time; without an offset the area's clock is meant.")
@click.option("--minutes", default="10,20,30", show_default=True, help="Up to eight, 1 to 180.")
@click.option("--arrive-by", is_flag=True, help="From where one is there by --at.")
@click.option("--wheelchair", is_flag=True, help="Ways without steps and raised kerbs.")
@click.option("--bicycle", is_flag=True, help="Also by one's own cycle.")
@click.option("--on-foot", is_flag=True, help="Without public transport.")
@MEANS
@SERVER
@click.option("--lang", default="", help="Language of names: ja, en, zh, ko.")
@click.option("--json", "as_json", is_flag=True, help="Print GeoJSON.")
def isochrone(
    folder: Path | None,
    origin: str,
    at: str,
    minutes: str,
    arrive_by: bool,
    wheelchair: bool,
    bicycle: bool,
    on_foot: bool,
    means: str,
    server: str,
    lang: str,
    as_json: bool,
) -> None:
    """What can be reached from a place within so many minutes.

    \b
    Example:
      maas isochrone --from 海浜幕張 --at 2026-11-25T08:00 --minutes 10,20 --json > reach.geojson
      maas isochrone --from 海浜幕張 --at 2026-11-25T08:00 --means transit,shuttle --server http://127.0.0.1:8000
    """  # noqa: D301
    from maas.journeys.reach import isochrones
    from maas.journeys.reach_model import IsochroneRequest, IsochroneView
    from maas.journeys.service import utc_now

    try:
        limits = [int(text) for text in minutes.split(",")]
    except ValueError:
        raise BadRequest(f"--minutes {minutes!r}: write whole minutes as 10,20,30") from None
    named = chosen(means, ("bicycle",)) or ["transit"]
    if bicycle:
        named = [*named, "bicycle"]
    question = {
        "minutes": limits, "at": _time(at), "arrive_by": arrive_by, "lang": lang, "wheelchair": wheelchair,
        "means": [m for m in dict.fromkeys(named) if not on_foot or m != "transit"],
    }  # fmt: skip
    request = IsochroneRequest.model_validate(question | {"origin": origin})
    if server:
        asking = question | {
            "from": origin,
            "at": _time(at).isoformat(),
            "means": question["means"] or ["walk"],
        }
        answer = IsochroneView.model_validate_json(asked(server, "GET", "/v1/isochrones", params=asking))
    else:
        area = opened_area(folder)
        movers = movers_here(area, request, at=request.at, arrive_by=arrive_by)
        answer = isochrones(area, request, utc_now(), movers)
    if as_json:
        click.echo(answer.model_dump_json())
        return
    for band in reversed(answer.features):
        click.echo(f"{band.properties.minutes} min: {band.properties.area_km2} km²")
    for place in answer.places:
        click.echo(f"  {place.minutes:>3} min  {place.name}")


@click.command()
@click.argument("origins", type=PATH)
@click.argument("destinations", type=PATH)
@click.option("--area", "folder", type=PATH, help="A built area; the bundled sample if left out.")
@click.option("--at", required=True, help="ISO 8601 time; without an offset the area's clock is meant.")
@click.option("--arrive-by", is_flag=True, help="--at is the latest arrival.")
@click.option("--wheelchair", is_flag=True, help="Ways without steps and raised kerbs.")
@click.option("--limit-minutes", default=120, show_default=True, help="Longer ones are left empty.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line instead of CSV.")
def matrix(
    origins: Path,
    destinations: Path,
    folder: Path | None,
    at: str,
    arrive_by: bool,
    wheelchair: bool,
    limit_minutes: int,
    as_json: bool,
) -> None:
    """Seconds from each of ORIGINS to each of DESTINATIONS, CSV files with id,lat,lon or id,stop_id.

    \b
    Example:
      maas matrix homes.csv clinics.csv --at 2026-11-25T08:00 > seconds.csv
    """  # noqa: D301
    from maas.journeys.reach import rows
    from maas.journeys.reach_model import MatrixRequest
    from maas.journeys.service import utc_now

    if not 1 <= limit_minutes <= 360:
        raise BadRequest(f"--limit-minutes {limit_minutes}: give 1 to 360")
    starts, goals = _points(origins), _points(destinations)
    request = MatrixRequest.model_construct(
        **dict(MatrixRequest.model_validate({"origins": ["-"], "destinations": ["-"]}))
    )  # the limits of one HTTP question do not hold here
    request = request.model_copy(
        update={
            "origins": [_where(p) for _, p in starts], "destinations": [_where(p) for _, p in goals],
            "at": _time(at), "arrive_by": arrive_by, "wheelchair": wheelchair, "limit_s": limit_minutes * 60,
        }
    )  # fmt: skip
    area = opened_area(folder)
    out = csv.writer(sys.stdout, lineterminator="\n")
    if not as_json:
        out.writerow(["origin", "destination", "seconds"])
    with click.progressbar(length=len(starts), label="origins", file=sys.stderr) as bar:
        for row in rows(area, request, utc_now()):
            name = starts[row.origin][0]
            if as_json:
                told = {goal: s for (goal, _), s in zip(goals, row.durations_s, strict=True)}
                click.echo(json.dumps({"origin": name, "durations_s": told}, ensure_ascii=False))
            else:
                for (goal, _), seconds in zip(goals, row.durations_s, strict=True):
                    out.writerow([name, goal, "" if seconds is None else seconds])
            bar.update(1)


def _time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise BadRequest(f"--at {text!r} is no ISO 8601 time. Write it as 2026-11-25T08:00") from None


def _points(path: Path) -> list[tuple[str, dict[str, Any]]]:
    """Identifier and position or stop of each row."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file)
            columns = set(table.fieldnames or ())
            if "id" not in columns or not ({"lat", "lon"} <= columns or "stop_id" in columns):
                raise BadRequest(f"{path}, line 1: give the columns id and lat,lon or stop_id")
            found = []
            for row in table:
                try:
                    where: dict[str, Any] = (
                        {"stop_id": row["stop_id"]}
                        if row.get("stop_id")
                        else {"lat": float(row["lat"]), "lon": float(row["lon"])}
                    )
                except (KeyError, ValueError):
                    raise BadRequest(
                        f"{path}, line {table.line_num}: lat and lon are no degrees. Write e.g. 35.65,140.04"
                    ) from None
                found.append((row["id"], where))
    except OSError as error:
        raise BadRequest(f"{path}: {error.strerror}. Give a CSV file with id,lat,lon") from None
    if not found:
        raise BadRequest(f"{path} holds no place. Give one a line: id,lat,lon")
    return found


def _where(given: dict[str, Any]) -> Any:
    from pydantic import ValidationError

    from maas.journeys.model import Whereabouts

    try:
        return Whereabouts.model_validate(given)
    except ValidationError:
        raise BadRequest(f"{given}: no position on earth; lat is -90 to 90, lon -180 to 180") from None
