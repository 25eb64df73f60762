"""Telemetry keeps the plans true: a vehicle that only says where it is serves its riders."""

from __future__ import annotations

import numpy as np
from fleet_town import NINE, make_town, wish

from fleet.dispatch.fleet_state import Mode
from fleet.dispatch.registry import ServiceRegistry
from fleet.dispatch.shuttle import Shuttle
from fleet.dispatch.tracking import Tracker
from fleet.model.ride import Offer, RideState
from fleet.vehicles.adapters.live_memory import MemoryLiveStore
from fleet.vehicles.intake import Intake, Verdict
from fleet.vehicles.telemetry import Autonomy, Doors, Message


class Driver:
    """Drives one vehicle along straight lines at 30 km/h and says where it is every five seconds."""

    def __init__(self, shuttle: Shuttle) -> None:
        self.shuttle = shuttle
        self.intake = Intake(MemoryLiveStore(), ServiceRegistry(shuttle.state.service))
        tracker = Tracker(shuttle.state, shuttle.operations, shuttle.control)
        self.intake.listeners.append(tracker.heard)
        ways = shuttle.state.ways
        depot = shuttle.state.duties[0].depot
        self.lat, self.lon, self.now = float(ways.lat[depot]), float(ways.lon[depot]), NINE

    def say(self, seconds: int = 5, **fields: object) -> Verdict:
        self.now += seconds
        message = Message(id="v0", at=float(self.now), lat=self.lat, lon=self.lon, **fields)  # type: ignore[arg-type]
        return self.intake.receive([message], self.now, "test")[0].verdict

    def drive_to(self, location: int) -> None:
        ways = self.shuttle.state.ways
        for lat, lon in ((self.lat, float(ways.lon[location])), (float(ways.lat[location]), None)):
            goal = (lat, self.lon if lon is None else lon)
            while (self.lat, self.lon) != goal:
                east = np.cos(np.radians(self.lat)) * 111_320.0
                north_m, east_m = (goal[0] - self.lat) * 111_320.0, (goal[1] - self.lon) * east
                far = float(np.hypot(north_m, east_m))
                share = min(1.0, 41.0 / far) if far > 0 else 1.0
                self.lat = goal[0] if share == 1.0 else self.lat + share * north_m / 111_320.0
                self.lon = goal[1] if share == 1.0 else self.lon + share * east_m / east
                assert self.say(speed_m_s=8.3, doors=Doors.CLOSED) is Verdict.ACCEPTED

    def stand(self, seconds: int) -> None:
        for _ in range(seconds // 5):
            self.say(speed_m_s=0.0, doors=Doors.OPEN)


def booked(shuttle: Shuttle) -> str:
    offer = shuttle.quoting.quote(wish("s11", "s31"), NINE)
    assert isinstance(offer, Offer)
    return shuttle.quoting.confirm(offer.ride_id, NINE).id


def test_a_rider_is_fetched_and_brought() -> None:
    shuttle = make_town(1)
    ride_id = booked(shuttle)
    state, driver = shuttle.state, Driver(shuttle)
    start, end = state.stop_location("s11"), state.stop_location("s31")
    driver.drive_to(start)
    driver.stand(35)
    assert state.duties[0].at_stop
    driver.drive_to(end)
    assert state.rides[ride_id].state is RideState.ON_BOARD
    driver.stand(25)
    driver.drive_to(start)
    assert state.rides[ride_id].state is RideState.COMPLETED
    assert state.breaches == []


def test_the_plan_follows_a_vehicle_that_is_late() -> None:
    shuttle = make_town(2)
    ride_id = booked(shuttle)
    v = shuttle.state.plans.vehicle(shuttle.state.rides[ride_id].vehicle_id)
    assert v == 0
    driver = Driver(shuttle)
    driver.say(240, speed_m_s=0.0)
    planned = shuttle.state.rides[ride_id]
    pickup_s, _ = shuttle.state.plans.times(ride_id, shuttle.state.plans.vehicle(planned.vehicle_id))
    assert pickup_s >= NINE + 240  # nobody believes any more that it comes at the time first planned
    assert pickup_s <= planned.promise.pickup_until_s


def test_a_minimal_risk_stop_calls_a_person_and_frees_the_riders() -> None:
    shuttle = make_town(2)
    shuttle.control.sign_in("sato", NINE)
    ride_id = booked(shuttle)
    driver = Driver(shuttle)
    driver.say(autonomy=Autonomy.MINIMAL_RISK, faults=("lidar",))
    assert shuttle.state.duties[0].mode is Mode.STOPPED
    assert [(a.vehicle_id, a.reason, a.severity) for a in shuttle.control.queue()] == [("v0", "lidar", 1)]
    assert shuttle.state.rides[ride_id].vehicle_id == "v1"
    driver.say(autonomy=Autonomy.MINIMAL_RISK, faults=("lidar",))
    assert len(shuttle.control.queue()) == 1


def test_a_long_boarding_is_planned_as_such() -> None:
    shuttle = make_town(1)
    ride_id = booked(shuttle)
    driver = Driver(shuttle)
    driver.drive_to(shuttle.state.stop_location("s11"))
    driver.stand(120)
    _, drop_s = shuttle.state.plans.times(ride_id, 0)
    assert drop_s >= driver.now + 96


def test_the_battery_is_the_vehicles_own() -> None:
    shuttle = make_town(1)
    Driver(shuttle).say(battery=0.4)
    duty = shuttle.state.duties[0]
    assert duty.charge_wh == 0.4 * duty.model.battery_wh
