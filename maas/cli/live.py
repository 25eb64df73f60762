"""Questions about what rides offer now: answered here where no vehicle must be known, else by a server."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from maas.errors import BadRequest

if TYPE_CHECKING:
    from maas.api.journeys import Rider
    from maas.area.open import Area
    from maas.journeys.model import PartyIn
    from routing.on_demand import Mover

__all__ = ["MEANS", "SERVER", "asked", "chosen", "movers_here"]

_LIVE = ("shuttle", "device", "cycle")
"""Means whose vehicles only a running server knows."""

MEANS = click.option(
    "--means",
    default="",
    help="Besides walking, with commas between: transit, shuttle, device, cycle, flex, taxi. "
    "Shuttles, devices and share cycles are known to a server only: name it by --server.",
)
SERVER = click.option("--server", default="", help="Ask this server, such as http://127.0.0.1:8000.")


def chosen(text: str, others: Sequence[str] = ()) -> list[str]:
    """What --means names, each once; `others` may be named, too. Raises BadRequest."""
    known = ("transit", *_LIVE, "flex", "taxi", *others)
    named = list(dict.fromkeys(filter(None, (word.strip() for word in text.split(",")))))
    for word in named:
        if word not in known:
            raise BadRequest(f"--means {word}: there are {', '.join(known)}")
    return named


def movers_here(
    area: Area,
    rider: Rider,
    *,
    at: datetime | None,
    arrive_by: bool = False,
    party: PartyIn | None = None,
    age: int | None = None,
) -> Sequence[Mover]:
    """Who offers rides without a server: taxis by their tariff, trips by request by their feed.

    Raises BadRequest for means that only a server knows.
    """
    from maas.api.journeys import movers_by
    from maas.wiring.movers import movers_of

    missing = [means for means in rider.means if means in _LIVE]
    if missing:
        raise BadRequest(
            f"--means {missing[0]}: where its vehicles are is known to a running server only. "
            "Add --server http://127.0.0.1:8000 (maas serve)"
        )
    return movers_by(movers_of(area, None), rider, at=at, arrive_by=arrive_by, party=party, age=age)


def asked(server: str, method: str, path: str, **more: Any) -> str:
    """A server's answer as text. Raises BadRequest with its own words if it refuses, or is not there."""
    import httpx

    try:
        answer = httpx.request(method, server.rstrip("/") + path, timeout=300, **more)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise BadRequest(f"{server}: {error or type(error).__name__}; is the server there?") from None
    if answer.status_code >= 400:
        raise BadRequest(_detail(answer) or f"{server}{path} answered {answer.status_code}")
    return answer.text


def _detail(answer: Any) -> str:
    try:
        told = answer.json()
    except ValueError:
        return ""
    return str(told.get("detail", "")) if isinstance(told, dict) else ""
