"""Distinct texts into numbers, dates and times, at once for a whole column."""

from __future__ import annotations

import numpy as np
import polars as pl

from gtfs.model.schedule import F64, I64

BLANK = np.iinfo(np.int64).min
WRONG = BLANK + 1
"""Both lie far below every date and time, so `values > WRONG` means given and right."""
_TIME = r"^([0-9]{1,3}):([0-5][0-9]):([0-5][0-9])$"
_DATE = r"^[0-9]{8}$"
_NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"


def seconds(texts: pl.Series) -> I64:
    """`H:MM:SS` in seconds; BLANK or WRONG."""
    parts = pl.DataFrame({"t": texts}).select(
        pl.col("t"),
        h=pl.col("t").str.extract(_TIME, 1).cast(pl.Int64, strict=False),
        m=pl.col("t").str.extract(_TIME, 2).cast(pl.Int64, strict=False),
        s=pl.col("t").str.extract(_TIME, 3).cast(pl.Int64, strict=False),
    )
    total = (parts["h"] * 3600 + parts["m"] * 60 + parts["s"]).fill_null(WRONG).to_numpy()
    return np.where((texts == "").to_numpy(), BLANK, total)


def days(texts: pl.Series) -> I64:
    """`YYYYMMDD` in days since 1970-01-01; BLANK or WRONG."""
    plain = pl.select(pl.when(texts.str.contains(_DATE)).then(texts)).to_series()
    dates = plain.str.to_date("%Y%m%d", strict=False).to_physical().cast(pl.Int64)
    return np.where((texts == "").to_numpy(), BLANK, dates.fill_null(WRONG).to_numpy())


def numbers(texts: pl.Series) -> F64:
    """Decimal numbers; NaN if blank or none. `inf` and `nan` are words, not numbers."""
    plain = pl.select(pl.when(texts.str.contains(_NUMBER)).then(texts)).to_series()
    found: F64 = plain.cast(pl.Float64, strict=False).fill_null(np.nan).to_numpy().astype(np.float64)
    return np.where(np.isfinite(found), found, np.nan)
