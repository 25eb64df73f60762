"""Attributions that say for nothing."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind

KIND = kind(
    "attribution_without_role",
    WARNING,
    (
        "the organisation has no role",
        "Nobody is told who made, runs or ordered the service.",
        "Set is_producer, is_operator or is_authority to 1.",
    ),
    (
        "組織の役割が書かれていません",
        "誰が作成・運行・管轄しているのかが伝わりません。",
        "is_producer、is_operator、is_authority のいずれかを 1 にしてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every row of `attributions.txt`."""
    table = context.table("attributions")
    role = np.zeros(table.height, np.bool_)
    for name in ("is_producer", "is_operator", "is_authority"):
        role |= table.choice(name) == 1
    report.rows(KIND, table, np.flatnonzero(~role), "organization_name")
