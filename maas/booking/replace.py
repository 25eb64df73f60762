"""Which parts a change replaces, by which, and how the new ones are asked for beside the old ones."""

from __future__ import annotations

from collections.abc import Sequence

from maas.booking.engine import Engine, kind_of
from maas.booking.errors import NotBookable
from maas.booking.model import Bundle, Part, PartState
from maas.booking.plan import dependants, hold_order, resolved
from maas.booking.ports import Ask
from maas.booking.store import Case
from maas.booking.wishes import Wish

__all__ = ["added", "affected", "dragged", "hold_outside", "parts_in", "trial"]


def hold_outside(engine: Engine, bundle: Bundle, news: Sequence[Part]) -> None:
    """Ask everybody outside to keep the new parts, those first on whom others depend."""
    whole = trial(bundle, news)
    for part in hold_order(whole):
        provider = engine.deps.outside.get(kind_of(part))
        if not any(part is new for new in news) or provider is None or part.held is not None:
            continue
        wish = resolved(whole, part)
        ask = Ask(part.key(bundle.id), wish, bundle.subject, bundle.booked_by, engine.deps.rules.hold_s)
        part.held = engine.call(f"hold {kind_of(part)}", provider.hold, ask)


def trial(bundle: Bundle, news: Sequence[Part]) -> Bundle:
    """The bundle as it would be, for asking only."""
    kept = [part for part in bundle.parts if not any(part is new for new in news)]
    return Bundle(bundle.id, bundle.subject, bundle.booked_by, bundle.state, 0, 0, [*kept, *news])


def affected(bundle: Bundle, label: str) -> list[Part]:
    """A confirmed part and those that go where it goes. Raises NotBookable."""
    part = bundle.part(label)
    if part is None or part.state is not PartState.CONFIRMED:
        raise NotBookable(f"part {label!r}: only a confirmed one can be changed")
    return [part, *dragged(bundle, label)]


def dragged(bundle: Bundle, label: str) -> list[Part]:
    """Those that wait for a part and have no time of their own: where it goes, they go."""
    return [
        p for p in dependants(bundle, label)
        if p.state is PartState.CONFIRMED and getattr(p.wish, "at_s", 0) is None
    ]  # fmt: skip


def added(bundle: Bundle, olds: list[Part], label: str, wish: Wish) -> list[Part]:
    """The parts that are to stand in their place."""
    first = len(bundle.parts)
    return [
        Part(
            first + n, old.label, wish if old.label == label else old.wish, before=old.before,
            slack_s=old.slack_s, replaces=old.no,
        )
        for n, old in enumerate(olds)
    ]  # fmt: skip


def parts_in(case: Case, which: str) -> list[Part]:
    """The `old` or the `new` parts of a change."""
    return [case.bundle.parts[no] for no in case.saga.body[which]]
