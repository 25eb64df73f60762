"""Which locations pathways join."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from gtfs.model.schedule import I32, I64, Bool
from gtfs.validate.context import Context
from gtfs.validate.table import NONE

ELEVATOR, EXIT_GATE = 5, 7
END_FIELDS = ("from_stop_id", "to_stop_id")


def ends_of(context: Context) -> Iterator[tuple[str, I32, I64]]:
    """Per end of the pathways its field, its row of stops.txt (NONE) and its location_type (NONE)."""
    table, stops = context.table("pathways"), context.table("stops")
    for name in END_FIELDS:
        end = table.find(name, stops, "stop_id")
        yield name, end, np.append(context.stops.kind, NONE)[end]


class Graph(NamedTuple):
    """Pathways with two known and different ends; arrays of shape (pathways,)."""

    start: I32  # row of stops.txt
    end: I32
    both: Bool  # passable in both directions


def graph_of(context: Context) -> Graph:
    """The pathways as edges."""
    table, stops = context.table("pathways"), context.table("stops")
    start, end = (table.find(name, stops, "stop_id") for name in END_FIELDS)
    known = (start >= 0) & (end >= 0) & (start != end)
    both = table.choice("is_bidirectional") == 1
    return Graph(start[known], end[known], both[known])
