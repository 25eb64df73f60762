"""The price of a list of parts for one rider: pure, in whole yen, each yen with its payer.

Order of things, for each ride: the party's fares (concessions or group, whichever is less), combined prices
of the area, then for the rider's own share a pass, the subsidised ride, caps and an employer; points last.
Parts that are no rides take combined prices and points only. Companions pay their own reduced fares.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from maas.fares.config import FaresConfig
from maas.services.combine import CombinationRule, PricedPart, combine, price_after
from maas.services.model import Texts
from payments.fares.caps import Ridden
from payments.fares.charge import CorporatePayer, Wallet, charge
from payments.fares.discounts import Rider, party_fares
from payments.fares.passes import AreaPass, Ride
from payments.money import split_minor
from payments.points import FUND

__all__ = ["FarePart", "Off", "Priced", "RiderState", "price_parts"]

ZONE = frozenset({"area"})  # passes of an area cover all of it


@dataclass(frozen=True, slots=True)
class FarePart:
    """A part at its full price. `day` is the service day of a ride, None for what is no ride."""

    name: str
    category: str
    operator: str
    full_minor: int
    day: date | None
    riders: int = 1
    children: int = 0
    offer_id: str = ""
    tags: frozenset[str] = frozenset()
    each_minor: tuple[int, ...] = ()  # the share of each who pays, adults first, where the provider says it
    base_minor: int = 0  # what concessions are of, where it is not the first one's share


@dataclass(frozen=True, slots=True)
class RiderState:
    """What changes the price for this rider. `points_yen` is what points may pay of everything together."""

    entitlements: frozenset[str] = frozenset()
    passes: tuple[AreaPass, ...] = ()
    before: tuple[Ridden, ...] = ()
    subsidised_this_month: int = 0
    corporate: CorporatePayer | None = None
    corporate_operators: frozenset[str] = frozenset()
    points_yen: int = 0


@dataclass(frozen=True, slots=True)
class Off:
    """Less to pay by a rule. `payer` bears it (a ledger account), or nobody: then the receivers get less."""

    rule: str
    amount_minor: int
    payer: str = ""
    text: dict[str, str] = field(default_factory=dict)
    right: str = ""  # the entitlement by which it is so
    proof: dict[str, str] = field(default_factory=dict)  # what must be shown for it, by language
    proof_url: str = ""


@dataclass(frozen=True, slots=True)
class Priced:
    """What the rider pays for a part, and every yen that they do not. They sum to the full price."""

    name: str
    price_minor: int
    offs: tuple[Off, ...]
    counted_minor: int = 0  # of the rider's own fare, what counts towards caps

    def borne_by(self) -> list[tuple[str, int]]:
        """Who adds to what the receivers get: (account, yen)."""
        return [(off.payer, off.amount_minor) for off in self.offs if off.payer]


def price_parts(
    parts: Sequence[FarePart],
    rider: RiderState,
    config: FaresConfig,
    combinations: Sequence[CombinationRule] = (),
    *,
    day: date,
) -> list[Priced]:
    """Price the parts in their order: an earlier ride counts for the caps of a later one."""
    fares = [_fares(part, rider, config) for part in parts]
    reduced = [sum(fare for fare, _, _ in found) for found in fares]
    combined = combine(
        [
            PricedPart(p.name, p.category, less, p.operator, p.offer_id, p.tags)
            for p, less in zip(parts, reduced, strict=True)
        ],
        combinations,
        day=day,
        coupons={part.offer_id for part in parts if part.offer_id},
    )
    before, corporate, subsidised = list(rider.before), rider.corporate, rider.subsidised_this_month
    points, made = rider.points_yen, []
    for part, found, less in zip(parts, fares, reduced, strict=True):
        offs = _concessions(found, config, part.operator)
        left, _ = price_after(PricedPart(part.name, part.category, less), combined)
        for discount in (each for each in combined if each.part == part.name):
            text = discount.text.model_dump()
            offs += [Off(discount.rule_id, s.amount_minor, s.payer, text) for s in discount.funding]
        counted = 0
        if part.day is not None and left:
            own = split_minor(left, [fare for fare, _, _ in found])[0]
            wallet = Wallet(
                rider.entitlements, rider.passes, tuple(before), subsidised,
                corporate if _pays(rider, part) else None,
            )  # fmt: skip
            paid = charge(
                Ride(part.day, part.operator, "area", "area"), own, wallet,
                caps=[rule.plain() for rule in config.caps],
                subsidies=[rule.plain() for rule in config.subsidies],
            )  # fmt: skip
            for line in paid.lines:
                if line.by == "card":
                    continue
                payer = line.detail if line.by in ("subsidy", "corporate") else ""
                off = Off(f"{line.by}:{line.detail}", line.amount_minor, payer, _text(config, line.detail))
                offs.append(_by_right(off, config, rider) if line.by == "subsidy" else off)
            counted = paid.of("card")
            left -= own - counted
            before.append(Ridden(part.day, part.operator, counted))
            subsidised += 1 if paid.of("subsidy") else 0
            if corporate is not None:
                corporate = _less(corporate, paid.of("corporate"))
        by_points = min(points, left)
        if by_points:
            offs.append(Off("points", by_points, FUND, dict(_POINTS)))
            points -= by_points
        made.append(Priced(part.name, left - by_points, tuple(offs), counted))
    return made


_POINTS = {"ja": "ポイント", "en": "Points", "zh": "积分", "ko": "포인트"}


def _fares(part: FarePart, rider: RiderState, config: FaresConfig) -> list[tuple[int, int, str]]:
    """Of each of the party, the rider first: the fare, the share of the full price, and why it is less.

    Where the provider does not say who pays what, a child counts as half an adult of the full price. Children
    and other categories pay less already by that; more comes off by concessions only.
    """
    if part.day is None or not part.full_minor:
        return [(part.full_minor, part.full_minor, "")]
    shares = part.each_minor
    if sum(shares) != part.full_minor or not shares:
        count = max(1, part.riders)
        children = min(part.children, count - 1)
        shares = split_minor(part.full_minor, [2] * (count - children) + [1] * children)
    rules = [
        rule.plain() for rule in config.concessions if not rule.operators or part.operator in rule.operators
    ]
    party = [Rider(rider.entitlements), *[Rider()] * (len(shares) - 1)]
    fares = party_fares(part.base_minor or shares[0], party, rules, [rule.plain() for rule in config.groups])
    # By category or concession, whichever is less; shares may differ by a yen where a price does not divide.
    return [(min(fare, share), share, why) for (fare, why), share in zip(fares, shares, strict=True)]


def _concessions(found: Sequence[tuple[int, int, str]], config: FaresConfig, operator: str) -> list[Off]:
    """One line for each reason, summed over the party."""
    sums: dict[str, int] = {}
    for fare, share, why in found:
        if share > fare:
            sums[why] = sums.get(why, 0) + share - fare
    rules = {
        rule.entitlement.value: rule
        for rule in reversed(config.concessions)
        if not rule.operators or operator in rule.operators
    }
    offs = []
    for why, amount in sums.items():
        off, rule = Off(f"concession:{why or 'rounding'}", amount), rules.get(why)
        if rule is not None:
            named, proof = (_texts(one) for one in (rule.name, rule.proof))
            off = replace(off, text=named, right=why, proof=proof, proof_url=rule.eligibility_url)
        offs.append(off)
    return offs


def _by_right(off: Off, config: FaresConfig, rider: RiderState) -> Off:
    """The city's ride with the right that it was given for, and what must be shown."""
    for rule in config.subsidies:
        rights = sorted({each.value for each in rule.entitlements} & rider.entitlements)
        if rule.payer == off.payer and rights:
            return replace(off, right=rights[0], proof=_texts(rule.proof))
    return off


def _texts(text: Texts | None) -> dict[str, str]:
    return {} if text is None else text.model_dump()


def _pays(rider: RiderState, part: FarePart) -> bool:
    return not rider.corporate_operators or part.operator in rider.corporate_operators


def _less(payer: CorporatePayer, spent_minor: int) -> CorporatePayer:
    left = max(0, payer.budget_left_minor - spent_minor)
    return CorporatePayer(payer.account, payer.per_ride_minor_max, left, payer.weekdays)


def _text(config: FaresConfig, detail: str) -> dict[str, str]:
    """The words of a subsidy or pass, by payer or name."""
    for rule in config.subsidies:
        if rule.payer == detail:
            return rule.text.model_dump()
    product = config.product(detail)
    return {} if product is None else product.text.model_dump()
