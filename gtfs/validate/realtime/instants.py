"""What several rules look at: all instants of a moment, and messages that follow one another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gtfs.validate.realtime.seen import At, Moment, Seen

__all__ = ["instants", "pairs"]


def instants(moment: Moment) -> Iterator[tuple[At, str, int]]:
    """(where, field, value) of every instant that is given."""
    for file, message in moment.messages:
        if message.header.HasField("timestamp"):
            yield At(file, "header"), "timestamp", message.header.timestamp
    for at, entity in (*moment.updates, *moment.vehicles):
        if entity.HasField("timestamp"):
            yield at, "timestamp", entity.timestamp
    for at, _, call in moment.calls:
        for name in ("arrival", "departure"):
            if getattr(call, name).HasField("time"):
                yield at, f"{name}.time", getattr(call, name).time
    for at, alert in moment.alerts:
        for period in alert.active_period:
            for name in ("start", "end"):
                if period.HasField(name) and getattr(period, name):
                    yield at, f"active_period.{name}", getattr(period, name)


def pairs(seen: Seen) -> Iterator[tuple[str, Any, Any]]:
    """(file, message before, message now) of the files that both moments have."""
    if seen.before is not None:
        old = dict(seen.before.messages)
        for file, message in seen.now.messages:
            if file in old:
                yield file, old[file], message
