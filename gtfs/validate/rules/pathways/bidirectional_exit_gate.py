"""Exit gates in both directions."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind
from gtfs.validate.rules.pathways._ends import EXIT_GATE

KIND = kind(
    "bidirectional_exit_gate",
    ERROR,
    (
        "an exit gate cannot be passed in both directions",
        "Riders are led in through a gate that only lets out.",
        "Set is_bidirectional to 0.",
    ),
    (
        "出場専用改札が双方向になっています",
        "出口専用の改札から入るよう案内してしまいます。",
        "is_bidirectional を 0 にしてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every pathway."""
    table = context.table("pathways")
    both_ways = table.choice("is_bidirectional") == 1
    gate = table.choice("pathway_mode", -1) == EXIT_GATE
    report.rows(KIND, table, np.flatnonzero(gate & both_ways), "is_bidirectional")
