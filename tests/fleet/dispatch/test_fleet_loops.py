"""Fixed loops and inspection breaks in the plans of on-demand vehicles."""

from __future__ import annotations

import pytest
from fleet_town import DAY, EPOCH, NINE, make_town, wish

from fleet.dispatch.fleet_state import Mode
from fleet.errors import Conflict
from fleet.model.ride import Offer
from fleet.model.service import LoopLine

LOOP = LoopLine("ring", {"ja": "循環"}, ("s10", "s30", "s33", "s10"), "09:30", "10:30", 1800, 20)
HALF_PAST = EPOCH + 9 * 3600 + 1800


def test_a_round_is_laid_into_one_plan_by_the_clock() -> None:
    shuttle = make_town(2, loops=(LOOP,))
    given = shuttle.loops.tick(NINE)
    assert [r.times[0] for r in given] == [HALF_PAST, HALF_PAST + 1800]  # the third is beyond the horizon
    round_ = given[0]
    v = shuttle.state.plans.vehicle(round_.vehicle_id)
    visits = [t for t in shuttle.state.plans.tasks(v) if t.kind == "visit"][:4]
    assert [t.start_s for t in visits] == list(round_.times)
    assert round_.times[1] - round_.times[0] == 20 + 96  # dwell, then 800 m at 30 km/h
    assert [r.times[0] for r in shuttle.loops.tick(NINE + 60)] == [HALF_PAST + 3600]  # each laid once
    assert shuttle.loops.tick(NINE + 120) == []


def test_the_timetable_lists_every_round_of_the_day() -> None:
    shuttle = make_town(1, loops=(LOOP,))
    assert [r.times[0] for r in shuttle.loops.timetable(DAY)] == [HALF_PAST + k * 1800 for k in range(3)]


def test_riders_share_the_loop_vehicle_and_never_make_it_late() -> None:
    shuttle = make_town(1, loops=(LOOP,))
    shuttle.loops.tick(NINE)
    offer = shuttle.quoting.quote(wish("s10", "s33", at_s=HALF_PAST), NINE)
    assert isinstance(offer, Offer)
    assert offer.detour_s == 0
    visits = [t for t in shuttle.state.plans.tasks(0) if t.kind == "visit"]
    assert all(t.start_s <= t.early_s + 120 for t in visits)


def test_rounds_of_a_failed_vehicle_go_to_another() -> None:
    shuttle = make_town(2, loops=(LOOP,))
    shuttle.control.sign_in("sato", NINE)
    first = shuttle.loops.tick(NINE)[0]
    failed = first.vehicle_id
    shuttle.control.stop(failed, "sensor", NINE + 60)
    shuttle.loops.tick(NINE + 120)
    assert shuttle.loops.rounds[first.id].vehicle_id not in ("", failed)
    v = shuttle.state.plans.vehicle(failed)
    assert [t for t in shuttle.state.plans.tasks(v) if t.kind == "visit"] == []


def test_a_round_that_nobody_can_run_is_counted_as_missed() -> None:
    shuttle = make_town(1, on_duty=False, loops=(LOOP,))
    shuttle.loops.tick(NINE)
    shuttle.loops.tick(HALF_PAST + 121)
    assert [r.times[0] for r in shuttle.loops.missed] == [HALF_PAST]


def test_an_idle_vehicle_is_inspected_when_it_is_due_and_serves_again() -> None:
    shuttle = make_town(1)
    due = NINE + shuttle.state.service.inspection_every_s
    assert shuttle.inspections.direct(due - 1) == []
    assert shuttle.inspections.direct(due) == ["v0"]
    assert shuttle.state.duties[0].mode is Mode.INSPECTION
    refused = shuttle.quoting.quote(wish(at_s=due), due)
    assert not isinstance(refused, Offer)
    shuttle.operations.arrived("v0", due)
    shuttle.operations.done("v0", due + 600)
    assert shuttle.state.duties[0].mode is Mode.SERVICE
    assert shuttle.inspections.due(due + 600) == []


def test_a_busy_vehicle_finishes_its_riders_before_a_long_overdue_inspection() -> None:
    shuttle = make_town(1)
    late = NINE + shuttle.state.service.inspection_every_s
    offer = shuttle.quoting.quote(wish(at_s=late), late)
    assert isinstance(offer, Offer)
    shuttle.quoting.confirm(offer.ride_id, late)
    assert shuttle.inspections.direct(late) == []
    assert shuttle.inspections.direct(late + 1800) == ["v0"]
    assert [t.kind for t in shuttle.state.plans.tasks(0)] == ["pickup", "drop", "visit"]


def test_only_a_quarter_of_the_fleet_is_away_at_once() -> None:
    shuttle = make_town(5)
    due = NINE + shuttle.state.service.inspection_every_s
    assert len(shuttle.inspections.direct(due)) == 1
    assert shuttle.inspections.direct(due + 60) == []


def test_a_vehicle_that_lingers_is_planned_as_lingering() -> None:
    shuttle = make_town(1)
    offer = shuttle.quoting.quote(wish("s00", "s55"), NINE)
    assert isinstance(offer, Offer)
    shuttle.quoting.confirm(offer.ride_id, NINE)
    with pytest.raises(Conflict):
        shuttle.operations.lingers("v0", NINE + 200, NINE)
    shuttle.operations.arrived("v0", NINE)
    before = shuttle.state.plans.tasks(0)[1].start_s
    shuttle.operations.lingers("v0", NINE + 200, NINE)
    assert shuttle.state.plans.tasks(0)[1].start_s == before + 170
