"""What the routers of services share: the open database and settings, and who is acting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Annotated, Any

from fastapi import Path
from pydantic import AfterValidator, AwareDatetime

from maas.api.problems import Problem
from maas.errors import BadRequest
from maas.services.catalogue import Catalogue
from maas.services.config import ServicesConfig
from maas.services.errors import NotYours
from maas.services.exchange import Horizon
from maas.services.ports import ConsentCheck, Reachability
from storage.database import Database

SLUG = r"^[a-z0-9][a-z0-9_-]*$"
SlugPath = Annotated[str, Path(min_length=1, max_length=60, pattern=SLUG)]
SlotPath = Annotated[str, Path(min_length=1, max_length=120, pattern=r"^[a-z0-9_-]+@[A-Za-z0-9:-]+$")]
SPAN_MAX = timedelta(days=92)


def _this_century(instant: datetime) -> datetime:
    if not 2000 <= instant.year <= 2099:
        raise ValueError("write a year from 2000 to 2099")
    return instant


Instant = Annotated[AwareDatetime, AfterValidator(_this_century)]
"""ISO 8601 with an offset."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in account and the providers it acts for; None: all (an administrator)."""

    id: str
    providers: frozenset[str] | None = frozenset()

    def require(self, provider_id: str) -> None:
        """Raise NotYours unless the account acts for the provider."""
        if self.providers is not None and provider_id not in self.providers:
            raise NotYours(f"you do not act for the provider {provider_id!r}; sign in as one who does")


@dataclass(frozen=True, slots=True)
class Counter:
    """Everything that the routes need; made once by the composition root."""

    database: Database
    config: ServicesConfig
    zone: tzinfo
    clock: Callable[[], datetime]
    consent: ConsentCheck
    reachability: Reachability | None = None
    catalogue: Catalogue = field(default_factory=Catalogue)

    @property
    def horizon(self) -> Horizon:
        """How far ahead slots are made."""
        return Horizon(self.zone, self.config.horizon_days)


def span(
    start: datetime | None, end: datetime | None, now: datetime, *, days: int
) -> tuple[datetime, datetime]:
    """The time asked for; from now and for `days` where nothing was said. Raises BadRequest."""
    begin = start or now
    finish = end or begin + timedelta(days=days)
    if not timedelta(0) < finish - begin <= SPAN_MAX:
        raise BadRequest(f"`to` must be after `from`, by at most {SPAN_MAX.days} days")
    return begin, finish


def also(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What an operation may answer beside the usual, for the OpenAPI document."""
    texts = {
        401: "Sign in first",
        403: "Not allowed for this account, or without consent",
        409: "It is not possible in the present state",
        412: "Somebody else changed it in the meantime",
        428: "Say which version you are changing",
    }
    schema = {"application/problem+json": {"schema": Problem.model_json_schema()}}
    return {status: {"content": schema, "description": texts[status]} for status in statuses}
