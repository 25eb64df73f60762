"""What providers offer, as one value that the API, the CSV and the database share."""

from __future__ import annotations

import re
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator, model_validator

from maas.services.cancellation import Cancellation
from maas.services.hours import Hours, parse_hours

LANGUAGES = ("ja", "en", "zh", "ko")
TAX_PERCENTS = (10, 8, 0)  # standard, reduced (food to take away), exempt (care under health insurance)

Slug = Annotated[
    str,
    Field(min_length=1, max_length=60, pattern=r"^[a-z0-9][a-z0-9_-]*$",
          description="small letters, digits, - and _"),
]  # fmt: skip
Words = Annotated[tuple[Slug, ...], Field(max_length=20)]
_LANGUAGE = re.compile(r"^[a-z]{2}$")


class Category(StrEnum):
    """What sort of service it is."""

    LODGING = "lodging"
    SIGHT = "sight"
    SHOP = "shop"
    FOOD = "food"
    CLINIC = "clinic"
    PHARMACY = "pharmacy"
    EVENT = "event"
    WELLNESS = "wellness"


class Kind(StrEnum):
    """How its stock is counted."""

    NIGHTS = "nights"  # so many rooms each night; the slot is a night
    DAYS = "days"  # so many tickets each open day
    TIMES = "times"  # slots of `slot_minutes` while open
    EVENT = "event"  # the occurrences that are listed
    COUPON = "coupon"  # one stock for the whole validity; without a capacity it never runs out


class Mode(StrEnum):
    """How the service reaches the person."""

    ON_SITE = "on_site"
    REMOTE = "remote"  # by video, such as medication guidance
    DRONE = "drone"
    CART = "cart"  # a self-driving delivery cart


class State(StrEnum):
    """Whether residents see the offer."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Texts(BaseModel):
    """One text in the four languages of the area; Japanese must be there, the others fall back to it."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    ja: str = Field(min_length=1, max_length=2000)
    en: str = Field("", max_length=2000)
    zh: str = Field("", max_length=2000)
    ko: str = Field("", max_length=2000)

    def get(self, lang: str) -> str:
        """The text in `lang` (`en`, `zh-Hant`, …), else English for foreign readers, else Japanese."""
        wanted = lang.lower().split("-")[0]
        if wanted in LANGUAGES and (text := str(getattr(self, wanted))):
            return text
        return self.ja if wanted in ("", "ja") else self.en or self.ja

    def values(self) -> tuple[str, ...]:
        """What is written, without the empty ones."""
        return tuple(text for text in (self.ja, self.en, self.zh, self.ko) if text)


class Accessibility(BaseModel):
    """What people with different needs find there; None means that nobody has said."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    wheelchair: bool | None = None
    toilet: bool | None = Field(None, description="a wheelchair toilet")
    hearing: bool | None = Field(None, description="writing, sign language or an induction loop")
    guide_dog: bool | None = None
    stroller: bool | None = None


class Occurrence(BaseModel):
    """One date of an event."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    starts_at: AwareDatetime
    ends_at: AwareDatetime

    @model_validator(mode="after")
    def _forward(self) -> Occurrence:
        if self.ends_at <= self.starts_at:
            raise ValueError(f"ends_at {self.ends_at.isoformat()} must be after starts_at")
        return self


class OutsideRef(BaseModel):
    """An offer whose stock a partner's system keeps: that system's name here, and its own names for it."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    system: Slug
    opportunity: str = Field(min_length=1, max_length=400)
    offer: str = Field(min_length=1, max_length=400)


class Provider(BaseModel):
    """A party that offers services. `account` is who receives the money in the ledger."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    id: Slug
    name: Texts
    account: str = Field(min_length=1, max_length=120, pattern=r"^[a-z]+:[A-Za-z0-9_.-]+$")
    registration_number: str = Field("", pattern=r"^(T\d{13})?$", description="for qualified invoices")
    contact: str = Field("", max_length=200)
    url: str = Field("", max_length=400, pattern=r"^(https?://\S+)?$")


class Offer(BaseModel):
    """One thing that can be booked. The price is in whole yen, tax included, for one unit of stock."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    id: Slug
    provider_id: Slug
    category: Category
    kind: Kind
    state: State = State.PUBLISHED
    name: Texts
    description: Texts | None = None
    price_minor: int = Field(ge=0, le=100_000_000)
    currency: str = Field("JPY", pattern="^JPY$")
    tax_percent: int = 10
    capacity: int | None = Field(None, ge=0, le=1_000_000, description="units of each slot; none: no limit")
    hours: str = Field("", max_length=500, description="as OpenStreetMap's opening_hours, dates in ISO")
    slot_minutes: int | None = Field(None, ge=5, le=1440, description="length of a slot of kind times")
    check_in: str = Field("15:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="of kind nights")
    check_out: str = Field("10:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    occurrences: tuple[Occurrence, ...] = Field((), max_length=400, description="of kind event")
    valid_from: date | None = None
    valid_until: date | None = Field(None, description="the last day")
    book_until_minutes: int = Field(0, ge=0, le=525_600, description="before the start")
    per_person_max: int | None = Field(None, ge=1, le=1000)
    stackable: bool = Field(False, description="coupon: may be used together with others")
    cancellation: Cancellation = Cancellation.model_validate({})
    languages: tuple[str, ...] = Field(("ja",), max_length=20, description="spoken there, ISO 639-1")
    accessibility: Accessibility = Accessibility.model_validate({})
    children: bool = Field(False, description="made for, or glad of, families with children")
    modes: tuple[Mode, ...] = Field((Mode.ON_SITE,), min_length=1, max_length=4)
    delivery_radius_m: int | None = Field(None, ge=1, le=50_000, description="of drone and cart")
    after_offer: Slug | None = Field(None, description="only together with, and after, that offer")
    tags: Words = ()
    place_id: str | None = Field(None, max_length=120)
    lat: float | None = Field(None, ge=-90, le=90)
    lon: float | None = Field(None, ge=-180, le=180)
    url: str = Field("", max_length=400, pattern=r"^(https?://\S+)?$")
    outside: OutsideRef | None = None

    @field_validator("hours")
    @classmethod
    def _readable(cls, text: str) -> str:
        parse_hours(text)
        return text

    @field_validator("tax_percent")
    @classmethod
    def _known_rate(cls, rate: int) -> int:
        if rate not in TAX_PERCENTS:
            raise ValueError(f"{rate} is no rate; write 10 (standard), 8 (reduced) or 0 (exempt)")
        return rate

    @field_validator("languages")
    @classmethod
    def _codes(cls, languages: tuple[str, ...]) -> tuple[str, ...]:
        for code in languages:
            if not _LANGUAGE.match(code):
                raise ValueError(f"{code!r} is no language code; write two letters such as ja, en, zh, ko")
        return languages

    @model_validator(mode="after")
    def _consistent(self) -> Offer:
        wrong = next((message for broken, message in _contradictions(self) if broken), None)
        if wrong:
            raise ValueError(wrong)
        return self

    @property
    def opening(self) -> Hours:
        """The opening hours, read."""
        return parse_hours(self.hours)

    @property
    def position(self) -> tuple[float, float] | None:
        """(lat, lon) where it is, None for what has no place."""
        return None if self.lat is None or self.lon is None else (self.lat, self.lon)

    def valid_on(self, day: date) -> bool:
        """Whether the offer holds on that day."""
        return not (
            (self.valid_from and day < self.valid_from) or (self.valid_until and day > self.valid_until)
        )


def _contradictions(o: Offer) -> list[tuple[bool, str]]:
    deliver = {Mode.DRONE, Mode.CART} & set(o.modes)
    return [
        (o.kind is Kind.TIMES and o.slot_minutes is None, "slot_minutes: kind times needs the slots' length"),
        (o.kind is Kind.TIMES and not o.hours, "hours: kind times needs opening hours to cut slots from"),
        (o.kind is Kind.EVENT and not o.occurrences, "occurrences: kind event needs at least one date"),
        (o.kind is not Kind.EVENT and bool(o.occurrences), "occurrences: only kind event has them; remove"),
        (o.kind is not Kind.TIMES and o.slot_minutes is not None, "slot_minutes: only kind times; remove it"),
        (o.kind is not Kind.COUPON and o.capacity is None and o.outside is None,
         "capacity: write how many; only a coupon, or what a partner's system keeps, may leave it out"),
        (o.stackable and o.kind is not Kind.COUPON, "stackable: only coupons stack; remove it"),
        ((o.lat is None) != (o.lon is None), "lat and lon belong together: give both or neither"),
        (o.lat is None and Mode.ON_SITE in o.modes, "lat and lon: what happens on site needs its position"),
        (bool(deliver) != (o.delivery_radius_m is not None),
         "delivery_radius_m: needed by drone and cart, and only by them"),
        (bool(o.valid_from and o.valid_until and o.valid_until < o.valid_from),
         "valid_until is before valid_from"),
        (o.after_offer == o.id, "after_offer: an offer cannot come after itself"),
    ]  # fmt: skip


class Versioned(BaseModel):
    """An offer as it stands in the database."""

    model_config = ConfigDict(frozen=True)

    offer: Offer
    version: int
    changed_at: datetime

    @property
    def etag(self) -> str:
        """For `ETag` and `If-Match`."""
        return f'"{self.version}"'
