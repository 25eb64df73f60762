"""Trip updates from the kernel's arrays into the model's columns, judged column by column."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gtfs.model.schedule import I8, I32, I64, NONE, Bool
from gtfs.realtime.kernels import layout
from gtfs.realtime.kernels.decode import intern
from gtfs.realtime.kernels.layout import NOT_GIVEN, CallArrays, TripArrays
from gtfs.realtime.model import (
    NO_DELAY,
    CallRelationship,
    CallUpdates,
    Faults,
    Sample,
    TripProperties,
    TripRelationship,
    TripUpdates,
)
from gtfs.realtime.parse_parts import day, seconds

__all__ = ["updates_of"]

DELAY_S_MAX = 86_400
"""A delay beyond a day is taken as a slip, not as a delay."""

_TIME_MIN, _TIME_MAX = 946_684_800, 4_102_444_800  # years 2000 to 2100
_NAMELESS = frozenset((TripRelationship.ADDED, TripRelationship.NEW))


def updates_of(
    message: bytes, trips: TripArrays, calls: CallArrays, entries: I64, faults: Faults
) -> TripUpdates:
    """The trip updates of the entities `entries`; those that name no trip and no route are left out."""
    texts = _Texts(message, trips, entries, faults)
    trip_ids, route_ids = texts.column(layout.TRIP_ID), texts.column(layout.ROUTE_ID)
    named = np.array([bool(t) or bool(r) for t, r in zip(trip_ids, route_ids, strict=True)], np.bool_)
    if not named.all():
        for k in np.flatnonzero(~named).tolist():
            told = "the update names neither trip nor route"
            faults.add("no-trip", Sample(texts.entity(k), "trip", "", told))
        entries = entries[named]
        texts = _Texts(message, trips, entries, faults)
        trip_ids, route_ids = texts.column(layout.TRIP_ID), texts.column(layout.ROUTE_ID)
    entity_ids = texts.column(layout.ENTITY)
    numbers = trips.numbers[entries]
    check = _Check(faults, lambda k: entity_ids[k])
    table, offsets, stop_ids = _calls(message, trips.offsets, calls, entries, entity_ids, faults)
    return TripUpdates(
        entity_ids=entity_ids,
        trip_ids=trip_ids,
        route_ids=route_ids,
        vehicle_ids=texts.column(layout.VEHICLE_ID),
        direction=check.one_of(numbers[:, layout.DIRECTION], (0, 1), NONE, "direction_id"),
        start_day=texts.numbers(layout.START_DATE, day, "bad-start-date", "start_date"),
        start_s=texts.numbers(layout.START_TIME, seconds, "bad-start-time", "start_time"),
        relationship=check.one_of(
            numbers[:, layout.RELATIONSHIP], tuple(TripRelationship), 0, "schedule_relationship"
        ),
        timestamp=check.instants(numbers[:, layout.TIMESTAMP], "timestamp"),
        delay=check.delays(numbers[:, layout.DELAY], "delay"),
        offsets=offsets,
        calls=table,
        stop_ids=stop_ids,
        properties=_properties(texts, trips.spans[entries]),
    )


class _Texts:
    """Texts of the chosen entities."""

    def __init__(self, message: bytes, trips: TripArrays, entries: I64, faults: Faults) -> None:
        self._message = message
        self._spans = trips.spans[entries]
        self._faults = faults

    def entity(self, k: int) -> str:
        start, end = self._spans[k, layout.ENTITY].tolist()
        return self._message[start:end].decode("utf-8", "replace")

    def column(self, text: int) -> tuple[str, ...]:
        message = self._message
        spans = self._spans[:, text]
        if not (spans[:, 1] > spans[:, 0]).any():
            return ("",) * len(spans)
        try:
            return tuple([message[a:b].decode() for a, b in spans.tolist()])
        except UnicodeDecodeError:
            told = "a text is not UTF-8; its bad bytes are replaced"
            self._faults.add("not-utf-8", Sample("", "", "", told))
            return tuple([message[a:b].decode("utf-8", "replace") for a, b in spans.tolist()])

    def numbers(self, text: int, read: Callable[[str], int | None], code: str, name: str) -> I32:
        """A column of dates or times; each distinct text is read once."""
        known: dict[str, int] = {}
        out = np.empty(len(self._spans), np.int32)
        for k, value in enumerate(self.column(text)):
            number = known.get(value)
            if number is None:
                found = read(value)
                if found is None:
                    told = "no such day or time; taken as not given"
                    self._faults.add(code, Sample(self.entity(k), name, value, told))
                else:
                    known[value] = found
                number = NONE if found is None else found
            out[k] = number
        return out


class _Check:
    """Columns of numbers judged; what cannot be is counted and taken as not given."""

    def __init__(self, faults: Faults, entity: Callable[[int], str]) -> None:
        self._faults = faults
        self._entity = entity

    def one_of(self, values: I64, allowed: tuple[int, ...], default: int, name: str) -> I8:
        given = values != NOT_GIVEN
        good = np.isin(values, allowed)
        self._count(values, given & ~good, f"unknown-{name.replace('_', '-')}", name, "no such value")
        return np.where(good, values, default).astype(np.int8)

    def instants(self, values: I64, name: str) -> I64:
        given = values != NOT_GIVEN
        good = (values >= _TIME_MIN) & (values <= _TIME_MAX)
        self._count(values, given & ~good, "bad-time", name, "no POSIX time of this century")
        return np.where(good, values, NONE)

    def delays(self, values: I64, name: str) -> I32:
        given = values != NOT_GIVEN
        good = np.abs(values) <= DELAY_S_MAX
        self._count(values, given & ~good, "bad-delay", name, f"more than {DELAY_S_MAX} s")
        return np.where(good, values, NO_DELAY).astype(np.int32)

    def counts(self, values: I64, name: str) -> I32:
        given = values != NOT_GIVEN
        good = (values >= 0) & (values < 2**31)
        self._count(values, given & ~good, "bad-number", name, "negative or too large")
        return np.where(good, values, NONE).astype(np.int32)

    def _count(self, values: I64, wrong: Bool, code: str, name: str, told: str) -> None:
        rows = np.flatnonzero(wrong)
        if len(rows):
            first = int(rows[0])
            sample = Sample(self._entity(first), name, str(int(values[first])), told)
            self._faults.add(code, sample, len(rows))


def _calls(
    message: bytes, bounds: I64, calls: CallArrays, entries: I64, entity_ids: tuple[str, ...], faults: Faults
) -> tuple[CallUpdates, I64, tuple[str, ...]]:
    """Calls of the entries without those that name no stop, their offsets, and the stops that they name."""
    sizes = bounds[entries + 1] - bounds[entries]
    owner = np.repeat(np.arange(len(entries)), sizes)
    if int(sizes.sum()) != len(calls.numbers):  # an entity was left out
        starts = np.cumsum(sizes) - sizes
        rows = np.arange(int(sizes.sum())) - starts[owner] + bounds[entries][owner]
        calls = CallArrays(calls.numbers[rows], calls.spans[rows])
    spans = calls.spans.reshape(-1, 2)
    given = spans[:, 1] > spans[:, 0]
    nameless = ~given[layout.STOP_ID :: layout.CALL_TEXTS] & (calls.numbers[:, layout.SEQUENCE] == NOT_GIVEN)
    if nameless.any():
        first = int(np.flatnonzero(nameless)[0])
        told = "the call names neither stop_id nor stop_sequence"
        sample = Sample(entity_ids[owner[first]], "stop_time_update", "", told)
        faults.add("no-stop", sample, int(nameless.sum()))
        calls = CallArrays(calls.numbers[~nameless], calls.spans[~nameless])
        owner = owner[~nameless]
        spans = calls.spans.reshape(-1, 2)
    offsets = np.searchsorted(owner, np.arange(len(entries) + 1)).astype(np.int64)
    stops, stop_ids = _interned(message, spans)
    check = _Check(faults, lambda c: entity_ids[owner[c]])
    column = calls.numbers.T
    sequence = check.counts(column[layout.SEQUENCE], "stop_sequence")
    table = CallUpdates(
        sequence=sequence,
        stop=np.ascontiguousarray(stops[:, layout.STOP_ID]),
        arrival_time=check.instants(column[layout.ARRIVAL_TIME], "arrival.time"),
        arrival_delay=check.delays(column[layout.ARRIVAL_DELAY], "arrival.delay"),
        departure_time=check.instants(column[layout.DEPARTURE_TIME], "departure.time"),
        departure_delay=check.delays(column[layout.DEPARTURE_DELAY], "departure.delay"),
        relationship=check.one_of(
            column[layout.CALL_RELATIONSHIP], tuple(CallRelationship), 0, "call_relationship"
        ),
        assigned_stop=np.ascontiguousarray(stops[:, layout.ASSIGNED_STOP_ID]),
        pickup_type=check.one_of(column[layout.PICKUP], (0, 1, 2, 3), NONE, "pickup_type"),
        drop_off_type=check.one_of(column[layout.DROP_OFF], (0, 1, 2, 3), NONE, "drop_off_type"),
        uncertainty=check.counts(column[layout.UNCERTAINTY], "uncertainty"),
    )
    return table, offsets, stop_ids


def _interned(message: bytes, spans: I64) -> tuple[I32, tuple[str, ...]]:
    """Each text as a number, (calls, CALL_TEXTS), and the distinct texts."""
    size = 1 << max(4, (2 * len(spans)).bit_length())
    first = np.empty(len(spans), np.int64)
    numbers = np.empty(len(spans), np.int64)
    data = np.frombuffer(message, np.uint8)
    found = intern(data, spans, np.full(size, -1, np.int64), first, numbers)
    texts = tuple(message[a:b].decode("utf-8", "replace") for a, b in spans[first[:found]].tolist())
    return numbers.astype(np.int32).reshape(-1, layout.CALL_TEXTS), texts


def _properties(texts: _Texts, spans: I64) -> dict[int, TripProperties]:
    new = spans[:, layout.NEW_TRIP_ID :]
    given = np.flatnonzero((new[:, :, 1] > new[:, :, 0]).any(axis=1))
    if not len(given):
        return {}
    columns = [texts.column(c) for c in range(layout.NEW_TRIP_ID, layout.TEXTS)]
    days = texts.numbers(layout.NEW_START_DATE, day, "bad-start-date", "trip_properties.start_date")
    times = texts.numbers(layout.NEW_START_TIME, seconds, "bad-start-time", "trip_properties.start_time")
    return {
        k: TripProperties(
            columns[0][k], int(days[k]), int(times[k]), columns[3][k], columns[4][k], columns[5][k]
        )
        for k in given.tolist()
    }
