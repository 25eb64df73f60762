"""Stop times that do not stand in the order of travel."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import INFO, kind

KIND = kind(
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


def check(context: Context, report: Report) -> None:
    """Trips as they stand in the file."""
    times, calls = context.table("stop_times"), context.calls
    loose = np.flatnonzero(~calls.first[1:] & (np.diff(calls.rows) != 1)) + 1
    if len(loose):
        groups = np.unique(np.searchsorted(calls.offsets, loose, "right") - 1)
        groups = groups[_not_only_blanks(context, groups)]
        report.rows(KIND, times, np.sort(calls.rows[calls.offsets[groups]]), "trip_id")


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
