"""Points of a shape against the points before them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gtfs.model.schedule import F64, I64, Bool
from gtfs.validate.context import Context
from gtfs.validate.notice import Kind, Report
from gtfs.validate.sphere import distance_m
from gtfs.validate.table import Table


class Repeated(NamedTuple):
    """Points whose distance is that of the point before; arrays of shape (points,)."""

    rows: I64  # row of shapes.txt
    metres: F64  # from the point before
    same: Bool  # the very same position

    def tell(self, report: Report, kind: Kind, shapes: Table, chosen: Bool) -> None:
        """One finding per chosen point."""
        away = dict(zip(self.rows.tolist(), self.metres.tolist(), strict=True))
        report.rows(
            kind, shapes, self.rows[chosen], "shape_dist_traveled", lambda row: {"metres": f"{away[row]:.2f}"}
        )


NEAR_M = 1.11
"""Up to here it is a matter of decimals."""


def repeated(context: Context) -> Repeated:
    """All shapes in the order of travel."""
    lines = context.lines
    equal = np.flatnonzero(~lines.first[1:] & (np.diff(lines.dist) == 0)) + 1
    lat, lon = lines.lat, lines.lon
    metres = distance_m(lat[equal - 1], lon[equal - 1], lat[equal], lon[equal])
    same = (lat[equal] == lat[equal - 1]) & (lon[equal] == lon[equal - 1])
    return Repeated(lines.rows[equal], metres, same)
