"""Books the days of standing orders as they come within reach, each of them once.

A ride carries the order and day that made it, so that a crash between booking and noting it down cannot book
a day twice: open rides are looked through before anything is booked.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

import jpholiday

from fleet.dispatch.fleet_state import FleetState
from fleet.dispatch.hours import service_day_start_s
from fleet.dispatch.quoting import Quoting
from fleet.errors import Invalid, Unknown
from fleet.model.ride import Offer, RideRequest, RideState
from fleet.model.service import clock_s
from fleet.model.standing import StandingOrder

__all__ = ["NoBook", "OrderBook", "Standing"]

AHEAD_S = 7 * 86_400
_DAYS_MAX = 366
_TRIES_EACH_TICK = 20
"""So many quotes at most in one tick, so that riders who wait for an answer need not wait for these."""


class OrderBook(Protocol):
    """Where standing orders outlive the process."""

    def save(self, order: StandingOrder) -> None:
        """Write one order."""
        ...

    def load(self) -> list[StandingOrder]:
        """Every order that has not ended."""
        ...


class NoBook:
    """For simulations: nothing outlives the process."""

    def save(self, order: StandingOrder) -> None:
        """Forget it."""

    def load(self) -> list[StandingOrder]:
        """Nothing was there before."""
        return []


class Standing:
    """The standing orders of a zone. Safe to call from several threads."""

    def __init__(self, state: FleetState, quoting: Quoting, book: OrderBook | None = None) -> None:
        self._state = state
        self._quoting = quoting
        self._book: OrderBook = book or NoBook()
        self._zone = ZoneInfo(state.service.timezone)
        self.orders = {order.id: order for order in self._book.load()}

    def add(self, order: StandingOrder, now_s: int) -> StandingOrder:
        """Take an order and book the days within reach; Invalid if it cannot be meant."""
        first, last = (_day(f"order.{k}", getattr(order, k)) for k in ("first_day", "last_day"))
        clock_s(order.clock, "order.clock")
        if not order.days or any(not 0 <= d <= 6 for d in order.days):
            raise Invalid("order.days", f"{order.days} must be weekdays from 0 (Monday) to 6")
        if last < first or (last - first).days > _DAYS_MAX:
            raise Invalid("order.last_day", f"{last} must lie within {_DAYS_MAX} days from {first}")
        for day in order.skip:
            _day("order.skip", day)
        with self._state.lock:
            for day, request in self._wanted(order, now_s):
                self._state.asks.check(request, now_s)
                del day
            self._book.save(order)
            self.orders[order.id] = order
            self._work(order, now_s, _TRIES_EACH_TICK)
            return order

    def order(self, order_id: str) -> StandingOrder:
        """An order by its id; Unknown if there is none."""
        try:
            return self.orders[order_id]
        except KeyError:
            raise Unknown("standing order", order_id) from None

    def skip(self, order_id: str, day: str, now_s: int) -> StandingOrder:
        """No ride on one day; one that is booked is cancelled."""
        _day("day", day)
        with self._state.lock:
            order = self.order(order_id)
            order.skip = tuple(sorted({*order.skip, day}))
            self._cancel(order, [day], now_s)
            self._book.save(order)
            return order

    def end(self, order_id: str, now_s: int) -> StandingOrder:
        """End an order and cancel what it has booked."""
        with self._state.lock:
            order = self.order(order_id)
            order.ended = True
            self._cancel(order, list(order.booked), now_s)
            self._book.save(order)
            del self.orders[order_id]
            return order

    def tick(self, now_s: int) -> int:
        """Book what has come within reach; how many quotes were asked for. Call it each minute."""
        with self._state.lock:
            tries = _TRIES_EACH_TICK
            for order in list(self.orders.values()):
                tries -= self._work(order, now_s, tries)
            return _TRIES_EACH_TICK - tries

    def _work(self, order: StandingOrder, now_s: int, tries: int) -> int:
        done = 0
        known = {r.request.standing: r for r in self._state.rides.values() if r.request.standing}
        for day, request in self._wanted(order, now_s):
            if done >= tries:
                break
            if day in order.booked:
                continue
            earlier = known.get(request.standing)
            if earlier is not None and earlier.state is not RideState.EXPIRED:
                order.booked[day] = earlier.id
                self._book.save(order)
                continue
            done += 1
            answer = self._quoting.quote(request, now_s)
            if isinstance(answer, Offer):
                self._quoting.confirm(answer.ride_id, now_s)
                order.booked[day] = answer.ride_id
                order.refused.pop(day, None)
                self._book.save(order)
            elif order.refused.get(day) != answer.reason:
                order.refused[day] = answer.reason
                self._book.save(order)
                self._state.tell("standing_refused", order.id, now_s)
        return done

    def _wanted(self, order: StandingOrder, now_s: int) -> Iterator[tuple[str, RideRequest]]:
        """(day, request) of each day within reach that the order asks for."""
        today = datetime.fromtimestamp(now_s, self._zone).date()
        day = max(today, date.fromisoformat(order.first_day))
        last = date.fromisoformat(order.last_day)
        ahead_s = min(AHEAD_S, self._state.service.promise.ahead_s_max)
        while day <= last:
            at_s = service_day_start_s(day, self._zone) + clock_s(order.clock)
            if at_s > now_s + ahead_s:
                return
            holiday = jpholiday.is_holiday(day) and not order.on_holidays
            name = day.isoformat()
            if at_s > now_s and day.weekday() in order.days and not holiday and name not in order.skip:
                yield name, RideRequest(
                    order.origin, order.destination, at_s, arrive_by=order.arrive_by, party=order.party,
                    wheelchair_stops=order.wheelchair_stops, rider=order.rider,
                    booked_by=order.booked_by, standing=f"{order.id}@{name}",
                )  # fmt: skip
            day += timedelta(days=1)

    def _cancel(self, order: StandingOrder, days: list[str], now_s: int) -> None:
        for day in days:
            ride = self._state.rides.get(order.booked.pop(day, ""))
            if ride is not None and ride.state is RideState.CONFIRMED:
                self._quoting.cancel(ride.id, now_s, cause="standing order")


def _day(field: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(field, f"{text!r} is no day. Write YYYY-MM-DD") from None
