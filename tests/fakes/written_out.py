"""Random feeds whose vehicles are hailed on the way, and the same with every such place as a stop."""

from __future__ import annotations

import math
import random

import numpy as np
from fakes.feed_text import Tables
from fakes.random_feeds import Dice, feed_of

from gtfs.model.schedule import Schedule
from routing.street.graph import step_m
from routing.timetable.interpolate import filled_times

M_PER_DEGREE = 111_195.0


def written_out(tables: Tables, schedule: Schedule) -> Tables:
    """The same feed with a stop of its own at every point where one may be hailed; by other means."""
    arrival, departure = filled_times(schedule)
    lat = {s["stop_id"]: float(s.get("stop_lat") or 35) for s in tables["stops"]}
    lon = {s["stop_id"]: float(s.get("stop_lon") or 140) for s in tables["stops"]}
    middle = sum(float(p["shape_pt_lat"]) for p in tables["shapes"]) / len(tables["shapes"])
    east = math.cos(math.radians(middle)) * M_PER_DEGREE
    extra: list[tuple[float, float]] = []
    rows = []
    for k, trip in enumerate(schedule.trips.ids):
        calls = [r for r in tables["stop_times"] if r["trip_id"] == trip]
        base = int(schedule.stop_times.offsets[k])
        for i, row in enumerate(calls):
            times = {"arrival_time": clock(arrival[base + i]), "departure_time": clock(departure[base + i])}
            rows.append(row | times | {"stop_sequence": str(1000 * i), "shape_dist_traveled": ""})
            if i + 1 == len(calls):
                continue
            pick, drop = row.get("continuous_pickup") or "1", row.get("continuous_drop_off") or "1"
            if pick == drop == "1":
                continue
            a, b = float(row["shape_dist_traveled"]), float(calls[i + 1]["shape_dist_traveled"])
            ends_at = [(lat[c["stop_id"]], lon[c["stop_id"]]) for c in (row, calls[i + 1])]
            marks = [150 * n for n in range(1000) if a + 40 <= 150 * n <= b - 40]
            last = None
            for n, mark in enumerate(marks):
                share = (mark - a) / (b - a)
                at = tuple(p + share * (q - p) for p, q in zip(*ends_at, strict=True))
                gaps = [math.hypot((x[0] - at[0]) * M_PER_DEGREE, (x[1] - at[1]) * east) for x in extra]
                if not gaps or min(gaps) > 30:
                    extra.append(at)
                    gaps.append(0.0)
                stop = gaps.index(min(gaps))
                if stop == last:
                    continue
                last = stop
                span = int(arrival[base + i + 1]) - int(departure[base + i])
                moment = clock(int(departure[base + i]) + math.floor(share * span))
                rows.append({
                    "trip_id": trip, "stop_id": f"x{stop}", "stop_sequence": str(1000 * i + 1 + n),
                    "arrival_time": moment, "departure_time": moment, "pickup_type": pick,
                    "drop_off_type": drop,
                })  # fmt: skip
    more = [{"stop_id": f"x{k}", "stop_lat": str(x), "stop_lon": str(y)} for k, (x, y) in enumerate(extra)]
    return tables | {"stop_times": rows, "stops": [*tables["stops"], *more]}


def clock(seconds: int) -> str:
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def hailed_feed(seed: int) -> Tables:
    """A random feed whose trips drive straight from stop to stop, some of the way to be hailed."""
    rng = random.Random(seed)
    tables = feed_of(Dice(rng.randint))
    for k, stop in enumerate(tables["stops"]):
        stop["stop_lat"], stop["stop_lon"] = str(35 + rng.randint(0, 40) / 2000), str(140 + k / 250)
    at = {s["stop_id"]: (float(s["stop_lat"]), float(s["stop_lon"])) for s in tables["stops"]}
    tables["shapes"] = []
    for trip in tables["trips"]:
        trip["shape_id"] = trip["trip_id"]
        far = 0.0
        before = None
        for i, row in enumerate(r for r in tables["stop_times"] if r["trip_id"] == trip["trip_id"]):
            while row["stop_id"] == before:
                row["stop_id"] = rng.choice([s for s in at if s != "S"])
            here = at[row["stop_id"]]
            if before is not None:
                far += float(step_m(*(np.array(c) for c in zip(at[before], here, strict=True)))[0])
            before = row["stop_id"]
            row["shape_dist_traveled"] = repr(far)
            row["continuous_pickup"] = rng.choice(("", "0", "2", "3", "1"))
            row["continuous_drop_off"] = rng.choice(("", "0", "2", "3", "1"))
            tables["shapes"].append({
                "shape_id": trip["trip_id"], "shape_pt_sequence": str(i), "shape_pt_lat": str(here[0]),
                "shape_pt_lon": str(here[1]), "shape_dist_traveled": repr(far),
            })  # fmt: skip
    return tables
