"""Quote, confirm, change, cancel: a seat held in the live plan, and what becomes of it.

A quote searches every plan, puts the ride into the cheapest and binds it to what is promised; from then on
the kernel's own feasibility keeps the promise. Nothing is journaled before it is confirmed: a hold that a
crash loses was never owed, and its confirmation then fails as a Conflict.
"""

from __future__ import annotations

import heapq

import msgspec
import numpy as np

from fleet.dispatch.asks import Candidates, demand_of
from fleet.dispatch.fleet_state import FleetState
from fleet.dispatch.plans import Place, Task
from fleet.errors import Conflict
from fleet.kernels.board_layout import NEVER, Ask, Found
from fleet.model.ride import Alternative, Leg, Offer, Promise, Refusal, Ride, RideRequest, RideState
from fleet.model.service import Fare

__all__ = ["Quoting", "price_minor"]

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


class Quoting:
    """What riders ask of the dispatcher. Safe to call from several threads."""

    def __init__(self, state: FleetState) -> None:
        self._state = state
        self._replaces: dict[str, str] = {}

    def quote(self, request: RideRequest, now_s: int) -> Offer | Refusal:
        """Hold the best seat for a request, or say why there is none and what would work.

        Raises Invalid for a request that cannot be meant.
        """
        state = self._state
        with state.lock:
            self.expire(now_s)
            state.asks.check(request, now_s)
            if state.suspended:
                return Refusal("outside_domain", {state.suspended: len(state.duties)})
            refusal, candidates = self._candidates(request, request.walk_s_max)
            if candidates is None:
                return refusal or Refusal("no_stop_near", {})
            state.tell("asked", state.service.stops[candidates[0].stops[0][0]].id, now_s)
            ask = self._ask(request, *candidates, now_s)
            if ask is None:
                return Refusal("closed", {}, self._alternatives(request, now_s))
            found = state.plans.best(ask, state.weights, now_s)
            if found.vehicle[0] < 0:
                counts = {REASONS[k]: int(c) for k, c in enumerate(found.reason) if c}
                main = max(counts, key=lambda name: (name != "out_of_service", counts[name]))
                return Refusal(main, counts, self._alternatives(request, now_s))
            return self._hold(request, ask, found, candidates, now_s)

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

    def _hold(
        self,
        request: RideRequest,
        ask: Ask,
        found: Found,
        candidates: tuple[Candidates, Candidates],
        now_s: int,
    ) -> Offer:
        state, rules = self._state, self._state.service.promise
        v, p, d = int(found.vehicle[0]), int(found.pick[0]), int(found.drop[0])
        pick_s, drop_s = int(found.pick_s[0]) + state.epoch_s, int(found.drop_s[0]) + state.epoch_s
        detour_s = int(found.drive_s[0])
        ride_id = state.new_ride_id(now_s)
        ride_s_max = int(ask.ride_s_max[p, d])
        arrive_s = pick_s + ask.pick_dwell_s + ride_s_max
        if request.arrive_by:
            arrive_s = min(arrive_s, int(ask.drop_late_s[d]) + state.epoch_s)
        promise = Promise(pick_s, pick_s + rules.pickup_slack_s, max(arrive_s, drop_s), ride_s_max)
        stop_p, stop_d = int(ask.pick_loc[p]), int(ask.drop_loc[d])
        stops = state.service.stops
        leg = Leg(
            stops[stop_p].id, stops[stop_d].id, candidates[0].stops[p][1], candidates[1].stops[d][1],
            int(state.matrix.seconds[stop_p, stop_d]), int(state.matrix.metres[stop_p, stop_d]),
        )  # fmt: skip
        hold_until_s = min(now_s + rules.hold_s, pick_s + ask.pick_dwell_s)  # no vehicle waits for a hold
        ride = Ride(
            ride_id, request, leg, promise, price_minor(state.service.fare, request, leg.direct_m),
            state.service.fare.currency, RideState.HELD, hold_until_s, state.duties[v].id, pick_s,
            drop_s,
        )  # fmt: skip
        place = Place(v, int(found.after_pick[0]), int(found.after_drop[0]))
        self.bind(ride, place, (stop_p, stop_d), ask)
        state.rides[ride_id] = ride
        heapq.heappush(state.holds, (ride.hold_until_s, ride_id))
        state.duties[v].target = -1
        state.tell("held", ride_id, now_s)
        return Offer(
            ride_id, ride.vehicle_id, pick_s, drop_s, leg, promise, ride.price_minor, ride.currency,
            ride.hold_until_s, detour_s,
        )  # fmt: skip

    def bind(self, ride: Ride, place: Place, stops: tuple[int, int], ask: Ask) -> None:
        """Put a ride into a plan, bound to its promise."""
        promise = ride.promise
        self._state.plans.put(
            ride.id,
            place,
            (stops[0], promise.pickup_from_s, promise.pickup_until_s, ask.pick_dwell_s),
            (stops[1], promise.arrive_until_s, ask.drop_dwell_s),
            promise.ride_s_max,
            ask.demand,
        )

    def confirm(self, ride_id: str, now_s: int) -> Ride:
        """Make a held ride owed; Conflict if the hold has run out. Written down before it returns."""
        state = self._state
        with state.lock:
            self.expire(now_s)
            ride = state.ride(ride_id)
            if ride.state is RideState.CONFIRMED:
                return ride  # asked again after a lost answer
            if ride.state is RideState.EXPIRED:
                raise Conflict(
                    "hold_expired",
                    f"ride {ride_id}: the hold ended {now_s - ride.hold_until_s} s ago. Quote again",
                )
            agreed = msgspec.structs.replace(ride)
            agreed.move(RideState.CONFIRMED)
            replaced = self._replaces.get(ride_id)
            v = state.plans.vehicle(ride.vehicle_id)
            state.save([agreed], [v], [])
            state.rides[ride_id] = agreed
            state.tell("confirmed", ride_id, now_s)
            if replaced and state.rides[self._replaces.pop(ride_id)].state is RideState.CONFIRMED:
                self.cancel(replaced, now_s, cause=f"changed to {ride_id}")
            return agreed

    def cancel(self, ride_id: str, now_s: int, cause: str = "rider") -> Ride:
        """Give a held or confirmed seat back; the plans of all others stand as if it had never been."""
        state = self._state
        with state.lock:
            ride = state.ride(ride_id)
            if ride.state is RideState.CANCELLED:
                return ride
            return self.end(ride, RideState.CANCELLED, now_s, cause)

    def end(self, ride: Ride, how: RideState, now_s: int, cause: str) -> Ride:
        """Take a ride out of its plan for good. The caller holds the lock."""
        state = self._state
        owed = ride.state is not RideState.HELD
        ended = msgspec.structs.replace(ride, cause=cause)
        ended.move(how)
        v = state.plans.vehicle(ride.vehicle_id)
        if owed:
            state.save([ended], [], [])
        state.plans.take_out(ride.id, v)
        state.rides[ride.id] = ended
        state.tell(str(how), ride.id, now_s)
        return ended

    def change(
        self, ride_id: str, request: RideRequest, now_s: int, *, instead: bool = False
    ) -> Offer | Refusal:
        """Hold another ride for a confirmed one, which ends when the new one is confirmed.

        With `instead` the old seat is given up in the same breath: the new ride is confirmed, or the old one
        stands as it was.
        """
        state = self._state
        with state.lock:
            old = state.ride(ride_id)
            if old.state is not RideState.CONFIRMED:
                raise Conflict(
                    f"ride_{old.state}", f"ride {ride_id}: it is {old.state}; only confirmed rides change"
                )
            if not instead:
                offer = self.quote(request, now_s)
                if isinstance(offer, Offer):
                    self._replaces[offer.ride_id] = ride_id
                return offer
            back = self._lift(old)
            try:
                offer = self.quote(request, now_s)
            except BaseException:
                self.put_back(old, back)
                raise
            if isinstance(offer, Refusal):
                self.put_back(old, back)
                return offer
            agreed, gone = msgspec.structs.replace(state.rides[offer.ride_id]), msgspec.structs.replace(old)
            agreed.move(RideState.CONFIRMED)
            gone.cause = f"changed to {offer.ride_id}"
            gone.move(RideState.CANCELLED)
            try:
                state.save([agreed, gone], [state.plans.vehicle(agreed.vehicle_id)], [])
            except BaseException:
                self.cancel(offer.ride_id, now_s, cause="not written down")
                self.put_back(old, back)
                raise
            state.rides[offer.ride_id], state.rides[ride_id] = agreed, gone
            state.tell("cancelled", ride_id, now_s)
            state.tell("confirmed", agreed.id, now_s)
            return offer

    def _lift(self, ride: Ride) -> Place:
        """Take a waiting ride out of its plan for a moment; where it stood."""
        plans = self._state.plans
        v = plans.vehicle(ride.vehicle_id)
        k, m = plans.slots(ride.id, v)
        plans.take_out(ride.id, v)
        return Place(v, k - 1, m - 2)

    def put_back(self, ride: Ride, place: Place) -> None:
        """Put a promised ride exactly where it stood."""
        ask = self.ask_again(ride, 0)
        stops = (int(ask.pick_loc[0]), int(ask.drop_loc[0]))
        self.bind(ride, place, stops, ask)

    def ask_again(self, ride: Ride, later_s: int, from_location: int | None = None) -> Ask:
        """The question for a ride that was promised already, its windows `later_s` wider at their end."""
        state = self._state
        rules = state.service.promise
        request, promise = ride.request, ride.promise
        pick = state.stop_location(ride.leg.pickup_stop) if from_location is None else from_location
        drop = state.stop_location(ride.leg.drop_stop)
        early = promise.pickup_from_s - state.epoch_s
        wheelchairs = request.party.wheelchairs * rules.wheelchair_s
        return Ask(
            np.array([pick], np.int32),
            np.array([early], np.int32),
            np.array([promise.pickup_until_s - state.epoch_s + later_s], np.int32),
            np.zeros(1, np.int32),
            np.array([drop], np.int32),
            np.array([promise.arrive_until_s - state.epoch_s + later_s], np.int32),
            np.zeros(1, np.int32),
            np.full((1, 1), promise.ride_s_max, np.int32),
            demand_of(request.party, state.duties[0].model),
            rules.board_s + wheelchairs,
            rules.alight_s + wheelchairs,
            early,
        )

    def protect(self, ride_id: str, ready_s: int, now_s: int) -> Ride | Refusal:
        """Shift a pickup to when a late rider can be there, within everybody else's promises.

        The rider's own arrival moves along unless it was asked for. A Refusal leaves the ride as it was.
        """
        state, rules = self._state, self._state.service.promise
        with state.lock:
            ride = state.ride(ride_id)
            if ride.state is not RideState.CONFIRMED:
                raise Conflict(
                    f"ride_{ride.state}", f"ride {ride_id}: it is {ride.state}; its pickup cannot move"
                )
            old = ride.promise
            shift_s = max(0, ready_s - old.pickup_from_s)
            until = ready_s + rules.pickup_slack_s if shift_s else old.pickup_until_s
            arrive = old.arrive_until_s + (0 if ride.request.arrive_by else shift_s)
            promise = Promise(max(ready_s, now_s), max(until, now_s), arrive, old.ride_s_max)
            place = self._lift(ride)
            moved = msgspec.structs.replace(ride, promise=promise, version=ride.version + 1)
            ask = self.ask_again(moved, 0)
            found = state.plans.best(ask, state.weights, now_s)
            if found.vehicle[0] < 0:
                reasons = {REASONS[k]: int(c) for k, c in enumerate(found.reason) if c}
                self.put_back(ride, place)
                return Refusal("connection_lost", reasons)
            self.rebind(moved, ask, found)
            try:
                state.save([moved], [state.plans.vehicle(moved.vehicle_id)], [])
            except BaseException:
                self._lift(moved)
                self.put_back(ride, place)
                raise
            state.rides[ride_id] = moved
            state.tell("moved", ride_id, now_s)
            return moved

    def tasks_of(self, ride: Ride) -> tuple[Task, Task]:
        """A promised ride as tasks of a plan; of riders on board the drop alone still counts."""
        ask, promise = self.ask_again(ride, 0), ride.promise
        places = tuple(ask.demand.tolist())
        pick, drop = int(ask.pick_loc[0]), int(ask.drop_loc[0])
        late, ride_s_max = promise.arrive_until_s, promise.ride_s_max
        if ride.state is RideState.ON_BOARD:
            late = min(late, ride.pickup_s + ask.pick_dwell_s + ride_s_max)
            ride_s_max = NEVER
        freed = tuple(-p for p in places)
        return (
            Task(
                "pickup",
                ride.id,
                pick,
                promise.pickup_from_s,
                promise.pickup_until_s,
                ask.pick_dwell_s,
                NEVER,
                places,
            ),
            Task("drop", ride.id, drop, self._state.epoch_s, late, ask.drop_dwell_s, ride_s_max, freed),
        )

    def rebind(self, ride: Ride, ask: Ask, found: Found) -> None:
        """Put a promised ride where `found` says; its vehicle and planned times follow."""
        state = self._state
        v = int(found.vehicle[0])
        place = Place(v, int(found.after_pick[0]), int(found.after_drop[0]))
        self.bind(ride, place, (int(ask.pick_loc[0]), int(ask.drop_loc[0])), ask)
        ride.vehicle_id = state.duties[v].id
        ride.pickup_s, ride.drop_s = state.plans.times(ride.id, v)
        state.duties[v].target = -1

    def no_show(self, ride_id: str, now_s: int) -> Ride:
        """The rider is not there: allowed once the vehicle has waited as long as it may."""
        state = self._state
        with state.lock:
            ride = state.ride(ride_id)
            if ride.state is RideState.NO_SHOW:
                return ride
            until = self.waits_until(ride)
            if until is None or now_s < until:
                due = "has to reach the stop first" if until is None else f"waits until {until}"
                raise Conflict("too_early", f"ride {ride_id}: its vehicle {due}")
            v = state.plans.vehicle(ride.vehicle_id)
            state.duties[v].at_stop = False
            state.plans.board.fixed[v] = 0
            return self.end(ride, RideState.NO_SHOW, now_s, "rider not at the stop")

    def waits_until(self, ride: Ride) -> int | None:
        """How long a vehicle at a pickup waits for its rider; None while it is not there.

        As long as the service says, but never so long that another's promise would break.
        """
        state = self._state
        v = state.plans.vehicle(ride.vehicle_id)
        tasks = state.plans.tasks(v)
        here = state.duties[v].at_stop and tasks and tasks[0].ride_id == ride.id and tasks[0].kind == "pickup"
        if not here or ride.state is not RideState.CONFIRMED:
            return None
        first = tasks[0]
        longest = int(state.plans.board.last_s[v, 1]) + state.epoch_s + first.dwell_s
        wanted = max(ride.promise.pickup_from_s, first.start_s) + state.service.promise.no_show_s
        return max(min(wanted, longest), first.start_s + first.dwell_s)

    def expire(self, now_s: int) -> list[str]:
        """End the holds whose time is over; which they were."""
        state = self._state
        over = []
        while state.holds and state.holds[0][0] <= now_s:
            ride = state.rides.get(heapq.heappop(state.holds)[1])
            if ride is not None and ride.state is RideState.HELD:
                self._replaces.pop(ride.id, None)
                self.end(ride, RideState.EXPIRED, now_s, "hold ended")
                over.append(ride.id)
        return over

    def _alternatives(self, request: RideRequest, now_s: int) -> tuple[Alternative, ...]:
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
        found = state.plans.best(ask, state.weights, now_s)
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
