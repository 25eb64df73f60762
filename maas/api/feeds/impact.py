"""Impact before publishing, over HTTP: of a version or of a draft."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from maas.api.feeds.drafts import DraftId
from maas.api.feeds.shared import ActorOf, FeedId, Number, also
from maas.feeds.drafts import Drafts
from maas.feeds.forecast import Forecast
from maas.feeds.house import House
from maas.feeds.impact import SAMPLES_MAX, Impact, impact_words
from maas.feeds.model import Actor

__all__ = ["router"]

Lang = Annotated[Literal["ja", "en"], Query(description="language of the sentences")]
First = Annotated[date | None, Query(description="the first day that counts; today if left out")]


class BrokenView(BaseModel):
    """A booked ride that is not kept; without its rider."""

    booking: str
    trip_id: str
    service_date: date
    from_stop: str
    to_stop: str
    why: str
    place: str
    minutes: int


class SlowerView(BaseModel):
    """A way asked for last week that takes longer; places are middles of squares of 500 m."""

    origin: tuple[float, float]
    destination: tuple[float, float]
    weekday: int = Field(description="0: Monday")
    at: str
    asked: int
    before_min: float
    after_min: float | None = Field(description="null: there is no way any more")


class LostView(BaseModel):
    """A stop that nothing calls at any more."""

    id: str
    name: str
    asked: int


class ImpactView(BaseModel):
    """What publishing would do to people."""

    sentences: list[str]
    booked: int
    broken_total: int
    broken: list[BrokenView]
    asked: int
    slower: list[SlowerView]
    faster: int
    lost_stops: list[LostView]

    @classmethod
    def of(cls, impact: Impact, lang: str) -> ImpactView:
        """The view of it."""
        return cls(
            sentences=impact_words(impact, lang), booked=impact.booked, broken_total=len(impact.broken),
            broken=[
                BrokenView(
                    booking=b.leg.booking, trip_id=b.leg.trip_id, service_date=b.leg.service_date,
                    from_stop=b.leg.from_stop, to_stop=b.leg.to_stop, why=b.why, place=b.place,
                    minutes=b.minutes,
                )
                for b in impact.broken[:SAMPLES_MAX]
            ],
            asked=impact.asked,
            slower=[
                SlowerView(
                    origin=s.question.origin, destination=s.question.destination,
                    weekday=s.question.day.weekday(),
                    at=f"{s.question.slot_s // 3600}:{s.question.slot_s // 60 % 60:02}",
                    asked=s.question.count, before_min=s.before_min, after_min=s.after_min,
                )
                for s in impact.slower
            ],
            faster=impact.faster,
            lost_stops=[LostView(id=s.id, name=s.name, asked=s.asked) for s in impact.lost],
        )  # fmt: skip


def router(house: House, drafts: Drafts, forecast: Forecast, actor_of: ActorOf) -> APIRouter:
    """Routes for who publishes."""
    routes = APIRouter(prefix="/v1/feeds/{feed_id}", tags=["feed publishing"], responses=also(401, 403))
    acting: Any = Depends(actor_of)

    @routes.get("/versions/{number}/impact")
    def of_version(
        feed_id: FeedId, number: Number, first: First = None, lang: Lang = "ja", actor: Actor = acting
    ) -> ImpactView:
        """What publishing a version would do: booked trips, longer ways, stops lost."""
        house.require(feed_id, actor)
        return ImpactView.of(forecast.of(feed_id, house.feed(feed_id, number), first), lang)

    @routes.get("/drafts/{draft_id}/impact")
    def of_draft(
        feed_id: FeedId, draft_id: DraftId, first: First = None, lang: Lang = "ja", actor: Actor = acting
    ) -> ImpactView:
        """The same of a draft."""
        draft = drafts.get(feed_id, draft_id, actor)
        return ImpactView.of(forecast.of(feed_id, drafts.feed(draft), first), lang)

    return routes
