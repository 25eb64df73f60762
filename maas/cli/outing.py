"""`maas outing`: several errands in the best order."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TextIO

import click
from pydantic import ValidationError

from maas.cli.options import PATH, opened_area
from maas.errors import BadRequest

__all__ = ["outing"]


@click.command()
@click.argument("question", type=click.File(encoding="utf-8"))
@click.option("--area", "folder", type=PATH, help="A built area; the bundled sample if left out.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def outing(question: TextIO, folder: Path | None, as_json: bool) -> None:
    """The best order of errands, home before and after; QUESTION is JSON as POST /v1/outings takes.

    \b
    Example:
      echo '{"home": "幕張ベイタウン・コア", "leave": "2026-11-25T09:00", "errands": [
        {"place": "海浜幕張", "stay_s": 900},
        {"place": "幕張本郷", "at": "2026-11-25T10:30"}]}' | maas outing -
    """  # noqa: D301
    from maas.journeys.service import utc_now
    from maas.outings.model import OutingRequest
    from maas.outings.service import plan_outing, told

    try:
        request = OutingRequest.model_validate(json.loads(question.read()))
    except ValueError as error:
        text = str(error) if not isinstance(error, ValidationError) else _first(error)
        raise BadRequest(f"the question cannot be read: {text}") from None
    answer = plan_outing(opened_area(folder), request, utc_now())
    if as_json:
        click.echo(answer.model_dump_json(by_alias=True, exclude_none=True))
        return
    for line in told(answer):
        click.echo(line)


def _first(error: ValidationError) -> str:
    one = error.errors()[0]
    return f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}"
