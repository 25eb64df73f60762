"""From what was asked to wishes: names become places, local times become instants."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from maas.api.booking.asked import (
    CycleIn,
    DeviceIn,
    JourneyIn,
    LegIn,
    OutsideIn,
    PartIn,
    PartsView,
    ServiceIn,
    ShuttleIn,
    TransitIn,
    party,
)
from maas.api.fleet.live import FleetOf
from maas.api.fleet.present import Presenter
from maas.area.open import Area
from maas.booking.draft import DraftPart
from maas.booking.wishes import (
    CycleWish,
    DeviceWish,
    OutsideWish,
    ServiceWish,
    ShuttleWish,
    Spot,
    TransitWish,
    Wish,
)
from maas.errors import BadRequest
from maas.journeys.model import EndView, Whereabouts
from maas.journeys.riders import check_categories
from maas.journeys.service import resolve

__all__ = ["Resolver"]

_OWN = {"walk", "wheelchair", "bicycle", "bike"}  # one's own legs and wheels
_PART: TypeAdapter[PartIn] = TypeAdapter(PartIn)
_OFFERED = ("shuttle", "device", "cycle")


class Resolver:
    """Turns questions into wishes for one area."""

    def __init__(self, area: Area, fleet: FleetOf) -> None:
        self._area = area
        self._fleet = fleet
        self._zone = ZoneInfo(area.manifest.timezone)

    def part(self, asked: PartIn, lang: str) -> DraftPart:
        """A part as it will be held. Raises UnknownPlace, BadRequest, NoFleet."""
        before, slack_s = getattr(asked, "before", ""), getattr(asked, "slack_s", 0)
        return DraftPart(asked.label, self._wish(asked, lang), before, slack_s if before else 0)

    def parts_of(self, journey: JourneyIn) -> PartsView:
        """What of a journey can be booked: rides, not walks."""
        made: list[PartIn] = []
        for leg in journey.legs:
            kind = _kind(leg)
            if kind is not None:
                made.append(_part(leg, kind, f"leg{len(made) + 1}", journey))
        ridden = next((part for part in made if isinstance(part, TransitIn)), None)
        if ridden is not None:
            ridden.after_errand = journey.after_errand
        if not made:
            raise BadRequest("legs: there is nothing in this journey to book; it is walked or ridden freely")
        return PartsView(parts=made)

    def _wish(self, asked: PartIn, lang: str) -> Wish:
        match asked:
            case ShuttleIn():
                return self._shuttle(asked, lang)
            case DeviceIn():
                to = None if asked.to is None else self._spot(asked.to, lang, "to")
                return DeviceWish(
                    self._spot(asked.where, lang, "where"), to, self._second(asked.at), asked.device,
                    asked.use_s, asked.handover_id,
                )  # fmt: skip
            case CycleIn():
                return CycleWish(asked.dock_id, int(self._now().timestamp()), asked.use_s)
            case TransitIn():
                check_categories(self._area, asked.party)
                return TransitWish(
                    _end(asked.origin), _end(asked.destination), int(asked.departure.timestamp()),
                    int(asked.arrival.timestamp()), asked.route_id, asked.route_name, asked.agency_name,
                    asked.trip_id, asked.service_date, party(asked.party), asked.party.categories,
                    asked.after_errand,
                )  # fmt: skip
            case ServiceIn():
                return ServiceWish(asked.slot_id, asked.quantity, asked.waiting)
            case OutsideIn():
                return OutsideWish(asked.offer_id, asked.quantity, asked.slot)

    def _shuttle(self, asked: ShuttleIn, lang: str) -> ShuttleWish:
        told = Presenter(self._fleet())
        ends = [
            told.end(where, lang, field)
            for where, field in ((asked.origin, "from"), (asked.destination, "to"))
        ]
        origin, destination = (Spot(e.lat, e.lon, e.name, e.stop_id) for e in ends)
        at_s = self._second(asked.at)
        if at_s is None and not asked.before:
            at_s = int(self._now().timestamp())
        check_categories(self._area, asked.party)
        return ShuttleWish(
            origin, destination, at_s, asked.arrive_by, party(asked.party), asked.walk_max_s,
            asked.wheelchair_stops, asked.party.categories,
        )  # fmt: skip

    def _spot(self, where: Whereabouts | str, lang: str, field: str) -> Spot:
        point = resolve(self._area, where, lang, field)
        return Spot(point.lat, point.lon, point.name)

    def _second(self, at: datetime | None) -> int | None:
        if at is None:
            return None
        if not 2000 <= at.year <= 2099:
            raise BadRequest("at: write a year from 2000 to 2099")
        return int((at if at.tzinfo else at.replace(tzinfo=self._zone)).timestamp())

    def _now(self) -> datetime:
        return datetime.now(self._zone)


def _end(view: EndView) -> Spot:
    return Spot(view.lat, view.lon, view.name, view.stop_id or "")


def _kind(leg: LegIn) -> str | None:
    """Which part a leg becomes; None: nothing is booked for it."""
    mode = leg.mode.lower()
    if mode in _OWN:
        return None
    if leg.trip_id or mode not in _OFFERED:
        return "transit"
    if mode == "cycle" and (leg.on_demand is None or not leg.on_demand.start_id):
        return None  # of no dock that anybody could keep a bike at
    return mode


def _part(leg: LegIn, kind: str, label: str, journey: JourneyIn) -> PartIn:
    use_s = min(max(60, int((leg.arrival - leg.departure).total_seconds())), 86_400)
    made: dict[str, object] = {"kind": kind, "label": label}
    match kind:
        case "shuttle":
            made |= {
                "from": _whereabouts(leg.origin), "to": _whereabouts(leg.destination), "at": leg.departure,
                "party": journey.party,
            }  # fmt: skip
        case "device":
            made |= {
                "where": _whereabouts(leg.origin), "to": _whereabouts(leg.destination), "at": leg.departure,
                "device": journey.device, "use_s": use_s,
            }  # fmt: skip
        case "cycle":
            assert leg.on_demand is not None
            made |= {"dock_id": leg.on_demand.start_id, "use_s": use_s}
        case _:
            made |= {
                "from": leg.origin, "to": leg.destination, "departure": leg.departure, "arrival": leg.arrival,
                "route_id": leg.route_id or "", "route_name": leg.route_name or "",
                "agency_name": leg.agency_name or "", "trip_id": leg.trip_id or "",
                "service_date": leg.service_date or "", "party": journey.party,
            }  # fmt: skip
    return _PART.validate_python(made)


def _whereabouts(view: EndView) -> dict[str, object]:
    return {"lat": view.lat, "lon": view.lon, "name": view.name}
