"""What there is to tell of a bundle at an instant; pure, and the same however often it is asked."""

from __future__ import annotations

from typing import Any

from maas.booking.engine import kind_of
from maas.booking.model import Bundle, Part, PartState
from maas.telling.model import Facts, News, What
from maas.telling.ports import Rides

__all__ = ["news_of"]

MINUTE_MS = 60_000
LEAVE_MS = 5 * MINUTE_MS  # told so long before one has to leave
SOON_MS = 30 * MINUTE_MS
LATE_MS = 3 * MINUTE_MS  # a pickup that moved by less is no news
STEP_MS = 5 * MINUTE_MS  # and is told again once it has moved so much more


def news_of(bundle: Bundle, rides: Rides, now_ms: int) -> list[News]:
    """Everything of this bundle that its rider should know now."""
    found: list[News] = []
    for part in bundle.parts:
        if part.state is PartState.CONFIRMED:
            found += (
                _ride(bundle, part, rides, now_ms)
                if kind_of(part) == "shuttle"
                else _soon(bundle, part, now_ms)
            )
        elif part.state is PartState.DISRUPTED or (part.state is PartState.REBOOKED and part.reason):
            found += _gone(bundle, part, now_ms)
    return found


def _ride(bundle: Bundle, part: Part, rides: Rides, now_ms: int) -> list[News]:
    """A vehicle that comes by itself, at the time that its plan has now."""
    held = part.held
    stands = None if held is None else rides.pickup(held.ref)
    if held is None or held.starts_ms is None or stands is None:
        return []
    pickup_ms, walk_ms = stands[0] * 1000, stands[1] * 1000
    facts = Facts(_name(held.told.get("pickup_stop")), pickup_ms)
    found = []
    moved_ms = abs(pickup_ms - held.starts_ms)
    if moved_ms >= LATE_MS and now_ms < pickup_ms:
        mark = f"{(pickup_ms - held.starts_ms) // STEP_MS}"
        found.append(News(bundle.id, part.no, What.CHANGED, mark, facts, pickup_ms))
    if pickup_ms - walk_ms - LEAVE_MS <= now_ms < pickup_ms + MINUTE_MS:
        found.append(News(bundle.id, part.no, What.COMING, "", facts, pickup_ms + MINUTE_MS))
    return found


def _soon(bundle: Bundle, part: Part, now_ms: int) -> list[News]:
    """A train, a slot, a device: half an hour before, unless it was booked in that very half hour."""
    held = part.held
    if held is None or held.starts_ms is None:
        return []
    begins = held.starts_ms - SOON_MS
    if not begins <= now_ms < held.starts_ms or bundle.created_ms >= begins:
        return []
    facts = Facts(_name(held.told.get("name")) or _name(held.told.get("from")), held.starts_ms)
    return [News(bundle.id, part.no, What.SOON, "", facts, held.starts_ms)]


def _gone(bundle: Bundle, part: Part, now_ms: int) -> list[News]:
    """Its provider could not keep it: another stands in its place, or the money comes back."""
    held = part.held
    if held is None or held.starts_ms is None or now_ms >= held.starts_ms + SOON_MS:
        return []
    instead = next(
        (p for p in bundle.parts if p.replaces == part.no and p.state is PartState.CONFIRMED), None
    )
    place = (
        _name(held.told.get("pickup_stop")) or _name(held.told.get("name")) or _name(held.told.get("from"))
    )
    at_ms = held.starts_ms if instead is None or instead.held is None else instead.held.starts_ms or 0
    facts = Facts(place, at_ms, gone=instead is None)
    return [News(bundle.id, part.no, What.CHANGED, part.state.value, facts, held.starts_ms + SOON_MS)]


def _name(told: Any) -> dict[str, str]:
    """A name by language out of what a provider told: a text, a stop, or texts by language."""
    if isinstance(told, str):
        return {"ja": told} if told else {}
    if not isinstance(told, dict):
        return {}
    texts = told.get("name", told)
    if not isinstance(texts, dict):
        return _name(texts)
    return {tag: text for tag, text in texts.items() if isinstance(text, str) and text}
