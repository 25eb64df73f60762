"""Which part waits for which: a clinic's slot fixes when the shuttle must arrive, and so when it leaves."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from maas.booking.errors import NotBookable
from maas.booking.model import OPEN_PARTS, Bundle, Part, PartState
from maas.booking.wishes import ServiceWish, ShuttleWish, TransitWish, Wish

__all__ = ["check_dependencies", "dependants", "hold_order", "resolved"]


def check_dependencies(parts: Iterable[tuple[str, Wish, str]]) -> None:
    """(label, wish, before) of every part: labels are there once, no ring. Raises NotBookable."""
    listed = list(parts)
    before = {label: other for label, _, other in listed}
    if len(before) != len(listed):
        raise NotBookable("parts: every part needs a label of its own")
    for label, wish, other in listed:
        if other and other not in before:
            raise NotBookable(f"part {label!r}: there is no part {other!r} to arrive before")
        if not other and getattr(wish, "at_s", 0) is None:
            raise NotBookable(f"part {label!r}: say when (`at`), or which part it must arrive `before`")
    for label in before:
        seen: set[str] = set()
        current = label
        while current:
            if current in seen:
                raise NotBookable(f"part {label!r}: it waits for itself through {sorted(seen)}")
            seen.add(current)
            current = before[current]


def hold_order(bundle: Bundle) -> list[Part]:
    """The parts, those first on whom others depend."""
    standing = [p for p in bundle.parts if p.state in OPEN_PARTS]
    labels = {p.label for p in standing}
    placed: list[Part] = []
    while len(placed) < len(standing):
        done = {p.label for p in placed}
        ready = [
            p for p in standing
            if p not in placed and (not p.before or p.before in done or p.before not in labels)
        ]  # fmt: skip
        placed += ready
        if not ready:
            raise NotBookable(f"bundle {bundle.id}: its parts wait for each other")
    return placed


def resolved(bundle: Bundle, part: Part) -> Wish:
    """The wish with the time that the part it serves asks for. Raises NotBookable where that has none."""
    wish = part.wish
    if not part.before or isinstance(wish, ServiceWish | TransitWish):
        return wish
    if getattr(wish, "at_s", 0) is not None:
        return wish
    other = bundle.part(part.before)
    if other is None or other.held is None or other.held.starts_ms is None:
        raise NotBookable(f"part {part.label!r}: {part.before!r} has no beginning to arrive before")
    at_s = other.held.starts_ms // 1000 - part.slack_s
    if isinstance(wish, ShuttleWish):
        return msgspec.structs.replace(wish, at_s=at_s, arrive_by=True)
    use_s = getattr(wish, "use_s", 0)
    return msgspec.structs.replace(wish, at_s=at_s - use_s)


def dependants(bundle: Bundle, label: str) -> list[Part]:
    """The standing parts that wait for a part, those of them, and so on."""
    found: list[Part] = []
    labels = {label}
    while True:
        more = [
            p for p in bundle.parts
            if p.before in labels and p not in found and p.state in (PartState.HELD, PartState.CONFIRMED)
        ]  # fmt: skip
        if not more:
            return found
        found += more
        labels |= {p.label for p in more}
