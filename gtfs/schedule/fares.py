"""Fares out of a feed's tables, with a finding for every row that cannot be used."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Literal

import numpy as np

from gtfs.errors import Problem, Severity
from gtfs.model.fares import (
    UNLIMITED,
    FareAttribute,
    FareMedium,
    FareProduct,
    FareRule,
    FareTables,
    JoinRule,
    LegRule,
    RiderCategory,
    RiderKind,
    Timeframe,
    TransferRule,
    decimals,
)
from gtfs.model.schedule import NONE
from gtfs.schedule.columns import Columns
from gtfs.schedule.feed import Feed

__all__ = ["read_fares"]

_DAY_S = 24 * 3600
_AMOUNT_MAX = Decimal(10**9)
_KINDS: dict[RiderKind, tuple[str, ...]] = {
    "child": ("child", "小児", "小人", "小学", "こども", "子ども", "子供", "儿童", "兒童", "어린이"),
    "student": ("student", "school", "pupil", "学生", "生徒", "高校", "學生", "학생"),
    "youth": ("youth", "young", "teen", "青年", "청소년"),
    "senior": ("senior", "elder", "older", "65+", "65歳", "高齢", "シニア", "敬老", "老人", "경로", "노인"),
    "adult": ("adult", "regular", "general", "大人", "おとな", "一般", "普通", "成人", "성인", "일반"),
}  # fmt: skip
"""What categories are called. A word for children comes first: 小学生 are no 学生 who pay as such."""


def read_fares(feed: Feed) -> FareTables:
    """Fares of a feed; rows that cannot be used are left out and appended to `feed.problems`."""
    problems: list[Problem] = []

    def table(name: str) -> Columns:
        return Columns(feed, name, problems)

    stops, leg_rules = table("stops"), table("fare_leg_rules")
    media, categories = tuple(_media(table("fare_media"))), tuple(_categories(table("rider_categories")))
    tables = FareTables(
        attributes=tuple(_attributes(table("fare_attributes"))),
        rules=tuple(
            FareRule(*row)
            for row in _rows(
                table("fare_rules"), "fare_id", "route_id", "origin_id", "destination_id", "contains_id"
            )
        ),
        zones=_pairs(stops, "stop_id", "zone_id"),
        products=tuple(_products(table("fare_products"))),
        leg_rules=tuple(_leg_rules(leg_rules)),
        transfer_rules=tuple(_transfer_rules(table("fare_transfer_rules"))),
        join_rules=tuple(
            JoinRule(*row)
            for row in _rows(
                table("fare_leg_join_rules"),
                "from_network_id", "to_network_id", "from_stop_id", "to_stop_id",
            )
        ),
        timeframes=tuple(_timeframes(table("timeframes"))),
        priorities="rule_priority" in leg_rules.table.columns,
        networks={
            **_pairs(table("routes"), "route_id", "network_id"),
            **_pairs(table("route_networks"), "route_id", "network_id"),
        },
        areas=_areas(table("stop_areas")),
        media={medium.id: medium.kind for medium in media},
        named_media=media,
        default_category=next((c.id for c in categories if c.default), ""),
        child_category=next((c.id for c in categories if c.kind == "child" and not c.default), ""),
        categories=categories,
    )  # fmt: skip
    feed.problems[:] = dict.fromkeys((*feed.problems, *problems))
    return tables


def _rows(columns: Columns, *names: str) -> Iterator[tuple[str, ...]]:
    return zip(*(columns.texts(name) for name in names), strict=True)


def _pairs(columns: Columns, key: str, value: str) -> dict[str, str]:
    if value not in columns.table.columns:
        return {}
    return {k: v for k, v in _rows(columns, key, value) if k and v}


def _areas(columns: Columns) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for stop, area in _rows(columns, "stop_id", "area_id"):
        if stop and area:
            found[stop] = (*found.get(stop, ()), area)
    return found


def _media(columns: Columns) -> Iterator[FareMedium]:
    kinds = columns.small("fare_media_type", range(5)).tolist()
    for (medium, name), kind in zip(_rows(columns, "fare_media_id", "fare_media_name"), kinds, strict=True):
        if medium:
            yield FareMedium(medium, name, int(kind))


def _categories(columns: Columns) -> list[RiderCategory]:
    """Where none is marked as the default the first that is called adults' is, not whichever is cheapest."""
    flags = columns.small("is_default_fare_category", (0, 1)).tolist()
    rows = list(_rows(columns, "rider_category_id", "rider_category_name", "eligibility_url"))
    kinds = [_kind(f"{category} {name}".casefold()) for category, name, _ in rows]
    if not any(flags):
        flags = [k == kinds.index("adult") if "adult" in kinds else False for k in range(len(rows))]
    return [
        RiderCategory(category, name, bool(flag), url, kind)
        for (category, name, url), kind, flag in zip(rows, kinds, flags, strict=True)
        if category
    ]


def _kind(called: str) -> RiderKind | Literal[""]:
    return next((kind for kind, words in _KINDS.items() if any(word in called for word in words)), "")


def _amounts(columns: Columns, column: str, currency: str, *, negative: bool = False) -> list[int | None]:
    """Minor units of each row, None where there is no usable amount, which is reported unless blank."""
    found: list[int | None] = []
    for text, unit in zip(columns.texts(column), columns.texts(currency), strict=True):
        try:
            amount = Decimal(text)
            usable = amount.is_finite() and abs(amount) <= _AMOUNT_MAX and (negative or amount >= 0)
            minor = amount.scaleb(decimals(unit)) if usable else None
            found.append(int(minor) if minor is not None and minor == int(minor) else None)
        except InvalidOperation:
            found.append(None)
    wrong = np.array([amount is None for amount in found], np.bool_) & columns.given(column)
    columns.report(wrong, column, "not an amount of its currency", "Write digits, as many decimals as it has")
    return found


def _attributes(columns: Columns) -> Iterator[FareAttribute]:
    prices = _amounts(columns, "price", "currency_type")
    cards = _amounts(columns, "ic_price", "currency_type", negative=True)
    transfers = columns.small("transfers", (0, 1, 2), UNLIMITED)
    durations = columns.integer("transfer_duration", UNLIMITED)
    rows = _rows(columns, "fare_id", "currency_type", "agency_id")
    for k, (fare_id, currency, agency_id) in enumerate(rows):
        price, card = prices[k], cards[k]
        if fare_id and price is not None:
            # A negative IC price says that no card is taken: then there is no price of its own either.
            own = card if card is not None and card >= 0 else None
            yield FareAttribute(
                fare_id, price, currency, int(transfers[k]), int(durations[k]), agency_id, own
            )


def _products(columns: Columns) -> Iterator[FareProduct]:
    amounts = _amounts(columns, "amount", "currency", negative=True)
    names = ("fare_product_id", "fare_product_name", "rider_category_id", "fare_media_id", "currency")
    for amount, (product, name, category, media, currency) in zip(
        amounts, _rows(columns, *names), strict=True
    ):
        if product and amount is not None:
            yield FareProduct(product, name, category, media, amount, currency)


def _leg_rules(columns: Columns) -> Iterator[LegRule]:
    names = (
        "leg_group_id", "network_id", "from_area_id", "to_area_id", "from_timeframe_group_id",
        "to_timeframe_group_id", "fare_product_id",
    )  # fmt: skip
    priority = columns.integer("rule_priority", 0)
    for row, rank in zip(_rows(columns, *names), priority.tolist(), strict=True):
        group, network, from_area, to_area, from_time, to_time, product = row
        yield LegRule(group, network, from_area, to_area, from_time, to_time, product, rank)


def _transfer_rules(columns: Columns) -> Iterator[TransferRule]:
    counts = columns.integer("transfer_count", 0, low=-1)
    limits = columns.integer("duration_limit", UNLIMITED)
    types = columns.small("duration_limit_type", range(4))
    kinds = columns.small("fare_transfer_type", range(3), NONE, Severity.ERROR)
    rows = _rows(columns, "from_leg_group_id", "to_leg_group_id", "fare_product_id")
    for k, (before, after, product) in enumerate(rows):
        if kinds[k] != NONE:
            yield TransferRule(
                before, after, int(counts[k]), int(limits[k]), int(types[k]), int(kinds[k]), product
            )


def _timeframes(columns: Columns) -> Iterator[Timeframe]:
    start, start_bad = columns.time("start_time")
    end, end_bad = columns.time("end_time")
    for k, (group, service) in enumerate(_rows(columns, "timeframe_group_id", "service_id")):
        if group and not start_bad[k] and not end_bad[k]:
            yield Timeframe(
                group,
                0 if start[k] == NONE else int(start[k]),
                _DAY_S if end[k] == NONE else int(end[k]),
                service,
            )
