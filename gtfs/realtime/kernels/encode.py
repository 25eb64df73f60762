"""Trip updates into the bytes of a message: the counterpart of `decode`.

Written from the end to the beginning, so that every length is known when it is put before what it measures.
"""

from __future__ import annotations

from numba import njit

from gtfs.realtime.kernels.layout import (
    ARRIVAL_DELAY,
    ARRIVAL_TIME,
    ASSIGNED_STOP_ID,
    CALL_RELATIONSHIP,
    DELAY,
    DEPARTURE_DELAY,
    DEPARTURE_TIME,
    DIRECTION,
    DROP_OFF,
    ENTITY,
    I64,
    NEW_TRIP_ID,
    NOT_GIVEN,
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
    VEHICLE_ID,
    CallArrays,
    TripArrays,
)

BYTES_PER_CALL = 9 * 11 + 3 * 6
BYTES_PER_TRIP = 4 * 11 + 16 * 6
"""Bounds of what numbers, tags and lengths take; texts come on top."""


@njit(cache=True, nogil=True)
def write_updates(texts: U8, trips: TripArrays, calls: CallArrays, out: U8) -> int:
    """Fill `out` from its end with one entity a trip update; returns where it begins.

    Spans point into `texts`. `out` holds at least the texts and the bounds above for every trip and call.
    """
    at = int(out.shape[0])
    for k in range(trips.numbers.shape[0] - 1, -1, -1):
        end = at
        at = _update(texts, trips, calls, k, out, at)
        at = _length(out, at, 26, end)
        at = _text(texts, trips.spans[k, ENTITY], out, at, 10)
        at = _length(out, at, 18, end)
    return at


@njit(cache=True, nogil=True)
def _update(texts: U8, trips: TripArrays, calls: CallArrays, k: int, out: U8, at: int) -> int:
    end = at
    for field in range(6, 0, -1):
        at = _text(texts, trips.spans[k, NEW_TRIP_ID + field - 1], out, at, field * 8 + 2)
    if at < end:
        at = _length(out, at, 50, end)
    at = _number(out, at, 40, trips.numbers[k, DELAY])
    at = _number(out, at, 32, trips.numbers[k, TIMESTAMP])
    end = at
    at = _text(texts, trips.spans[k, VEHICLE_ID], out, at, 10)
    if at < end:
        at = _length(out, at, 26, end)
    for c in range(trips.offsets[k + 1] - 1, trips.offsets[k] - 1, -1):
        end = at
        at = _call(texts, calls, c, out, at)
        at = _length(out, at, 18, end)
    end = at
    at = _number(out, at, 48, trips.numbers[k, DIRECTION])
    at = _text(texts, trips.spans[k, ROUTE_ID], out, at, 42)
    at = _number(out, at, 32, trips.numbers[k, RELATIONSHIP])
    at = _text(texts, trips.spans[k, START_DATE], out, at, 26)
    at = _text(texts, trips.spans[k, START_TIME], out, at, 18)
    at = _text(texts, trips.spans[k, TRIP_ID], out, at, 10)
    return int(_length(out, at, 10, end))


@njit(cache=True, nogil=True)
def _call(texts: U8, calls: CallArrays, c: int, out: U8, at: int) -> int:
    numbers = calls.numbers[c]
    end = at
    at = _number(out, at, 32, numbers[DROP_OFF])
    at = _number(out, at, 24, numbers[PICKUP])
    at = _text(texts, calls.spans[c, ASSIGNED_STOP_ID], out, at, 10)
    if at < end:
        at = _length(out, at, 50, end)
    at = _number(out, at, 40, numbers[CALL_RELATIONSHIP])
    at = _text(texts, calls.spans[c, STOP_ID], out, at, 34)
    arrives = numbers[ARRIVAL_TIME] != NOT_GIVEN or numbers[ARRIVAL_DELAY] != NOT_GIVEN
    end = at
    goes = numbers[DEPARTURE_TIME] != NOT_GIVEN or numbers[DEPARTURE_DELAY] != NOT_GIVEN
    if goes or not arrives:  # one uncertainty a call: that of both its instants
        at = _number(out, at, 24, numbers[UNCERTAINTY])
    at = _number(out, at, 16, numbers[DEPARTURE_TIME])
    at = _number(out, at, 8, numbers[DEPARTURE_DELAY])
    if at < end:
        at = _length(out, at, 26, end)
    if arrives:
        end = at
        at = _number(out, at, 24, numbers[UNCERTAINTY])
        at = _number(out, at, 16, numbers[ARRIVAL_TIME])
        at = _number(out, at, 8, numbers[ARRIVAL_DELAY])
        at = _length(out, at, 18, end)
    return _number(out, at, 8, numbers[SEQUENCE])


@njit(cache=True, nogil=True)
def _varint(out: U8, at: int, value: int) -> int:
    size = 1
    if value < 0:
        size = 10
    else:
        rest = value >> 7
        while rest > 0:
            rest >>= 7
            size += 1
    at -= size
    for i in range(size - 1):
        out[at + i] = ((value >> (7 * i)) & 0x7F) | 0x80
    out[at + size - 1] = 1 if size == 10 else (value >> (7 * (size - 1))) & 0x7F
    return at


@njit(cache=True, nogil=True)
def _number(out: U8, at: int, tag: int, value: int) -> int:
    if value == NOT_GIVEN:
        return at
    at = _varint(out, at, value) - 1
    out[at] = tag
    return at


@njit(cache=True, nogil=True)
def _length(out: U8, at: int, tag: int, end: int) -> int:
    """Tag and length before what has been written down to `at`."""
    at = _varint(out, at, end - at) - 1
    out[at] = tag
    return at


@njit(cache=True, nogil=True)
def _text(texts: U8, span: I64, out: U8, at: int, tag: int) -> int:
    """A text with its tag; nothing if it is empty."""
    start, stop = int(span[0]), int(span[1])
    if start == stop:
        return at
    end = at
    at -= stop - start
    for p in range(stop - start):
        out[at + p] = texts[start + p]
    return _length(out, at, tag, end)
