"""Suggestions from what a visitor said of themselves: points by published weights, each with its reason.

There is no hidden score: an offer's points are the sum of the weights of its reasons, the weights stand in
the area's settings and in every answer, and what cannot serve the visitor is left out with the cause named.
Nothing is learned or kept. The caller asks for consent first (`maas.services.ports.ConsentCheck`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from maas.services.model import Offer, Slug, Texts

__all__ = ["LeftOut", "Reason", "Recommendation", "Recommendations", "VisitorSays", "Weights", "recommend"]

PURPOSE = "recommendation"


class VisitorSays(BaseModel):
    """What somebody tells of themselves, all of it voluntary; used for one answer and not kept."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    language: str = Field("", pattern=r"^([a-z]{2}(-[A-Za-z]{2,8})?)?$", description="spoken, such as zh")
    wheelchair: bool = False
    with_children: bool = False
    interests: tuple[Slug, ...] = Field((), max_length=20, description="categories or tags")
    budget_minor: int | None = Field(None, ge=0, le=100_000_000, description="yen for one offer")


class Weights(BaseModel):
    """Points per reason; the area's settings may change them, the answer shows them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    interest: int = Field(30, ge=0, le=1000, description="for each interest that the offer meets")
    language: int = Field(20, ge=0, le=1000, description="your language is spoken there")
    wheelchair: int = Field(20, ge=0, le=1000, description="known to be wheelchair-accessible")
    children: int = Field(15, ge=0, le=1000, description="made for families with children")
    budget: int = Field(10, ge=0, le=1000, description="within the budget")
    near: int = Field(15, ge=0, le=1000, description="on the spot; half at `near_half_m`")
    near_half_m: int = Field(800, ge=1, le=100_000)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an offer was suggested, and what that counted for."""

    code: str
    points: int
    text: Texts


@dataclass(frozen=True, slots=True)
class Recommendation:
    """An offer, its points, and the reasons that they are the sum of."""

    offer: Offer
    points: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An offer that cannot serve the visitor, and why."""

    offer_id: str
    cause: Reason


@dataclass(frozen=True, slots=True)
class Recommendations:
    """Best first, of equals in the order of their ids."""

    found: tuple[Recommendation, ...]
    left_out: tuple[LeftOut, ...]
    weights: Weights


_TEXTS = {
    "interest": ("関心「{what}」に合います", "Matches your interest: {what}", "符合您的兴趣：{what}",
                 "관심사와 맞습니다: {what}"),
    "language": ("{what} が通じます", "{what} is spoken there", "可使用 {what}", "{what} 사용 가능"),
    "wheelchair": ("車いすで利用できます", "Wheelchair-accessible", "可使用轮椅",
                   "휠체어로 이용할 수 있습니다"),
    "children": ("お子さま連れ向けです", "Good with children", "适合带孩子", "아이와 함께하기 좋습니다"),
    "budget": ("予算内です", "Within your budget", "在预算之内", "예산 안입니다"),
    "near": ("近くです（約{what} m）", "Near you (about {what} m)", "就在附近（约{what}米）",
             "가깝습니다(약 {what} m)"),
    "no-wheelchair": ("車いすでは利用できません", "Not wheelchair-accessible", "无法使用轮椅",
                      "휠체어로 이용할 수 없습니다"),
    "over-budget": ("予算を超えます", "Over your budget", "超出预算", "예산을 초과합니다"),
}  # fmt: skip


def recommend(
    offers: Sequence[Offer],
    says: VisitorSays,
    weights: Weights,
    *,
    distance_m: Mapping[str, float] | None = None,
) -> Recommendations:
    """Rank offers; `distance_m` by offer id adds nearness where the visitor told where they are."""
    away = distance_m or {}
    found, left_out = [], []
    for offer in offers:
        cause = _obstacle(offer, says)
        if cause is not None:
            left_out.append(LeftOut(offer.id, cause))
            continue
        reasons = _reasons(offer, says, weights, away.get(offer.id))
        if reasons:
            found.append(Recommendation(offer, sum(reason.points for reason in reasons), reasons))
    found.sort(key=lambda one: (-one.points, one.offer.id))
    return Recommendations(tuple(found), tuple(left_out), weights)


def _obstacle(offer: Offer, says: VisitorSays) -> Reason | None:
    if says.wheelchair and offer.accessibility.wheelchair is False:
        return _reason("no-wheelchair", 0)
    if says.budget_minor is not None and offer.price_minor > says.budget_minor:
        return _reason("over-budget", 0)
    return None


def _reasons(
    offer: Offer, says: VisitorSays, weights: Weights, distance_m: float | None
) -> tuple[Reason, ...]:
    words = {offer.category.value, *offer.tags}
    reasons = [_reason("interest", weights.interest, i) for i in dict.fromkeys(says.interests) if i in words]
    language = says.language[:2]
    # Japanese is spoken everywhere here: it is no reason.
    if language and language != "ja" and language in offer.languages:
        reasons.append(_reason("language", weights.language, language))
    if says.wheelchair and offer.accessibility.wheelchair:
        reasons.append(_reason("wheelchair", weights.wheelchair))
    if says.with_children and offer.children:
        reasons.append(_reason("children", weights.children))
    if says.budget_minor is not None:
        reasons.append(_reason("budget", weights.budget))
    if distance_m is not None:
        points = round(weights.near * weights.near_half_m / (weights.near_half_m + distance_m))
        reasons.append(_reason("near", points, f"{round(distance_m, -1):.0f}"))
    return tuple(reason for reason in reasons if reason.points)


def _reason(code: str, points: int, what: str = "") -> Reason:
    ja, en, zh, ko = (text.format(what=what) for text in _TEXTS[code])
    return Reason(code, points, Texts(ja=ja, en=en, zh=zh, ko=ko))
