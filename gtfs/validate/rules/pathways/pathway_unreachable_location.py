"""Platforms that cannot be reached from an entrance, or not left by an exit."""

from __future__ import annotations

import numpy as np

from gtfs.model.schedule import I32, Bool
from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind
from gtfs.validate.rules.pathways._ends import graph_of

KIND = kind(
    "pathway_unreachable_location",
    ERROR,
    (
        "by pathways it can {state}",
        "Riders are told that there is no way to the platform, or none out of it.",
        "Add the pathways that are missing, in both directions where people walk both ways.",
    ),
    (
        "通路では「{state}」状態です",
        "のりばへ行けない、または出られないと案内されます。",
        "欠けている通路を追加してください。往来できる所は双方向にします。",
    ),
)
PLATFORM, ENTRANCE, NODE, BOARDING = 0, 2, 3, 4


def check(context: Context, report: Report) -> None:
    """Stations in which any location has a pathway."""
    stops, kinds = context.table("stops"), context.stops.kind
    graph = context.fact(graph_of)
    if not context.table("pathways").height or not stops.height:
        return
    tails = np.concatenate((graph.start, graph.end[graph.both]))
    heads = np.concatenate((graph.end, graph.start[graph.both]))
    station = _stations(context)
    concerned = np.zeros(stops.height + 1, np.bool_)
    concerned[station[np.concatenate((graph.start, graph.end))]] = True
    concerned[-1] = False
    into = _reached(tails, heads, kinds == ENTRANCE)
    out_of = _reached(heads, tails, kinds == ENTRANCE)
    _report(context, report, concerned[station], into, out_of)


def _stations(context: Context) -> I32:
    """The station of every location: itself, its parent, or its parent's parent."""
    parent = np.append(context.stops.parent, -1)
    above = np.where(context.stops.kind == 1, np.arange(len(context.stops.kind)), context.stops.parent)
    twice = np.where((context.stops.kind == BOARDING) & (parent[above] >= 0), parent[above], above)
    return twice.astype(np.int32)


def _reached(tails: I32, heads: I32, sources: Bool) -> Bool:
    """Which locations can be reached from any of the sources."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import breadth_first_order

    n = len(sources)
    first = np.flatnonzero(sources)
    rows = np.concatenate((tails, np.full(len(first), n)))
    columns = np.concatenate((heads, first))
    graph = coo_array((np.ones(len(rows), np.int8), (rows, columns)), shape=(n + 1, n + 1)).tocsr()
    order = breadth_first_order(graph, n, directed=True, return_predecessors=False)
    found = np.zeros(n + 1, np.bool_)
    found[order] = True
    return found[:-1]


def _report(context: Context, report: Report, concerned: Bool, into: Bool, out_of: Bool) -> None:
    stops, kinds = context.table("stops"), context.stops.kind
    parents = np.zeros(stops.height + 1, np.bool_)
    parents[context.stops.parent[kinds == BOARDING]] = True
    own_way = stops.choice("stop_access", -1) == 1
    judged = np.isin(kinds, (PLATFORM, NODE, BOARDING)) & ~(parents[:-1] & (kinds == PLATFORM)) & ~own_way
    bad = np.flatnonzero(judged & concerned & ~(into & out_of))

    def details(row: int) -> dict[str, object]:
        state = (
            "neither be reached nor left"
            if not into[row] and not out_of[row]
            else ("be left but not reached" if not into[row] else "be reached but not left")
        )
        return {"state": state}

    report.rows(KIND, stops, bad, "stop_id", details)
