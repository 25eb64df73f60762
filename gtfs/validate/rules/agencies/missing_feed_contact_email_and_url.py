"""Nobody to ask about the feed."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind

KIND = kind(
    "missing_feed_contact_email_and_url",
    WARNING,
    (
        "neither feed_contact_email nor feed_contact_url is given",
        "Nobody can report a mistake, so it stays.",
        "Give an address where data users can write to.",
    ),
    (
        "feed_contact_email も feed_contact_url もありません",
        "誤りに気付いた人が連絡できず、誤りが残ります。",
        "データ利用者の連絡先を書いてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every row of `feed_info.txt`."""
    info = context.table("feed_info")
    contact = info.given("feed_contact_email") | info.given("feed_contact_url")
    report.rows(KIND, info, np.flatnonzero(~contact))
