"""Trip updates read from the bytes of a message, a hundred thousand calls in milliseconds.

Field numbers are those of gtfs-realtime.proto. Fields that are not known are stepped over; of a field that
stands there twice the last counts.
"""

from __future__ import annotations

from numba import njit

from gtfs.realtime.kernels.layout import (
    ARRIVAL_DELAY,
    ARRIVAL_TIME,
    ASSIGNED_STOP_ID,
    BROKEN,
    CALL_RELATIONSHIP,
    DELAY,
    DEPARTURE_DELAY,
    DEPARTURE_TIME,
    DIRECTION,
    DROP_OFF,
    ENTITY,
    I8,
    I64,
    NEW_TRIP_ID,
    NOT_GIVEN,
    OTHER,
    PICKUP,
    RELATIONSHIP,
    ROUTE_ID,
    SEQUENCE,
    START_DATE,
    START_TIME,
    STOP_ID,
    TIMESTAMP,
    TRIP_ID,
    U8,
    UNCERTAINTY,
    UPDATE,
    VEHICLE_ID,
    CallArrays,
    TripArrays,
)
from gtfs.realtime.kernels.wire import BAD, BYTES, field


@njit(cache=True, nogil=True)
def entities(data: U8, header: I64, spans: I64) -> tuple[int, int]:
    """Where header and entities stand: entities found, and where the message breaks off (its end if not).

    `header` (2,) becomes a span, `spans` (capacity, 2) as many as fit: call it with none to count.
    """
    at, end, found = 0, data.shape[0], 0
    while at < end:
        begin = at
        tag, _, start, at = field(data, at, end)
        if at == BAD or tag >> 3 == 0:
            return found, begin
        if tag == 10:
            header[0], header[1] = start, at
        elif tag == 18:
            if found < spans.shape[0]:
                spans[found, 0], spans[found, 1] = start, at
            found += 1
    return found, end


@njit(cache=True, nogil=True)
def count_calls(data: U8, spans: I64) -> int:
    """An upper bound of the calls in the entities: StopTimeUpdates that can be reached before a break."""
    total = 0
    for k in range(spans.shape[0]):
        at, end = spans[k, 0], spans[k, 1]
        while at < end:
            tag, _, start, at = field(data, at, end)
            if at == BAD:
                break
            if tag == 26:  # trip_update
                total += _count_in_update(data, start, at)
    return total


@njit(cache=True, nogil=True)
def _count_in_update(data: U8, at: int, end: int) -> int:
    total = 0
    while at < end:
        tag, _, _, at = field(data, at, end)
        if tag == 18:  # stop_time_update
            total += 1
        if at == BAD:
            break
    return total


@njit(cache=True, nogil=True)
def read_updates(data: U8, spans: I64, trips: TripArrays, calls: CallArrays, kind: I8) -> int:
    """Fill `trips` and `calls` from the entities at `spans`, and `kind`; returns the number of calls."""
    used = 0
    for k in range(spans.shape[0]):
        trips.offsets[k] = used
        trips.spans[k] = 0
        trips.numbers[k] = NOT_GIVEN
        filled, kind[k] = _entity(data, spans[k, 0], spans[k, 1], k, trips, calls, used)
        if kind[k] & UPDATE:
            used = filled
    trips.offsets[spans.shape[0]] = used
    return used


@njit(cache=True, nogil=True)
def _entity(
    data: U8, at: int, end: int, k: int, trips: TripArrays, calls: CallArrays, used: int
) -> tuple[int, int]:
    """Calls used after this entity, and what it is."""
    flags = 0
    deleted = False
    while at < end:
        tag, value, start, at = field(data, at, end)
        if at == BAD:
            return used, BROKEN
        if tag == 10:
            trips.spans[k, ENTITY, 0], trips.spans[k, ENTITY, 1] = start, at
        elif tag == 16:
            deleted = value != 0
        elif tag == 26:
            flags |= UPDATE
            used = _update(data, start, at, k, trips, calls, used)
            if used == BAD:
                return used, BROKEN
        elif 26 < tag <= 66 and tag & 7 == BYTES:
            flags |= OTHER
    return used, OTHER if deleted else flags


@njit(cache=True, nogil=True)
def _update(data: U8, at: int, end: int, k: int, trips: TripArrays, calls: CallArrays, used: int) -> int:
    """Calls used after this TripUpdate, BAD if its bytes break off."""
    while at < end:
        tag, value, start, at = field(data, at, end)
        if at == BAD:
            return BAD
        good = True
        if tag == 18:
            good = _call(data, start, at, used, calls)
            used += 1
        elif tag == 10:
            good = _descriptor(data, start, at, k, trips)
        elif tag == 26:
            good = _texts(data, start, at, k, trips, VEHICLE_ID, 1)
        elif tag == 50:
            good = _texts(data, start, at, k, trips, NEW_TRIP_ID, 6)
        elif tag == 32:
            trips.numbers[k, TIMESTAMP] = value
        elif tag == 40:
            trips.numbers[k, DELAY] = value
        if not good:
            return BAD
    return used


@njit(cache=True, nogil=True)
def _descriptor(data: U8, at: int, end: int, k: int, trips: TripArrays) -> bool:
    while at < end:
        tag, value, start, at = field(data, at, end)
        if at == BAD:
            return False
        column = -1
        if tag == 10:
            column = TRIP_ID
        elif tag == 18:
            column = START_TIME
        elif tag == 26:
            column = START_DATE
        elif tag == 42:
            column = ROUTE_ID
        elif tag == 32:
            trips.numbers[k, RELATIONSHIP] = value
        elif tag == 48:
            trips.numbers[k, DIRECTION] = value
        if column >= 0:
            trips.spans[k, column, 0], trips.spans[k, column, 1] = start, at
    return True


@njit(cache=True, nogil=True)
def _texts(data: U8, at: int, end: int, k: int, trips: TripArrays, first: int, count: int) -> bool:
    """Texts numbered 1 to `count` of a small message, into columns from `first` on."""
    while at < end:
        tag, _, start, at = field(data, at, end)
        if at == BAD:
            return False
        if tag & 7 == BYTES and 1 <= tag >> 3 <= count:
            column = first + (tag >> 3) - 1
            trips.spans[k, column, 0], trips.spans[k, column, 1] = start, at
    return True


@njit(cache=True, nogil=True)
def _call(data: U8, at: int, end: int, c: int, calls: CallArrays) -> bool:
    calls.numbers[c] = NOT_GIVEN
    calls.spans[c] = 0
    while at < end:
        tag, value, start, at = field(data, at, end)
        if at == BAD:
            return False
        good = True
        if tag == 8:
            calls.numbers[c, SEQUENCE] = value
        elif tag == 18:
            good = _event(data, start, at, c, calls, ARRIVAL_TIME, ARRIVAL_DELAY, False)
        elif tag == 26:
            good = _event(data, start, at, c, calls, DEPARTURE_TIME, DEPARTURE_DELAY, True)
        elif tag == 34:
            calls.spans[c, STOP_ID, 0], calls.spans[c, STOP_ID, 1] = start, at
        elif tag == 40:
            calls.numbers[c, CALL_RELATIONSHIP] = value
        elif tag == 50:
            good = _call_properties(data, start, at, c, calls)
        if not good:
            return False
    return True


@njit(cache=True, nogil=True)
def _event(
    data: U8, at: int, end: int, c: int, calls: CallArrays, time: int, delay: int, later: bool
) -> bool:
    """A StopTimeEvent; the uncertainty of a departure counts only where the arrival gives none."""
    while at < end:
        tag, value, _, at = field(data, at, end)
        if at == BAD:
            return False
        if tag == 8:
            calls.numbers[c, delay] = value
        elif tag == 16:
            calls.numbers[c, time] = value
        elif tag == 24 and not (later and calls.numbers[c, UNCERTAINTY] != NOT_GIVEN):
            calls.numbers[c, UNCERTAINTY] = value
    return True


@njit(cache=True, nogil=True)
def _call_properties(data: U8, at: int, end: int, c: int, calls: CallArrays) -> bool:
    while at < end:
        tag, value, start, at = field(data, at, end)
        if at == BAD:
            return False
        if tag == 10:
            calls.spans[c, ASSIGNED_STOP_ID, 0], calls.spans[c, ASSIGNED_STOP_ID, 1] = start, at
        elif tag == 24:
            calls.numbers[c, PICKUP] = value
        elif tag == 32:
            calls.numbers[c, DROP_OFF] = value
    return True


@njit(cache=True, nogil=True)
def intern(data: U8, spans: I64, table: I64, first: I64, numbers: I64) -> int:
    """Number the distinct texts at `spans` in order of appearance.

    `table` (all -1; a power of two, at least twice the spans) is a hash table; `first[i]` becomes the span
    where text i stands first, `numbers[k]` the number of span k, -1 if not given. Returns how many.
    """
    mask = table.shape[0] - 1
    found = 0
    for k in range(spans.shape[0]):
        start, end = spans[k, 0], spans[k, 1]
        if start == end:
            numbers[k] = -1
            continue
        h = 2166136261
        for p in range(start, end):
            h = ((h ^ int(data[p])) * 16777619) & 0xFFFFFFFF
        slot = h & mask
        while table[slot] >= 0:
            other = first[table[slot]]
            a = spans[other, 0]
            same = spans[other, 1] - a == end - start
            p = 0
            while same and p < end - start:
                same = data[a + p] == data[start + p]
                p += 1
            if same:
                break
            slot = (slot + 1) & mask
        if table[slot] < 0:
            table[slot] = found
            first[found] = k
            found += 1
        numbers[k] = table[slot]
    return found
