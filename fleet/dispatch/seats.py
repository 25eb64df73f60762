"""What could be offered: the best seat in all plans, its terms, and what is near where there is none.

Nothing here changes a plan; `quoting` binds what is found.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from fleet.dispatch.asks import Candidates
from fleet.dispatch.fleet_state import FleetState
from fleet.kernels.board_layout import Ask, Found
from fleet.model.ride import Alternative, Leg, Offer, Promise, Refusal, RideRequest
from fleet.model.service import Fare

__all__ = ["REASONS", "NoSeat", "Seat", "Seats", "price_minor"]

REASONS = (
    "out_of_service", "no_such_places", "not_in_time", "full", "battery", "too_long_or_too_late",
    "others_promises",
)  # fmt: skip
"""Names of `fleet.kernels.board_layout`'s reasons, in their order."""
_LATER_STEP_S = 600
_LATER_TRIES = 12


def price_minor(fare: Fare, request: RideRequest, direct_m: int) -> int:
    """What a party pays.

    Each adult in full, each child a share, wheelchair users as adults, infants nothing.
    """
    each = fare.base_minor + max(0.0, direct_m / 1000.0 - fare.free_km) * fare.km_minor
    party = request.party
    shares = party.adults + party.wheelchairs + party.children * fare.child_share
    return int(-(-each * shares // 10)) * 10


@dataclass(frozen=True, slots=True)
class Seat:
    """The best place in all plans for a request."""

    ask: Ask
    found: Found
    candidates: tuple[Candidates, Candidates]


@dataclass(frozen=True, slots=True)
class NoSeat:
    """Why there is none; `tried`: plans were searched, so that something near may work."""

    refusal: Refusal
    candidates: tuple[Candidates, Candidates] | None = None
    tried: bool = False


class Seats:
    """Searches the live plans. The caller holds the state's lock."""

    def __init__(self, state: FleetState) -> None:
        self._state = state

    def search(self, request: RideRequest, now_s: int) -> Seat | NoSeat:
        """The best seat for a request, or why there is none. Raises Invalid for what cannot be meant."""
        state = self._state
        state.asks.check(request, now_s)
        if state.suspended:
            return NoSeat(Refusal("outside_domain", {state.suspended: len(state.duties)}))
        refusal, candidates = self._candidates(request, request.walk_s_max)
        if candidates is None:
            return NoSeat(refusal or Refusal("no_stop_near", {}))
        ask = self._ask(request, *candidates, now_s)
        if ask is None:
            return NoSeat(Refusal("closed", {}), candidates, tried=True)
        found = state.plans.best(ask, now_s)
        if found.vehicle[0] < 0:
            counts = {REASONS[k]: int(c) for k, c in enumerate(found.reason) if c}
            main = max(counts, key=lambda name: (name != "out_of_service", counts[name]))
            return NoSeat(Refusal(main, counts), candidates, tried=True)
        return Seat(ask, found, candidates)

    def _candidates(
        self, request: RideRequest, walk_s_max: int | None
    ) -> tuple[Refusal | None, tuple[Candidates, Candidates] | None]:
        asks, rules = self._state.asks, self._state.service.promise
        walk = rules.walk_s_max if walk_s_max is None else walk_s_max
        ends = []
        for end in (request.origin, request.destination):
            found = asks.candidates(request, end, walk, rules.stops_tried)
            if not found.stops:
                return Refusal(found.closed_by, {}), None
            ends.append(found)
        first, last = ends
        if {k for k, _ in first.stops} == {k for k, _ in last.stops} and len(first.stops) == 1:
            return Refusal("same_stop", {}), None
        return None, (first, last)

    def _ask(
        self, request: RideRequest, origin: Candidates, destination: Candidates, now_s: int, later_s: int = 0
    ) -> Ask | None:
        state = self._state
        model = state.duties[0].model
        return state.asks.ask(
            request, origin, destination, state.matrix, model, now_s, state.epoch_s, later_s
        )

    def terms(self, request: RideRequest, seat: Seat, ride_id: str, now_s: int) -> Offer:
        """What a seat is offered for. Without a ride id it is not held."""
        state, rules, ask, found = self._state, self._state.service.promise, seat.ask, seat.found
        v, p, d = int(found.vehicle[0]), int(found.pick[0]), int(found.drop[0])
        pick_s, drop_s = int(found.pick_s[0]) + state.epoch_s, int(found.drop_s[0]) + state.epoch_s
        ride_s_max = int(ask.ride_s_max[p, d])
        arrive_s = pick_s + ask.pick_dwell_s + ride_s_max
        if request.arrive_by:
            arrive_s = min(arrive_s, int(ask.drop_late_s[d]) + state.epoch_s)
        promise = Promise(pick_s, pick_s + rules.pickup_slack_s, max(arrive_s, drop_s), ride_s_max)
        stop_p, stop_d = int(ask.pick_loc[p]), int(ask.drop_loc[d])
        stops, (origin, destination) = state.service.stops, seat.candidates
        leg = Leg(
            stops[stop_p].id, stops[stop_d].id, origin.stops[p][1], destination.stops[d][1],
            int(state.matrix.seconds[stop_p, stop_d]), int(state.matrix.metres[stop_p, stop_d]),
        )  # fmt: skip
        # No vehicle waits for a hold.
        until_s = min(now_s + rules.hold_s, pick_s + ask.pick_dwell_s) if ride_id else now_s
        return Offer(
            ride_id, state.duties[v].id, pick_s, drop_s, leg, promise,
            price_minor(state.service.fare, request, leg.direct_m), state.service.fare.currency, until_s,
            int(found.drive_s[0]),
        )  # fmt: skip

    def alternatives(self, request: RideRequest, now_s: int) -> tuple[Alternative, ...]:
        """The nearest that would work: another time, a longer walk, a smaller party. Nothing is held."""
        found: list[Alternative] = []
        steps = [_LATER_STEP_S * k for k in range(1, _LATER_TRIES + 1)]
        kinds = [("later", steps)]
        if request.arrive_by:
            kinds.insert(0, ("earlier", [-s for s in steps]))
        for kind, shifts in kinds:
            for shift in shifts:
                option = self._try(kind, request, now_s, shift)
                if option is not None:
                    found.append(option)
                    break
        rules = self._state.service.promise
        walk = rules.walk_s_max if request.walk_s_max is None else request.walk_s_max
        farther = msgspec.structs.replace(request, walk_s_max=max(2 * walk, 600))
        option = self._try("longer_walk", farther, now_s, 0)
        if option is not None:
            found.append(option)
        if request.party.riders > 1 and not found:
            fewer = msgspec.structs.replace(
                request.party, adults=max(1, request.party.adults // 2), children=0
            )
            option = self._try("smaller_party", msgspec.structs.replace(request, party=fewer), now_s, 0)
            if option is not None:
                found.append(option)
        return tuple(found)

    def _try(self, kind: str, request: RideRequest, now_s: int, shift_s: int) -> Alternative | None:
        state = self._state
        _, candidates = self._candidates(request, request.walk_s_max)
        if candidates is None or request.at_s + shift_s < now_s:
            return None
        ask = self._ask(request, *candidates, now_s, shift_s)
        if ask is None:
            return None
        found = state.plans.best(ask, now_s)
        if found.vehicle[0] < 0:
            return None
        p, d = int(found.pick[0]), int(found.drop[0])
        stops = state.service.stops
        return Alternative(
            kind,
            int(found.pick_s[0]) + state.epoch_s,
            int(found.drop_s[0]) + state.epoch_s,
            stops[int(ask.pick_loc[p])].id,
            stops[int(ask.drop_loc[d])].id,
            candidates[0].stops[p][1] + candidates[1].stops[d][1],
        )
