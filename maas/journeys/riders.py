"""Who of a party pays by which fares: the same for planning and booking."""

from __future__ import annotations

from typing import get_args

from gtfs.model.fares import RiderKind
from maas.area.open import Area
from maas.errors import BadRequest
from maas.journeys.model import PartyIn
from routing.fares import Riders

__all__ = ["check_categories", "riders", "riders_of"]


def riders_of(area: Area, party: PartyIn) -> Riders | None:
    """Who pays a fare, as booking counts them; None for one adult. Raises BadRequest."""
    check_categories(area, party)
    found = riders(party.adults, party.children, party.wheelchairs, party.categories)
    return None if found in (Riders(), Riders(0, 0)) else found


def riders(adults: int, children: int, wheelchairs: int, categories: dict[str, int]) -> Riders:
    """Riders in wheelchairs are adults, and so are those of `categories`."""
    others = tuple((name, count) for name, count in sorted(categories.items()) if count)
    return Riders(adults + wheelchairs - sum(count for _, count in others), children, others)


def check_categories(area: Area, party: PartyIn) -> None:
    """Refuse what neither a feed names nor a word for riders is. Raises BadRequest."""
    if not party.categories:
        return
    known = [c.id for c in area.fares.categories()]
    words = {*get_args(RiderKind), *(name.casefold() for name in known)}
    for name in party.categories:
        if name.casefold() not in words:
            named = ", ".join(dict.fromkeys(["youth", "student", "senior", *known]))
            raise BadRequest(f"party.categories: no riders are called {name!r}. There are {named}")
