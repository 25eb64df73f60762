"""From what was wished back to what was asked: a part as a page can ask for it again, at another time."""

from __future__ import annotations

from datetime import datetime, tzinfo

from maas.api.booking.asked import (
    CycleIn,
    DeviceIn,
    OutsideIn,
    PartIn,
    ServiceIn,
    ShuttleIn,
    TransitIn,
)
from maas.api.fleet.views import RideEnd
from maas.booking.model import Part
from maas.booking.wishes import (
    CycleWish,
    DeviceWish,
    OutsideWish,
    ServiceWish,
    ShuttleWish,
    Spot,
    TransitWish,
)
from maas.journeys.model import EndView, PartyIn, Whereabouts

__all__ = ["asked_again"]


def asked_again(part: Part, zone: tzinfo) -> PartIn:
    """The question that this part answers; sent back with another time it is a change."""
    wish, label = part.wish, part.label
    match wish:
        case ShuttleWish():
            return ShuttleIn.model_validate(
                {
                    "kind": "shuttle", "label": label, "from": _ride_end(wish.origin),
                    "to": _ride_end(wish.destination), "at": _instant(wish.at_s, zone),
                    "arrive_by": wish.arrive_by, "before": part.before, "slack_s": part.slack_s,
                    "party": _party(wish), "walk_max_s": wish.walk_s_max,
                    "wheelchair_stops": wish.wheelchair_stops,
                }
            )  # fmt: skip
        case DeviceWish():
            to = None if wish.to is None else _place(wish.to)
            return DeviceIn(
                kind="device", label=label, where=_place(wish.at), to=to, at=_instant(wish.at_s, zone),
                before=part.before, slack_s=part.slack_s, device=wish.device, use_s=wish.use_s,
                handover_id=wish.handover_id,
            )  # fmt: skip
        case CycleWish():
            return CycleIn(kind="cycle", label=label, dock_id=wish.dock_id, use_s=wish.use_s)
        case TransitWish():
            return TransitIn.model_validate(
                {
                    "kind": "transit", "label": label,
                    "from": _end(wish.origin), "to": _end(wish.destination),
                    "departure": _instant(wish.depart_s, zone), "arrival": _instant(wish.arrive_s, zone),
                    "route_id": wish.route_id, "route_name": wish.route_name, "agency_name": wish.agency_name,
                    "trip_id": wish.trip_id, "service_date": wish.service_date, "party": _party(wish),
                    "after_errand": wish.errand,
                }
            )  # fmt: skip
        case ServiceWish():
            return ServiceIn(
                kind="service", label=label, slot_id=wish.slot_id, quantity=wish.quantity, waiting=""
            )
        case OutsideWish():
            return OutsideIn(
                kind="outside", label=label, offer_id=wish.offer_id, quantity=wish.quantity, slot=wish.slot
            )


def _instant(second: int | None, zone: tzinfo) -> datetime | None:
    return None if second is None else datetime.fromtimestamp(second, zone)


def _party(wish: ShuttleWish | TransitWish) -> PartyIn:
    found = wish.party
    return PartyIn(
        adults=found.adults, children=found.children, infants=found.infants, wheelchairs=found.wheelchairs,
        luggage=found.luggage, prams=found.prams, pets=found.pets,
        categories=wish.categories,
    )  # fmt: skip


def _ride_end(spot: Spot) -> RideEnd:
    if spot.stop_id:
        return RideEnd.model_validate({"shuttle_stop_id": spot.stop_id})
    return RideEnd.model_validate({"lat": spot.lat, "lon": spot.lon, "name": spot.name})


def _place(spot: Spot) -> Whereabouts:
    return Whereabouts.model_validate({"lat": spot.lat, "lon": spot.lon, "name": spot.name})


def _end(spot: Spot) -> EndView:
    return EndView(name=spot.name, lat=spot.lat, lon=spot.lon, stop_id=spot.stop_id or None)
