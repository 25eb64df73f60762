"""Offers whose stock a partner's system keeps: `maas.services.ports.OutsideBooking` as a `PartProvider`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from maas.booking.errors import NotBookable, OutcomeUnknown, PartRefused
from maas.booking.model import Bundle, CaptureRule, Held, Part
from maas.booking.ports import Ask, Standing
from maas.booking.wishes import OutsideWish
from maas.services.errors import OutsideRefused, OutsideUnknown
from maas.services.model import Offer, OutsideRef, Provider
from maas.services.ports import OutsideBooking, OutsideCustomer, OutsideState
from maas.services.sql import to_ms

__all__ = ["Partners"]

OfferOf = Callable[[str], tuple[Offer, Provider]]
"""A published offer by its id, with its provider; raises a UserError."""


class Partners:
    """Implements `maas.booking.ports.PartProvider` over partners' systems by their names."""

    def __init__(self, systems: Mapping[str, OutsideBooking], offer_of: OfferOf) -> None:
        self._systems = systems
        self._offer_of = offer_of

    def hold(self, ask: Ask, *, now: datetime) -> Held:
        """See the port. The partner learns our key for the rider, nothing of the person."""
        del now
        wish = _wish(ask.key, ask.wish)
        offer, provider = self._offer_of(wish.offer_id)
        system, ref = self._system(offer, wish)
        try:
            kept = system.hold(ask.key, ref, wish.quantity, OutsideCustomer(ask.key))
        except OutsideRefused as error:
            raise PartRefused(str(error), reason=error.code) from error
        except OutsideUnknown as error:
            raise OutcomeUnknown(str(error)) from error
        return Held(
            ref=ask.key, price_minor=kept.price_minor,
            expires_ms=None if kept.expires_at is None else to_ms(kept.expires_at), account=provider.account,
            provider_id=provider.id, category=offer.category.value, offer_id=offer.id,
            tags=tuple(offer.tags), tax_percent=offer.tax_percent, capture=CaptureRule.NOW,
            terms=offer.cancellation.model_dump(),
            told={
                "offer_id": offer.id, "name": offer.name.model_dump(), "provider": provider.name.model_dump(),
                "quantity": wish.quantity, "lat": offer.lat, "lon": offer.lon,
            },
        )  # fmt: skip

    def confirm(self, key: str, part: Part, bundle: Bundle, *, now: datetime) -> Held:
        """See the port."""
        del now
        wish = _wish(key, part.wish)
        offer, _ = self._offer_of(wish.offer_id)
        system, ref = self._system(offer, wish)
        held = part.held
        if held is None:
            raise PartRefused(f"{key}: it was never held", reason="not_held")
        try:
            system.confirm(
                key, ref, wish.quantity, OutsideCustomer(key), price_minor=held.price_minor,
                payment_reference=bundle.id,
            )  # fmt: skip
        except OutsideRefused as error:
            raise PartRefused(str(error), reason=error.code) from error
        except OutsideUnknown as error:
            raise OutcomeUnknown(str(error)) from error
        return held

    def cancel(self, key: str, part: Part, *, now: datetime) -> None:
        """See the port."""
        del now
        offer, _ = self._offer_of(_wish(key, part.wish).offer_id)
        system, _ = self._system(offer)
        try:
            if system.status(key).state is OutsideState.CONFIRMED:
                system.cancel(key)
            else:
                system.release(key)
        except OutsideRefused as error:
            raise PartRefused(str(error), reason=error.code) from error
        except OutsideUnknown as error:
            raise OutcomeUnknown(str(error)) from error

    def standing(self, key: str, part: Part, *, now: datetime) -> Standing:
        """See the port."""
        del now
        offer, _ = self._offer_of(_wish(key, part.wish).offer_id)
        system, _ = self._system(offer)
        try:
            state = system.status(key).state
        except OutsideUnknown as error:
            raise OutcomeUnknown(str(error)) from error
        return {
            OutsideState.NONE: Standing.NONE, OutsideState.CONFIRMED: Standing.CONFIRMED,
            OutsideState.CANCELLED: Standing.CANCELLED,
        }[state]  # fmt: skip

    def _system(self, offer: Offer, wish: OutsideWish | None = None) -> tuple[OutsideBooking, OutsideRef]:
        if offer.outside is None or offer.outside.system not in self._systems:
            raise NotBookable(f"offer {offer.id!r}: no partner's system keeps its stock; ask for a slot")
        ref = offer.outside
        if wish is not None and wish.slot:
            ref = ref.model_copy(update={"opportunity": wish.slot})
        return self._systems[ref.system], ref


def _wish(key: str, wish: object) -> OutsideWish:
    if not isinstance(wish, OutsideWish):
        raise NotBookable(f"{key}: partners keep offers, not {type(wish).__name__}")
    return wish
