"""Combined prices: what a bundle costs less because of what is in it, why, and who pays for that.

Rules are configuration ("shuttle free with 3,000 yen of shopping"). The evaluation is pure: priced parts
in, discounts out, each with its explanation and its funders' whole yen, which sum exactly to the discount.
Conditions look at full prices, so the order of rules never matters. A part takes either its best exclusive
rule or all stackable ones together, whichever is more, and never more than its price.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from pydantic import BaseModel, ConfigDict, Field, model_validator

from maas.services.model import Slug, Texts
from payments.allocation import Subsidy
from payments.money import Rounding, round_minor, split_minor

__all__ = [
    "CombinationRule", "Discount", "Funder", "Need", "PricedPart", "Selector", "combine", "price_after",
]  # fmt: skip

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class PricedPart:
    """One part of a bundle at its full price in yen; a leg's `category` is its mode, such as shuttle."""

    name: str
    category: str
    price_minor: int
    provider_id: str = ""
    offer_id: str = ""
    tags: frozenset[str] = field(default_factory=frozenset)


class Selector(BaseModel):
    """Parts that match every field given; a field matches any of its words. Nothing given matches all."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    categories: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    def matches(self, part: PricedPart) -> bool:
        """Whether the part is meant."""
        return (
            (not self.categories or part.category in self.categories)
            and (not self.providers or part.provider_id in self.providers)
            and (not self.offers or part.offer_id in self.offers)
            and (not self.tags or bool(part.tags & set(self.tags)))
        )


class Need(Selector):
    """What the bundle must hold: at least so many matching parts, for at least so much in sum."""

    parts_min: int = Field(1, ge=1, le=50)
    total_minor_min: int = Field(0, ge=0)

    def met(self, parts: Sequence[PricedPart]) -> bool:
        """Whether it does, at full prices."""
        prices = [part.price_minor for part in parts if self.matches(part)]
        return len(prices) >= self.parts_min and sum(prices) >= self.total_minor_min


class Funder(BaseModel):
    """A ledger account that bears a discount in proportion to `weight`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    account: str = Field(pattern=r"^[a-z]+:[A-Za-z0-9_.-]+$")
    weight: int = Field(1, ge=1, le=10_000)


class CombinationRule(BaseModel):
    """`gives` get `percent` off each, or `amount_minor` off together, if all `needs` are met."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Slug
    text: Texts
    needs: tuple[Need, ...] = Field(min_length=1, max_length=10)
    gives: Selector
    percent: int | None = Field(None, ge=1, le=100)
    amount_minor: int | None = Field(None, ge=1)
    amount_minor_max: int | None = Field(None, ge=1, description="of the whole rule in one bundle")
    funders: tuple[Funder, ...] = Field(min_length=1, max_length=10)
    coupon: Slug | None = Field(None, description="only with this coupon offer in hand")
    stackable: bool = False
    priority: int = Field(0, description="of equal discounts the higher one is taken")
    per_person_max: int | None = Field(None, ge=1)
    valid_from: date | None = None
    valid_until: date | None = None
    weekdays: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one_way(self) -> CombinationRule:
        if (self.percent is None) == (self.amount_minor is None):
            raise ValueError("give either percent or amount_minor, not both and not neither")
        unknown = [day for day in self.weekdays if day not in WEEKDAYS]
        if unknown:
            raise ValueError(f"weekdays: {unknown[0]!r} is none; write {', '.join(WEEKDAYS)}")
        return self

    def applies(self, day: date, coupons: Collection[str], used: int) -> bool:
        """Whether day, coupon and the person's earlier uses allow it."""
        return (
            (self.valid_from is None or day >= self.valid_from)
            and (self.valid_until is None or day <= self.valid_until)
            and (not self.weekdays or WEEKDAYS[day.weekday()] in self.weekdays)
            and (self.coupon is None or self.coupon in coupons)
            and (self.per_person_max is None or used < self.per_person_max)
        )

    def amounts(self, parts: Sequence[PricedPart]) -> dict[str, int]:
        """Yen off by part name, before anything else is weighed; empty if a need is not met."""
        meant = [part for part in parts if self.gives.matches(part) and part.price_minor]
        if not meant or not all(need.met(parts) for need in self.needs):
            return {}
        prices = [part.price_minor for part in meant]
        if self.percent is not None:
            off = [round_minor(Fraction(price * self.percent, 100), Rounding.DOWN) for price in prices]
        else:
            off = list(split_minor(min(self.amount_minor or 0, sum(prices)), prices))
        if self.amount_minor_max is not None and sum(off) > self.amount_minor_max:
            off = list(split_minor(self.amount_minor_max, off))
        return {part.name: amount for part, amount in zip(meant, off, strict=True) if amount}


@dataclass(frozen=True, slots=True)
class Discount:
    """`amount_minor` off one part by one rule; the funding sums to it."""

    rule_id: str
    part: str
    amount_minor: int
    funding: tuple[Subsidy, ...]
    text: Texts


def combine(
    parts: Sequence[PricedPart],
    rules: Sequence[CombinationRule],
    *,
    day: date,
    coupons: Collection[str] = (),
    used: Mapping[str, int] | None = None,
) -> tuple[Discount, ...]:
    """The discounts of a bundle on a day; `coupons` in hand, `used`: earlier uses by this person by rule id.

    Parts need different names. The result is in the parts' order.
    """
    earlier = used or {}
    valid = [rule for rule in rules if rule.applies(day, coupons, earlier.get(rule.id, 0))]
    offered = {rule.id: rule.amounts(parts) for rule in valid}
    found: list[Discount] = []
    for part in parts:
        here = [(rule, offered[rule.id][part.name]) for rule in valid if part.name in offered[rule.id]]
        found += [_discount(rule, part, amount) for rule, amount in _best(here, part.price_minor)]
    return tuple(found)


def price_after(part: PricedPart, discounts: Sequence[Discount]) -> tuple[int, tuple[Subsidy, ...]]:
    """What is left to pay for a part, and who adds the rest; as `payments.allocation.Part` wants them."""
    mine = [discount for discount in discounts if discount.part == part.name]
    left = part.price_minor - sum(discount.amount_minor for discount in mine)
    return left, tuple(subsidy for discount in mine for subsidy in discount.funding)


def _best(here: list[tuple[CombinationRule, int]], price_minor: int) -> list[tuple[CombinationRule, int]]:
    ordered = sorted(here, key=lambda found: (-found[1], -found[0].priority, found[0].id))
    exclusive = [found for found in ordered if not found[0].stackable][:1]
    together, left = [], price_minor
    for rule, amount in sorted(here, key=lambda found: (-found[0].priority, found[0].id)):
        if rule.stackable and left:
            together.append((rule, min(amount, left)))
            left -= min(amount, left)
    worth_together = price_minor - left
    return exclusive if exclusive and exclusive[0][1] >= worth_together else together


def _discount(rule: CombinationRule, part: PricedPart, amount: int) -> Discount:
    shares = split_minor(amount, [funder.weight for funder in rule.funders])
    funding = tuple(
        Subsidy(funder.account, share) for funder, share in zip(rule.funders, shares, strict=True) if share
    )
    return Discount(rule.id, part.name, amount, funding, rule.text)
