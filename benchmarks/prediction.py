"""How well arrivals are predicted: `python -m benchmarks.prediction [--feed F] [--days N] [--seed S]`.

A simulated world over a real timetable (`gtfs.realtime.avl.simulate`): the predictor watches some days
through the vehicles' radios, then predicts one more, minute by minute, and every prediction is held against
the truth. Beside it on the same day: the timetable as it stands, and the timetable moved by the vehicle's
delay of now.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from gtfs.realtime.apply import Timetable
from gtfs.realtime.avl.match import Fix, Matcher
from gtfs.realtime.avl.predict import Predictor
from gtfs.realtime.avl.simulate import Run, World
from gtfs.schedule.reader import read_feed
from gtfs.schedule.typed import to_schedule

HORIZONS = ((0, 120), (120, 300), (300, 600), (600, 1200), (1200, 1800))
FIRST_DAY = 20_776  # 2026-11-19, a Thursday; the holiday of the 23rd and the weekend are left out
DAYS = (20_770, 20_771, 20_772, 20_773, 20_776, 20_777, 20_782)  # weekdays before 2026-11-25, and that day
METHODS = ("timetable", "constant delay", "ours")


def measure(timetable: Timetable, learn_days: int, seed: int, *, told: bool) -> dict[str, object]:
    """Mean absolute errors in seconds by horizon and method, and how often trips were guessed right."""
    world = World(timetable, seed)
    predictor = Predictor(timetable, world.tracks)
    for day in DAYS[-1 - learn_days : -1]:
        matcher = Matcher(timetable)
        for report in world.reports(world.day(day), day):
            fix = matcher.heard(report)
            if fix is not None:
                predictor.watch(fix)
    runs = world.day(DAYS[-1])
    truth = {(run.trip, run.day): run for run in runs}
    running = {(run.vehicle_id, run.trip): run for run in runs}
    errors: dict[tuple[str, tuple[int, int]], list[float]] = defaultdict(list)
    matched, right, unmatched = 0, 0, 0
    matcher = Matcher(timetable)
    asked: dict[str, int] = {}
    for report in world.reports(runs, DAYS[-1], told=told):
        fix = matcher.heard(report)
        if fix is None:
            unmatched += 1
            continue
        matched += 1
        true = running.get((fix.vehicle_id, fix.trip))
        right += true is not None and true.departure[0] - 90 <= fix.at_s <= true.arrival[-1] + 60
        predictor.watch(fix)
        if fix.at_s - asked.get(fix.vehicle_id, 0) >= 60 and true is not None:
            asked[fix.vehicle_id] = fix.at_s
            for method, horizon, error in judged(timetable, predictor, fix, truth[fix.trip, fix.day]):
                errors[method, horizon].append(error)
    table = {
        f"{low // 60}-{high // 60} min": {
            **{name: round(float(np.mean(errors[name, (low, high)])), 1) for name in METHODS},
            "predictions": len(errors["ours", (low, high)]),
        }
        for low, high in HORIZONS
    }
    whole = {
        name: round(float(np.mean(np.concatenate([errors[name, h] for h in HORIZONS]))), 1)
        for name in METHODS
    }
    share = float(right) / max(matched, 1)
    return {
        "runs": len(runs), "horizons": table, "all": whole, "trips_right": round(share, 4),
        "reports_without_trip": unmatched, "reports": matched + unmatched,
    }  # fmt: skip


def judged(
    timetable: Timetable, predictor: Predictor, fix: Fix, true: Run
) -> Iterator[tuple[str, tuple[int, int], float]]:
    """(method, horizon, absolute error) of every call that is still to come."""
    calls = [call for call in predictor.ahead(fix) if true.arrival[call.row] > fix.at_s]
    if not calls:
        return
    delay = current_delay(timetable, predictor, fix)
    for call in calls:
        ahead = true.arrival[call.row] - fix.at_s
        horizon = next((h for h in HORIZONS if h[0] <= ahead < h[1]), None)
        if horizon is None or call.row == 0:
            continue
        arrives = float(true.arrival[call.row])
        yield "timetable", horizon, abs(call.planned_s - arrives)
        yield "constant delay", horizon, abs(max(call.planned_s + delay, fix.at_s) - arrives)
        yield "ours", horizon, abs(call.arrival_s - arrives)


def current_delay(timetable: Timetable, predictor: Predictor, fix: Fix) -> float:
    """How late the vehicle is where it is; before its first departure not at all unless that is past."""
    track = predictor.tracks.of(fix.trip)
    arrival, departure = predictor.times(fix.trip)
    clock = np.column_stack((arrival, departure)).ravel()
    place = np.repeat(track.stop_m, 2) + np.tile((0.0, 0.01), len(arrival))
    due = timetable.zero_s(fix.day) + float(np.interp(fix.along_m, place, clock))
    return max(fix.at_s - due, 0.0) if fix.along_m < 30 else fix.at_s - due


def main() -> None:
    """Measure, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument(
        "--feed", type=Path, default=Path("../shared/data/japan/keisei_bus_chiba_west.gtfs.zip")
    )
    options.add_argument("--days", type=int, default=5, help="days to learn from, at most 6")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--guess", action="store_true", help="vehicles do not say which trip they run")
    options.add_argument("--json", action="store_true")
    asked = options.parse_args()
    timetable = Timetable(to_schedule(read_feed(asked.feed)))
    figures = measure(timetable, asked.days, asked.seed, told=not asked.guess)
    if asked.json:
        print(json.dumps(figures))
        return
    print("| horizon | timetable only | constant delay | ours | predictions |\n|---|---|---|---|---|")
    for name, row in figures.pop("horizons").items():  # type: ignore[attr-defined]
        values = [*(f"{row[method]:.0f} s" for method in METHODS), f"{row['predictions']:,}"]
        print(f"| {name} | {' | '.join(values)} |")
    print(figures)


if __name__ == "__main__":
    main()
