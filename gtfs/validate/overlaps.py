"""Pairs of intervals that overlap: counted without listing them, and the first few listed."""

from __future__ import annotations

import numpy as np

from gtfs.model.schedule import I64

__all__ = ["count_overlaps", "first_overlaps"]

Spans = np.ndarray[tuple[int, int], np.dtype[np.int64]]


def count_overlaps(start: I64, end: I64) -> int:
    """Number of pairs of half-open intervals that have a moment in common; O(n log n).

    A pair does not overlap if one ends before or when the other starts: those are counted and taken away.
    """
    n = len(start)
    if n < 2:
        return 0
    apart = np.searchsorted(np.sort(end), start, "right")  # intervals that are over when this one starts
    return n * (n - 1) // 2 - int(apart.sum())


def first_overlaps(ours: I64, theirs: I64 | None, spans: Spans, wanted: int) -> list[tuple[int, int]]:
    """Up to `wanted` overlapping pairs (a of `ours`, b of `theirs`, or both of `ours`), rows of `spans`."""
    found: list[tuple[int, int]] = []
    rows = ours if theirs is None else np.concatenate((ours, theirs))
    side = np.zeros(len(rows), np.int64)
    if theirs is not None:
        side[len(ours) :] = 1
    order = np.argsort(spans[rows, 0], kind="stable")
    rows, side = rows[order], side[order]
    start, end = spans[rows, 0], spans[rows, 1]
    until = np.searchsorted(start, end, "left")
    for k in np.flatnonzero(until > np.arange(len(rows)) + 1).tolist():
        later = np.arange(k + 1, until[k])
        if theirs is not None:
            later = later[side[later] != side[k]]
        found += [(int(rows[k]), int(rows[other])) for other in later[: wanted - len(found)].tolist()]
        if len(found) >= wanted:
            break
    return found
