"""Bundles as JSON; instants with the area's offset, money in minor units."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Any

from pydantic import AwareDatetime, BaseModel, Field

from maas.api.booking.again import asked_again
from maas.api.booking.asked import PartIn
from maas.api.fleet.views import Price
from maas.booking.after import GiveBack
from maas.booking.change_quote import Change
from maas.booking.engine import kind_of
from maas.booking.model import OPEN_PARTS, Bundle, Part, PartState, reduced_of, terms_of
from maas.journeys.proofs import spoken
from maas.places.model import in_language

__all__ = [
    "BundleView", "BundlesView", "CancelView", "ChangeView", "DiscountView", "PartView", "bundle_view",
    "cancel_view", "change_view",
]  # fmt: skip


class DiscountView(BaseModel):
    """Why a part costs less."""

    rule: str
    amount_minor: int
    text: str


class PartProofView(BaseModel):
    """What some of the party must show because they pay less."""

    category: str = Field(description="child, youth, student, senior or an entitlement; empty: another")
    count: int
    name: str = Field(description="as whoever grants it calls it")
    eligibility_url: str | None
    text: str


class PartView(BaseModel):
    """One part as it stands."""

    label: str
    kind: str = Field(description="shuttle, device, cycle, transit, service or outside")
    state: str = Field(
        description="offer, held, confirmed, used, completed, cancelled, no_show, disrupted, rebooked, "
        "released"
    )
    price: Price
    full_price_minor: int
    discounts: list[DiscountView]
    proofs: list[PartProofView] = Field(
        default=[], description="what must be shown when it is used, by whom of the party; kept nowhere"
    )
    fee_minor: int = Field(description="kept after it was given back or missed")
    capture: str | None = Field(description="when the price is taken: now, on_use, on_completion")
    starts_at: AwareDatetime | None
    ends_at: AwareDatetime | None
    cancellation: str | None = Field(description="as 50% 24h; 80% 3h; no-show 100%")
    ref: str | None = Field(description="the provider's name for it: a ride, a mission, a booking")
    before: str
    replaces: str | None = Field(description="the label of the part that it stands for")
    reason: str
    details: dict[str, Any] = Field(description="of its kind: stops, vehicle, offer, slot, dock, route")
    asked: PartIn = Field(description="what was asked for; sent with another time or slot it is a change")


class BundleView(BaseModel):
    """A bundle as it stands."""

    id: str
    state: str = Field(
        description="holding, held, paying, confirmed, completed, cancelled, expired, failed; "
        "with challenge_url: send the rider there, then ask again (a change may need that, too)"
    )
    created_at: AwareDatetime
    expires_at: AwareDatetime | None = Field(description="confirm before; null once that is done")
    booked_by: str = Field(description="who booked it for the rider; empty: the rider")
    total: Price
    paid_minor: int
    refunded_minor: int
    on_site: bool = Field(description="each provider is paid there")
    challenge_url: str | None
    reason: str
    busy: bool = Field(description="a step is under way: ask again soon")
    parts: list[PartView]


class BundlesView(BaseModel):
    """A page of bundles, newest first."""

    bundles: list[BundleView]


class CancelLine(BaseModel):
    """What giving one part back costs."""

    label: str
    price_minor: int
    fee_minor: int
    refund_minor: int


class CancelView(BaseModel):
    """What giving back costs by the parts' own rules; `bundle` is as it stands after, or now in a preview."""

    preview: bool
    lines: list[CancelLine]
    fee_minor: int
    refund_minor: int = Field(description="not taken, or given back to the card")
    left: list[str] = Field(description="parts that would serve nothing any more: give them back too?")
    bundle: BundleView


class ChangeLine(BaseModel):
    """One part that is replaced."""

    label: str
    price_minor: int = Field(description="of the old one")
    fee_minor: int = Field(description="kept for the old one, by its own rules")
    new_price_minor: int
    starts_at: AwareDatetime | None
    ends_at: AwareDatetime | None


class ChangeView(BaseModel):
    """What a change comes to: the named part, and those that wait for it."""

    preview: bool
    lines: list[ChangeLine]
    pay_minor: int = Field(description="the difference; below zero it comes back")
    bundle: BundleView


def change_view(change: Change, bundle: Bundle, zone: tzinfo, lang: str, *, preview: bool) -> ChangeView:
    """A change as it would be, or as it was made."""
    return ChangeView(
        preview=preview,
        lines=[
            ChangeLine(
                label=x.label, price_minor=x.old_minor, fee_minor=x.fee_minor, new_price_minor=x.new_minor,
                starts_at=_instant(x.held.starts_ms, zone) if x.held.starts_ms else None,
                ends_at=_instant(x.held.ends_ms, zone) if x.held.ends_ms else None,
            )
            for x in change.lines
        ],
        pay_minor=change.pay_minor,
        bundle=bundle_view(bundle, zone, lang),
    )  # fmt: skip


def bundle_view(bundle: Bundle, zone: tzinfo, lang: str) -> BundleView:
    """A bundle in the language asked for."""
    return BundleView(
        id=bundle.id, state=bundle.state.value, created_at=_instant(bundle.created_ms, zone),
        expires_at=_instant(bundle.expires_ms, zone) if bundle.state.value in ("holding", "held") else None,
        booked_by=bundle.booked_by, total=Price(amount=bundle.total_minor, currency=bundle.currency),
        paid_minor=sum(pay.captured_minor for pay in bundle.pays),
        refunded_minor=sum(pay.refunded_minor for pay in bundle.pays), on_site=bundle.on_site,
        challenge_url=bundle.challenge_url or None, reason=bundle.reason,
        busy=bundle.state.value in ("holding", "paying") or bool(bundle.awaits),
        parts=[_part(bundle, part, zone, lang) for part in bundle.parts],
    )  # fmt: skip


def cancel_view(quote: GiveBack, bundle: Bundle, zone: tzinfo, lang: str, *, preview: bool) -> CancelView:
    """A quote for giving back."""
    return CancelView(
        preview=preview,
        lines=[
            CancelLine(
                label=x.label, price_minor=x.price_minor, fee_minor=x.fee_minor, refund_minor=x.refund_minor
            )
            for x in quote.lines
        ],
        fee_minor=quote.fee_minor,
        refund_minor=quote.refund_minor,
        left=list(quote.left),
        bundle=bundle_view(bundle, zone, lang),
    )


def _part(bundle: Bundle, part: Part, zone: tzinfo, lang: str) -> PartView:
    held = part.held
    replaced = None if part.replaces is None else bundle.parts[part.replaces].label
    return PartView(
        label=part.label, kind=kind_of(part), state=part.state.value,
        price=Price(amount=part.price_minor, currency=bundle.currency),
        full_price_minor=0 if held is None else held.price_minor,
        discounts=[
            DiscountView(rule=d.rule, amount_minor=d.amount_minor, text=in_language(d.text, lang))
            for d in part.discounts
        ],
        proofs=[
            PartProofView(
                category=one.kind, count=one.count, name=one.name, eligibility_url=one.url or None,
                text=in_language(spoken(one.text, one.name or one.kind), lang),
            )
            for one in reduced_of(part)
            if one.proof
        ],
        fee_minor=part.fee_minor, capture=None if held is None else held.capture.value,
        starts_at=_instant(held.starts_ms, zone) if held is not None and held.starts_ms else None,
        ends_at=_instant(held.ends_ms, zone) if held is not None and held.ends_ms else None,
        cancellation=None if held is None else terms_of(held).text(), ref=None if held is None else held.ref,
        before=part.before, replaces=replaced, reason=part.reason,
        details={} if held is None else _details(part, zone, lang), asked=asked_again(part, zone),
    )  # fmt: skip


def _details(part: Part, zone: tzinfo, lang: str) -> dict[str, Any]:
    """What the provider told, in one language, instants as such; a device's code only while owed."""
    told = {} if part.held is None else part.held.told
    hidden = set() if part.state in OPEN_PARTS - {PartState.OFFER, PartState.HELD} else {"code"}
    return {
        name[:-2] + "_at" if _is_instant(name, value) else name: _shown(name, value, zone, lang)
        for name, value in told.items()
        if name not in hidden
    }


def _shown(name: str, value: Any, zone: tzinfo, lang: str) -> Any:
    if _is_instant(name, value):
        return datetime.fromtimestamp(value, zone).isoformat()
    if isinstance(value, dict) and "ja" in value:
        return in_language({k: v for k, v in value.items() if v}, lang)
    if isinstance(value, dict):
        return {k: _shown(k, v, zone, lang) for k, v in value.items()}
    return value


def _is_instant(name: str, value: Any) -> bool:
    return name.endswith("_s") and isinstance(value, int) and value > 1_000_000_000


def _instant(ms: int, zone: tzinfo) -> datetime:
    return datetime.fromtimestamp(ms / 1000, zone)
