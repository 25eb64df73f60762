"""Small random feeds with every rule that the timetable knows, and questions about them."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np
from fakes.feed_text import Tables, schedule_from

from gtfs.model.schedule import Schedule
from routing.network import Network
from routing.ports import Footpaths
from routing.rides import Ends
from routing.timetable.build import build_timetable
from routing.timetable.splits import split_stops


def clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}:00"


class Dice:
    """Where random feeds take their choices from: hypothesis, which shrinks, or a seed, which is fast."""

    def __init__(self, integer: Callable[[int, int], int]) -> None:
        self.number = integer

    def pick(self, *values):
        return values[self.number(0, len(values) - 1)]


def feed_of(dice: Dice) -> Tables:
    """A few stops and trips with every rule that the timetable knows."""
    pick, number = dice.pick, dice.number
    names = "ABCDEFG"[: number(3, 7)]
    stops = [
        {
            "stop_id": name,
            "stop_lat": str(35 + number(0, 3) * 0.001),
            "stop_lon": str(140 + number(0, 3) * 0.001),
            "parent_station": pick("", "", "S"),
        }
        for name in names
    ]
    stops.append({"stop_id": "S", "location_type": "1"})
    calendar = [
        {"service_id": "daily", "days": "11111"},
        {"service_id": "some", "days": "".join(pick("0", "1") for _ in range(5))},
    ]
    trips, stop_times, frequencies = [], [], []
    for k in range(number(2, 8)):
        trip = f"t{k}"
        repeated = number(0, 7) == 0
        trips.append(
            {
                "trip_id": trip,
                "route_id": pick("R", "Q"),
                "service_id": pick("daily", "daily", "some"),
                "direction_id": pick("", "0", "1"),
                "block_id": "" if repeated else pick("", "", "b", "c"),
            }
        )
        at = pick(0, 0, 0, 1380, 1420, 2850) + number(0, 60)
        length = number(2, 5)
        for i in range(length):
            arrival = at
            at += pick(0, 0, 2)
            timed = i in (0, length - 1) or number(0, 3) > 0
            stop_times.append(
                {
                    "trip_id": trip,
                    "stop_id": pick(*names),
                    "stop_sequence": str(i),
                    "arrival_time": clock(arrival) if timed else "",
                    "departure_time": clock(at) if timed else "",
                    "pickup_type": pick("", "", "", "1", "2"),
                    "drop_off_type": pick("", "", "", "1", "3"),
                    "shape_dist_traveled": pick("", str(i * 10 + number(0, 9))),
                }
            )
            at += number(1, 12)
        if repeated:
            start = number(0, 60)
            frequencies.append(
                {
                    "trip_id": trip,
                    "start_time": clock(start),
                    "end_time": clock(start + number(1, 40)),
                    "headway_secs": str(number(3, 20) * 60),
                    "exact_times": pick("0", "1"),
                }
            )
    transfers = []
    singles = number(0, 3) == 0  # rules for single trips and routes
    for _ in range(number(0, 6)):
        kind = pick("0", "1", "2", "2", "3", "4", "4", "5")
        row = {"transfer_type": kind, "min_transfer_time": str(number(0, 9) * 60)}
        if kind in "45":
            row |= {"from_trip_id": pick(*trips)["trip_id"], "to_trip_id": pick(*trips)["trip_id"]}
        else:
            row |= {"from_stop_id": pick(*names, "S"), "to_stop_id": pick(*names, "S")}
            for side in ("from", "to"):
                if singles and number(0, 1):
                    row |= {f"{side}_trip_id": pick(*trips)["trip_id"]}
                elif singles and number(0, 1):
                    row |= {f"{side}_route_id": pick("R", "Q")}
        transfers.append(row)
    return {
        "stops": stops,
        "calendar": calendar,
        "routes": [{"route_id": "R"}, {"route_id": "Q"}],
        "trips": trips,
        "stop_times": stop_times,
        "frequencies": frequencies,
        "transfers": transfers,
    }


Question = tuple[Schedule, dict[tuple[int, int], int], dict[int, int], dict[int, int], int]


def question_of(dice: Dice) -> Question:
    """A feed, street footpaths, where one starts, where one goes, and when (seconds)."""
    pick, number = dice.pick, dice.number
    schedule = schedule_from(feed_of(dice))
    last = len(schedule.stops.ids) - 2
    pairs = [(number(0, last), number(0, last)) for _ in range(number(0, 6))]
    walks = {pair: number(0, 900) for pair in pairs if pair[0] != pair[1]}
    access = {number(0, last): number(0, 600) for _ in range(number(1, 3))}
    egress = {number(0, last): number(0, 300) for _ in range(number(1, 2))}
    return schedule, walks, access, egress, 60 * (pick(0, 0, 1380, 1410) + number(-30, 70))


def seeded(seed: int) -> Question:
    return question_of(Dice(random.Random(seed).randint))


def network_of(schedule: Schedule, walks: dict[tuple[int, int], int]) -> Network:
    stops = len(schedule.stops.ids)
    keys = sorted(walks)
    counts = np.bincount([a for a, _ in keys], minlength=stops) if keys else np.zeros(stops, np.int64)
    footpaths = Footpaths(
        offsets=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        target=np.array([b for _, b in keys], np.int32),
        duration_s=np.array([walks[k] for k in keys], np.int32),
        distance_m=np.array([walks[k] * 1.33 for k in keys]),
    )
    return Network(schedule, build_timetable(schedule, split_stops(schedule)), footpaths, None)


def ends(network: Network, of: dict[int, int]) -> Ends:
    """Of all search stops: rules for changes do not concern doors."""
    stops = [k for k, stop in enumerate(network.splits.stop_of.tolist()) if stop in of]
    seconds = [of[int(network.splits.stop_of[k])] for k in stops]
    return Ends(np.array(stops, np.int32), np.array(seconds, np.int32))
