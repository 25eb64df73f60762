"""Optimal assignment of rows to columns of a square cost matrix.

Shortest augmenting paths after Jonker and Volgenant (1987): column reduction, two passes of augmenting row
reduction, then one Dijkstra for each row that is still free. Where many rows want the same few columns those
paths are long; an auction (Bertsekas 1988) with falling steps therefore finds good prices first. Prices of
any kind are a valid start, so the auction may stop anywhere: pairs that are not exactly cheapest at its
prices are parted again, and the paths settle the rest.
"""

from __future__ import annotations

import numpy as np
from numba import njit

_BEYOND = 1 << 30
_STEPS = (64, 16, 4, 1)
"""What a bid adds to the lead over the second best, auction by auction; costs are whole seconds."""
_BIDS_MAX = 24
"""Most bids of one auction, in bids a row."""
_BLOCK = 128
"""Columns whose least is found at a time, by instructions that compare many at once."""


@njit(cache=True, nogil=True)
def assign(cost: np.ndarray) -> np.ndarray:
    """The column of every row so that the sum of costs is least; (n, n) int32 -> (n,) int32.

    Costs must lie between -2**28 and 2**28. They are whole numbers so that sums are exact and that the
    compiler finds a row's least with instructions that compare many numbers at once, which it may not do
    with floats.
    """
    n = cost.shape[0]
    column_of = np.full(n, -1, np.int32)
    row_of = np.full(n, -1, np.int32)
    price = np.zeros(n, cost.dtype)
    free = np.empty(n, np.int32)
    left = _reduce_columns(cost, column_of, row_of, price, free)
    for step in _STEPS:
        _auction(cost, column_of, row_of, price, free, left, step)
        left = _part_untight(cost, column_of, row_of, price, free)
    for _ in range(2):
        left = _reduce_rows(cost, column_of, row_of, price, free, left)
    _augment(cost, column_of, row_of, price, free, left)
    return column_of


@njit(cache=True, nogil=True)
def _reduce_columns(
    cost: np.ndarray, column_of: np.ndarray, row_of: np.ndarray, price: np.ndarray, free: np.ndarray
) -> int:
    """Give each column its cheapest row where that is still free; the rows left over."""
    n = cost.shape[0]
    cheapest = np.zeros(n, np.int32)
    for j in range(n):
        price[j] = cost[0, j]
    for i in range(1, n):
        for j in range(n):
            if cost[i, j] < price[j]:
                price[j] = cost[i, j]
                cheapest[j] = i
    taken = np.zeros(n, np.int32)
    for j in range(n - 1, -1, -1):
        i = cheapest[j]
        taken[i] += 1
        if taken[i] == 1:
            column_of[i] = j
            row_of[j] = i
    left = 0
    for i in range(n):
        if taken[i] == 0:
            free[left] = i
            left += 1
        elif taken[i] == 1:
            own = column_of[i]
            least = _BEYOND
            for j in range(n):
                if j != own:
                    reduced = cost[i, j] - price[j]
                    least = min(least, reduced)
            price[own] -= least
    return left


@njit(cache=True, nogil=True)
def _auction(
    cost: np.ndarray,
    column_of: np.ndarray,
    row_of: np.ndarray,
    price: np.ndarray,
    free: np.ndarray,
    count: int,
    step: int,
) -> None:
    """Free rows take their best column from whoever has it and lower its price by their lead and `step`."""
    n = cost.shape[0]
    whole = price.dtype.type
    for _ in range(_BIDS_MAX * n):
        if count == 0:
            return
        count -= 1
        i = free[count]
        row = cost[i]
        first, second, block = whole(_BEYOND), whole(_BEYOND), 0
        for low in range(0, n, _BLOCK):
            least = whole(_BEYOND)
            for j in range(low, min(low + _BLOCK, n)):
                reduced = whole(row[j] - price[j])
                least = reduced if reduced < least else least
            if least < second:
                if least < first:
                    second, first, block = first, least, low
                else:
                    second = least
        best = block
        while row[best] - price[best] != first:
            best += 1
        for j in range(block, best):
            reduced = whole(row[j] - price[j])
            second = reduced if reduced < second else second
        for j in range(best + 1, min(block + _BLOCK, n)):
            reduced = whole(row[j] - price[j])
            second = reduced if reduced < second else second
        if n > 1:
            price[best] -= second - first + step
        ousted = row_of[best]
        column_of[i], row_of[best] = best, i
        if ousted >= 0:
            column_of[ousted] = -1
            free[count] = ousted
            count += 1


@njit(cache=True, nogil=True)
def _part_untight(
    cost: np.ndarray, column_of: np.ndarray, row_of: np.ndarray, price: np.ndarray, free: np.ndarray
) -> int:
    """Free every row whose column is not the cheapest at these prices; how many rows are free."""
    n = cost.shape[0]
    whole = price.dtype.type
    left = 0
    for i in range(n):
        row, own = cost[i], column_of[i]
        least = whole(_BEYOND)
        for j in range(n):
            reduced = whole(row[j] - price[j])
            least = reduced if reduced < least else least
        if own < 0 or row[own] - price[own] > least:
            if own >= 0:
                column_of[i], row_of[own] = -1, -1
            free[left] = i
            left += 1
    return left


@njit(cache=True, nogil=True)
def _reduce_rows(
    cost: np.ndarray,
    column_of: np.ndarray,
    row_of: np.ndarray,
    price: np.ndarray,
    free: np.ndarray,
    count: int,
) -> int:
    """Give free rows their best column, lowering its price by the lead over the second best."""
    n = cost.shape[0]
    k, left = 0, 0
    steps = 0
    while k < count:
        steps += 1
        i = free[k]
        k += 1
        first, second = _BEYOND, _BEYOND
        best, other = 0, 0
        for j in range(n):
            reduced = cost[i, j] - price[j]
            if reduced < second:
                if reduced < first:
                    second, other = first, best
                    first, best = reduced, j
                else:
                    second, other = reduced, j
        ousted = row_of[best]
        if first < second:
            price[best] -= second - first
        elif ousted >= 0:
            best = other
            ousted = row_of[best]
        column_of[i] = best
        row_of[best] = i
        if ousted >= 0:
            column_of[ousted] = -1
            if first < second and steps < 8 * n:
                k -= 1
                free[k] = ousted
            else:
                free[left] = ousted
                left += 1
    return left


@njit(cache=True, nogil=True)
def _augment(
    cost: np.ndarray,
    column_of: np.ndarray,
    row_of: np.ndarray,
    price: np.ndarray,
    free: np.ndarray,
    count: int,
) -> None:
    """For each free row, the shortest alternating path to a free column, by Dijkstra over the columns.

    `columns` holds those that are done, then those at the least distance, then the others. Indices are
    unsigned, which spares numba the test for negative ones in the innermost loop.
    """
    n = cost.shape[0]
    far = np.empty(n, cost.dtype)
    before = np.empty(n, np.uint32)
    columns = np.empty(n, np.uint64)
    for f in range(count):
        start = np.uint64(free[f])
        for j in range(n):
            far[j] = cost[start, j] - price[j]
            before[j] = start
            columns[j] = j
        scanned, level, ready = 0, 0, 0
        least = far[0]
        end = -1
        while end < 0:
            if scanned == level:  # none at this distance is left to look at: the next nearest ones
                ready = level
                least = far[columns[level]]
                level += 1
                for k in range(level, n):
                    j = columns[k]
                    if far[j] <= least:
                        if far[j] < least:
                            level = ready
                            least = far[j]
                        columns[k] = columns[level]
                        columns[level] = j
                        level += 1
                for k in range(ready, level):
                    if row_of[columns[k]] < 0:
                        end = int(columns[k])
                        break
                if end >= 0:
                    break
            j1 = columns[scanned]
            scanned += 1
            i = np.uint64(row_of[j1])
            row = cost[i]
            base = row[j1] - price[j1] - least
            for k in range(level, n):
                j = columns[k]
                through = row[j] - price[j] - base
                if through < far[j]:
                    far[j] = through
                    before[j] = i
                    if through == least:
                        if row_of[j] < 0:
                            end = int(j)
                            break
                        columns[k] = columns[level]
                        columns[level] = j
                        level += 1
        for k in range(ready):
            price[columns[k]] += far[columns[k]] - least
        back = np.uint64(end)
        while True:
            i = np.uint64(before[back])
            row_of[back] = i
            following = column_of[i]
            column_of[i] = back
            if i == start:
                break
            back = np.uint64(following)
