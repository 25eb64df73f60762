"""Vehicles and alarms as operators see them. Callers hold the fleet's lock where plans are read."""

from __future__ import annotations

from fleet.dispatch.supervision import Alarm
from fleet.kernels.board_layout import NEVER
from maas.api.fleet.operator_views import AlarmView, SpotView, TaskView, VehicleView
from maas.api.fleet.present import Presenter
from maas.wiring.live import LiveFleet
from maas.wiring.spots import Spot

__all__ = ["alarm_view", "spot_view", "vehicle_view"]


def spot_view(fleet: LiveFleet, spot: Spot) -> SpotView:
    """Where one vehicle is, with its free seats and battery."""
    state = fleet.shuttle.state
    v = state.plans.vehicle(spot.id)
    duty, board = state.duties[v], state.plans.board
    return SpotView(
        id=spot.id, lat=spot.lat, lon=spot.lon, bearing=spot.bearing, speed_m_s=round(spot.speed_m_s, 1),
        mode=duty.mode.value, seats_free=int(board.capacity[v, 0] - board.load[v, 0, 0]),
        battery=round(duty.charge_wh / duty.model.battery_wh, 3),
    )  # fmt: skip


def vehicle_view(fleet: LiveFleet, vehicle_id: str) -> VehicleView:
    """One vehicle with plan and supervisor. Raises fleet.errors.Unknown."""
    state, told = fleet.shuttle.state, Presenter(fleet)
    v = state.plans.vehicle(vehicle_id)
    duty, board = state.duties[v], state.plans.board
    spot = fleet.position(vehicle_id)
    base = spot_view(fleet, spot or Spot(vehicle_id, 0.0, 0.0, 0.0, None, 0))
    tasks = [
        TaskView(
            kind=task.kind,
            stop=state.location_id(task.location),
            ride_id=task.ride_id,
            start=told.instant(task.start_s),
            latest=told.instant(task.late_s) if task.late_s - state.epoch_s < NEVER else None,
            late_s=max(0, task.start_s - task.late_s),
            on_board_after=int(board.load[v, k, 0]),
        )
        for k, task in enumerate(state.plans.tasks(v), 1)
    ]
    due = duty.inspected_s + state.service.inspection_every_s
    return VehicleView(
        **base.model_dump(),
        cause=duty.cause,
        since=told.instant(duty.since_s) if duty.since_s else None,
        supervisor=fleet.shuttle.control.watched_by(vehicle_id),
        at_stop=duty.at_stop,
        next_inspection=told.instant(due) if duty.inspected_s else None,
        plan_version=int(board.version[v]),
        plan=tasks,
    )


def alarm_view(fleet: LiveFleet, alarm: Alarm) -> AlarmView:
    """One alarm."""
    return AlarmView(
        id=alarm.id, vehicle_id=alarm.vehicle_id, reason=alarm.reason, severity=alarm.severity,
        state=alarm.state.value, supervisor=alarm.supervisor,
        raised=Presenter(fleet).instant(alarm.raised_s), notes=list(alarm.notes),
    )  # fmt: skip
