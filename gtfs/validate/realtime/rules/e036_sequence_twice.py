"""E036: Each call is told once."""

from __future__ import annotations

import itertools

from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, error
from gtfs.validate.realtime.seen import Seen

__all__ = ["KIND", "check"]

KIND = error(
    "E036",
    Family.CALLS,
    "{entity}: stop_sequence {value} twice in a row",
    "{entity}：stop_sequence {value} が続けて二度あります",
)


def check(seen: Seen, report: Report) -> None:
    """Each call is told once."""
    for at, update in seen.now.updates:
        for a, b in itertools.pairwise(update.stop_time_update):
            both = a.HasField("stop_sequence") and b.HasField("stop_sequence")
            if both and a.stop_sequence == b.stop_sequence:
                seen.found(report, KIND, at, "stop_sequence", b.stop_sequence)
