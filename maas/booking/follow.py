"""What providers say of confirmed parts, taken over: boarded, over, missed, broken."""

from __future__ import annotations

import logging
from collections.abc import Callable

from sqlalchemy import select

from maas.booking import store
from maas.booking import tables as t
from maas.booking.after import After
from maas.booking.change import Changes
from maas.booking.engine import Deps, kind_of
from maas.booking.errors import BookingError, LostLease, OutcomeUnknown
from maas.booking.local import key_of
from maas.booking.model import Bundle, BundleState, Part, PartState
from maas.booking.ports import Standing
from maas.services.sql import to_ms

__all__ = ["follow"]

_log = logging.getLogger(__name__)
_AHEAD_MS, _BACK_MS = 24 * 3_600_000, 48 * 3_600_000
_OVER_MS = 3_600_000
_LIMIT = 300


def follow(deps: Deps, after: After, changes: Changes) -> int:
    """Look at the parts of a day around now; how many had moved."""
    now_ms = to_ms(deps.clock())
    p = t.part.c
    near = p.starts_ms.between(now_ms - _BACK_MS, now_ms + _AHEAD_MS)
    query = select(p.bundle_id).where(p.state.in_(("confirmed", "used")), near).distinct().limit(_LIMIT)
    with deps.database.read() as connection:
        ids = list(connection.execute(query).scalars())
        bundles = [b for b in store.find(connection, ids) if b.state is BundleState.CONFIRMED]
        told = {
            kind: provider.standing(
                connection, [key_of(b, q) for b in bundles for q in b.parts if kind_of(q) == kind]
            )
            for kind, provider in deps.local.items()
        }
    moved = 0
    for bundle in bundles:
        for part in bundle.parts:
            if part.state not in (PartState.CONFIRMED, PartState.USED):
                continue
            act = _act(deps, bundle, part, told, after, changes, now_ms)
            moved += act is not None and _done(act)
    return moved


def _act(
    deps: Deps,
    bundle: Bundle,
    part: Part,
    told: dict[str, dict[str, Standing]],
    after: After,
    changes: Changes,
    now_ms: int,
) -> Callable[[], Bundle] | None:
    kind, label = kind_of(part), part.label
    ends = now_ms if part.held is None or part.held.ends_ms is None else part.held.ends_ms
    over = ends + _OVER_MS < now_ms
    if kind in told:
        seen = told[kind].get(key_of(bundle, part), Standing.CONFIRMED)
        if kind == "transit" and over:
            seen = Standing.COMPLETED
    elif kind == "cycle":
        seen = Standing.NO_SHOW if over and part.state is PartState.CONFIRMED else Standing.CONFIRMED
    else:
        try:
            seen = deps.outside[kind].standing(part.key(bundle.id), part, now=deps.clock())
        except (OutcomeUnknown, KeyError, BookingError):
            return None
    if seen is Standing.USED and part.state is PartState.CONFIRMED:
        return lambda: after.used(bundle.id, label, use_key=kind, actor=kind)
    if seen is Standing.COMPLETED:
        return lambda: after.completed(bundle.id, label, actor=kind)
    if seen is Standing.NO_SHOW and part.state is PartState.CONFIRMED:
        return lambda: after.missed(bundle.id, label, actor=kind)
    if seen in (Standing.BROKEN, Standing.CANCELLED, Standing.NONE) and part.state is PartState.CONFIRMED:
        return lambda: changes.disrupt(bundle.id, label, cause=f"{kind}: {seen.value}")
    return None


def _done(act: Callable[[], Bundle]) -> bool:
    try:
        act()
    except (BookingError, LostLease) as error:
        _log.info("following a part: %s", error)
        return False
    return True
