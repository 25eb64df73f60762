"""`maas outing`: several errands in the best order."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click
from pydantic import ValidationError

from maas.cli.live import MEANS, SERVER, asked, chosen, movers_here
from maas.cli.options import PATH, RIDERS, opened_area, party_of
from maas.errors import BadRequest

if TYPE_CHECKING:
    from maas.outings.model import OutingView

__all__ = ["outing"]


@click.command()
@click.argument("question", type=click.File(encoding="utf-8"))
@click.option("--area", "folder", type=PATH, help="A built area; the bundled sample if left out.")
@MEANS
@SERVER
@click.option("--riders", default="", help=RIDERS)
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def outing(
    question: TextIO, folder: Path | None, means: str, server: str, riders: str, as_json: bool
) -> None:
    """The best order of errands, home before and after; QUESTION is JSON as POST /v1/outings takes.

    \b
    Example:
      echo '{"home": "幕張ベイタウン・コア", "leave": "2026-11-25T09:00", "errands": [
        {"place": "海浜幕張", "stay_s": 900},
        {"place": "幕張本郷", "at": "2026-11-25T10:30"}]}' | maas outing -
      maas outing errands.json --means shuttle,taxi --server http://127.0.0.1:8000
      maas outing errands.json --riders adult:2,child:1 --means bicycle
    """  # noqa: D301
    from maas.fares.caps import caps_of
    from maas.fares.config import read_fares
    from maas.journeys.service import utc_now
    from maas.outings.model import OutingRequest
    from maas.outings.service import plan_outing, told

    try:
        body = json.loads(question.read())
        if means and isinstance(body, dict):
            body["means"] = chosen(means, ("bicycle",))
        if riders and isinstance(body, dict):
            body["party"] = party_of(riders)
        request = OutingRequest.model_validate(body)
    except ValueError as error:
        text = str(error) if not isinstance(error, ValidationError) else _first(error)
        raise BadRequest(f"the question cannot be read: {text}") from None
    if server:
        text = asked(server, "POST", "/v1/outings", json=body)
        lines = [text] if as_json else told(_read(text))
    else:
        area = opened_area(folder)
        movers = movers_here(area, request, at=request.leave, party=request.party, age=request.age)
        caps = caps_of(read_fares(area.services))
        answer = plan_outing(area, request, utc_now(), movers=movers, caps=caps)
        lines = [answer.model_dump_json(by_alias=True, exclude_none=True)] if as_json else told(answer)
    for line in lines:
        click.echo(line)


def _read(text: str) -> OutingView:
    """A server's answer as far as a terminal tells it: legs are written by other names than they are read."""
    from maas.outings.model import OutingView

    told = json.loads(text)
    for plan in (told["plan"], *(option["plan"] for option in told["nearest"])):
        for journey in plan["journeys"] if plan else ():
            journey["legs"] = []
    return OutingView.model_validate(told)


def _first(error: ValidationError) -> str:
    one = error.errors()[0]
    return f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}"
