"""An answer that is told while it is found: lines of JSON, the last of them in the whole answer's order."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, Field

from maas.journeys.model import ExcludedView, JourneysView, JourneyView, Merit

__all__ = ["Found", "FoundLine", "RankView", "RankingLine", "Stage", "line"]


class Stage(StrEnum):
    """Which search found a way."""

    TIMETABLE = "timetable"  # the earliest, and the walk
    BEST = "best"  # cheapest, least walking, greenest
    ON_DEMAND = "on_demand"  # shuttles, devices, cycles, taxis, alone or beside the timetable
    LATER = "later"  # further departures


@dataclass(frozen=True, slots=True)
class Found:
    """Ways that one search found, none of them told before."""

    stage: Stage
    journeys: list[JourneyView]


class FoundLine(BaseModel):
    """Ways that were just found, not yet compared with those that still come."""

    stage: Stage
    journeys: list[JourneyView]


class RankView(BaseModel):
    """The place of a way that was told before: its turn in `ranking`."""

    id: str
    best_at: list[Merit]


class RankingLine(BaseModel):
    """The last line: the whole answer's order. A way that is not in it is beaten by another after all."""

    stage: Literal["ranking"]
    ranking: list[RankView]
    notes: list[str] = []
    excluded: list[ExcludedView] = Field(default=[], description="as in the whole answer")


def line(part: Found | JourneysView) -> FoundLine | RankingLine | None:
    """A part of an answer as a line; None where there is nothing to tell."""
    if isinstance(part, JourneysView):
        ranking = [RankView(id=one.id, best_at=one.best_at) for one in part.journeys]
        return RankingLine(stage="ranking", ranking=ranking, notes=part.notes, excluded=part.excluded)
    return FoundLine(stage=part.stage, journeys=part.journeys) if part.journeys else None
