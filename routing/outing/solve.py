"""The best order of an outing, proved; and what comes nearest where there is none.

Travel times are asked at a few instants first. A guess (`orders`, for many errands `relaxed`) is an order
that is best if nothing in between is worse; following it shows what it really takes, and asks the router at
just those instants. Once a guess is what following it takes, no other order is better (dynamic discretisation
discovery; Boland, Hewitt, Marshall, Savelsbergh 2017).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from routing.outing.orders import Guess, guess
from routing.outing.problem import HOME, Errand, Outing, Rows, Way, follow
from routing.outing.relaxed import relaxed

__all__ = ["Moved", "Nearest", "Solution", "best", "nearest"]

ALL_ORDERS_MAX = 9
"""With more errands than this CP-SAT looks for an order, and none is proved to be the best."""
_SEED_S = 1800
_SPAN_MAX_S = 36 * 3600
_ROUNDS_MAX = 400
_MANY_ROUNDS = 4
_STEP_S = 300
"""Errands are moved by whole five minutes."""
_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Solution:
    """The best way, and whether no other is better for certain."""

    way: Way
    proved: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """One errand begun outside its times, and the outing that this makes possible."""

    errand: int
    begin_s: int
    solution: Solution


@dataclass(frozen=True, slots=True)
class Nearest:
    """Outings that come nearest to an impossible one; None where there is none of that kind."""

    alone: tuple[int, ...]  # errands that are impossible even by themselves
    fewer: Solution | None  # as many errands as possible
    moved: Moved | None  # all of them, one at another time
    later: Solution | None  # all of them, home later


def best(outing: Outing, rows: Rows) -> Solution | None:
    """The order that is home again soonest; None if there is none."""
    _seed(outing, rows)
    if len(outing.errands) > ALL_ORDERS_MAX:
        return _by_cp_sat(outing, rows)
    return _refined(outing, rows, lambda: guess(outing, rows))


def nearest(outing: Outing, rows: Rows) -> Nearest:
    """What to do instead of an outing for which `best` found no order."""
    _seed(outing, rows)
    count = len(outing.errands)
    alone = tuple(k for k in range(1, count + 1) if follow(outing, rows, [k]) is None)
    if count > ALL_ORDERS_MAX:
        return Nearest(alone, _by_cp_sat(outing, rows, optional=True), None, None)
    fewer = _refined(outing, rows, lambda: guess(outing, rows, all_of_them=False))
    later = None
    if not alone:
        late = replace(outing, home_by_s=outing.home_by_s + _DAY_S)
        later = _refined(late, rows, lambda: guess(late, rows))
    some = fewer if fewer is not None and fewer.way.visits else None
    return Nearest(alone, some, _moved(outing, rows), later)


def _refined(outing: Outing, rows: Rows, ask: Callable[[], Guess | None]) -> Solution | None:
    """Guess and follow until both agree."""
    found: Way | None = None
    for _ in range(_ROUNDS_MAX):
        answer = ask()
        if answer is None:
            break
        known = rows.asked
        way = follow(outing, rows, answer.order)
        if way is not None and (found is None or _rank(way) < _rank(found)):
            found = way
        if found is not None and _rank(found) <= (-len(answer.order), answer.home_s):
            return Solution(found, proved=True)
        if rows.asked == known:  # nothing was learnt: asking again is no use
            break
    return None if found is None else Solution(found, proved=False)


def _rank(way: Way) -> tuple[int, int]:
    return -len(way.visits), way.home_s


def _by_cp_sat(outing: Outing, rows: Rows, *, optional: bool = False) -> Solution | None:
    """A good order of many errands: some guesses followed, then what CP-SAT makes of the best of them."""
    found: Way | None = None
    for round_ in range(_MANY_ROUNDS + 1):
        if round_ < _MANY_ROUNDS:
            answer = guess(outing, rows, all_of_them=not optional)
            order = None if answer is None else answer.order
        else:
            begun = () if found is None else tuple(visit.errand for visit in found.visits)
            order = relaxed(outing, rows, begun, optional=optional)
        if order is None:
            break
        way = follow(outing, rows, order)
        if way is not None and (found is None or _rank(way) < _rank(found)):
            found = way
    return None if found is None or not found.visits else Solution(found, proved=False)


def _moved(outing: Outing, rows: Rows) -> Moved | None:
    """The errand whose times must be widened least, by whole steps on both sides, and when it begins then."""
    span = outing.home_by_s - outing.leave_s
    least: tuple[int, int, int, Solution] | None = None  # steps, home, errand, outing
    for k, errand in enumerate(outing.errands, 1):
        if not errand.begins:
            continue
        high = span // _STEP_S if least is None else least[0]
        found = _widened(outing, rows, k, high)
        if found is None:
            continue
        low = 0
        while high - low > 1:
            middle = (low + high) // 2
            one = _widened(outing, rows, k, middle)
            low, high, found = (middle, high, found) if one is None else (low, middle, one)
        if least is None or (high, found.way.home_s) < least[:2]:
            least = (high, found.way.home_s, k, found)
    if least is None:
        return None
    _, _, k, solution = least
    return _at_a_round_time(outing, rows, k, solution)


def _widened(outing: Outing, rows: Rows, k: int, steps: int) -> Solution | None:
    errand = outing.errands[k - 1]
    spans = tuple((a - steps * _STEP_S, b + steps * _STEP_S) for a, b in errand.begins)
    other = _with(outing, k, Errand(errand.stay_s, spans))
    return _refined(other, rows, lambda: guess(other, rows))


def _at_a_round_time(outing: Outing, rows: Rows, k: int, solution: Solution) -> Moved:
    """Appointments are made at whole five minutes, where the rest of the outing allows it."""
    begin = next(visit.begin_s for visit in solution.way.visits if visit.errand == k)
    round_s = -(-begin // _STEP_S) * _STEP_S
    order = [visit.errand for visit in solution.way.visits]
    fixed = _with(outing, k, Errand(outing.errands[k - 1].stay_s, ((round_s, round_s),)))
    way = follow(fixed, rows, order)
    if way is None:
        return Moved(k, begin, solution)
    return Moved(k, round_s, Solution(way, solution.proved))


def _with(outing: Outing, errand: int, other: Errand) -> Outing:
    errands = (*outing.errands[: errand - 1], other, *outing.errands[errand:])
    return replace(outing, errands=errands)


def _seed(outing: Outing, rows: Rows) -> None:
    """Ask every place every half hour while one may leave it."""
    end = min(outing.home_by_s, outing.leave_s + _SPAN_MAX_S)
    rows.row(HOME, outing.leave_s)
    for k, errand in enumerate(outing.errands, 1):
        rows.row(k, outing.leave_s)
        for first, last in errand.begins or ((outing.leave_s, end),):
            begin = max(first, outing.leave_s) + errand.stay_s
            until = min(last + errand.stay_s, end)
            for at_s in range(begin, until + 1, _SEED_S):
                rows.row(k, at_s)
