"""The order of stop times, in the file and in time."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, INFO, clock, kind
from gtfs.validate.values import WRONG

UNSORTED = kind(
    "unsorted_stop_times",
    INFO,
    (
        "the trip's stop times do not stand together in the order of stop_sequence",
        "Apps that read the file as it stands show stops in the wrong order.",
        "Sort stop_times.txt by trip_id and stop_sequence (`--fix` does so).",
    ),
    (
        "停車時刻が停車順に並んでいません",
        "ファイルの順に読むアプリでは停留所の順序が狂います。",
        "trip_id と stop_sequence の順に並べてください(`--fix` で直せます)。",
    ),
)
BACKWARDS = kind(
    "stop_time_with_arrival_before_previous_departure_time", ERROR,
    ("the trip arrives at {arrival}, before it left the stop before at {departure}", "Apps drop the trip, or promise a ride back in time.", "Correct the times; after midnight write 24:00:00 and beyond."),
    ("前の停留所を {departure} に出たのに {arrival} に着いています", "便が無視されるか、あり得ない案内が出ます。", "時刻を直してください。深夜0時以降は 24:00:00 以降で書きます。"),
)  # fmt: skip
KINDS = (UNSORTED, BACKWARDS)


def check(context: Context, report: Report) -> None:
    """Trips as they stand in the file, then in the order of their sequence."""
    times, calls = context.table("stop_times"), context.calls
    if not len(calls.rows):
        return
    step = np.diff(calls.rows)
    inside = ~calls.first[1:]
    loose = np.flatnonzero(inside & (step != 1)) + 1
    if len(loose):
        groups = np.unique(np.searchsorted(calls.offsets, loose, "right") - 1)
        groups = groups[_not_only_blanks(context, groups)]
        report.rows(UNSORTED, times, np.sort(calls.rows[calls.offsets[groups]]), "trip_id")
    _backwards(context, report)


def _not_only_blanks(
    context: Context, groups: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which groups are out of order by more than rows that name no trip."""
    named = context.table("stop_times").given("trip_id")
    position = np.cumsum(named)
    calls = context.calls
    return np.array(
        [
            bool((np.diff(position[calls.rows[calls.offsets[g] : calls.offsets[g + 1]]]) != 1).any())
            for g in groups.tolist()
        ],
        np.bool_,
    )


def _backwards(context: Context, report: Report) -> None:
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
            BACKWARDS, times, calls.rows[at], "arrival_time",
            lambda row: {"arrival": clock(said[row][0]), "departure": clock(said[row][1])},
        )  # fmt: skip
