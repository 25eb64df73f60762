"""The checker finds every rule that a plan can break: it judges all tools, so it is judged first."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.checker import judge
from benchmarks.instances import Instance, InstanceError, read

X = np.array([0.0, 1.0, 2.0, 3.0, 4.0])
GOOD = Instance(
    name="line", vehicles=2, capacity=2, duration_limit=20.0, ride_limit=10.0, demand=(0, 1, 1, -1, -1),
    ready=(0.0,) * 5, due=(50.0,) * 5, service=(0.0, 1.0, 1.0, 1.0, 1.0), pairs=((1, 3), (2, 4)),
    travel=np.abs(X[:, None] - X[None, :]), depot_due=50.0, vehicles_first=False,
)  # fmt: skip


def test_a_good_plan_has_no_faults_and_its_cost_is_its_way() -> None:
    verdict = judge(GOOD, [(1, 2, 3, 4)])
    assert verdict.feasible
    assert (verdict.vehicles, verdict.cost) == (1, 8.0)


@pytest.mark.parametrize(
    ("instance", "routes", "says"),
    [
        (GOOD, [(1, 3)], "not both served"),
        (GOOD, [(1, 2, 3, 4, 3)], "served twice"),
        (GOOD, [(3, 1, 2, 4)], "does not follow"),
        (GOOD, [(1, 2, 4), (3,)], "does not follow"),
        (GOOD, [(1, 3, 2, 4, 9)], "not a stop"),
        (replace(GOOD, vehicles=1), [(1, 3), (2, 4)], "2 routes for 1"),
        (replace(GOOD, capacity=1), [(1, 2, 3, 4)], "capacity 1"),
        (replace(GOOD, due=(50.0, 50.0, 50.0, 4.0, 50.0)), [(1, 2, 3, 4)], "no schedule"),
        (replace(GOOD, ride_limit=2.0), [(1, 2, 3, 4)], "no schedule"),
        (replace(GOOD, duration_limit=11.0), [(1, 2, 3, 4)], "no schedule"),
        (replace(GOOD, depot_due=11.0), [(1, 2, 3, 4)], "no schedule"),
    ],
)
def test_every_broken_rule_is_found(instance: Instance, routes: list[tuple[int, ...]], says: str) -> None:
    verdict = judge(instance, routes)
    assert not verdict.feasible
    assert any(says in fault for fault in verdict.faults), verdict.faults


def test_a_ride_limit_may_need_a_later_start() -> None:
    """Waiting on the way would make the ride too long; leaving later keeps it."""
    late = replace(GOOD, ready=(0.0, 0.0, 0.0, 20.0, 0.0), ride_limit=5.0, duration_limit=40.0)
    assert judge(late, [(1, 3), (2, 4)]).feasible
    shut = replace(late, due=(50.0, 5.0, 50.0, 50.0, 50.0))
    assert not judge(shut, [(1, 3), (2, 4)]).feasible


def test_the_command_plans_and_judges_an_instance(shared: Path) -> None:
    path = shared / "data" / "fleet" / "cordeau" / "a2-16.txt"
    command = [
        sys.executable, "-m", "benchmarks.dispatch", "--format", "cordeau", "--instance", str(path),
        "--seconds", "1", "--json",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=True)
    answer = json.loads(done.stdout)
    assert set(answer) == {"vehicles", "cost", "feasible", "routes"}
    assert answer["feasible"]
    verdict = judge(read("cordeau", path), answer["routes"])
    assert verdict.feasible
    assert verdict.cost == pytest.approx(answer["cost"])
    assert verdict.cost >= 294.25 - 0.01  # the proven optimum


def test_bad_instances_are_named(tmp_path: Path) -> None:
    for form, text in (
        ("cordeau", ""),
        ("cordeau", "2 16\n"),
        ("lilim", "25 200 x\n"),
        ("sartori", "NAME: a\n"),
    ):
        path = tmp_path / "bad.txt"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InstanceError, match=r"bad\.txt"):
            read(form, path)
    done = subprocess.run(
        [
            sys.executable, "-m", "benchmarks.dispatch", "--format", "lilim", "--instance", str(path),
            "--seconds", "1",
        ],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
