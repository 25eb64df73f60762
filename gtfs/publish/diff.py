"""Two states of a feed, table by table: which rows came, went and changed.

Rows are matched by the keys that the GTFS reference gives each table; a table without a known key is
compared as whole rows. Values are compared as they stand.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from gtfs.schedule.feed import Feed

__all__ = ["KEYS", "RowChange", "TableDiff", "diff_tables"]

SAMPLES_MAX = 20
# fmt: off
KEYS: dict[str, tuple[str, ...]] = {
    "agency": ("agency_id",), "stops": ("stop_id",), "routes": ("route_id",), "trips": ("trip_id",),
    "stop_times": ("trip_id", "stop_sequence"), "calendar": ("service_id",),
    "calendar_dates": ("service_id", "date"), "fare_attributes": ("fare_id",),
    "shapes": ("shape_id", "shape_pt_sequence"), "frequencies": ("trip_id", "start_time"),
    "transfers": ("from_stop_id", "to_stop_id", "from_trip_id", "to_trip_id", "from_route_id", "to_route_id"),
    "pathways": ("pathway_id",), "levels": ("level_id",), "feed_info": ("feed_publisher_name",),
    "translations": ("table_name", "field_name", "language", "record_id", "record_sub_id", "field_value"),
    "attributions": ("attribution_id",), "areas": ("area_id",), "networks": ("network_id",),
    "fare_media": ("fare_media_id",), "rider_categories": ("rider_category_id",),
    "booking_rules": ("booking_rule_id",), "location_groups": ("location_group_id",),
    "agency_jp": ("agency_id",), "routes_jp": ("route_id",), "office_jp": ("office_id",),
    "pattern_jp": ("jp_pattern_id",),
}
# fmt: on
"""Stem -> columns that identify a row (GTFS reference, "Primary key"; GTFS-JP for the last ones)."""
_COUNT = "__count"


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row that changed: its key, and each field with its value before and after."""

    key: dict[str, str]
    fields: dict[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class TableDiff:
    """What happened to one file. Counts are exact, samples are the first SAMPLES_MAX."""

    file: str
    added: int = 0
    removed: int = 0
    changed: int = 0
    columns_added: tuple[str, ...] = ()
    columns_removed: tuple[str, ...] = ()
    added_rows: list[dict[str, str]] = field(default_factory=list)
    removed_rows: list[dict[str, str]] = field(default_factory=list)
    changed_rows: list[RowChange] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Whether nothing happened."""
        return not (self.added or self.removed or self.changed or self.columns_added or self.columns_removed)


def diff_tables(before: Feed, after: Feed) -> list[TableDiff]:
    """Every file that differs, in the order of names; raw files count as one row."""
    found = [
        _table(stem, before.table(stem), after.table(stem))
        for stem in sorted({*before.tables, *after.tables})
        if not before.table(stem).equals(after.table(stem))
    ]
    for name in sorted({*before.raw, *after.raw}):
        old, new = before.raw.get(name), after.raw.get(name)
        if old != new:
            found.append(
                TableDiff(name, int(old is None), int(new is None), int(old is not None and new is not None))
            )
    return [d for d in found if not d.empty]


def _table(stem: str, before: pl.DataFrame, after: pl.DataFrame) -> TableDiff:
    gained = tuple(c for c in after.columns if c not in before.columns)
    lost = tuple(c for c in before.columns if c not in after.columns)
    key = [c for c in KEYS.get(stem, ()) if c in before.columns and c in after.columns]
    if key and _distinct(before, key) and _distinct(after, key):
        diff = _by_key(before, after, key, [c for c in before.columns if c in after.columns])
    else:
        diff = _by_row(before, after)
    added, removed, pairs = diff
    return TableDiff(
        f"{stem}.txt", added.height, removed.height, pairs.height, gained, lost,
        added.head(SAMPLES_MAX).to_dicts(), removed.head(SAMPLES_MAX).to_dicts(),
        [_change(row, key) for row in pairs.head(SAMPLES_MAX).iter_rows(named=True)],
    )  # fmt: skip


def _distinct(frame: pl.DataFrame, key: list[str]) -> bool:
    return frame.select(key).n_unique() == frame.height


def _by_key(
    before: pl.DataFrame, after: pl.DataFrame, key: list[str], shared: list[str]
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    added = after.join(before.select(key), on=key, how="anti", maintain_order="left")
    removed = before.join(after.select(key), on=key, how="anti", maintain_order="left")
    rest = [c for c in shared if c not in key]
    if not rest:
        return added, removed, before.clear()
    renamed = after.select(*key, *(pl.col(c).alias(f"{c}\0") for c in rest))
    pairs = before.select(*key, *rest).join(renamed, on=key, how="inner", maintain_order="left")
    differs = pl.any_horizontal(pl.col(c) != pl.col(f"{c}\0") for c in rest)
    return added, removed, pairs.filter(differs)


def _by_row(before: pl.DataFrame, after: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Rows counted: three equal ones before and two after are one removed."""
    columns = [c for c in before.columns if c in after.columns]
    if not columns:
        return after, before, before.clear()
    old = before.group_by(columns, maintain_order=True).len(_COUNT)
    new = after.group_by(columns, maintain_order=True).len(_COUNT)
    return _surplus(new, old, columns), _surplus(old, new, columns), before.clear()


def _surplus(of: pl.DataFrame, over: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    joined = of.join(over, on=columns, how="left", suffix="_over", maintain_order="left")
    more = pl.col(_COUNT).cast(pl.Int64) - pl.col(f"{_COUNT}_over").fill_null(0).cast(pl.Int64)
    kept = joined.with_columns(more.alias("__more")).filter(pl.col("__more") > 0)
    repeated = kept.select(pl.all().repeat_by("__more")).explode(kept.columns) if kept.height else kept
    return repeated.select(columns)


def _change(row: dict[str, str], key: list[str]) -> RowChange:
    fields = {
        name: (value, row[f"{name}\0"])
        for name, value in row.items()
        if name not in key and not name.endswith("\0") and value != row[f"{name}\0"]
    }
    return RowChange({name: row[name] for name in key}, fields)
