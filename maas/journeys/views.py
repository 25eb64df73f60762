"""Journeys as they cross the edge."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import numpy as np
from pydantic import BaseModel

from gtfs.model.schedule import NONE
from gtfs.realtime.model import Alert
from maas.area.open import Area
from maas.journeys.emissions import co2_g
from maas.journeys.fare_model import FareView, GroupFareView, MediumFareView, PartyFareView
from maas.journeys.model import (
    CallView,
    EndView,
    JourneyView,
    LegAlertView,
    LegView,
    Line,
    OnDemandView,
    PassageView,
)
from maas.journeys.proofs import proofs_of
from routing.fares import JourneyFare, LegFare, MediumFare, PartyFare, Riders
from routing.fares.party import CHILD
from routing.journey import Journey, Leg, LegEnd, Passage, Terms
from routing.line import Line as Drawn

__all__ = ["group_views", "journey_view"]

V = TypeVar("V", bound=BaseModel)


def journey_view(area: Area, journey: Journey, zone: ZoneInfo, riders: Riders | None = None) -> JourneyView:
    """A journey as the API and the command line tell it; `riders` where others than one adult ride."""
    cash, card = area.fares.prices(journey)
    at = _Instants(area.planner.network.clock.origin(journey.service_date), zone)
    grams = [co2_g(leg.mode, leg.distance_m, area.manifest.emissions_g_km) for leg in journey.legs]
    legs = [
        _leg_view(leg, at, zone, fare=_leg_fare(paper, ic, at, media), grams=g)
        for leg, paper, ic, media, g in zip(
            journey.legs, cash.legs, card.legs, area.fares.media(journey), grams, strict=True
        )
    ]
    key = "|".join(f"{leg.trip_id or leg.mode}@{leg.departure.isoformat()}" for leg in legs)
    party = None if riders is None else area.fares.party(journey, riders)
    if party is not None:
        for leg, paper, ic in zip(legs, party.cash.legs, party.card.legs, strict=True):
            leg.party_fare = _leg_fare(paper, ic, at)
    return JourneyView(
        id=hashlib.sha256(key.encode()).hexdigest()[:16],
        departure=legs[0].departure,
        arrival=legs[-1].arrival,
        duration_s=journey.arrival_s - journey.departure_s,
        interchanges=journey.interchanges,
        walk_m=round(journey.walk_m, 1),
        fare=_total(area, cash, card),
        party_fare=None if party is None or riders is None else _party_total(area, party, riders),
        co2_g=_sum_g(grams),
        best_at=[],
        legs=legs,
    )


class _Instants:
    """Times of one service day as instants on the area's clock, each made once."""

    def __init__(self, origin_s: int, zone: ZoneInfo) -> None:
        self._origin_s = origin_s
        self._zone = zone
        self._known: dict[int, datetime] = {}

    def __call__(self, seconds: int) -> datetime:
        """The instant so many seconds from the day's origin."""
        instant = self._known.get(seconds)
        if instant is None:
            instant = self._known[seconds] = datetime.fromtimestamp(self._origin_s + seconds, self._zone)
        return instant


def _leg_view(
    leg: Leg, at: _Instants, zone: ZoneInfo, *, fare: FareView | None, grams: float | None
) -> LegView:
    return LegView(
        mode=leg.mode,
        origin=_end_view(leg.start),
        destination=_end_view(leg.end),
        departure=at(leg.departure_s),
        arrival=at(leg.arrival_s),
        duration_s=leg.arrival_s - leg.departure_s,
        distance_m=round(leg.distance_m, 1),
        geometry=Line(coordinates=_lonlat(leg.geometry)),
        route_id=leg.route_id,
        route_name=leg.route_name or None,
        route_color=leg.route_color or None,
        agency_name=leg.agency_name or None,
        trip_id=leg.trip_id,
        trip_name=leg.trip_name or None,
        headsign=leg.headsign or None,
        service_date=leg.trip_service_date.isoformat() if leg.trip_service_date else None,
        stay_seated=leg.stay_seated,
        on_demand=_on_demand(leg.terms, zone),
        fare=fare,
        co2_g=None if grams is None else round(grams),
        calls=[
            _as_is(
                CallView,
                {
                    "name": c.stop.name,
                    "lat": c.stop.lat,
                    "lon": c.stop.lon,
                    "stop_id": c.stop.stop_id or "",
                    "arrival": at(c.arrival_s),
                    "departure": at(c.departure_s),
                },
            )
            for c in leg.calls
        ],
        passages=[_passage_view(part) for part in leg.passages],
        alerts=[_alert_view(alert, zone) for alert in leg.alerts],
        occupancy=leg.occupancy or None,
        **_stopping(leg),
    )


def _stopping(leg: Leg) -> dict[str, Any]:
    """How one gets on and off where the vehicle does not stop by itself."""
    told = {"boarding": leg.boarding, "alighting": leg.alighting, "agency_phone": leg.agency_phone}
    return {name: word for name, word in told.items() if word}


def _passage_view(part: Passage) -> PassageView:
    return PassageView.model_validate(
        {
            "kind": part.kind, "duration_s": part.seconds, "distance_m": part.length_m, "stairs": part.stairs,
            "level": part.level or None, "sign": part.sign or None,
        }
    )  # fmt: skip


def _alert_view(alert: Alert, zone: ZoneInfo) -> LegAlertView:
    def instant(at_s: int) -> datetime | None:
        return None if at_s == NONE else datetime.fromtimestamp(at_s, zone)

    return LegAlertView(
        id=alert.entity_id,
        header=alert.header,
        text=alert.description,
        url=alert.url,
        cause=alert.cause,
        effect=alert.effect,
        severity=alert.severity,
        periods=[(instant(start), instant(end)) for start, end in alert.periods],
    )


def _as_is(kind: type[V], values: dict[str, object]) -> V:
    """A view of all its values in order, not validated: there are hundreds of calls in an answer."""
    view = kind.__new__(kind)
    write = object.__setattr__
    write(view, "__dict__", values)
    write(view, "__pydantic_fields_set__", set(values))
    write(view, "__pydantic_extra__", None)
    write(view, "__pydantic_private__", None)
    return view


def _lonlat(line: Drawn) -> list[tuple[float, float]]:
    lat, lon = (np.rint(degrees * 1e6) / 1e6 for degrees in (line.lat, line.lon))
    return list(zip(lon.tolist(), lat.tolist(), strict=True))


def _end_view(end: LegEnd) -> EndView:
    return EndView(
        name=end.name,
        lat=round(end.lat, 6),
        lon=round(end.lon, 6),
        stop_id=end.stop_id,
        platform=end.platform or None,
    )


_MEDIA = ("none", "paper", "transit_card", "bank_card", "app")


def _leg_fare(
    cash: LegFare | None, card: LegFare | None, at: _Instants, media: Sequence[MediumFare] = ()
) -> FareView | None:
    if cash is None or card is None:
        return None
    return FareView(
        amount_minor=cash.amount_minor,
        ic_amount_minor=card.amount_minor,
        currency=cash.currency,
        product=cash.product or None,
        valid_until=None if cash.until_s is None else at(cash.until_s),
        media=[
            MediumFareView.model_validate(
                {
                    "id": one.medium.id, "name": one.medium.name, "kind": _MEDIA[one.medium.kind],
                    "amount_minor": one.fare.amount_minor, "product": one.fare.product or None,
                }
            )
            for one in media
        ],
    )  # fmt: skip


def _total(area: Area, cash: JourneyFare, card: JourneyFare) -> FareView | None:
    if cash.total_minor is None or card.total_minor is None:
        return None
    currency = cash.currency or area.manifest.currency  # who only walks pays nothing, in any currency
    return FareView(
        amount_minor=cash.total_minor, ic_amount_minor=card.total_minor, currency=currency, product=None
    )


def _party_total(area: Area, party: PartyFare, riders: Riders) -> PartyFareView | None:
    total = _total(area, party.cash, party.card)
    if total is None:
        return None
    return PartyFareView(
        amount_minor=total.amount_minor, ic_amount_minor=total.ic_amount_minor, currency=total.currency,
        adults=sum(count for category, count in riders.groups if category != CHILD),
        children=riders.children, children_by=party.children,
        groups=group_views(party),
    )  # fmt: skip


def group_views(party: PartyFare) -> list[GroupFareView]:
    """What each category of a party pays."""
    return [
        GroupFareView(
            category=group.category, count=group.count, by=group.basis, amount_minor=group.cash_minor,
            ic_amount_minor=group.card_minor, proofs=proofs_of(group.categories),
        )
        for group in party.groups
    ]  # fmt: skip


def _on_demand(terms: Terms | None, zone: ZoneInfo) -> OnDemandView | None:
    if terms is None or not terms.service_id:
        return None

    def instant(at_s: int | None) -> datetime | None:
        return None if at_s is None else datetime.fromtimestamp(at_s, zone)

    return OnDemandView(
        service_id=terms.service_id,
        pickup_until=instant(terms.pickup_until_s),
        arrive_until=instant(terms.arrive_until_s),
        start_id=terms.start_id or None,
        end_id=terms.end_id or None,
        name=terms.name or None,
        book_until=instant(terms.book_until_s),
        phone=terms.phone or None,
        url=terms.url or None,
    )


def _sum_g(grams: list[float | None]) -> int | None:
    known = [g for g in grams if g is not None]
    return round(sum(known)) if len(known) == len(grams) else None
