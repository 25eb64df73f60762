"""The files of GTFS-JP alone: keys, references, dates, postal codes."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind
from gtfs.validate.rules.fields.missing_values import REQUIRED
from gtfs.validate.rules.fields.times import DATE
from gtfs.validate.rules.files.duplicate_key import KIND as DUPLICATE
from gtfs.validate.rules.files.foreign_key import KIND as FOREIGN
from gtfs.validate.table import Table
from gtfs.validate.values import WRONG

POSTAL = kind(
    "jp_invalid_postal_code", WARNING,
    ("a postal code has seven digits", "Letters to the company come back.", "Write seven digits without a hyphen."),
    ("郵便番号は7桁の数字です", "郵便が届きません。", "ハイフンなしの7桁で書いてください。"),
)  # fmt: skip
KINDS = (POSTAL, REQUIRED, DATE, DUPLICATE, FOREIGN)
PROFILES = ("gtfs-jp-v3", "gtfs-jp-v4")
_KEYS = {
    "agency_jp": "agency_id",
    "office_jp": "office_id",
    "pattern_jp": "jp_pattern_id",
    "routes_jp": "route_id",
}
_REFERENCES = (
    ("agency_jp", "agency_id", "agency", "agency_id"),
    ("routes_jp", "route_id", "routes", "route_id"),
    ("trips", "jp_office_id", "office_jp", "office_id"),
    ("trips", "jp_pattern_id", "pattern_jp", "jp_pattern_id"),
)


def check(context: Context, report: Report) -> None:
    """Every file by its key, then what refers to it."""
    first_of: dict[str, dict[str, int]] = {}
    for name, key in _KEYS.items():
        table = context.table(name)
        if not table.has(key):
            continue
        given = table.given(key)
        report.rows(REQUIRED, table, np.flatnonzero(~given), key)
        own = table.frame[key].str.strip_chars()
        again = np.flatnonzero((~own.is_first_distinct()).to_numpy() & given)

        def known(row: int, table: Table = table, key: str = key) -> dict[str, object]:
            text = table.text(row, key)
            return {"key": f"{key}={text!r}", "first": table.line(first_of[table.name][text])}

        first_of[name] = dict(table.first_rows(key).iter_rows())
        report.rows(DUPLICATE, table, again, key, known)
        report.rows(
            DATE, table, np.flatnonzero(table.days("route_update_date") == WRONG), "route_update_date"
        )
    offices = context.table("office_jp")
    report.rows(REQUIRED, offices, np.flatnonzero(~offices.given("office_name")), "office_name")
    for name, field, parent, key in _REFERENCES:
        table = context.table(name)
        missing = table.given(field) & (table.find(field, context.table(parent), key) < 0)
        report.rows(FOREIGN, table, np.flatnonzero(missing), field, parent=f"{parent}.txt: {key}")
    agency = context.table("agency_jp")
    if agency.has("agency_zip_number"):
        codes = agency.frame["agency_zip_number"].str.strip_chars()
        wrong = ~codes.str.contains("^[0-9]{7}$") & (codes != "")
        report.rows(POSTAL, agency, np.flatnonzero(wrong.to_numpy()), "agency_zip_number")
