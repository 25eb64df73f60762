"""What a part asks for. Instants are epoch seconds; a wish is kept with its part and can be asked again."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from fleet.model.ride import Party

__all__ = [
    "CycleWish", "DeviceWish", "OutsideWish", "ServiceWish", "ShuttleWish", "Spot", "TransitWish", "Wish",
]  # fmt: skip


class Spot(msgspec.Struct, frozen=True):
    """A place that was resolved at the edge; `stop_id` is a stop of the shuttle or of a feed."""

    lat: float = 0.0
    lon: float = 0.0
    name: str = ""
    stop_id: str = ""


class ShuttleWish(msgspec.Struct, frozen=True, tag="shuttle", tag_field="kind"):
    """A seat in a self-driving shuttle. `at_s` None: the part that it serves says when to arrive."""

    origin: Spot
    destination: Spot
    at_s: int | None = None
    arrive_by: bool = False
    party: Party = Party()
    walk_s_max: int | None = None
    wheelchair_stops: bool = False
    categories: dict[str, int] = {}  # as of `TransitWish`: kept with the question, the shuttle's price is one


class DeviceWish(msgspec.Struct, frozen=True, tag="device", tag_field="kind"):
    """A device that comes to a place."""

    at: Spot
    to: Spot | None = None
    at_s: int | None = None
    device: str = "chair"
    use_s: int = 1800
    handover_id: str = ""


class CycleWish(msgspec.Struct, frozen=True, tag="cycle", tag_field="kind"):
    """A bike kept at a dock."""

    dock_id: str
    at_s: int | None = None
    use_s: int = 1800


class TransitWish(msgspec.Struct, frozen=True, tag="transit", tag_field="kind"):
    """A ride on a timetabled line; nothing of it is scarce, so nothing is held but its price."""

    origin: Spot
    destination: Spot
    depart_s: int
    arrive_s: int
    route_id: str = ""
    route_name: str = ""
    agency_name: str = ""
    trip_id: str = ""
    service_date: str = ""
    party: Party = Party()
    categories: dict[str, int] = {}  # of the party's adults who pay by another category, as `PartyIn` says
    errand: bool = False  # something is done between the bundle's ride before it and this one


class ServiceWish(msgspec.Struct, frozen=True, tag="service", tag_field="kind"):
    """Units of a slot of a local service."""

    slot_id: str
    quantity: int = 1
    waiting: str = ""  # the place in the slot's queue that was offered it


class OutsideWish(msgspec.Struct, frozen=True, tag="outside", tag_field="kind"):
    """Units of something whose stock a partner's system keeps."""

    offer_id: str
    quantity: int = 1
    slot: str = ""  # the partner's name of the slot, as its availability gave it


Wish: TypeAlias = ShuttleWish | DeviceWish | CycleWish | TransitWish | ServiceWish | OutsideWish
