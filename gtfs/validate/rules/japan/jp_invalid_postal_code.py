"""Postal codes that are none."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.facts import JP_PROFILES
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind

KIND = kind(
    "jp_invalid_postal_code",
    WARNING,
    (
        "a postal code has seven digits",
        "Letters to the company come back.",
        "Write seven digits without a hyphen.",
    ),
    ("郵便番号は7桁の数字です", "郵便が届きません。", "ハイフンなしの7桁で書いてください。"),
)
PROFILES = JP_PROFILES


def check(context: Context, report: Report) -> None:
    """Companies of `agency_jp.txt`."""
    agency = context.table("agency_jp")
    if agency.has("agency_zip_number"):
        codes = agency.frame["agency_zip_number"].str.strip_chars()
        wrong = ~codes.str.contains("^[0-9]{7}$") & (codes != "")
        report.rows(KIND, agency, np.flatnonzero(wrong.to_numpy()), "agency_zip_number")
