"""What updates of single calls mean for those between and after (GTFS Realtime reference, StopTimeUpdate)."""

from __future__ import annotations

from numba import njit

from gtfs.realtime.kernels.layout import I8, I32, I64

NONE = -1
NO_DELAY = -(2**31)
SKIPPED, NO_DATA = 1, 2
TIMETABLED, TOLD, SKIPS, UNKNOWN = 0, 1, 2, 3
"""What is known of a call: the timetable only; a prediction; that it is not made; that nothing is known."""


@njit(cache=True, nogil=True)
def propagate(
    trip_rows: I64, call_rows: I64, zero_s: I64, whole_delay: I32, row_sequence: I32, row_stop: I32,
    row_arrival: I32, row_departure: I32, call_sequence: I32, call_stop: I32, arrival_time: I64,
    arrival_delay: I32, departure_time: I64, departure_delay: I32, call_relationship: I8, starts: I64,
    arrival: I64, departure: I64, known: I8,
) -> int:  # fmt: skip
    """Predict every call of every updated trip; returns how many updates of calls match no call.

    Trip k: rows `trip_rows[k]` of the timetable, updates `call_rows[k]`, second 0 of its day at `zero_s[k]`.
    Its results begin at `starts[k]`. Blank times of the timetable (NONE) stay blank.
    """
    lost = 0
    for k in range(trip_rows.shape[0]):
        first, end = trip_rows[k, 0], trip_rows[k, 1]
        c, c_end = call_rows[k, 0], call_rows[k, 1]
        out = starts[k]
        delay = whole_delay[k]
        state = TIMETABLED if delay == NO_DELAY else TOLD
        for row in range(first, end):
            at = out + row - first
            match = -1
            if c < c_end and _same(row, c, row_sequence, row_stop, call_sequence, call_stop):
                match = c
                c += 1
            elif c < c_end and _passed(row, end, c, row_sequence, row_stop, call_sequence, call_stop):
                while c < c_end and _passed(
                    row, end, c, row_sequence, row_stop, call_sequence, call_stop
                ):  # fmt: skip
                    lost += 1
                    c += 1
                if c < c_end and _same(row, c, row_sequence, row_stop, call_sequence, call_stop):
                    match = c
                    c += 1
            planned_in = NONE if row_arrival[row] == NONE else zero_s[k] + row_arrival[row]
            planned_out = NONE if row_departure[row] == NONE else zero_s[k] + row_departure[row]
            if match >= 0 and call_relationship[match] == SKIPPED:
                arrival[at], departure[at], known[at] = planned_in, planned_out, SKIPS
                continue
            if match >= 0 and call_relationship[match] == NO_DATA:
                state, delay = UNKNOWN, NO_DELAY
            elif match >= 0:
                came = _delay(arrival_time[match], arrival_delay[match], planned_in)
                goes = _delay(departure_time[match], departure_delay[match], planned_out)
                if came != NO_DELAY or goes != NO_DELAY:
                    state = TOLD
                    if came == NO_DELAY:
                        came = delay if delay != NO_DELAY else goes
                    if goes == NO_DELAY:
                        goes = came
                    arrival[at] = _moved(planned_in, came, arrival_time[match])
                    departure[at] = _moved(planned_out, goes, departure_time[match])
                    if arrival[at] != NONE and departure[at] != NONE and departure[at] < arrival[at]:
                        departure[at] = arrival[at]
                        goes = max(goes, came)
                    known[at] = TOLD
                    delay = goes
                    continue
            shift = 0 if delay == NO_DELAY else delay
            arrival[at] = _moved(planned_in, shift, NONE)
            departure[at] = _moved(planned_out, shift, NONE)
            known[at] = state
        lost += c_end - c
    return lost


@njit(cache=True, nogil=True)
def _same(row: int, c: int, row_sequence: I32, row_stop: I32, call_sequence: I32, call_stop: I32) -> bool:
    if call_sequence[c] != NONE:
        return bool(call_sequence[c] == row_sequence[row])
    return bool(call_stop[c] != NONE and call_stop[c] == row_stop[row])


@njit(cache=True, nogil=True)
def _passed(
    row: int, end: int, c: int, row_sequence: I32, row_stop: I32, call_sequence: I32, call_stop: I32
) -> bool:
    """Whether no call from `row` on can be the one that update `c` means."""
    if call_sequence[c] != NONE:
        return bool(call_sequence[c] < row_sequence[row])
    for later in range(row, end):
        if row_stop[later] == call_stop[c] and call_stop[c] != NONE:
            return False
    return True


@njit(cache=True, nogil=True)
def _delay(time: int, delay: int, planned: int) -> int:
    if time != NONE and planned != NONE:
        return time - planned
    return delay


@njit(cache=True, nogil=True)
def _moved(planned: int, delay: int, time: int) -> int:
    if time != NONE:
        return time
    return NONE if planned == NONE else planned + delay
