"""Rides of the area's shuttles that took place, out of the fleet's journal, without their riders."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from sqlalchemy import select

from fleet.adapters.tables import rides
from fleet.model.ride import Ride, RideState
from fleet.model.service import ShuttleService
from maas.feeds.usage import RiddenLeg
from storage.database import Database

__all__ = ["ShuttleRides"]


class ShuttleRides:
    """Implements `maas.feeds.usage.RiddenLegs` over the fleet's journal; without shuttles nothing."""

    def __init__(self, service: ShuttleService | None, database: Database) -> None:
        self._service = service
        self._database = database

    def between(self, begin_s: int, end_s: int) -> Iterable[RiddenLeg]:
        """Completed rides boarded from `begin_s` to before `end_s`."""
        service = self._service
        if service is None:
            return
        seats = {model.id: model.seats for model in service.models}
        of_vehicle = {vehicle.id: seats.get(vehicle.model, 0) for vehicle in service.vehicles}
        done = select(rides.c.body).where(
            rides.c.zone == service.id, rides.c.state == RideState.COMPLETED.value
        )
        with self._database.read() as connection:
            bodies = connection.execute(done).scalars().all()
        for body in bodies:
            ride = msgspec.json.decode(body, type=Ride)
            if begin_s <= ride.pickup_s < end_s:
                party = ride.request.party
                yield RiddenLeg(
                    service.id, ride.vehicle_id, of_vehicle.get(ride.vehicle_id, 0), ride.leg.pickup_stop,
                    ride.leg.drop_stop, ride.pickup_s, max(ride.drop_s, ride.pickup_s + 1), party.riders,
                    ride.promise.pickup_until_s, _waited_s(ride),
                )  # fmt: skip


def _waited_s(ride: Ride) -> int | None:
    """None for who wished to arrive by a time: they come to the stop when they are told to."""
    if ride.request.arrive_by:
        return None
    return max(0, ride.pickup_s - ride.request.at_s - ride.leg.walk_to_s)
