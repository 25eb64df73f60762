"""Addresses that no mail reaches."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, fields_of, kind, report_values
from gtfs.validate.rules.fields._addresses import is_email

KIND = kind(
    "invalid_email",
    ERROR,
    (
        "not an e-mail address",
        "Riders' questions come back undelivered.",
        "Write one address, e.g. info@example.jp.",
    ),
    (
        "メールアドレスではありません",
        "利用者の問い合わせが届きません。",
        "info@example.jp のようにアドレスを一つ書いてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every column of e-mail addresses."""
    for at in fields_of(context, "email"):
        good = np.array([not t or is_email(t) for t in at.column.text.to_list()], np.bool_)
        report_values(report, KIND, at, ~good)
