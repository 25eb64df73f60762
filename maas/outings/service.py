"""From a question about errands to a plan with journeys, or to what comes nearest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from maas.area.open import Area
from maas.journeys.model import Means
from maas.journeys.text import money, price
from maas.outings.fare_model import OutingFareView
from maas.outings.fares import CapsOf, no_caps
from maas.outings.model import (
    ChangeKind,
    NearbyOuting,
    OutingRequest,
    OutingView,
    OwnCycle,
    PlanView,
    WhyNot,
    WhyNotCode,
)
from maas.outings.rides import Riding
from maas.outings.understood import Asked, Offers, understood
from maas.outings.ways import by_timetable
from routing.on_demand import Mover
from routing.outing import Errand, Outing, Solution, best, follow, nearest

__all__ = ["Offers", "plan_outing", "told"]

_DAY_S = 86_400
_Planned = Callable[[Outing, Solution], PlanView | None]


def plan_outing(
    area: Area,
    request: OutingRequest,
    now: datetime,
    offers: Offers | None = None,
    movers: Sequence[Mover] = (),
    caps: CapsOf = no_caps,
) -> OutingView:
    """The best order, or why there is none; `movers` are who can offer rides on demand to this rider.

    `caps`: limits of the area's own fares, which its whole fare never exceeds.

    Raises BadRequest, UnknownPlace, CannotPlan.
    """
    asked = understood(area, request, now, offers, caps)
    without = _answered(asked, movers)
    if Means.BICYCLE not in request.means or request.wheelchair:
        return without
    along = _answered(understood(area, request, now, offers, caps, bicycle=True), ())
    return min(_with(along, OwnCycle.ALONG), _with(without, OwnCycle.AT_HOME), key=_worth)


def _with(answer: OutingView, bicycle: OwnCycle) -> OutingView:
    """The answer, its plans saying where the cycle is."""
    for plan in (answer.plan, *(option.plan for option in answer.nearest)):
        if plan is not None:
            plan.bicycle = bicycle
    return answer


def _worth(answer: OutingView) -> tuple[bool, float, int]:
    """Smaller is better: home sooner; without a plan, fewer errands that are impossible by themselves."""
    plan = answer.plan
    return plan is None, 0.0 if plan is None else plan.home.timestamp(), len(answer.reasons)


def _answered(asked: Asked, movers: Sequence[Mover]) -> OutingView:
    if movers:
        riding = Riding(asked, movers)
        plan = riding.best()
        if plan is not None:
            return OutingView(plan=plan)
        return _instead(replace(asked, rows=riding.rows()), riding.plan)
    found = best(asked.outing, asked.rows)
    if found is not None:
        return OutingView(plan=by_timetable(asked, found))
    return _instead(asked, lambda _, solution: by_timetable(asked, solution))


# Answers --------------------------------------------------------------------------------------------------


def _instead(asked: Asked, planned: _Planned) -> OutingView:
    outing, near = asked.outing, nearest(asked.outing, asked.rows)
    reasons = [_alone(asked, k) for k in near.alone]
    if not reasons:
        reasons = [_together(asked, near.later)]
    options: list[NearbyOuting] = []
    if near.moved is not None:
        k, at_s = near.moved.errand, near.moved.begin_s
        fixed = Errand(outing.errands[k - 1].stay_s, ((at_s, at_s),))
        moved = replace(outing, errands=(*outing.errands[: k - 1], fixed, *outing.errands[k:]))
        plan = planned(moved, near.moved.solution)
        if plan is not None:
            text = f"{asked.names[k]} at {asked.clock(at_s)}"
            options.append(
                NearbyOuting(kind=ChangeKind.MOVE, errand=k - 1, begin=asked.at(at_s), text=text, plan=plan)
            )
    if near.later is not None:
        plan = planned(replace(outing, home_by_s=outing.home_by_s + _DAY_S), near.later)
        if plan is not None:
            options.append(
                NearbyOuting(kind=ChangeKind.HOME_LATER, text=f"home at {plan.home:%H:%M}", plan=plan)
            )
    if near.fewer is not None:
        done = {visit.errand for visit in near.fewer.way.visits}
        out = [k for k in range(1, len(asked.places)) if k not in done]
        plan = planned(outing, near.fewer)
        if plan is not None:
            text = "without " + ", ".join(asked.names[k] for k in out)
            options.append(
                NearbyOuting(kind=ChangeKind.LEAVE_OUT, left_out=[k - 1 for k in out], text=text, plan=plan)
            )
    return OutingView(plan=None, reasons=reasons, nearest=options)


def _alone(asked: Asked, k: int) -> WhyNot:
    """Why an errand is impossible even if it were the only one."""
    outing, name = asked.outing, asked.names[k]
    errand = outing.errands[k - 1]
    arrival = asked.rows.row(0, outing.leave_s)[k]
    ends = [last for first, last in errand.begins if last >= outing.leave_s and first <= outing.home_by_s]
    if errand.begins and not ends:
        return WhyNot(
            code=WhyNotCode.CLOSED, errand=k - 1, text=f"{name} is not open between leaving and being home"
        )
    if arrival is None:
        return WhyNot(code=WhyNotCode.UNREACHABLE, errand=k - 1, text=f"No way leads to {name}")
    begin = errand.begin_from(arrival)
    if begin is None:
        return WhyNot(
            code=WhyNotCode.TOO_LATE, errand=k - 1, soonest=asked.at(arrival), latest=asked.at(max(ends)),
            text=f"{name} must begin by {asked.clock(max(ends))}, but one is there at {asked.clock(arrival)} "
            "at the soonest",
        )  # fmt: skip
    late = follow(replace(outing, home_by_s=outing.home_by_s + _DAY_S), asked.rows, [k])
    if late is None:
        return WhyNot(code=WhyNotCode.UNREACHABLE, errand=k - 1, text=f"No way leads home from {name}")
    return WhyNot(
        code=WhyNotCode.HOME_LATE, errand=k - 1, soonest=asked.at(late.home_s),
        latest=asked.at(outing.home_by_s),
        text=f"With {name} alone one is home at {asked.clock(late.home_s)} at the soonest",
    )  # fmt: skip


def _together(asked: Asked, later: Solution | None) -> WhyNot:
    if later is None:
        return WhyNot(
            code=WhyNotCode.TOGETHER,
            text="Each errand can be done by itself, but in no order all of them",
        )
    return WhyNot(
        code=WhyNotCode.HOME_LATE,
        soonest=asked.at(later.way.home_s),
        latest=asked.at(asked.outing.home_by_s),
        text=f"All can be done, but one is home at {asked.clock(later.way.home_s)} at the soonest",
    )


def told(answer: OutingView) -> Sequence[str]:
    """The answer as lines for a terminal."""
    if answer.plan is not None:
        return _lines(answer.plan)
    lines = [f"not possible: {reason.text}" for reason in answer.reasons]
    for option in answer.nearest:
        lines += [f"possible {option.text}:", *(f"  {line}" for line in _lines(option.plan))]
    return lines


def _lines(plan: PlanView) -> list[str]:
    lines = [f"{plan.leave:%H:%M}  leave"]
    lines += [f"{stop.begin:%H:%M}–{stop.end:%H:%M}  {stop.name}" for stop in plan.stops]
    if plan.bicycle is not None:
        where = "comes along all the way" if plan.bicycle is OwnCycle.ALONG else "stays at home"
        lines.append(f"       your own cycle {where}")
    fare = price(plan.fare)
    lines.append(f"{plan.home:%H:%M}  home again, {plan.travel_s // 60} min on the way{fare}")
    return [*lines, *([] if plan.fare is None else _savings(plan.fare))]


def _savings(fare: OutingFareView) -> list[str]:
    """Tickets that hold for several journeys, and limits that lower the sum."""
    lines = []
    for one in fare.tickets:
        paid = "by IC card" if one.paid == "ic" else "in cash"
        who = f"{one.count} {one.category}"
        instead = "" if one.apart_minor is None else f" instead of {money(one.apart_minor, fare.currency)}"
        lines.append(
            f"       {who}: {one.product or 'one ticket'} for {len(one.rides)} rides, "
            f"{money(one.amount_minor, fare.currency)} {paid}{instead}"
        )
    lines += [f"       {one.id}: {money(one.off_minor, fare.currency)} less" for one in fare.caps]
    return lines
