"""Services as JSON."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo

from pydantic import BaseModel

from maas.services.availability import Availability
from maas.services.cancellation import Cancellation
from maas.services.hold import Hold
from maas.services.model import Accessibility, Category, Kind, Mode, Offer, Provider
from maas.services.search import Found


class SlotView(BaseModel):
    """A slot that can be booked."""

    id: str
    starts_at: datetime | None
    ends_at: datetime | None
    closes_at: datetime | None
    free: int | None
    waiting: int
    price_minor: int


class OfferView(BaseModel):
    """An offer in a list, in the language asked for."""

    id: str
    provider_id: str
    provider: str
    category: Category
    kind: Kind
    name: str
    description: str
    price_minor: int
    currency: str
    tax_percent: int
    lat: float | None
    lon: float | None
    place_id: str | None
    languages: list[str]
    wheelchair: bool | None
    children: bool
    modes: list[Mode]
    tags: list[str]
    distance_m: float | None = None
    minutes: float | None = None
    comes: Mode | None = None
    slots: list[SlotView] = []


class OffersView(BaseModel):
    """One page of a search, and how many fit in all."""

    offers: list[OfferView]
    total: int


class DayView(BaseModel):
    """When it is open on a day."""

    day: date
    opens: list[tuple[datetime, datetime]]


class TermsView(BaseModel):
    """What cancelling costs."""

    free_until_h: int
    rules: Cancellation
    text: str


class OfferDetailView(OfferView):
    """Everything about an offer."""

    hours: str
    opening: list[DayView]
    cancellation: TermsView
    accessibility: Accessibility
    per_person_max: int | None
    valid_from: date | None
    valid_until: date | None
    after_offer: str | None
    delivery_radius_m: int | None
    url: str
    outside: bool


class AvailabilityView(BaseModel):
    """Slots of an offer, in order."""

    offer_id: str
    slots: list[SlotView]


class BookingView(BaseModel):
    """A booking as the provider sees it: nothing of the person."""

    key: str
    offer_id: str
    slot_id: str
    quantity: int
    price_minor: int
    tax_percent: int
    starts_at: datetime | None
    state: str
    fee_minor: int


def slot_view(slot: Availability) -> SlotView:
    """A bookable slot."""
    return SlotView(
        id=slot.slot_id, starts_at=slot.starts_at, ends_at=slot.ends_at, closes_at=slot.closes_at,
        free=slot.free, waiting=slot.waiting, price_minor=slot.price_minor,
    )  # fmt: skip


def offer_view(offer: Offer, provider: Provider, lang: str) -> OfferView:
    """An offer without anything that depends on the asker."""
    return OfferView(
        id=offer.id, provider_id=provider.id, provider=provider.name.get(lang), category=offer.category,
        kind=offer.kind, name=offer.name.get(lang),
        description=offer.description.get(lang) if offer.description else "",
        price_minor=offer.price_minor, currency=offer.currency, tax_percent=offer.tax_percent, lat=offer.lat,
        lon=offer.lon, place_id=offer.place_id, languages=list(offer.languages),
        wheelchair=offer.accessibility.wheelchair, children=offer.children, modes=list(offer.modes),
        tags=list(offer.tags),
    )  # fmt: skip


def found_view(found: Found, lang: str) -> OfferView:
    """An offer as a search found it."""
    view = offer_view(found.stored.offer, found.provider, lang)
    view.distance_m = None if found.distance_m is None else round(found.distance_m, 1)
    view.minutes = None if found.minutes is None else round(found.minutes, 1)
    view.comes, view.slots = found.comes, [slot_view(slot) for slot in found.slots]
    return view


def detail_view(offer: Offer, provider: Provider, lang: str, today: date, zone: tzinfo) -> OfferDetailView:
    """Everything, with the opening hours of the coming week."""
    days = [today + timedelta(days=n) for n in range(7)] if offer.hours else []
    return OfferDetailView(
        **offer_view(offer, provider, lang).model_dump(), hours=offer.hours,
        opening=[DayView(day=day, opens=offer.opening.opened(day, zone)) for day in days],
        cancellation=TermsView(
            free_until_h=offer.cancellation.free_until_h, rules=offer.cancellation,
            text=offer.cancellation.text(),
        ),
        accessibility=offer.accessibility, per_person_max=offer.per_person_max, valid_from=offer.valid_from,
        valid_until=offer.valid_until, after_offer=offer.after_offer,
        delivery_radius_m=offer.delivery_radius_m, url=offer.url, outside=offer.outside is not None,
    )  # fmt: skip


def booking_view(hold: Hold) -> BookingView:
    """A booking for its provider."""
    return BookingView(
        key=hold.key, offer_id=hold.offer_id, slot_id=hold.slot_id, quantity=hold.quantity,
        price_minor=hold.price_minor, tax_percent=hold.tax_percent, starts_at=hold.starts_at,
        state=hold.state.value, fee_minor=hold.fee_minor,
    )  # fmt: skip
