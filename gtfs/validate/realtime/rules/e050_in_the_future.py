"""E050: What was measured was measured before now."""

from __future__ import annotations

from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, error
from gtfs.validate.realtime.seen import At, Seen

__all__ = ["KIND", "check"]

KIND = error(
    "E050",
    Family.TIME,
    "{entity}: timestamp {value} lies in the future",
    "{entity}：timestamp {value} が未来です",
)
TOLERANCE_S = 60
PLAUSIBLE = 4_102_444_800  # beyond it is no POSIX time: E001


def check(seen: Seen, report: Report) -> None:
    """What was measured was measured before now."""
    told = [(At(file, ""), message.header.timestamp) for file, message in seen.now.messages]
    told += [(at, entity.timestamp) for at, entity in (*seen.now.updates, *seen.now.vehicles)]
    for at, value in told:
        if seen.now_s + TOLERANCE_S < value <= PLAUSIBLE:
            seen.found(report, KIND, at, "timestamp", value)
