"""Quote, confirm, change, cancel: a seat held in the live plan, and what becomes of it.

A quote searches every plan, puts the ride into the cheapest and binds it to what is promised; from then on
the kernel's own feasibility keeps the promise. Nothing is journaled before it is confirmed: a hold that a
crash loses was never owed, and its confirmation then fails as a Conflict.
"""

from __future__ import annotations

import heapq

import msgspec
import numpy as np

from fleet.dispatch.asks import demand_of
from fleet.dispatch.fleet_state import FleetState
from fleet.dispatch.plans import Place, Task
from fleet.dispatch.seats import REASONS, Seat, Seats
from fleet.errors import Conflict
from fleet.kernels.board_layout import NEVER, Ask, Found
from fleet.model.ride import Offer, Promise, Refusal, Ride, RideRequest, RideState

__all__ = ["Quoting"]


class Quoting:
    """What riders ask of the dispatcher. Safe to call from several threads."""

    def __init__(self, state: FleetState) -> None:
        self._state = state
        self._seats = Seats(state)
        self._replaces: dict[str, str] = {}

    def quote(self, request: RideRequest, now_s: int) -> Offer | Refusal:
        """Hold the best seat for a request, or say why there is none and what would work.

        Raises Invalid for a request that cannot be meant.
        """
        state = self._state
        with state.lock:
            self.expire(now_s)
            found = self._seats.search(request, now_s)
            if isinstance(found, Seat):
                return self._hold(request, found, now_s)
            if found.candidates is not None:
                state.tell("asked", state.service.stops[found.candidates[0].stops[0][0]].id, now_s)
            if not found.tried:
                return found.refusal
            return msgspec.structs.replace(
                found.refusal, alternatives=self._seats.alternatives(request, now_s)
            )

    def preview(self, request: RideRequest, now_s: int) -> Offer | Refusal:
        """What `quote` would offer now; nothing is held, counted or searched for instead.

        For journey plans, which look at more offers than anybody will take. The offer has no ride id and its
        hold ends now.
        """
        with self._state.lock:
            self.expire(now_s)
            found = self._seats.search(request, now_s)
            return self._seats.terms(request, found, "", now_s) if isinstance(found, Seat) else found.refusal

    def _hold(self, request: RideRequest, seat: Seat, now_s: int) -> Offer:
        state, ask, found = self._state, seat.ask, seat.found
        state.tell("asked", state.service.stops[seat.candidates[0].stops[0][0]].id, now_s)
        offer = self._seats.terms(request, seat, state.new_ride_id(now_s), now_s)
        ride = Ride(
            offer.ride_id, request, offer.leg, offer.promise, offer.price_minor, offer.currency,
            RideState.HELD, offer.hold_until_s, offer.vehicle_id, offer.pickup_s, offer.drop_s,
        )  # fmt: skip
        v, p, d = int(found.vehicle[0]), int(found.pick[0]), int(found.drop[0])
        place = Place(v, int(found.after_pick[0]), int(found.after_drop[0]))
        self.bind(ride, place, (int(ask.pick_loc[p]), int(ask.drop_loc[d])), ask)
        state.rides[ride.id] = ride
        heapq.heappush(state.holds, (ride.hold_until_s, ride.id))
        state.duties[v].target = -1
        state.tell("held", ride.id, now_s)
        return offer

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
            found = state.plans.best(ask, now_s)
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
