"""The parts of bundles whose providers keep their books in our database, many bundles at a time."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from maas.booking.engine import Deps, kind_of
from maas.booking.errors import PartRefused
from maas.booking.model import OPEN_PARTS, Bundle, Part, PartState
from maas.booking.ports import Ask

__all__ = ["cancel_local", "confirm_local", "extend_local", "hold_local", "key_of"]


def hold_local(deps: Deps, connection: Connection, bundles: Sequence[Bundle]) -> list[PartRefused | None]:
    """Hold every local part of each bundle, or none of a bundle; for each, why not."""
    now = deps.clock()
    refusals: list[PartRefused | None] = [None] * len(bundles)
    for kind, provider in deps.local.items():
        parts = [
            [p for p in b.parts if kind_of(p) == kind and p.state is PartState.OFFER] if r is None else []
            for b, r in zip(bundles, refusals, strict=True)
        ]
        if not any(parts):
            continue
        groups = [
            [Ask(p.key(b.id), p.wish, b.subject, b.booked_by, deps.rules.hold_s) for p in mine]
            for b, mine in zip(bundles, parts, strict=True)
        ]
        for k, answer in enumerate(provider.hold(connection, groups, now=now)):
            if isinstance(answer, PartRefused):
                refusals[k] = answer
                for part in bundles[k].parts:
                    if part.state is PartState.HELD:
                        cancel_local(deps, connection, bundles[k], part, undo=True)
                continue
            for part, held in zip(parts[k], answer, strict=True):
                part.held, part.state = held, PartState.HELD
    return refusals


def extend_local(deps: Deps, connection: Connection, bundles: Sequence[Bundle], *, ttl_s: float) -> set[str]:
    """Keep the held local parts for longer; the ids of the bundles of which nothing ran out."""
    alive = {bundle.id for bundle in bundles}
    for kind, provider in deps.local.items():
        keys = {
            key_of(b, p): b.id
            for b in bundles
            for p in b.parts
            if kind_of(p) == kind and p.state is PartState.HELD
        }
        if keys:
            kept = provider.extend(connection, list(keys), ttl_s=ttl_s)
            alive -= {bundle for key, bundle in keys.items() if key not in kept}
    return alive


def confirm_local(deps: Deps, connection: Connection, bundles: Sequence[Bundle]) -> dict[str, str]:
    """Make held local parts binding; by bundle, why one of them could not be."""
    now, refused = deps.clock(), {}
    for kind, provider in deps.local.items():
        keys = {
            key_of(b, p): (b, p)
            for b in bundles
            for p in b.parts
            if kind_of(p) == kind and p.state is PartState.HELD
        }
        if not keys:
            continue
        for key, refusal in provider.confirm(connection, list(keys), now=now).items():
            if refusal is not None:
                bundle, part = keys[key]
                refused[bundle.id] = f"part:{part.label}:{refusal.reason}:{refusal}"
    return refused


def cancel_local(
    deps: Deps, connection: Connection, bundle: Bundle, part: Part, *, undo: bool, ended: bool = False
) -> None:
    """Give a local part back or let go of it; others are left alone. `ended`: also one that is replaced."""
    provider = deps.local.get(kind_of(part))
    if provider is not None and (ended or part.state in OPEN_PARTS) and part.held is not None:
        provider.cancel(connection, key_of(bundle, part), undo=undo, now=deps.clock())


def key_of(bundle: Bundle, part: Part) -> str:
    """What a local part is kept under: its own key, or the one that a waiting list kept it under."""
    return part.key(bundle.id) if part.held is None else part.held.ref
