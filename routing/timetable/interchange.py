"""How one gets from vehicle to vehicle: `transfers.txt` first, streets for the rest.

A pair that `transfers.txt` names takes the time it states, whatever the map says (reference, transfers.txt):
type 2 at least `min_transfer_time`, type 1 and 0 the walking time or, without a map, none; type 3 cannot be
done. A rule for a station holds for all its platforms, one for a stop before one for its station. Rules for
single trips or routes are not applied to others.
"""

from __future__ import annotations

import numpy as np

from gtfs.model.schedule import NONE, Schedule
from routing.kernels.layout import Interchanges
from routing.ports import Footpaths

_TIMED, _MINIMUM, _IMPOSSIBLE = 1, 2, 3
_STATION = 1


def interchanges(schedule: Schedule, walks: Footpaths | None) -> Interchanges:
    """Least times between vehicles for all stops; `walks` are the street footpaths between them."""
    stops = len(schedule.stops.ids)
    paths: dict[tuple[int, int], int] = {}
    if walks is not None:
        origins = np.repeat(np.arange(stops), np.diff(walks.offsets)).tolist()
        pairs = zip(origins, walks.target.tolist(), strict=True)
        paths = dict(zip(pairs, walks.duration_s.tolist(), strict=True))
    change = np.zeros(stops, np.int32)
    for (a, b), (kind, least) in _rules(schedule).items():
        if a == b:
            change[a] = np.iinfo(np.int32).max // 2 if kind == _IMPOSSIBLE else max(least, 0)
        elif kind == _IMPOSSIBLE:
            paths.pop((a, b), None)
        elif kind == _MINIMUM:
            paths[a, b] = max(least, 0)
        elif kind == _TIMED or (a, b) not in paths:
            paths[a, b] = 0 if kind == _TIMED else paths.get((a, b), 0)
    keys = sorted(paths)
    origin = np.array([a for a, _ in keys], np.int64)
    return Interchanges(
        change_s=change,
        offsets=np.concatenate(([0], np.cumsum(np.bincount(origin, minlength=stops)))).astype(np.int32),
        target=np.array([b for _, b in keys], np.int32),
        duration_s=np.array([paths[k] for k in keys], np.int32),
    )


def _rules(schedule: Schedule) -> dict[tuple[int, int], tuple[int, int]]:
    """(stop, stop) -> (type, least seconds) with stations spread over their platforms."""
    transfers, platforms = schedule.transfers, platforms_of(schedule)
    general = (
        (transfers.from_trip == NONE)
        & (transfers.to_trip == NONE)
        & (transfers.from_route == NONE)
        & (transfers.to_route == NONE)
        & (transfers.from_stop != NONE)
        & (transfers.to_stop != NONE)
        & (transfers.type <= _IMPOSSIBLE)
    )
    rules: dict[tuple[int, int], tuple[int, int, int]] = {}
    for row in np.flatnonzero(general).tolist():
        a, b = int(transfers.from_stop[row]), int(transfers.to_stop[row])
        whole = (a in platforms) + (b in platforms)  # a rule that names stations yields to one that does not
        rule = (whole, int(transfers.type[row]), int(transfers.min_s[row]))
        for x in platforms.get(a, (a,)):
            for y in platforms.get(b, (b,)):
                if (x, y) not in rules or rules[x, y][0] >= whole:
                    rules[x, y] = rule
    return {pair: (kind, least) for pair, (_, kind, least) in rules.items()}


def platforms_of(schedule: Schedule) -> dict[int, list[int]]:
    """Station -> the stops within it where vehicles call."""
    found: dict[int, list[int]] = {}
    stops = schedule.stops
    for stop in np.flatnonzero((stops.parent != NONE) & (stops.location_type == 0)).tolist():
        station = int(stops.parent[stop])
        if stops.location_type[station] == _STATION:
            found.setdefault(station, []).append(stop)
    return found
