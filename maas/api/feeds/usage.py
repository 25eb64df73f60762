"""Usage figures (利用実態) as open data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from maas.feeds.usage import K, Usage, as_csv

__all__ = ["router"]

First = Annotated[date, Query(alias="from", description="the first day")]
Last = Annotated[date, Query(alias="to", description="the last day; yesterday at the latest")]


class FigureView(BaseModel):
    """One line, stop and hour; null: left out because few rode."""

    day: date
    line: str
    stop: str
    hour: int
    boardings: int | None
    alightings: int | None
    occupancy_percent: int | None
    punctual_percent: int | None


class TotalView(BaseModel):
    """A line's day."""

    day: date
    line: str
    boardings: int | None
    punctual_percent: int | None


class UsageView(BaseModel):
    """Usage by line, stop and hour."""

    threshold: int = Field(description="cells with fewer riders are left out")
    totals: list[TotalView]
    figures: list[FigureView]


def router(area: str, usage: Usage, clock: Callable[[], datetime]) -> APIRouter:
    """Public routes."""
    routes = APIRouter(prefix=f"/feeds/{area}", tags=["open data"])

    @routes.get("/usage.json")
    def show_usage(first: First, last: Last) -> UsageView:
        """Boardings, occupancy and punctuality of days that are over; small counts are left out."""
        figures, totals = usage.of(first, last, clock())
        return UsageView(
            threshold=K,
            totals=[TotalView.model_validate(asdict(t)) for t in totals],
            figures=[FigureView.model_validate(asdict(f)) for f in figures],
        )

    @routes.get("/usage.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
    def show_table(first: First, last: Last) -> Response:
        """The same as a table; what is left out is empty."""
        figures, _ = usage.of(first, last, clock())
        return Response(as_csv(figures).encode(), media_type="text/csv; charset=utf-8")

    return routes
