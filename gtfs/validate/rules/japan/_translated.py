"""Names of stops against all forms of translation; the old form is told, and still read."""

from __future__ import annotations

import numpy as np
import polars as pl

from gtfs.validate.context import Context
from gtfs.validate.notice import Kind, Report
from gtfs.validate.table import Table

READING = "ja-Hrkt"


def has_old_form(rows: Table) -> bool:
    """Whether translations have the form of before 2019."""
    return rows.has("trans_id", "lang", "translation")


def report_untranslated(context: Context, report: Report, kind: Kind, language: str) -> None:
    """Stops and stations with a name that has none in the language."""
    rows, stops = context.table("translations"), context.table("stops")
    if stops.has("stop_id", "stop_name"):
        named = stops.given("stop_name") & np.isin(context.stops.kind, (0, 1))
        report.rows(kind, stops, np.flatnonzero(named & ~_translated(rows, stops, language)), "stop_name")


def _translated(rows: Table, stops: Table, language: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which stops have a name in the language, by record, by value or by the old form."""
    names = stops.frame["stop_name"]
    none = np.zeros(stops.height, np.bool_)
    if rows.has("trans_id", "lang"):
        known = rows.frame.filter(pl.col("lang").str.strip_chars() == language)["trans_id"]
        return names.is_in(known.implode()).to_numpy()
    if not rows.has("table_name", "field_name", "language"):
        return none
    own = rows.frame.filter(
        (pl.col("table_name") == "stops")
        & (pl.col("field_name") == "stop_name")
        & (pl.col("language").str.strip_chars() == language)
    )
    found = none
    if "record_id" in own.columns:
        known = own["record_id"].str.strip_chars()
        found = found | stops.frame["stop_id"].str.strip_chars().is_in(known.implode()).to_numpy()
    if "field_value" in own.columns:
        found = found | names.is_in(own["field_value"].implode()).to_numpy()
    return found
