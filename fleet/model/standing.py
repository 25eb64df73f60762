"""Standing orders: the same ride on many days ("every Tuesday and Friday at 9:30 to the clinic")."""

from __future__ import annotations

import msgspec

from fleet.model.ride import End, Party

__all__ = ["StandingOrder"]


class StandingOrder(msgspec.Struct):
    """A ride that is booked by itself for each of its days, as far ahead as the service takes bookings.

    Days are ISO dates of the service's time zone. `booked` and `refused` say what became of each day.
    """

    id: str
    origin: End
    destination: End
    clock: str  # HH:MM, departure or latest arrival
    days: tuple[int, ...]  # 0 Monday .. 6 Sunday
    first_day: str
    last_day: str
    arrive_by: bool = False
    on_holidays: bool = False
    skip: tuple[str, ...] = ()  # single days without a ride
    party: Party = Party()
    rider: str = ""
    booked_by: str = ""
    wheelchair_stops: bool = False
    ended: bool = False
    booked: dict[str, str] = {}  # day -> ride
    refused: dict[str, str] = {}  # day -> why, tried again until the day has come
