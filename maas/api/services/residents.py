"""Finding services: for everybody, without signing in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from maas.api.services.counter import Counter, Instant, SlugPath, also, span
from maas.api.services.views import (
    AvailabilityView,
    OfferDetailView,
    OffersView,
    OfferView,
    detail_view,
    found_view,
    offer_view,
    slot_view,
)
from maas.errors import BadRequest
from maas.places.index import distance_m
from maas.services.availability import slots_between
from maas.services.combine import CombinationRule, PricedPart, combine
from maas.services.errors import ConsentMissing
from maas.services.model import Category, Offer
from maas.services.recommend import PURPOSE, Reason, Recommendation, VisitorSays, Weights, recommend
from maas.services.search import Near, Reach, ServiceQuery, search

_MEANS = ("walk", "wheelchair", "cycle", "transit", "shuttle", "device")


class SearchParams(BaseModel):
    """Everything is optional; what is given must all hold."""

    model_config = ConfigDict(extra="forbid")

    q: str = Field("", max_length=200, description="words of a name, in any of the languages or in kana")
    category: list[Category] = Field([], max_length=8)
    tag: list[str] = Field([], max_length=20)
    language: list[str] = Field([], max_length=8, description="spoken there: ja, en, zh, ko")
    wheelchair: bool = False
    open_at: Instant | None = None
    free_from: Instant | None = Field(None, description="with free_to: has a free slot in that time")
    free_to: Instant | None = None
    quantity: int = Field(1, ge=1, le=100)
    bbox: str | None = Field(None, max_length=100, description="west,south,east,north in degrees")
    lat: float | None = Field(None, ge=-90, le=90, description="where the asker is")
    lon: float | None = Field(None, ge=-180, le=180)
    radius_m: float | None = Field(None, gt=0, le=100_000)
    minutes: int | None = Field(None, ge=1, le=180, description="reachable from lat, lon within so many")
    at: Instant | None = Field(None, description="leaving then; now if left out")
    means: list[str] = Field(
        [], max_length=6, description="walk, wheelchair, cycle, transit, shuttle, device"
    )
    lang: str = Field("", max_length=16, description="language of the answer")
    limit: int = Field(20, ge=1, le=100)
    offset: int = Field(0, ge=0, le=100_000)


class RecommendRequest(BaseModel):
    """What a visitor says of themselves, and where they are if they like."""

    model_config = ConfigDict(extra="forbid")

    says: VisitorSays
    lat: float | None = Field(None, ge=-90, le=90)
    lon: float | None = Field(None, ge=-180, le=180)
    lang: str = Field("", max_length=16)
    limit: int = Field(10, ge=1, le=50)


class ReasonView(BaseModel):
    """Why, and what it counted for."""

    code: str
    points: int
    text: str


class RecommendationView(BaseModel):
    """An offer; its points are the sum of its reasons."""

    offer: OfferView
    points: int
    reasons: list[ReasonView]


class LeftOutView(BaseModel):
    """An offer that does not serve this visitor."""

    offer_id: str
    cause: ReasonView


class RecommendationsView(BaseModel):
    """Best first, with the weights that made the order."""

    recommendations: list[RecommendationView]
    left_out: list[LeftOutView]
    weights: Weights


class PartView(BaseModel):
    """A priced part of an outing."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=120)
    category: str = Field(max_length=40, description="of a service, or of a leg such as shuttle")
    price_minor: int = Field(ge=0, le=100_000_000)
    provider_id: str = Field("", max_length=60)
    offer_id: str = Field("", max_length=60)
    tags: list[str] = Field([], max_length=20)


class DiscountsRequest(BaseModel):
    """The question what an outing would cost less."""

    model_config = ConfigDict(extra="forbid")

    parts: list[PartView] = Field(max_length=50)
    at: Instant
    coupons: list[str] = Field([], max_length=20, description="coupon offers in hand")
    lang: str = Field("", max_length=16)


class FundingView(BaseModel):
    """Who bears how much of a discount."""

    account: str
    amount_minor: int


class DiscountView(BaseModel):
    """A discount of one part; the funding sums to it."""

    rule_id: str
    part: str
    amount_minor: int
    funding: list[FundingView]
    text: str


class DiscountsView(BaseModel):
    """Every discount, and their sum."""

    discounts: list[DiscountView]
    total_minor: int


class CombinationsView(BaseModel):
    """The combined prices of the area, as they are configured."""

    combinations: list[CombinationRule]


def router(counter: Counter, visitor: Callable[..., Any]) -> APIRouter:
    """Public routes. `visitor` is a dependency that gives the asker's pseudonym, empty for a guest."""
    routes = APIRouter(tags=["services"])
    asking = Depends(visitor)

    @routes.get("/v1/services")
    def search_services(params: Annotated[SearchParams, Query()]) -> OffersView:
        """Find offers by words, category, time, place on the map, and by what can be reached in time."""
        now = counter.clock()
        with counter.database.read() as connection:
            found = search(
                connection, counter.catalogue.snapshot(connection), _query(params, counter), now=now,
                zone=counter.zone, reachability=counter.reachability,
            )  # fmt: skip
        return OffersView(offers=[found_view(one, params.lang) for one in found.found], total=found.total)

    @routes.get("/v1/services/combinations")
    def list_combinations() -> CombinationsView:
        """What costs less together, and who pays for it."""
        return CombinationsView(combinations=list(counter.config.combinations))

    @routes.post("/v1/services/discounts")
    def price_together(request: DiscountsRequest) -> DiscountsView:
        """The discounts of an outing's parts, each explained; nothing is booked."""
        return _discounts(request, counter)

    @routes.post("/v1/services/recommendations", responses=also(403))
    def recommend_services(request: RecommendRequest, person: str = asking) -> RecommendationsView:
        """Suggest offers by what the visitor said, each with its reasons. Asks for consent; keeps nothing."""
        if not counter.consent.allows(person, PURPOSE):
            raise ConsentMissing(
                f"agree to {PURPOSE!r} first; without it nothing you say of yourself is used"
            )
        return _recommendations(request, counter)

    @routes.get("/v1/services/{offer_id}")
    def show_service(offer_id: SlugPath, lang: Annotated[str, Query(max_length=16)] = "") -> OfferDetailView:
        """Everything about one offer, with its opening hours of the coming week."""
        with counter.database.read() as connection:
            snapshot = counter.catalogue.snapshot(connection)
        offer = snapshot.get(offer_id).offer
        today = counter.clock().astimezone(counter.zone).date()
        return detail_view(offer, snapshot.providers[offer.provider_id], lang, today, counter.zone)

    @routes.get("/v1/services/{offer_id}/availability")
    def show_availability(
        offer_id: SlugPath,
        start: Annotated[Instant | None, Query(alias="from", description="now if left out")] = None,
        to: Annotated[Instant | None, Query(description="a week later if left out")] = None,
        quantity: Annotated[int, Query(ge=1, le=100)] = 1,
    ) -> AvailabilityView:
        """Slots with so many free, in order; also those that only a place in the queue can be had for."""
        now = counter.clock()
        begin, finish = span(start, to, now, days=7)
        with counter.database.read() as connection:
            counter.catalogue.snapshot(connection).get(offer_id)
            slots = slots_between(connection, [offer_id], begin, finish, now=now)[offer_id]
        kept = [slot for slot in slots if slot.capacity is None or slot.capacity >= quantity]
        return AvailabilityView(offer_id=offer_id, slots=[slot_view(slot) for slot in kept])

    return routes


def _query(params: SearchParams, counter: Counter) -> ServiceQuery:
    here = None if params.lat is None or params.lon is None else (params.lat, params.lon)
    if (params.lat is None) != (params.lon is None):
        raise BadRequest("lat and lon belong together: give both or neither")
    if here is None and (params.minutes is not None or params.radius_m is not None):
        raise BadRequest("radius_m and minutes need to know from where: give lat and lon")
    unknown = [one for one in params.means if one not in _MEANS]
    if unknown:
        raise BadRequest(f"means: {unknown[0]!r} is none; use some of {', '.join(_MEANS)}")
    near = reach = None
    if here is not None and (params.radius_m is not None or params.minutes is None):
        near = Near(*here, params.radius_m or float("inf"))
    if here is not None and params.minutes is not None:
        reach = Reach(*here, params.minutes, params.at or counter.clock(), tuple(params.means))
    return ServiceQuery(
        text=params.q, categories=frozenset(params.category), tags=frozenset(params.tag),
        languages=frozenset(params.language), wheelchair=params.wheelchair, open_at=params.open_at,
        free_from=params.free_from, free_to=params.free_to, quantity=params.quantity, bbox=_bbox(params.bbox),
        near=near, reach=reach, limit=params.limit, offset=params.offset,
    )  # fmt: skip


def _bbox(text: str | None) -> tuple[float, float, float, float] | None:
    if text is None:
        return None
    try:
        west, south, east, north = (float(word) for word in text.split(","))
    except ValueError:
        raise BadRequest(
            f"bbox {text!r}: write west,south,east,north, as in 140.02,35.63,140.06,35.67"
        ) from None
    return west, south, east, north


def _recommendations(request: RecommendRequest, counter: Counter) -> RecommendationsView:
    if (request.lat is None) != (request.lon is None):
        raise BadRequest("lat and lon belong together: give both or neither")
    with counter.database.read() as connection:
        snapshot = counter.catalogue.snapshot(connection)
    offers = [one.offer for one in snapshot.offers.values()]
    made = recommend(offers, request.says, counter.config.recommend, distance_m=_away(request, offers))

    def view(one: Recommendation) -> RecommendationView:
        offer = offer_view(one.offer, snapshot.providers[one.offer.provider_id], request.lang)
        reasons = [_reason(reason, request.lang) for reason in one.reasons]
        return RecommendationView(offer=offer, points=one.points, reasons=reasons)

    return RecommendationsView(
        recommendations=[view(one) for one in made.found[: request.limit]],
        left_out=[
            LeftOutView(offer_id=one.offer_id, cause=_reason(one.cause, request.lang))
            for one in made.left_out
        ],
        weights=made.weights,
    )


def _away(request: RecommendRequest, offers: list[Offer]) -> dict[str, float]:
    if request.lat is None or request.lon is None:
        return {}
    here = (request.lat, request.lon)
    return {offer.id: distance_m(here, offer.position) for offer in offers if offer.position is not None}


def _reason(reason: Reason, lang: str) -> ReasonView:
    return ReasonView(code=reason.code, points=reason.points, text=reason.text.get(lang))


def _discounts(request: DiscountsRequest, counter: Counter) -> DiscountsView:
    names = [part.name for part in request.parts]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise BadRequest(f"parts: {twice!r} stands there twice; give each part a name of its own")
    parts = [
        PricedPart(**part.model_dump(exclude={"tags"}), tags=frozenset(part.tags)) for part in request.parts
    ]
    day = request.at.astimezone(counter.zone).date()
    found = combine(parts, counter.config.combinations, day=day, coupons=set(request.coupons))
    return DiscountsView(
        discounts=[
            DiscountView(
                rule_id=one.rule_id, part=one.part, amount_minor=one.amount_minor,
                text=one.text.get(request.lang),
                funding=[FundingView(account=s.payer, amount_minor=s.amount_minor) for s in one.funding],
            )
            for one in found
        ],
        total_minor=sum(one.amount_minor for one in found),
    )  # fmt: skip
