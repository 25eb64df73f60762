"""E039: A full data set deletes nothing: it leaves out."""

from __future__ import annotations

from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, error
from gtfs.validate.realtime.seen import At, Seen

__all__ = ["KIND", "check"]

KIND = error(
    "E039",
    Family.HEADER,
    "{entity}: is_deleted in a FULL_DATASET",
    "{entity}：FULL_DATASET に is_deleted があります",
)


def check(seen: Seen, report: Report) -> None:
    """A full data set deletes nothing: it leaves out."""
    for file, message in seen.now.messages:
        if message.header.incrementality == message.header.FULL_DATASET:
            for entity in message.entity:
                if entity.HasField("is_deleted"):
                    seen.found(report, KIND, At(file, entity.id), "is_deleted", entity.is_deleted)
