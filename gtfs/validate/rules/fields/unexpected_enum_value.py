"""Values out of a list that are not in it."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.facts import JP_CHOICES
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, fields_of, kind

KIND = kind(
    "unexpected_enum_value",
    WARNING,
    (
        "not one of the values that GTFS has for {field}: {choices}",
        "Apps fall back to a default: a wrong symbol, a stop that seems not to be served.",
        "Use one of the values named.",
    ),
    (
        "{field} に使える値({choices})ではありません",
        "既定値とみなされ、車種や乗降の可否が誤って案内されます。",
        "示された値のいずれかを書いてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every enumeration; what is no whole number is reported as `invalid_integer`."""
    for at in fields_of(context, "enum"):
        values = at.column.numbers
        whole = np.isfinite(values) & (values == np.round(values))
        allowed = at.field.choices
        if context.profile == "gtfs-jp-v4":
            allowed = JP_CHOICES.get((at.table.name, at.field.name), allowed)
        bad = whole & ~np.isin(values, list(allowed))
        if bad.any():
            choices = ", ".join(map(str, sorted(allowed)))
            report.rows(KIND, at.table, at.column.rows(bad), at.field.name, choices=choices)
