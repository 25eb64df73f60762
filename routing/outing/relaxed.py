"""The outing as CP-SAT sees it: a circuit with travel times that are known at some instants only.

Between two instants that were asked the arrival of the first holds, which is never too late. What the model
finds is therefore at least as good as anything real, and where it finds nothing there is nothing.
"""

from __future__ import annotations

from itertools import pairwise

from ortools.sat.python import cp_model

from routing.outing.problem import HOME, Errand, Outing, Rows

__all__ = ["relaxed"]

_FAR_S = 7 * 86_400


def relaxed(
    outing: Outing,
    rows: Rows,
    known: tuple[int, ...] = (),
    *,
    optional: bool = False,
    seconds_max: float = 1.0,
) -> tuple[int, ...] | None:
    """The order that is home again soonest as far as is known; None if there is none.

    Of `optional` errands as many as possible are done. `known` is an order to begin with. Ends after
    `seconds_max` of deterministic time with the best order so far.
    """
    made = _Model(outing, rows)
    late = made.home - outing.leave_s
    if optional:
        made.model.minimize(late - 2 * _FAR_S * sum(made.done.values()))
    else:
        for done in made.done.values():
            made.model.add(done == 1)
        made.model.minimize(late)
    if known:
        ways = {(a, b) for a, b in pairwise((HOME, *known, HOME))}
        for arc, used in made.used.items():
            made.model.add_hint(used, arc in ways)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = seconds_max
    if solver.solve(made.model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return made.order(solver)


class _Model:
    """Variables and what always holds between them."""

    def __init__(self, outing: Outing, rows: Rows) -> None:
        end_s = outing.home_by_s
        self.model = model = cp_model.CpModel()
        self.begin: dict[int, cp_model.IntVar] = {}
        self.done: dict[int, cp_model.IntVar] = {}
        self.home = model.new_int_var(outing.leave_s, end_s, "home")
        self.nothing = model.new_bool_var("nothing done")
        self.used: dict[tuple[int, int], cp_model.IntVar] = {}
        leave = {HOME: model.new_constant(outing.leave_s)}
        for k, errand in enumerate(outing.errands, 1):
            self.done[k] = model.new_bool_var(f"done {k}")
            self._begin(k, errand, outing.leave_s, end_s)
            leave[k] = model.new_int_var(outing.leave_s, end_s + errand.stay_s, f"leave {k}")
            model.add(leave[k] == self.begin[k] + errand.stay_s)
        arcs: list[tuple[int, int, cp_model.BoolVarT]] = [(HOME, HOME, self.nothing)]
        arcs += [(k, k, done.negated()) for k, done in self.done.items()]
        for a in leave:
            for b in leave:
                if a != b:
                    used = self.used[a, b] = model.new_bool_var(f"{a} to {b}")
                    arcs.append((a, b, used))
                    _timed(model, rows, a, b, used, leave[a], self.home if b == HOME else self.begin[b])
        model.add_circuit(arcs)
        for done in self.done.values():  # no tour that leaves home out
            model.add_implication(self.nothing, done.negated())

    def _begin(self, k: int, errand: Errand, leave_s: int, end_s: int) -> None:
        model = self.model
        spans = [(max(a, leave_s), min(b, end_s)) for a, b in errand.begins or ((leave_s, end_s),)]
        spans = [(a, b) for a, b in spans if a <= b]
        if spans:
            self.begin[k] = model.new_int_var_from_domain(cp_model.Domain.from_intervals(spans), f"begin {k}")
        else:
            self.begin[k] = model.new_constant(leave_s)
            model.add(self.done[k] == 0)

    def order(self, solver: cp_model.CpSolver) -> tuple[int, ...]:
        """Errands as the circuit visits them."""
        if solver.boolean_value(self.nothing):
            return ()
        after = {a: b for (a, b), used in self.used.items() if solver.boolean_value(used)}
        order = [after[HOME]]
        while after[order[-1]] != HOME:
            order.append(after[order[-1]])
        return tuple(order)


def _timed(
    model: cp_model.CpModel,
    rows: Rows,
    a: int,
    b: int,
    used: cp_model.IntVar,
    leave: cp_model.IntVar,
    there: cp_model.IntVar,
) -> None:
    """Whoever goes from a to b leaves in one of the known spans and is there no sooner than it allows."""
    times = rows.times(a)
    spans: list[tuple[int, int | None, int]] = []  # first instant, first one after, arrival
    for n, at in enumerate(times):
        arrival = rows.row(a, at)[b]
        until = times[n + 1] if n + 1 < len(times) else None
        if arrival is None:
            continue
        if spans and spans[-1][1] == at and spans[-1][2] == arrival:
            spans[-1] = (spans[-1][0], until, arrival)
        else:
            spans.append((at, until, arrival))
    chosen = []
    for n, (first, until, arrival) in enumerate(spans):
        one = model.new_bool_var(f"{a} to {b} in {n}")
        model.add(leave >= first).only_enforce_if(one)
        if until is not None:
            model.add(leave < until).only_enforce_if(one)
        model.add(there >= arrival).only_enforce_if(one)
        model.add(there >= leave).only_enforce_if(one)
        chosen.append(one)
    model.add(sum(chosen) == used)
