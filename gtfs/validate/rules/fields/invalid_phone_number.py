"""Telephone numbers that ring nowhere."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, fields_of, kind

KIND = kind(
    "invalid_phone_number",
    ERROR,
    (
        "not a telephone number of {country}",
        "Riders who need help or a booking reach nobody.",
        "Write one number with its area code, e.g. 043-123-4567, and nothing else.",
    ),
    (
        "{country} の電話番号ではありません",
        "問い合わせや予約の電話がつながりません。",
        "043-123-4567 のように市外局番から一つだけ書いてください。",
    ),
)


@cache
def _countries() -> dict[str, str]:
    """Country by time zone, from the tz database."""
    text = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {row[2]: row[0] for row in rows}


def is_number(text: str, country: str) -> bool:
    """Whether it can be dialled from `country`; letters of dialable words count (503-238-RIDE)."""
    import phonenumbers

    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return False
    short = phonenumbers.is_possible_short_number_for_region(number, country)
    return phonenumbers.is_possible_number(number) or short


def check(context: Context, report: Report) -> None:
    """Every column of numbers, by the country of the agency's time zone; none is known, none is judged."""
    zones = context.table("agency").texts("agency_timezone")
    country = _countries().get(zones[0], "") if zones else ""
    for at in fields_of(context, "phone") if country else ():
        good = np.array([not t or is_number(t, country) for t in at.column.text.to_list()], np.bool_)
        if not good.all():
            rows = at.column.rows(~good)
            report.rows(KIND, at.table, rows, at.field.name, country=country)
