"""Nodes at which the way ends."""

from __future__ import annotations

import numpy as np

from gtfs.model.schedule import I64
from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind
from gtfs.validate.rules.pathways._ends import graph_of

KIND = kind(
    "pathway_dangling_generic_node",
    WARNING,
    (
        "only one other location is joined to the node",
        "It is a dead end: a part of the way is missing.",
        "Join it to the next location, or remove it.",
    ),
    (
        "通路点が一か所にしかつながっていません",
        "行き止まりです。通路の一部が欠けています。",
        "次の場所につなぐか、削除してください。",
    ),
)
NODE = 3


def check(context: Context, report: Report) -> None:
    """Nodes by the locations that pathways join them to."""
    stops = context.table("stops")
    graph = context.fact(graph_of)
    pairs = np.unique(np.sort(np.stack((graph.start, graph.end), axis=1), axis=1), axis=0)
    joined: I64 = np.bincount(pairs.ravel(), minlength=stops.height)
    report.rows(KIND, stops, np.flatnonzero((context.stops.kind == NODE) & (joined == 1)), "stop_id")
