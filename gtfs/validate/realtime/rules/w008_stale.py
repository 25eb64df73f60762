"""W008: A message is not older than a minute."""

from __future__ import annotations

from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, warning
from gtfs.validate.realtime.seen import Seen

__all__ = ["KIND", "check"]

KIND = warning(
    "W008",
    Family.HEADER,
    "the message is {value} s old",
    "メッセージが {value} 秒前のものです",
)
AGE_S_MAX = 65


def check(seen: Seen, report: Report) -> None:
    """A message is not older than a minute."""
    for file, message in seen.now.messages:
        age = seen.now_s - message.header.timestamp
        if message.header.timestamp and age > AGE_S_MAX:
            report.add(KIND, file, 0, "header.timestamp", age, entity="")
