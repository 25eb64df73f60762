"""From the fleet's rides to what the edge shows, and back."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from fleet.model.ride import Breach, End, Offer, Party, Promise, Refusal, Ride, RideRequest
from fleet.model.service import Stop
from maas.api.fleet.views import (
    AlternativeView,
    BreachView,
    OfferView,
    Price,
    PromiseView,
    RefusalView,
    RideEnd,
    RideQuestion,
    RideView,
    StopView,
    VehicleNear,
)  # fmt: skip
from maas.errors import BadRequest, UserError
from maas.journeys.model import JourneysRequest, PartyIn, Whereabouts
from maas.journeys.service import plan, resolve
from maas.places.model import in_language
from maas.wiring.live import LiveFleet
from routing.query import DEFAULT_WALK_SPEED_M_S as WALK_M_S

__all__ = ["Presenter"]


class Presenter:
    """Speaks for one fleet, in its area's clock."""

    def __init__(self, fleet: LiveFleet) -> None:
        self._fleet = fleet
        self._zone = ZoneInfo(fleet.service.timezone)
        self._stops = {stop.id: stop for stop in fleet.service.stops}

    def instant(self, second: int) -> datetime:
        """An instant in the area's clock."""
        return datetime.fromtimestamp(second, self._zone)

    def second(self, at: datetime | None, now_s: int) -> int:
        """Epoch seconds; a time without an offset is by the area's clock."""
        if at is None:
            return now_s
        return int((at if at.tzinfo else at.replace(tzinfo=self._zone)).timestamp())

    def end(self, where: RideEnd | str, lang: str, field: str) -> End:
        """One end of a ride. Raises UnknownPlace or BadRequest."""
        if isinstance(where, RideEnd) and where.shuttle_stop_id is not None:
            if where.shuttle_stop_id not in self._stops:
                raise BadRequest(
                    f"{field}.shuttle_stop_id: {where.shuttle_stop_id!r} is no shuttle stop. See /v1/shuttle"
                )
            return End(stop_id=where.shuttle_stop_id)
        point = resolve(self._fleet.area, where, lang, field)
        return End(point.lat, point.lon, name=point.name)

    def request(self, question: RideQuestion, now_s: int, *, rider: str, booked_by: str) -> RideRequest:
        """The wish that a question means."""
        not_before = question.not_before
        return RideRequest(
            self.end(question.origin, question.lang, "from"),
            self.end(question.destination, question.lang, "to"),
            self.second(question.at, now_s),
            arrive_by=question.arrive_by,
            party=self.party(question.party),
            walk_s_max=question.walk_max_s,
            wheelchair_stops=question.wheelchair_stops,
            rider=rider,
            booked_by=booked_by,
            not_before_s=None if not_before is None else self.second(not_before, now_s),
        )

    def party(self, party: PartyIn) -> Party:
        """The party as the fleet counts it."""
        return Party(**party.travellers())

    def offer(self, offer: Offer, lang: str) -> OfferView:
        """A held seat."""
        return OfferView(
            ride_id=offer.ride_id,
            vehicle_id=offer.vehicle_id,
            pickup=self.instant(offer.pickup_s),
            dropoff=self.instant(offer.drop_s),
            pickup_stop=self.stop(self._stops[offer.leg.pickup_stop], lang),
            dropoff_stop=self.stop(self._stops[offer.leg.drop_stop], lang),
            walk_to_s=offer.leg.walk_to_s,
            walk_from_s=offer.leg.walk_from_s,
            direct_s=offer.leg.direct_s,
            promise=self.promise(offer.promise),
            price=Price(amount=offer.price_minor, currency=offer.currency),
            hold_until=self.instant(offer.hold_until_s),
        )

    def refusal(self, refusal: Refusal, question: RideQuestion | None = None) -> RefusalView:
        """Why not, and what would work, other modes among it."""
        options = [
            AlternativeView.model_validate(
                {
                    "kind": a.kind,
                    "departure": self.instant(a.pickup_s),
                    "arrival": self.instant(a.drop_s),
                    "walk_s": a.walk_s,
                }
            )
            for a in refusal.alternatives
        ]
        if question is not None:
            options += self._other_modes(question)
        return RefusalView(reason=refusal.reason, vehicles=refusal.vehicles, alternatives=options)

    def _other_modes(self, question: RideQuestion) -> list[AlternativeView]:
        """The best journey without the shuttle, if there is one."""
        ends = [self._whereabouts(end) for end in (question.origin, question.destination)]
        asked = JourneysRequest.model_validate(
            {
                "from": ends[0], "to": ends[1], "at": question.at, "arrive_by": question.arrive_by,
                "wheelchair": question.wheelchair_stops or question.party.wheelchairs > 0,
            }
        )  # fmt: skip
        now = datetime.fromtimestamp(self._fleet.now_s(), self._zone)
        try:
            journeys = plan(self._fleet.area, asked, now).journeys
        except UserError:
            return []
        return [
            AlternativeView(
                kind="other_mode", departure=j.departure, arrival=j.arrival,
                walk_s=round(j.walk_m / WALK_M_S),
                modes=list(dict.fromkeys(leg.mode for leg in j.legs)),
            )
            for j in journeys[:1]
        ]  # fmt: skip

    def _whereabouts(self, where: RideEnd | str) -> Whereabouts | str:
        if isinstance(where, RideEnd) and where.shuttle_stop_id is not None:
            stop = self._stops[where.shuttle_stop_id]
            return Whereabouts.model_validate({"lat": stop.lat, "lon": stop.lon})
        if isinstance(where, RideEnd):
            return Whereabouts.model_validate(where.model_dump(exclude={"shuttle_stop_id"}))
        return where

    def promise(self, promise: Promise) -> PromiseView:
        """What was promised."""
        return PromiseView(
            pickup_from=self.instant(promise.pickup_from_s),
            pickup_until=self.instant(promise.pickup_until_s),
            arrive_until=self.instant(promise.arrive_until_s),
            ride_s_max=promise.ride_s_max,
        )

    def stop(self, stop: Stop, lang: str) -> StopView:
        """A stop in a language."""
        return StopView(
            id=stop.id, name=in_language(stop.name, lang), lat=stop.lat, lon=stop.lon,
            wheelchair=stop.wheelchair, shelter=stop.shelter,
        )  # fmt: skip

    def breach(self, breach: Breach) -> BreachView:
        """A broken promise."""
        return BreachView(
            ride_id=breach.ride_id, kind=breach.kind, late_s=breach.late_s, cause=breach.cause,
            known=self.instant(breach.known_s),
        )  # fmt: skip

    def ride(self, ride: Ride, lang: str = "") -> RideView:
        """A ride as it stands, with its vehicle while it is on its way."""
        pickup_s, drop_s = self._fleet.shuttle.state.planned(ride)
        party = ride.request.party
        return RideView(
            ride_id=ride.id,
            state=ride.state.value,
            cause=ride.cause,
            vehicle_id=ride.vehicle_id,
            pickup=self.instant(pickup_s),
            dropoff=self.instant(drop_s),
            pickup_stop=self.stop(self._stops[ride.leg.pickup_stop], lang),
            dropoff_stop=self.stop(self._stops[ride.leg.drop_stop], lang),
            walk_to_s=ride.leg.walk_to_s,
            walk_from_s=ride.leg.walk_from_s,
            promise=self.promise(ride.promise),
            price=Price(amount=ride.price_minor, currency=ride.currency),
            hold_until=self.instant(ride.hold_until_s),
            party=PartyIn(**{name: getattr(party, name) for name in party.__struct_fields__}),
            booked_by=ride.request.booked_by,
            vehicle=self._near(ride) if ride.state.open else None,
            breaches=[self.breach(b) for b in self._fleet.shuttle.state.breaches if b.ride_id == ride.id],
        )

    def _near(self, ride: Ride) -> VehicleNear | None:
        spot = self._fleet.position(ride.vehicle_id)
        if spot is None:
            return None
        state = self._fleet.shuttle.state
        with state.lock:
            tasks = state.plans.tasks(state.plans.vehicle(ride.vehicle_id))
        before = next((k for k, t in enumerate(tasks) if t.ride_id == ride.id), 0)
        return VehicleNear(id=ride.vehicle_id, lat=spot.lat, lon=spot.lon, stops_before=before)
