"""Fares of one feed as it states them: GTFS-Fares V1 with GTFS-JP's IC prices, and GTFS-Fares V2.

Identifiers are those of the feed; `""` means that the feed leaves a field blank. Amounts are minor units of
their currency. Read by `gtfs.schedule.fares`, used by `routing.fares`.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

RiderKind: TypeAlias = Literal["adult", "child", "youth", "student", "senior"]
"""What riders are, whatever a feed calls them."""

UNLIMITED = -1
"""Transfers, or a time, without a limit."""

# ISO 4217; all others have two.
_ZERO_DECIMALS = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF"}
    | {"XOF", "XPF"}
)
_THREE_DECIMALS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})


def decimals(currency: str) -> int:
    """Digits after the point of an ISO 4217 currency."""
    return 0 if currency in _ZERO_DECIMALS else 3 if currency in _THREE_DECIMALS else 2


class FareAttribute(msgspec.Struct, frozen=True):
    """`fare_attributes.txt`: a fare class."""

    id: str
    price_minor: int
    currency: str
    transfers: int  # UNLIMITED if blank
    transfer_s: int  # time from the first boarding to the last one; UNLIMITED if blank
    agency_id: str
    ic_price_minor: int | None = None  # GTFS-JP `ic_price`; None: the card pays the same


class FareRule(msgspec.Struct, frozen=True):
    """`fare_rules.txt`: where a fare class is valid; a blank field matches everything."""

    fare_id: str
    route_id: str
    origin: str
    destination: str
    contains: str


class FareProduct(msgspec.Struct, frozen=True):
    """`fare_products.txt`: what can be bought, for whom and on what."""

    id: str
    name: str
    rider_category: str
    media: str
    amount_minor: int
    currency: str


class RiderCategory(msgspec.Struct, frozen=True):
    """`rider_categories.txt`: riders who share a price."""

    id: str
    name: str
    default: bool = False  # of people who say nothing else
    url: str = ""  # who may claim it, and with which proof
    kind: RiderKind | Literal[""] = ""  # by what it is called, the table has no field for it


class FareMedium(msgspec.Struct, frozen=True):
    """`fare_media.txt`: what carries a ticket."""

    id: str
    name: str
    kind: int  # fare_media_type: 0 none, 1 paper, 2 transit card, 3 bank card, 4 app


class LegRule(msgspec.Struct, frozen=True):
    """`fare_leg_rules.txt`: the product that a leg takes."""

    leg_group: str
    network: str
    from_area: str
    to_area: str
    from_timeframe: str
    to_timeframe: str
    product_id: str
    priority: int


class TransferRule(msgspec.Struct, frozen=True):
    """`fare_transfer_rules.txt`: what it costs to go on."""

    from_group: str
    to_group: str
    count: int  # UNLIMITED, or how many transfers it spans; 0 where the feed gives none
    limit_s: int  # UNLIMITED if blank
    limit_type: int  # 0..3, which ends of the two legs the limit lies between
    kind: int  # 0: A + AB, 1: A + AB + B, 2: AB
    product_id: str  # "" costs nothing


class JoinRule(msgspec.Struct, frozen=True):
    """`fare_leg_join_rules.txt`: two legs that count as one."""

    from_network: str
    to_network: str
    from_stop: str
    to_stop: str


class Timeframe(msgspec.Struct, frozen=True):
    """`timeframes.txt`: [start_s, end_s) of the local day, on the days of a service."""

    group: str
    start_s: int
    end_s: int
    service_id: str


class FareTables(msgspec.Struct, frozen=True):
    """All that a feed says of fares. V2 is used where the feed has any leg rule, else V1."""

    attributes: tuple[FareAttribute, ...] = ()
    rules: tuple[FareRule, ...] = ()
    zones: dict[str, str] = {}  # stop -> zone_id
    products: tuple[FareProduct, ...] = ()
    leg_rules: tuple[LegRule, ...] = ()
    transfer_rules: tuple[TransferRule, ...] = ()
    join_rules: tuple[JoinRule, ...] = ()
    timeframes: tuple[Timeframe, ...] = ()
    priorities: bool = False  # whether fare_leg_rules.txt has the column rule_priority
    networks: dict[str, str] = {}  # route -> network
    areas: dict[str, tuple[str, ...]] = {}  # stop or station -> areas
    media: dict[str, int] = {}  # fare_media_id -> fare_media_type
    named_media: tuple[FareMedium, ...] = ()  # the same, with their names
    default_category: str = ""  # rider category of people who say nothing else
    child_category: str = ""  # rider category of children; "": the feed has none
    categories: tuple[RiderCategory, ...] = ()

    def category(self, said: str) -> str:
        """The feed's category that a rider means by its id or by a word of `RiderCategory.kind`; "": none."""
        wanted = said.casefold()
        named = [c.id for c in self.categories if c.id.casefold() == wanted]
        return next(iter(named), self.child_category if wanted == "child" else self._of_kind(wanted))

    def _of_kind(self, kind: str) -> str:
        return next((c.id for c in self.categories if c.kind == kind and not c.default), "")

    def __bool__(self) -> bool:
        """Whether there is anything that a fare can be worked out from."""
        return bool(self.attributes or self.leg_rules)
