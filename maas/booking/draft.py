"""A bundle as it is asked for, and how it is paid."""

from __future__ import annotations

from dataclasses import dataclass

from maas.booking.wishes import Wish

__all__ = ["Draft", "DraftPart", "Means"]


@dataclass(frozen=True, slots=True)
class DraftPart:
    """A part as it is asked for. `before` is the label of the part that it must arrive `slack_s` before."""

    label: str
    wish: Wish
    before: str = ""
    slack_s: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """A bundle as it is asked for; `digest` tells a repeat from another wish under the same key."""

    subject: str
    booked_by: str
    request_key: str
    digest: str
    parts: tuple[DraftPart, ...]


@dataclass(frozen=True, slots=True)
class Means:
    """How a bundle is paid: a saved method of a customer at the processor."""

    customer: str
    method: str
    return_url: str = ""
    on_site: bool = False  # nothing is taken here: each provider is paid there, in cash
