"""Changes of vehicle that are worth it, as a search reads them; `routing.kernels.kept` works them out."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from routing.kernels.layout import I32, U8, DayTimetable


class RunIndex(NamedTuple):
    """Where runs stand, by their number in the day: one line of memory a run."""

    # day run -> first entry of pattern_stops, length of the pattern, first event, day run after the last one
    # of the pattern; int32, (runs, 4)
    row: I32


class Changes(NamedTuple):
    """Kept changes, by the event (entry of arrival and departure) at which one alights.

    Those that the usual rider needs are of two kinds; a third is needed by riders alone who walk less.
    """

    # event -> arrival (s), first change that goes on, first that is the last, first for who walks less alone;
    # int32, (events + 1, 4)
    event: I32
    # entry -> time by which one must have alighted (s), departure (s), day run boarded, position at which it
    # is boarded and number of the stop (PLACE_BITS); int32, (changes, 4); within each kind earliest first
    change: I32
    # entry -> least class of limits that allows its walk, and GOES_ON_FOR_LESS; uint8, (changes,)
    limit: U8


CLASS_MASK = 7
GOES_ON_FOR_LESS = 8
"""Whether a rider of some class but the last must look at it before the last change, too."""
EVERYBODY = 255
"""In place of a class: the usual rider, who walks as far as any of the day's walks."""
PLACE_BITS = 20
"""A change's last column holds the number of a stop in so many bits, the position above them."""
STOPS_MAX, POSITIONS_MAX = 1 << PLACE_BITS, 1 << (31 - PLACE_BITS)


def run_index(day: DayTimetable) -> RunIndex:
    """The index of a day's runs."""
    runs = np.diff(day.run_offsets)
    lengths = np.diff(day.pattern_offsets)
    pattern = np.repeat(np.arange(len(runs), dtype=np.int32), runs)
    within = np.arange(int(day.run_offsets[-1])) - np.repeat(day.run_offsets[:-1], runs)
    columns = (
        day.pattern_offsets[:-1][pattern],
        lengths[pattern],
        day.time_offsets[:-1][pattern] + within * lengths[pattern],
        day.run_offsets[1:][pattern],
    )
    return RunIndex(np.ascontiguousarray(np.column_stack(columns), np.int32))


@njit(cache=True, nogil=True)
def allowed(limit: int, walk_class: int, every: bool) -> bool:
    """Whether who walks less than most may change so, and gains from it; `every`: by the last change, too."""
    return bool((limit & CLASS_MASK) <= walk_class and (every or limit & GOES_ON_FOR_LESS))
