"""A rider's receipt in the form of a qualified invoice (適格請求書): what was taken, part by part."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, tzinfo
from types import MappingProxyType

from maas.booking.model import Bundle, Part, PartState
from maas.booking.wishes import ShuttleWish, TransitWish, Wish
from maas.settling.errors import NoReceipt
from payments.settlement.invoice import Business, Invoice, InvoiceLine

__all__ = ["receipt"]

_KINDS = {
    "shuttle": "自動運転シャトル",
    "device": "パーソナルモビリティ",
    "cycle": "シェアサイクル",
    "transit": "鉄道・バス",
}
_GIVEN_BACK = (PartState.CANCELLED, PartState.NO_SHOW)


def receipt(
    bundle: Bundle,
    *,
    issuer: Business | None,
    recipient: str,
    zone: tzinfo,
    now: datetime,
    riders: Mapping[str, str] = MappingProxyType({}),
) -> Invoice:
    """The receipt of a bundle as its money stands; `riders`: category -> its name. Raises NoReceipt."""
    if issuer is None:
        raise NoReceipt("this area names nobody who issues receipts ([issuer] in fares.toml)")
    lines = tuple(
        InvoiceLine(_day(bundle, part, zone), _text(part, riders), part.charge_minor, _rate(part))
        for part in bundle.parts
        if part.charge_minor
    )
    if bundle.on_site or bundle.net_minor <= 0 or not lines:
        raise NoReceipt(f"nothing was paid here for the bundle {bundle.id}")
    return Invoice(
        f"R-{bundle.id[4:20]}-{bundle.steps}", issuer, Business(recipient or "お客様"),
        now.astimezone(zone).date(), lines,
    )  # fmt: skip


def _day(bundle: Bundle, part: Part, zone: tzinfo) -> date:
    starts = part.held.starts_ms if part.held is not None else None
    return datetime.fromtimestamp((starts or bundle.created_ms) / 1000, UTC).astimezone(zone).date()


def _text(part: Part, riders: Mapping[str, str]) -> str:
    held = part.held
    told = {} if held is None else held.told
    name = told.get("name")
    text = name.get("ja") if isinstance(name, dict) else name
    text = str(text or _KINDS.get(held.category if held is not None else "", "サービス"))
    text += _for_whom(part.wish, riders)
    return f"{text}（取消料）" if part.state in _GIVEN_BACK else text


def _for_whom(wish: Wish, names: Mapping[str, str]) -> str:
    """Who rides, where it is not one adult."""
    if not isinstance(wish, ShuttleWish | TransitWish):
        return ""
    party, others = wish.party, {name: count for name, count in wish.categories.items() if count}
    adults = party.adults + party.wheelchairs - sum(others.values())
    if (adults, party.children, others) == (1, 0, {}):
        return ""
    counted = [("大人", adults), *((names.get(k.casefold(), k), n) for k, n in others.items())]
    told = "・".join(f"{name}{count}名" for name, count in [*counted, ("小児", party.children)] if count)
    return f"（{told}）" if told else ""


def _rate(part: Part) -> int:
    return part.held.tax_percent if part.held is not None and part.held.tax_percent in (8, 10) else 10
