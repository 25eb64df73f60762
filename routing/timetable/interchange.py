"""How one gets from vehicle to vehicle: `transfers.txt` first, streets for the rest.

A pair that `transfers.txt` names takes the time it states, whatever the map says (reference,
transfers.txt): type 2 `min_transfer_time`; type 1 no time, since the vehicle waits; type 0 the walk, or
`min_transfer_time` if that is longer; type 3 cannot be done. A rule for a station holds for all its
platforms, one for a stop goes before one for its station. A change at one stop takes no time unless a rule
says so. Rules for single trips or routes hold for these alone and go first (`routing.timetable.splits`).

Between two vehicles a rider takes one footpath, never two in a row: footpaths need not be closed, and a
search that follows this rule is exact.
"""

from __future__ import annotations

import numpy as np

from gtfs.model.schedule import NONE, Bool, Schedule
from routing.kernels.layout import I32, I64, Interchanges
from routing.ports import Footpaths
from routing.query import DEFAULT_WALK_SPEED_M_S
from routing.street.beeline import beeline_s
from routing.timetable.splits import IMPOSSIBLE, Splits, platforms_of

_TIMED, _MINIMUM = 1, 2
NEVER_S = 1_000_000_000
"""A change that is not allowed: later than any run."""


def interchanges(
    schedule: Schedule, splits: Splits, walks: Footpaths, *, speed_m_s: float = DEFAULT_WALK_SPEED_M_S
) -> Interchanges:
    """Least times between vehicles for all search stops; `walks` are the footpaths between the stops."""
    change, key, duration, walk = _between_stops(schedule, walks, speed_m_s)
    if splits.rules:
        change, key, duration, walk = _between_copies(
            schedule, splits, change, key, duration, walk, speed_m_s
        )
    stops = len(change)
    order = np.argsort(key)
    key, duration = key[order], duration[order]
    counts = np.bincount(key // stops, minlength=stops) if len(key) else np.zeros(stops, np.int64)
    return Interchanges(
        change_s=change,
        offsets=np.concatenate(([0], np.cumsum(counts))).astype(np.int32),
        target=(key % max(stops, 1)).astype(np.int32),
        duration_s=duration.astype(np.int32),
        walk_s=walk[order].astype(np.int32),
    )


def limited(change: Interchanges, walk_s_max: int) -> Interchanges:
    """The same without longer walks. What transfers.txt names stays: whoever wrote it knows the way."""
    return _picked(change, change.walk_s <= walk_s_max)


def slackened(change: Interchanges, slack_s: int) -> Interchanges:
    """The same with more time for every change."""
    possible = change.change_s < NEVER_S
    return change._replace(
        change_s=np.where(possible, change.change_s + slack_s, change.change_s).astype(np.int32),
        duration_s=(change.duration_s + slack_s).astype(np.int32),
    )


def barred(change: Interchanges, splits: Splits, pairs: set[tuple[int, int]]) -> Interchanges:
    """The same without the ways between some pairs of stops."""
    if not pairs:
        return change
    stops = len(splits.stop_of)
    origin = splits.stop_of[np.repeat(np.arange(stops), np.diff(change.offsets))].astype(np.int64)
    key = origin * stops + splits.stop_of[change.target]
    return _picked(change, ~np.isin(key, [a * stops + b for a, b in pairs]))


def _picked(change: Interchanges, keep: Bool) -> Interchanges:
    """Some of the footpaths."""
    offsets = np.concatenate(([0], np.cumsum(keep)))[change.offsets].astype(np.int32)
    return Interchanges(
        change.change_s, offsets, change.target[keep], change.duration_s[keep], change.walk_s[keep]
    )


def _between_stops(schedule: Schedule, walks: Footpaths, speed_m_s: float) -> tuple[I32, I64, I64, I64]:
    """By the rules for stops: change times; footpaths as origin * stops + target, their seconds, and walks.

    The last is 0 where a rule of transfers.txt says that one may change.
    """
    stops = len(schedule.stops.ids)
    origin = np.repeat(np.arange(stops, dtype=np.int64), np.diff(walks.offsets))
    walked = origin * stops + walks.target
    rules = rules_between(schedule)
    pairs = np.array(list(rules), np.int64).reshape(-1, 2)
    kind, least = np.array(list(rules.values()), np.int64).reshape(-1, 2).T
    least = np.maximum(least, 0)
    from_stop, to_stop = pairs.T
    same = from_stop == to_stop

    change = np.zeros(stops, np.int32)
    change[from_stop[same]] = np.where(kind == IMPOSSIBLE, NEVER_S, np.where(kind == _TIMED, 0, least))[same]

    ruled = from_stop * stops + to_stop
    order = np.argsort(walked)
    place = np.searchsorted(walked[order], ruled)
    known = np.zeros(len(ruled), np.bool_)
    walk_s = beeline_s(schedule.stops.lat, schedule.stops.lon, from_stop, to_stop, speed_m_s)
    inside = place < len(walked)
    known[inside] = walked[order][place[inside]] == ruled[inside]
    walk_s[known] = walks.duration_s[order[place[known]]]
    stated = np.select([kind == _TIMED, kind == _MINIMUM], [0, least], np.maximum(walk_s, least))

    free = ~np.isin(walked, ruled)
    possible = ~same & (kind != IMPOSSIBLE)
    key = np.concatenate((walked[free], ruled[possible]))
    duration = np.concatenate((walks.duration_s[free], stated[possible]))
    walk = np.concatenate((walks.duration_s[free], np.zeros(int(possible.sum()), np.int32)))
    return change, key, duration.astype(np.int64), walk.astype(np.int64)


def _between_copies(
    schedule: Schedule, splits: Splits, change: I32, key: I64, duration: I64, walk: I64, speed_m_s: float
) -> tuple[I32, I64, I64, I64]:
    """The same for search stops: copies share what holds for their stop unless a rule is about them."""
    stops, search_stops = len(change), len(splits.stop_of)
    copies = splits.copies()
    walks = dict(zip(key.tolist(), duration.tolist(), strict=True))
    on_foot = dict(zip(key.tolist(), walk.tolist(), strict=True))
    walked = {divmod(k, stops): s for k, s in on_foot.items()}
    pairs = {divmod(k, stops) for k in walks if k // stops in copies or k % stops in copies}
    pairs |= {pair for rule in splits.rules for pair in rule.pairs} | {(a, a) for a in copies}
    changes = change[splits.stop_of]
    ways: dict[tuple[int, int], int] = {divmod(k, stops): s for k, s in walks.items()}
    for a, b in pairs:
        general = int(change[a]) if a == b else walks.get(a * stops + b, NEVER_S)
        for x in copies.get(a, (a,)):
            for y in copies.get(b, (b,)):
                rule = splits.rule(x, y)
                if rule is None:
                    seconds = general
                elif rule.kind == IMPOSSIBLE:
                    seconds = NEVER_S
                elif rule.kind == _TIMED:
                    seconds = 0
                elif rule.kind == _MINIMUM or a == b:
                    seconds = rule.least_s
                else:
                    straight = beeline_s(
                        schedule.stops.lat, schedule.stops.lon, np.array([a]), np.array([b]), speed_m_s
                    )
                    seconds = max(general if general < NEVER_S else int(straight[0]), rule.least_s)
                if x == y:
                    changes[x] = seconds
                elif seconds < NEVER_S:
                    ways[x, y] = seconds
                    walked[x, y] = on_foot.get(a * stops + b, 0) if rule is None else 0
                else:
                    ways.pop((x, y), None)
    return (
        changes.astype(np.int32),
        np.array([x * search_stops + y for x, y in ways], np.int64),
        np.array(list(ways.values()), np.int64),
        np.array([walked[pair] for pair in ways], np.int64),
    )


def rules_between(schedule: Schedule) -> dict[tuple[int, int], tuple[int, int]]:
    """(stop, stop) -> (type, least seconds) with stations spread over their platforms."""
    transfers, platforms = schedule.transfers, platforms_of(schedule)
    general = (
        (transfers.from_trip == NONE)
        & (transfers.to_trip == NONE)
        & (transfers.from_route == NONE)
        & (transfers.to_route == NONE)
        & (transfers.from_stop != NONE)
        & (transfers.to_stop != NONE)
        & (transfers.type <= IMPOSSIBLE)
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
