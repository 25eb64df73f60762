"""What providers send and get, as JSON."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from maas.api.services.views import BookingView
from maas.services.model import Offer, Provider, Versioned


class ProblemView(BaseModel):
    """What to mend."""

    field: str
    message: str
    line: int | None = None


class SlotChangesView(BaseModel):
    """What became of the slots."""

    opened: int
    changed: int
    closed: int
    problems: list[ProblemView]


class SavedView(BaseModel):
    """An offer as it was kept."""

    offer: Offer
    version: int
    slots: SlotChangesView


class ProviderView(BaseModel):
    """A provider as it is kept."""

    provider: Provider
    version: int


class OwnOffersView(BaseModel):
    """Every offer of a provider, drafts too."""

    offers: list[Versioned]


class ImportView(BaseModel):
    """Which rows were kept, and what is wrong with the others."""

    created: list[str]
    changed: list[str]
    unchanged: list[str]
    problems: list[ProblemView]


class OwnSlotView(BaseModel):
    """A slot with its counters."""

    id: str
    starts_at: datetime | None
    ends_at: datetime | None
    open: bool
    own: bool
    price_minor: int | None
    capacity: int | None
    free: int | None
    held: int
    confirmed: int
    used: int
    waiting: int


class OwnSlotsView(BaseModel):
    """Slots in order."""

    slots: list[OwnSlotView]


class SlotChange(BaseModel):
    """What to change of one slot; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    capacity: int | None = Field(None, ge=0, le=1_000_000)
    price_minor: int | None = Field(None, ge=0, le=100_000_000)
    open: bool | None = None


class BookingsView(BaseModel):
    """Bookings in order of their beginning."""

    bookings: list[BookingView]


class Visit(BaseModel):
    """A booking was used; `use_key` is the reader's own name for this use, so that it can be repeated."""

    model_config = ConfigDict(extra="forbid")

    key: str = Field(min_length=1, max_length=200, pattern=r"^[!-~]+$")
    use_key: str = Field(min_length=1, max_length=200, pattern=r"^[!-~]+$")


class Missed(BaseModel):
    """Nobody came."""

    model_config = ConfigDict(extra="forbid")

    key: str = Field(min_length=1, max_length=200, pattern=r"^[!-~]+$")
