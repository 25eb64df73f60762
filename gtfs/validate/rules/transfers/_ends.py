"""Between which stops people change."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gtfs.model.schedule import F64, Bool
from gtfs.validate.context import Context
from gtfs.validate.notice import Kind, Report
from gtfs.validate.sphere import distance_m
from gtfs.validate.table import Table

END_FIELDS = ("from_stop_id", "to_stop_id")


class Walk(NamedTuple):
    """How far it is between the two stops of every row; NaN where one is unknown."""

    metres: F64

    def tell(self, report: Report, kind: Kind, table: Table, chosen: Bool) -> None:
        """One finding per chosen row."""
        report.rows(
            kind, table, np.flatnonzero(chosen), "to_stop_id",
            lambda row: {"km": f"{self.metres[row] / 1000:.1f}"},
        )  # fmt: skip


def walks(context: Context) -> Walk:
    """Rows of `transfers.txt`."""
    table, stops = context.table("transfers"), context.table("stops")
    lat, lon = np.append(context.stops.lat, np.nan), np.append(context.stops.lon, np.nan)
    a, b = (table.find(name, stops, "stop_id") for name in END_FIELDS)
    return Walk(distance_m(lat[a], lon[a], lat[b], lon[b]))


FAR_M, LONG_M = 10_000.0, 2_000.0
