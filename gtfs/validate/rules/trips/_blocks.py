"""What one vehicle runs in a day."""

from __future__ import annotations

import numpy as np

from gtfs.model.schedule import I64
from gtfs.validate.context import Context
from gtfs.validate.table import NONE


def blocks(context: Context) -> I64:
    """Number of the block per row of `trips.txt`, NONE without one."""
    column = context.table("trips").column("block_id")
    ranks = column.text.rank("dense").to_numpy().astype(np.int64)
    numbers: I64 = np.where(column.blank, NONE, ranks)[column.codes]
    return numbers
