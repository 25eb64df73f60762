"""From an offer to the slots that can be booked: nights, days, times, occurrences, or one for a coupon.

`plan_slots` is pure; `sync_slots` brings the database to the plan without touching what is booked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from sqlalchemy import Connection, select, update

from maas.services import events
from maas.services.errors import Problem
from maas.services.model import Kind, Offer
from maas.services.sql import insert_new, to_ms
from maas.services.tables import slot as slot_table
from maas.services.waiting import promote

__all__ = ["PlannedSlot", "SlotChanges", "plan_slots", "resize", "sync_slots", "too_small"]


@dataclass(frozen=True, slots=True)
class PlannedSlot:
    """A slot as the offer describes it; `starts_at` is None for a coupon without a first day."""

    id: str
    starts_at: datetime | None
    ends_at: datetime | None
    capacity: int | None


@dataclass(frozen=True, slots=True)
class SlotChanges:
    """What `sync_slots` did, and what it could not do because of bookings."""

    opened: int = 0
    changed: int = 0
    closed: int = 0
    problems: tuple[Problem, ...] = ()


def plan_slots(offer: Offer, first: date, last: date, zone: tzinfo) -> list[PlannedSlot]:
    """The slots of the days from `first` to `last`, in order; what a partner keeps has none here."""
    if offer.outside is not None:
        return []
    if offer.kind is Kind.COUPON:
        return [_coupon(offer, zone)]
    if offer.kind is Kind.EVENT:
        return [one for one in _occurrences(offer, zone) if first <= _day(one.starts_at, zone) <= last]
    days = (first + timedelta(n) for n in range((last - first).days + 1))
    valid = (day for day in days if offer.valid_on(day))
    if offer.kind is Kind.NIGHTS:
        return [_night(offer, day, zone) for day in valid]
    cut = _times if offer.kind is Kind.TIMES else _open_days
    return [slot for day in valid for slot in cut(offer, day, zone)]


def sync_slots(
    connection: Connection, offer: Offer, first: date, last: date, zone: tzinfo, *, now: datetime, actor: str
) -> SlotChanges:
    """Open what is planned and missing, change what differs, close what is no longer planned.

    Nothing that is over is touched, nothing that was changed by itself, and no slot is made smaller than
    what is booked: that is reported. Where room is made, the queue moves up.
    """
    planned = {s.id: s for s in plan_slots(offer, first, last, zone) if s.ends_at is None or s.ends_at > now}
    there = {row.id: row for row in _rows(connection, offer, first, last, zone, now)}
    missing = [_new_row(offer, s) for key, s in planned.items() if key not in there]
    if missing:
        connection.execute(insert_new(connection, slot_table), missing)
    changed, problems = 0, []
    for key, row in there.items():
        if row.own or key not in planned:
            continue
        if _as_planned(row) == _timed(offer, planned[key]) and row.capacity == planned[key].capacity:
            continue
        times = _timed(offer, planned[key])
        connection.execute(update(slot_table).where(slot_table.c.id == key).values(times))
        if resize(connection, key, planned[key].capacity):
            changed += 1
            promote(connection, key, now=now)
        else:
            problems.append(too_small(connection, key, planned[key].capacity))
    closed = [k for k, row in there.items() if k not in planned and row.state == "open" and not row.own]
    connection.execute(update(slot_table).where(slot_table.c.id.in_(closed)).values(state="closed"))
    changes = SlotChanges(len(missing), changed, len(closed), tuple(problems))
    if changes != SlotChanges():
        detail = {"opened": len(missing), "changed": changed, "closed": closed, "from": first, "to": last}
        events.append(connection, f"offer:{offer.id}", "slots", actor, **detail)
    return changes


def resize(connection: Connection, slot_id: str, capacity: int | None) -> bool:
    """Give a slot another capacity; False if more is booked than that. The caller moves the queue up."""
    c = slot_table.c
    taken = c.held + c.confirmed + c.used
    change = update(slot_table).where(c.id == slot_id)
    if capacity is None:
        result = connection.execute(change.values(capacity=None, free=None))
    else:
        result = connection.execute(
            change.where(taken <= capacity).values(capacity=capacity, free=capacity - taken)
        )
    return result.rowcount == 1


def too_small(connection: Connection, slot_id: str, capacity: int | None) -> Problem:
    """Why `resize` said no."""
    c = slot_table.c
    taken = connection.execute(select(c.held + c.confirmed + c.used).where(c.id == slot_id)).scalar_one()
    return Problem(
        "capacity", f"slot {slot_id!r}: {taken} are taken, {capacity} is fewer; cancel bookings first"
    )


def _timed(offer: Offer, plan: PlannedSlot) -> dict[str, object]:
    start, end = (None if at is None else to_ms(at) for at in (plan.starts_at, plan.ends_at))
    # One books a night or a time before it starts, a day ticket or a coupon as long as it lasts.
    last_moment = end if offer.kind in (Kind.DAYS, Kind.COUPON) else start
    closes = None if last_moment is None else last_moment - offer.book_until_minutes * 60_000
    return {"starts_at_ms": start, "ends_at_ms": end, "closes_at_ms": closes, "state": "open"}


def _as_planned(row: Any) -> dict[str, object]:
    return {
        "starts_at_ms": row.starts_at_ms,
        "ends_at_ms": row.ends_at_ms,
        "closes_at_ms": row.closes_at_ms,
        "state": row.state,
    }


def _new_row(offer: Offer, plan: PlannedSlot) -> dict[str, object]:
    counters = {"held": 0, "confirmed": 0, "used": 0, "waiting": 0}
    stock = {"capacity": plan.capacity, "free": plan.capacity, "own": False}
    return {"id": plan.id, "offer_id": offer.id, **_timed(offer, plan), **stock, **counters}


def _rows(
    connection: Connection, offer: Offer, first: date, last: date, zone: tzinfo, now: datetime
) -> Sequence[Any]:
    """Slots of the offer that begin on the days and are not over."""
    c = slot_table.c
    query = select(slot_table).where(c.offer_id == offer.id)
    if offer.kind is not Kind.COUPON:  # its one slot is always meant, also to bring it back
        begin, end = (to_ms(_midnight(day, zone)) for day in (first, last + timedelta(1)))
        query = query.where(c.starts_at_ms >= begin, c.starts_at_ms < end, c.ends_at_ms > to_ms(now))
    return connection.execute(query).all()


def _coupon(offer: Offer, zone: tzinfo) -> PlannedSlot:
    start = None if offer.valid_from is None else _midnight(offer.valid_from, zone)
    end = None if offer.valid_until is None else _midnight(offer.valid_until + timedelta(1), zone)
    return PlannedSlot(f"{offer.id}@any", start, end, offer.capacity)


def _occurrences(offer: Offer, zone: tzinfo) -> Iterator[PlannedSlot]:
    for one in sorted(offer.occurrences, key=lambda o: o.starts_at):
        name = f"{offer.id}@{one.starts_at.astimezone(zone):%Y-%m-%dT%H%M}"
        yield PlannedSlot(name, one.starts_at, one.ends_at, offer.capacity)


def _night(offer: Offer, day: date, zone: tzinfo) -> PlannedSlot:
    arrive = datetime.combine(day, time.fromisoformat(offer.check_in), zone)
    leave = datetime.combine(day + timedelta(1), time.fromisoformat(offer.check_out), zone)
    return PlannedSlot(f"{offer.id}@{day}", arrive, leave, offer.capacity)


def _open_days(offer: Offer, day: date, zone: tzinfo) -> Iterable[PlannedSlot]:
    """One slot from the first opening to the last closing; without hours the whole day."""
    if not offer.hours:
        return [PlannedSlot(f"{offer.id}@{day}", _midnight(day, zone), _midnight(day + timedelta(1), zone),
                            offer.capacity)]  # fmt: skip
    spans = offer.opening.opened(day, zone)
    return [PlannedSlot(f"{offer.id}@{day}", spans[0][0], spans[-1][1], offer.capacity)] if spans else []


def _times(offer: Offer, day: date, zone: tzinfo) -> Iterable[PlannedSlot]:
    length = timedelta(minutes=offer.slot_minutes or 0)
    for opens, closes in offer.opening.opened(day, zone):
        start = opens
        while start + length <= closes:
            name = f"{offer.id}@{start:%Y-%m-%dT%H%M}"
            yield PlannedSlot(name, start, start + length, offer.capacity)
            start += length


def _day(instant: datetime | None, zone: tzinfo) -> date:
    return date.max if instant is None else instant.astimezone(zone).date()


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, zone)
