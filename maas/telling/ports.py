"""What telling needs from outside."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from maas.telling.model import Device, Pushed

__all__ = ["Pusher", "Rides"]


class Pusher(Protocol):
    """Hands sealed messages to the browsers' push services."""

    @property
    def public_key(self) -> str:
        """Ours, as browsers ask for it: an uncompressed point of P-256 in base64url."""

    def push(self, device: Device, content: bytes, *, ttl_s: int, topic: str, now: datetime) -> Pushed:
        """Send `content` (UTF-8) to one device; a newer message of one topic takes the older one's place."""


class Rides(Protocol):
    """How rides on demand stand now."""

    def pickup(self, ref: str) -> tuple[int, int] | None:
        """Epoch second at which a ride that is still to come fetches its rider, and seconds of walk to it."""
