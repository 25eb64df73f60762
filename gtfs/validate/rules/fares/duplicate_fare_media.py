"""Media that riders cannot tell apart."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind

KIND = kind(
    "duplicate_fare_media",
    WARNING,
    (
        "same name and type as the medium on line {first}",
        "Riders see the same ticket or card twice.",
        "Keep one of them.",
    ),
    (
        "{first} 行目の媒体と名称・種別が同じです",
        "同じ券やカードが二つ表示されます。",
        "一つだけ残してください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Media by name and type."""
    media = context.table("fare_media")
    names, types = media.texts("fare_media_name"), media.choice("fare_media_type", -1).tolist()
    keys = list(zip(names, types, strict=True))
    first: dict[tuple[str, int], int] = {}
    twice = [row for row, key in enumerate(keys) if key[0] and first.setdefault(key, row) != row]
    report.rows(KIND, media, twice, "fare_media_name", lambda row: {"first": media.line(first[keys[row]])})
