"""From a rider's wish to the question that the kernel answers: which stops, windows and places."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from fleet.dispatch.hours import OpeningHours
from fleet.dispatch.ports import Matrix, Walks
from fleet.errors import Invalid
from fleet.kernels.board_layout import Ask
from fleet.model.ride import End, Party, RideRequest
from fleet.model.service import ShuttleService, VehicleModel

__all__ = ["Asks", "Candidates", "demand_of", "dwell_s_of"]

I16 = npt.NDArray[np.int16]
RIDERS_MAX = 30
LUGGAGE_MAX = 20


@dataclass(frozen=True, slots=True)
class Candidates:
    """Stops that could serve one end: (index in the service, seconds on foot)."""

    stops: list[tuple[int, int]]
    closed_by: str = ""  # why there are none


def demand_of(party: Party, model: VehicleModel) -> I16:
    """Places of each kind that a party takes in a vehicle."""
    seats = party.adults + party.children + party.wheelchairs * model.wheelchair_seats
    return np.array([seats, party.wheelchairs, party.luggage + party.prams + party.pets], np.int16)


def dwell_s_of(party: Party, base_s: int, wheelchair_s: int) -> int:
    """How long a party takes to board or alight."""
    return base_s + wheelchair_s * party.wheelchairs


class Asks:
    """Makes asks for one service. Stop k of the service is location k of the matrix."""

    def __init__(self, service: ShuttleService, walks: Walks) -> None:
        self._service = service
        self._walks = walks
        self._hours = OpeningHours(service)
        self._zone = shapely.Polygon(service.zone)
        self._stop_index = {stop.id: k for k, stop in enumerate(service.stops)}

    def check(self, request: RideRequest, now_s: int) -> None:
        """Invalid for a request that cannot be meant."""
        party, rules = request.party, self._service.promise
        counts = {name: getattr(party, name) for name in party.__struct_fields__}
        for name, count in counts.items():
            if not 0 <= count <= LUGGAGE_MAX:
                raise Invalid(f"party.{name}", f"{count} is not between 0 and {LUGGAGE_MAX}")
        if party.riders < 1:
            raise Invalid("party", "nobody would travel. Name at least one adult, child or wheelchair user")
        if party.riders > RIDERS_MAX:
            raise Invalid(
                "party", f"{party.riders} riders; groups beyond {RIDERS_MAX} are arranged by the operator"
            )
        if party.infants > party.adults + party.wheelchairs:
            raise Invalid(
                "party.infants",
                f"{party.infants} on the laps of {party.adults} adults. Take a seat for each more",
            )
        if request.at_s < now_s - 60:
            raise Invalid("at", f"{now_s - request.at_s} s in the past. Ask for now or later")
        if request.at_s > now_s + rules.ahead_s_max:
            raise Invalid("at", f"more than {rules.ahead_s_max // 86_400} days ahead. Book nearer to the day")
        if request.not_before_s is not None and request.not_before_s >= request.at_s:
            raise Invalid("not_before", "is not before the time to arrive. Leave it out or put it earlier")
        for name, end in (("origin", request.origin), ("destination", request.destination)):
            self._check_end(name, end)
        if request.walk_s_max is not None and not 0 <= request.walk_s_max <= 3600:
            raise Invalid("walk_s_max", f"{request.walk_s_max} is not between 0 and 3600 seconds")

    def _check_end(self, name: str, end: End) -> None:
        if end.stop_id:
            if end.stop_id not in self._stop_index:
                raise Invalid(
                    f"{name}.stop_id", f"{end.stop_id!r} is no stop of {self._service.id}. Ask for its stops"
                )
            return
        if not (np.isfinite(end.lat) and np.isfinite(end.lon) and abs(end.lat) <= 90 and abs(end.lon) <= 180):
            raise Invalid(name, f"({end.lat}, {end.lon}) is no position in degrees")
        if not self._walks.on_map(end.lat, end.lon):
            raise Invalid(
                name, f"({end.lat}, {end.lon}) is not near any street. Choose a place on land in the area"
            )

    def candidates(self, request: RideRequest, end: End, walk_s_max: int, count: int) -> Candidates:
        """The stops that could serve an end, nearest first."""
        needs_ramp = request.party.wheelchairs > 0 or request.wheelchair_stops
        if end.stop_id:
            k = self._stop_index[end.stop_id]
            if needs_ramp and not self._service.stops[k].wheelchair:
                return Candidates([], "stop_not_accessible")
            return Candidates([(k, 0)])
        near = self._walks.stops_near(end.lat, end.lon, walk_s_max, max(4 * count, 8))
        if needs_ramp:
            near = [(k, s) for k, s in near if self._service.stops[k].wheelchair]
        if near:
            return Candidates(near[:count])
        inside = shapely.contains_xy(self._zone, end.lon, end.lat)
        return Candidates([], "no_stop_near" if inside else "outside_zone")

    def ask(
        self,
        request: RideRequest,
        origin: Candidates,
        destination: Candidates,
        matrix: Matrix,
        model: VehicleModel,
        now_s: int,
        epoch_s: int,
        later_s: int = 0,
    ) -> Ask | None:
        """The kernel's question, `later_s` after what was asked; None if the service is shut then.

        With `arrive_by` the pickup may begin no earlier than brings the rider `arrive_early_s_max` too soon.
        """
        rules = self._service.promise
        pick = np.array([k for k, _ in origin.stops], np.int32)
        drop = np.array([k for k, _ in destination.stops], np.int32)
        to_s = np.array([s for _, s in origin.stops], np.int32)
        from_s = np.array([s for _, s in destination.stops], np.int32)
        direct = matrix.seconds[np.ix_(pick, drop)].astype(np.int64)
        ride = (direct * rules.ride_factor).astype(np.int64) + rules.ride_extra_s
        at = request.at_s + later_s
        board_s = dwell_s_of(request.party, rules.board_s, rules.wheelchair_s)
        if request.arrive_by:
            late_drop = at - from_s.astype(np.int64)
            soonest = at - int(direct.min()) - board_s - rules.arrive_early_s_max
            ready = max(
                now_s, soonest if request.not_before_s is None else max(soonest, request.not_before_s)
            )
            early = ready + to_s.astype(np.int64)
            late = np.full(len(pick), int(late_drop.max()))
        else:
            ready = max(at, now_s)
            early = ready + to_s.astype(np.int64)
            late = early + rules.wait_s_max
            late_drop = np.full(len(drop), int(late.max() + ride.max() + board_s))
        opens, closes = self._hours.window(ready)
        early = np.maximum(early, opens)
        late, late_drop = np.minimum(late, closes), np.minimum(late_drop, closes)
        if closes <= opens or (early > late).all():
            return None
        return Ask(
            pick, (early - epoch_s).astype(np.int32), (late - epoch_s).astype(np.int32), to_s,
            drop, (late_drop - epoch_s).astype(np.int32), from_s, ride.astype(np.int32),
            demand_of(request.party, model), board_s,
            dwell_s_of(request.party, rules.alight_s, rules.wheelchair_s), int(ready - epoch_s),
        )  # fmt: skip
