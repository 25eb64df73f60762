"""Seats in the live plan of the shuttles: the dispatcher as a `PartProvider`.

A hold lives in the dispatcher's memory only; once confirmed it is journaled. The ride carries our key as its
rider, so that after a crash it can be asked for by the key, whether or not we learned its id.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from fleet.dispatch.shuttle import Shuttle
from fleet.errors import Conflict, Invalid, NotOwner, Unknown
from fleet.model.ride import End, Offer, Refusal, Ride, RideRequest, RideState
from maas.booking.errors import NotBookable, OutcomeUnknown, PartRefused
from maas.booking.model import Bundle, CaptureRule, Held, Part
from maas.booking.ports import Ask, Standing
from maas.booking.wishes import ShuttleWish, Spot

__all__ = ["Shuttles"]

_TERMS = {"steps": [], "no_show_percent": 100}
_GONE = (RideState.CANCELLED, RideState.EXPIRED, RideState.BROKEN)
_STANDING = {
    RideState.HELD: Standing.HELD, RideState.CONFIRMED: Standing.CONFIRMED, RideState.ON_BOARD: Standing.USED,
    RideState.COMPLETED: Standing.COMPLETED, RideState.NO_SHOW: Standing.NO_SHOW,
    RideState.BROKEN: Standing.BROKEN, RideState.CANCELLED: Standing.CANCELLED,
    RideState.EXPIRED: Standing.NONE,
}  # fmt: skip


class Shuttles:
    """Implements `maas.booking.ports.PartProvider`.

    `shuttle` gives the dispatcher (NotOwner while another process has the zone), `ride` also rides long over.
    """

    def __init__(self, shuttle: Callable[[], Shuttle], ride: Callable[[str], Ride]) -> None:
        self._shuttle = shuttle
        self._ride = ride

    def hold(self, ask: Ask, *, now: datetime) -> Held:
        """See the port."""
        shuttle = self._open()
        known = _by_key(shuttle, ask.key)
        if known is not None and known.state is RideState.HELD:
            return _held(shuttle, known)
        return self._quote(shuttle, ask.key, ask.wish, ask.booked_by, now)

    def confirm(self, key: str, part: Part, bundle: Bundle, *, now: datetime) -> Held:
        """See the port. A hold that was lost is held anew if that costs no more and is no later."""
        shuttle = self._open()
        ride = self._find(shuttle, key, part)
        now_s = int(now.timestamp())
        if ride is not None and ride.state in (RideState.CONFIRMED, RideState.ON_BOARD, RideState.COMPLETED):
            return _held(shuttle, ride)
        if ride is not None and ride.state is RideState.HELD:
            try:
                return _held(shuttle, shuttle.quoting.confirm(ride.id, now_s))
            except Conflict as error:
                if error.code != "hold_expired":
                    raise PartRefused(str(error), reason=error.code) from error
        wish = _at(part)
        anew = self._quote(shuttle, key, wish, bundle.booked_by, now)
        if not _as_good(part.held, anew):
            shuttle.quoting.cancel(anew.ref, now_s, "bundle")
            raise PartRefused("the seat that was held is gone, and no other is as good", reason="hold_lost")
        return _held(shuttle, shuttle.quoting.confirm(anew.ref, now_s))

    def cancel(self, key: str, part: Part, *, now: datetime) -> None:
        """See the port."""
        shuttle = self._open()
        ride = self._find(shuttle, key, part)
        if ride is None or ride.state in _GONE:
            return
        try:
            shuttle.quoting.cancel(ride.id, int(now.timestamp()), "bundle")
        except Conflict as error:
            raise PartRefused(str(error), reason="too_late") from error

    def standing(self, key: str, part: Part, *, now: datetime) -> Standing:
        """See the port."""
        del now
        ride = self._find(self._open(), key, part)
        return Standing.NONE if ride is None else _STANDING[ride.state]

    def _open(self) -> Shuttle:
        try:
            return self._shuttle()
        except NotOwner as error:
            raise OutcomeUnknown(str(error)) from error

    def _find(self, shuttle: Shuttle, key: str, part: Part) -> Ride | None:
        mine = _by_key(shuttle, key)
        if mine is not None or part.held is None:
            return mine
        try:
            return self._ride(part.held.ref)
        except Unknown:
            return None
        except NotOwner as error:
            raise OutcomeUnknown(str(error)) from error

    def _quote(self, shuttle: Shuttle, key: str, wish: Any, booked_by: str, now: datetime) -> Held:
        if not isinstance(wish, ShuttleWish):
            raise NotBookable(f"{key}: a shuttle takes rides, not {type(wish).__name__}")
        now_s = int(now.timestamp())
        request = RideRequest(
            _end(wish.origin), _end(wish.destination), now_s if wish.at_s is None else wish.at_s,
            arrive_by=wish.arrive_by, party=wish.party, walk_s_max=wish.walk_s_max,
            wheelchair_stops=wish.wheelchair_stops, rider=key, booked_by=booked_by,
        )  # fmt: skip
        try:
            answer = shuttle.quoting.quote(request, now_s)
        except Invalid as error:
            raise NotBookable(f"{error.field}: {error}") from error
        except NotOwner as error:
            raise OutcomeUnknown(str(error)) from error
        if isinstance(answer, Refusal):
            raise PartRefused(
                f"no shuttle can: {answer.reason}", reason=answer.reason,
                alternatives=[msgspec.to_builtins(one) for one in answer.alternatives],
            )  # fmt: skip
        return _offered(shuttle, answer)


def _by_key(shuttle: Shuttle, key: str) -> Ride | None:
    """The newest ride that is not over of those under our key."""
    state = shuttle.state
    with state.lock:
        mine = [r for r in state.rides.values() if r.request.rider == key and r.state not in _GONE]
    return mine[-1] if mine else None


def _end(spot: Spot) -> End:
    return End(stop_id=spot.stop_id) if spot.stop_id else End(spot.lat, spot.lon, name=spot.name)


def _at(part: Part) -> Any:
    """The wish with the time of the offer that was agreed on, where another part had fixed it."""
    wish, held = part.wish, part.held
    if isinstance(wish, ShuttleWish) and wish.at_s is None and held is not None and held.starts_ms:
        return msgspec.structs.replace(wish, at_s=held.told["asked_s"], arrive_by=True)
    return wish


def _as_good(before: Held | None, after: Held) -> bool:
    if before is None:
        return True
    later = (after.ends_ms or 0) > before.told["arrive_until_s"] * 1000
    sooner = (after.starts_ms or 0) < (before.starts_ms or 0) - 60_000
    return after.price_minor <= before.price_minor and not later and not sooner


def _offered(shuttle: Shuttle, offer: Offer) -> Held:
    return _held(shuttle, shuttle.state.ride(offer.ride_id))


def _held(shuttle: Shuttle, ride: Ride) -> Held:
    service = shuttle.state.service
    stops = {stop.id: stop for stop in service.stops}
    pick, drop = stops[ride.leg.pickup_stop], stops[ride.leg.drop_stop]
    return Held(
        ref=ride.id, price_minor=ride.price_minor, starts_ms=ride.pickup_s * 1000, ends_ms=ride.drop_s * 1000,
        expires_ms=ride.hold_until_s * 1000 if ride.state is RideState.HELD else None,
        account=f"operator:{service.id}", provider_id=service.id, category="shuttle",
        capture=CaptureRule.ON_USE, terms=_TERMS,
        told={
            "vehicle_id": ride.vehicle_id, "pickup_s": ride.pickup_s, "dropoff_s": ride.drop_s,
            "pickup_stop": {"id": pick.id, "name": dict(pick.name), "lat": pick.lat, "lon": pick.lon},
            "dropoff_stop": {"id": drop.id, "name": dict(drop.name), "lat": drop.lat, "lon": drop.lon},
            "walk_to_s": ride.leg.walk_to_s, "walk_from_s": ride.leg.walk_from_s,
            "pickup_until_s": ride.promise.pickup_until_s, "arrive_until_s": ride.promise.arrive_until_s,
            "asked_s": ride.request.at_s,
        },
    )  # fmt: skip
