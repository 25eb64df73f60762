"""Columns of numbers, and which of their values are none."""

from __future__ import annotations

import numpy as np

from gtfs.model.schedule import Bool
from gtfs.validate.context import Context
from gtfs.validate.rules._common import Typed, fields_of

WHOLE = ("integer", "enum")
DECIMAL = ("float", "latitude", "longitude")
_WHOLE = r"^[+-]?[0-9]+$"


def numbers_of(context: Context) -> list[tuple[Typed, Bool]]:
    """Every column of numbers with its distinct values that are no such numbers; enumerations are whole ones."""
    found = []
    for at in fields_of(context, *WHOLE, *DECIMAL):
        if at.field.type in WHOLE:
            good = at.column.text.str.contains(_WHOLE).to_numpy()
        else:
            good = ~np.isnan(at.column.numbers)
        found.append((at, ~good & ~at.column.blank))
    return found
