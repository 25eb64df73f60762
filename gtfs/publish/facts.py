"""What one wants to know of a version at a glance: rows, dates, agencies."""

from __future__ import annotations

from dataclasses import dataclass

from gtfs.schedule.feed import Feed

__all__ = ["Facts", "facts_of"]


@dataclass(frozen=True, slots=True)
class Facts:
    """Counts and dates of a feed, as its tables give them; empty where they do not."""

    rows: dict[str, int]  # file -> rows
    agencies: tuple[str, ...]
    publisher: str
    feed_version: str
    first_date: str  # YYYYMMDD
    last_date: str
    problems: int  # findings of the reader


def facts_of(feed: Feed) -> Facts:
    """The facts of a feed; nothing is judged."""
    info = feed.table("feed_info")

    def said(column: str) -> str:
        return str(info[column][0]).strip() if column in info.columns and info.height else ""

    first, last = _dates(feed)
    agency = feed.table("agency")
    names = agency["agency_name"].to_list() if "agency_name" in agency.columns else []
    return Facts(
        {f"{stem}.txt": table.height for stem, table in sorted(feed.tables.items())},
        tuple(dict.fromkeys(names)),
        said("feed_publisher_name"),
        said("feed_version"),
        said("feed_start_date") or first,
        said("feed_end_date") or last,
        len(feed.problems),
    )


def _dates(feed: Feed) -> tuple[str, str]:
    days: list[str] = []
    for stem, columns in (("calendar", ("start_date", "end_date")), ("calendar_dates", ("date",))):
        table = feed.table(stem)
        for column in columns:
            if column in table.columns and table.height:
                values = table[column].str.strip_chars()
                usual = values.filter(values.str.contains(r"^\d{8}$"))
                days += [str(usual.min()), str(usual.max())] if len(usual) else []
    return (min(days), max(days)) if days else ("", "")
