"""Trips that arrive before they left."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, clock, kind
from gtfs.validate.values import WRONG

KIND = kind(
    "stop_time_with_arrival_before_previous_departure_time",
    ERROR,
    (
        "the trip arrives at {arrival}, before it left the stop before at {departure}",
        "Apps drop the trip, or promise a ride back in time.",
        "Correct the times; after midnight write 24:00:00 and beyond.",
    ),
    (
        "前の停留所を {departure} に出たのに {arrival} に着いています",
        "便が無視されるか、あり得ない案内が出ます。",
        "時刻を直してください。深夜0時以降は 24:00:00 以降で書きます。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Each arrival against the last departure that is known before it."""
    times, calls = context.table("stop_times"), context.calls
    departed = calls.departure
    if (departed <= WRONG).any():
        known = departed > WRONG
        last = np.maximum.accumulate(np.where(known, np.arange(len(departed)), -1))
        begin = np.repeat(calls.offsets[:-1], np.diff(calls.offsets))
        departed = np.where(last >= begin, departed[np.maximum(last, 0)], WRONG)
    arrived = np.where(calls.arrival > WRONG, calls.arrival, calls.departure)
    late = (arrived[1:] < departed[:-1]) & (arrived[1:] > WRONG) & (departed[:-1] > WRONG) & ~calls.first[1:]
    at = np.flatnonzero(late) + 1
    if len(at):
        said = {int(calls.rows[k]): (int(arrived[k]), int(departed[k - 1])) for k in at.tolist()}
        report.rows(
            KIND, times, calls.rows[at], "arrival_time",
            lambda row: {"arrival": clock(said[row][0]), "departure": clock(said[row][1])},
        )  # fmt: skip
