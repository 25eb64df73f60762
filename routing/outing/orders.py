"""The best order by dynamic programming over sets of errands (Bellman, Held, Karp 1962), as far as is known.

Between two instants that were asked the arrival of the first holds, which is never too late. What is found
here is therefore at least as good as anything real, and where nothing is found there is nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from routing.outing.problem import HOME, Outing, Rows

__all__ = ["Guess", "guess"]


@dataclass(frozen=True, slots=True)
class Guess:
    """An order, and when one would be home if the router knew nothing worse."""

    order: tuple[int, ...]
    home_s: int


def guess(outing: Outing, rows: Rows, *, all_of_them: bool = True) -> Guess | None:
    """The order that is home soonest; unless it must be `all_of_them`, of as many errands as possible.

    None where there is none. Being anywhere sooner is never worse, so one time for each set and last place
    is enough.
    """
    count = len(outing.errands)
    leave: list[dict[int, tuple[int, int]]] = [{} for _ in range(1 << count)]  # set -> last -> time, before
    leave[0] = {HOME: (outing.leave_s, HOME)}
    best: tuple[int, int, int, int] | None = None  # errands not done, home, set, last
    for done in range(1 << count):
        left = count - done.bit_count()
        for place, (at_s, _) in leave[done].items():
            row = rows.at_least(place, at_s)
            if (left == 0 or not all_of_them) and row[HOME] is not None:
                home_s = max(row[HOME] or 0, at_s)
                if home_s <= outing.home_by_s and (best is None or (left, home_s) < best[:2]):
                    best = (left, home_s, done, place)
            for k in range(1, count + 1):
                arrival = row[k]
                if done >> (k - 1) & 1 or arrival is None:
                    continue
                errand = outing.errands[k - 1]
                begin = errand.begin_from(max(arrival, at_s))
                if begin is None or begin + errand.stay_s > outing.home_by_s:
                    continue
                then, end_s = leave[done | 1 << (k - 1)], begin + errand.stay_s
                if k not in then or end_s < then[k][0]:
                    then[k] = (end_s, place)
    if best is None:
        return None
    _, home_s, done, place = best
    order: list[int] = []
    while done:
        order.append(place)
        before = leave[done][place][1]
        done ^= 1 << (place - 1)
        place = before
    return Guess(tuple(reversed(order)), home_s)
