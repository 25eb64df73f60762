"""What operators and supervisors do: plans, alarms, stop and resume, hand-over, conditions, closures."""

from __future__ import annotations

from collections import Counter

from fastapi import APIRouter, Depends

from fleet.dispatch.reasons import Reason
from maas.api.fleet.foresight import conditions_of
from maas.api.fleet.live import FleetOf, Guard
from maas.api.fleet.operator_present import alarm_view, spot_view, vehicle_view
from maas.api.fleet.operator_views import (
    AlarmIn,
    AlarmView,
    BySupervisor,
    ConditionsIn,
    ConditionsView,
    FiguresView,
    HandOverIn,
    ResolveIn,
    ServiceView,
    SignOutIn,
    SpotView,
    StopIn,
    SupervisorView,
    VehicleView,
)  # fmt: skip
from maas.api.fleet.present import Presenter
from maas.api.fleet.views import BreachView, RideView
from maas.wiring.live import LiveFleet

__all__ = ["router"]


def public_router(fleet_of: FleetOf) -> APIRouter:
    """What everybody may see of the fleet."""
    routes = APIRouter(tags=["shuttle"])

    @routes.get("/v1/shuttle")
    def show_service(lang: str = "") -> ServiceView:
        """The service: stops, zone, seats, base price, and whether it runs now."""
        fleet = fleet_of()
        service, told = fleet.service, Presenter(fleet)
        return ServiceView(
            id=service.id, name=service.name, zone=list(service.zone),
            stops=[told.stop(stop, lang) for stop in service.stops],
            seats=max(m.seats for m in service.models),
            wheelchair_places=max(m.wheelchair_places for m in service.models),
            base_price=service.fare.base_minor, currency=service.fare.currency,
            suspended=fleet.shuttle.state.suspended, simulated=fleet.simulated,
        )  # fmt: skip

    @routes.get("/v1/shuttle/vehicles")
    def list_spots() -> list[SpotView]:
        """Where the vehicles are."""
        fleet = fleet_of()
        return [spot_view(fleet, spot) for spot in fleet.positions()]

    return routes


def router(guard: Guard, fleet_of: FleetOf) -> APIRouter:
    """Routes for operators only."""
    routes = APIRouter(prefix="/v1/fleet", tags=["fleet"], dependencies=[Depends(guard)])
    _vehicles(routes, fleet_of)
    _control_room(routes, fleet_of)
    _conditions(routes, fleet_of)
    return routes


def _vehicles(routes: APIRouter, fleet_of: FleetOf) -> None:
    @routes.get("/vehicles")
    def list_vehicles() -> list[VehicleView]:
        """Every vehicle with its plan."""
        fleet = fleet_of()
        with fleet.shuttle.state.lock:
            return [vehicle_view(fleet, duty.id) for duty in fleet.shuttle.state.duties]

    @routes.get("/vehicles/{vehicle_id}")
    def show_vehicle(vehicle_id: str) -> VehicleView:
        """One vehicle with its plan."""
        return _vehicle(fleet_of(), vehicle_id)

    @routes.post("/vehicles/{vehicle_id}/start")
    def start_vehicle(vehicle_id: str) -> VehicleView:
        """Put a vehicle on duty; 409 if no supervisor has room for it."""
        fleet = fleet_of()
        fleet.shuttle.control.require_watched(vehicle_id, fleet.now_s())
        fleet.shuttle.operations.start(vehicle_id, fleet.now_s())
        return _vehicle(fleet, vehicle_id)

    @routes.post("/vehicles/{vehicle_id}/draw-in")
    def draw_in(vehicle_id: str) -> VehicleView:
        """Finish the riders on board, take no others, go to the depot."""
        fleet = fleet_of()
        fleet.shuttle.operations.draw_in(vehicle_id, fleet.now_s(), Reason.OPERATOR.value)
        return _vehicle(fleet, vehicle_id)

    @routes.post("/vehicles/{vehicle_id}/stop")
    def stop_vehicle(vehicle_id: str, asked: StopIn) -> list[BreachView]:
        """Stop at minimal risk; its waiting riders go to other vehicles. What that broke."""
        fleet = fleet_of()
        breaches = fleet.shuttle.control.stop(
            vehicle_id, asked.cause, fleet.now_s(), riders_leave=asked.riders_leave
        )
        return [Presenter(fleet).breach(b) for b in breaches]

    @routes.post("/vehicles/{vehicle_id}/resume")
    def resume_vehicle(vehicle_id: str, by: BySupervisor) -> VehicleView:
        """Let a stopped vehicle go on; only its own supervisor may."""
        fleet = fleet_of()
        fleet.shuttle.control.resume(vehicle_id, by.supervisor, fleet.now_s())
        return _vehicle(fleet, vehicle_id)

    @routes.post("/vehicles/{vehicle_id}/hand-over")
    def hand_over(vehicle_id: str, asked: HandOverIn) -> VehicleView:
        """Give a vehicle to another supervisor on shift."""
        fleet = fleet_of()
        fleet.shuttle.control.hand_over(vehicle_id, asked.to)
        return _vehicle(fleet, vehicle_id)

    @routes.post("/vehicles/{vehicle_id}/arrived")
    def report_arrival(vehicle_id: str) -> VehicleView:
        """The vehicle stands at the stop of its first task."""
        fleet = fleet_of()
        fleet.shuttle.operations.arrived(vehicle_id, fleet.now_s())
        return _vehicle(fleet, vehicle_id)

    @routes.post("/vehicles/{vehicle_id}/done")
    def report_done(vehicle_id: str) -> VehicleView:
        """The first task is over: riders have boarded or alighted, doors are shut."""
        fleet = fleet_of()
        fleet.shuttle.operations.done(vehicle_id, fleet.now_s())
        return _vehicle(fleet, vehicle_id)

    @routes.get("/rides")
    def list_rides(state: str = "", limit: int = 200) -> list[RideView]:
        """Rides that this server remembers, the next pickup first."""
        fleet = fleet_of()
        told, fleet_state = Presenter(fleet), fleet.shuttle.state
        with fleet_state.lock:
            found = [r for r in fleet_state.rides.values() if not state or r.state == state]
            found.sort(key=lambda r: (not r.state.open, r.pickup_s, r.id))
            return [told.ride(ride) for ride in found[: max(1, min(limit, 1000))]]

    @routes.post("/rides/{ride_id}/no-show")
    def report_no_show(ride_id: str) -> RideView:
        """Nobody is at the stop; 409 until the vehicle has waited as long as it must."""
        fleet = fleet_of()
        return Presenter(fleet).ride(fleet.shuttle.quoting.no_show(ride_id, fleet.now_s()))


def _control_room(routes: APIRouter, fleet_of: FleetOf) -> None:
    @routes.get("/alarms")
    def list_alarms() -> list[AlarmView]:
        """Open and taken alarms, the worst first."""
        fleet = fleet_of()
        return [alarm_view(fleet, alarm) for alarm in fleet.shuttle.control.queue()]

    @routes.post("/vehicles/{vehicle_id}/alarms", status_code=201)
    def raise_alarm(vehicle_id: str, asked: AlarmIn) -> AlarmView:
        """A vehicle asks for a person; the same call again is the same alarm."""
        fleet = fleet_of()
        alarm = fleet.shuttle.control.raise_alarm(vehicle_id, asked.reason, asked.severity, fleet.now_s())
        return alarm_view(fleet, alarm)

    @routes.post("/alarms/{alarm_id}/take")
    def take_alarm(alarm_id: int, by: BySupervisor) -> AlarmView:
        """A supervisor answers."""
        fleet = fleet_of()
        return alarm_view(fleet, fleet.shuttle.control.take(alarm_id, by.supervisor, fleet.now_s()))

    @routes.post("/alarms/{alarm_id}/resolve")
    def resolve_alarm(alarm_id: int, by: ResolveIn) -> AlarmView:
        """Close an alarm with a note."""
        fleet = fleet_of()
        alarm = fleet.shuttle.control.resolve(alarm_id, by.supervisor, by.note, fleet.now_s())
        return alarm_view(fleet, alarm)

    @routes.get("/supervisors")
    def list_supervisors() -> list[SupervisorView]:
        """Who is on shift, and what they watch."""
        return _supervisors(fleet_of())

    @routes.post("/supervisors/sign-in")
    def sign_in(by: BySupervisor) -> list[SupervisorView]:
        """Come on shift; vehicles that nobody watches are shared out."""
        fleet = fleet_of()
        fleet.shuttle.control.sign_in(by.supervisor, fleet.now_s())
        return _supervisors(fleet)

    @routes.post("/supervisors/sign-out")
    def sign_out(by: SignOutIn) -> list[SupervisorView]:
        """Hand over and go; what nobody can watch is drawn in."""
        fleet = fleet_of()
        fleet.shuttle.control.sign_out(by.supervisor, fleet.now_s(), to=by.to)
        return _supervisors(fleet)


def _conditions(routes: APIRouter, fleet_of: FleetOf) -> None:
    @routes.get("/conditions")
    def show_conditions() -> ConditionsView:
        """The conditions in force, and what the operational design domain makes of them."""
        return _conditions_view(fleet_of(), [])

    @routes.put("/conditions")
    def set_conditions(asked: ConditionsIn) -> ConditionsView:
        """Weather and closed streets; outside the domain vehicles are drawn in and riders told."""
        fleet = fleet_of()
        breaches = fleet.shuttle.domain.update(conditions_of(asked), fleet.now_s())
        fleet.shuttle.control.share_out(fleet.now_s())
        return _conditions_view(fleet, [Presenter(fleet).breach(b) for b in breaches])

    @routes.get("/breaches")
    def list_breaches() -> list[BreachView]:
        """Promises that the world broke, the latest first."""
        fleet = fleet_of()
        told = Presenter(fleet)
        return [told.breach(b) for b in reversed(fleet.shuttle.state.breaches)]

    @routes.get("/figures")
    def show_figures() -> FiguresView:
        """Counts of now, and the simulated day's key figures."""
        fleet = fleet_of()
        state = fleet.shuttle.state
        with state.lock:
            twin = fleet.twin
            return FiguresView(
                by_state=dict(Counter(r.state.value for r in state.rides.values())),
                breaches=len(state.breaches),
                vehicles_by_mode=dict(Counter(d.mode.value for d in state.duties)),
                open_alarms=len(fleet.shuttle.control.queue()),
                loops_missed=len(fleet.shuttle.loops.missed),
                twin=None if twin is None else twin.tally.figures(state, twin.bodies),
            )


def _vehicle(fleet: LiveFleet, vehicle_id: str) -> VehicleView:
    with fleet.shuttle.state.lock:
        return vehicle_view(fleet, vehicle_id)


def _supervisors(fleet: LiveFleet) -> list[SupervisorView]:
    control = fleet.shuttle.control
    watched = {d.id: control.watched_by(d.id) for d in fleet.shuttle.state.duties}
    return [
        SupervisorView(
            id=who, on_shift=who in control.on_shift, vehicles=[v for v, w in watched.items() if w == who]
        )
        for who in fleet.service.supervision.supervisors
    ]


def _conditions_view(fleet: LiveFleet, breaches: list[BreachView]) -> ConditionsView:
    domain = fleet.shuttle.domain
    now = domain.conditions
    return ConditionsView.model_validate(
        {
            "wind_m_s": now.wind_m_s, "rain_mm_h": now.rain_mm_h, "snow": now.snow,
            "visibility_m": now.visibility_m, "temperature_c": now.temperature_c,
            "closures": [{"id": c.id, "polygon": list(c.polygon)} for c in now.closures],
            "verdict": domain.verdict.value, "causes": domain.causes, "breaches": breaches,
        }
    )  # fmt: skip
