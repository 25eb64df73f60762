"""The control room: one certified supervisor for so many vehicles, and a queue of those that ask for help.

Specified automated operation (Road Traffic Act, article 75-12 and on) needs a supervisor who can be told of
every vehicle at once and stop it. Vehicles that nobody can watch do not run.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from fleet.dispatch.fleet_state import FleetState, Mode
from fleet.dispatch.operations import Operations
from fleet.dispatch.reasons import Reason
from fleet.errors import Conflict, Invalid, Unknown
from fleet.model.ride import Breach

__all__ = ["Alarm", "AlarmState", "ControlRoom"]


class AlarmState(StrEnum):
    """Where a call for help stands."""

    OPEN = "open"
    TAKEN = "taken"
    RESOLVED = "resolved"


@dataclass(slots=True)
class Alarm:
    """A vehicle that asks for a person."""

    id: int
    vehicle_id: str
    reason: str
    severity: int  # 1 stands in traffic, riders on board .. 4 for information
    raised_s: int
    state: AlarmState = AlarmState.OPEN
    supervisor: str = ""
    taken_s: int = 0
    resolved_s: int = 0
    notes: list[str] = field(default_factory=list)


class ControlRoom:
    """Supervisors on shift, who watches what, and the queue of alarms. Safe to call from several threads."""

    def __init__(self, state: FleetState, operations: Operations) -> None:
        self._state = state
        self._operations = operations
        self._watching: dict[str, str] = {}  # vehicle -> supervisor
        self.on_shift: list[str] = []
        self.alarms: list[Alarm] = []

    def sign_in(self, supervisor: str, now_s: int) -> list[str]:
        """A supervisor comes on shift; the vehicles given to them."""
        with self._state.lock:
            rules = self._state.service.supervision
            if supervisor not in rules.supervisors:
                raise Unknown("supervisor", supervisor)
            if supervisor not in self.on_shift:
                self.on_shift.append(supervisor)
            return self.share_out(now_s)

    def sign_out(self, supervisor: str, now_s: int, *, to: str | None = None) -> list[str]:
        """Hand over and go; the vehicles that nobody can watch any more, which are drawn in."""
        with self._state.lock:
            if supervisor not in self.on_shift:
                raise Conflict("not_on_shift", f"supervisor {supervisor} is not on shift")
            if to is not None and to not in self.on_shift:
                raise Conflict("not_on_shift", f"supervisor {to} is not on shift and cannot take over")
            self.on_shift.remove(supervisor)
            mine = [v for v, who in self._watching.items() if who == supervisor]
            for vehicle in mine:
                del self._watching[vehicle]
                if to is not None and self._load(to) < self._state.service.supervision.vehicles_each:
                    self._watching[vehicle] = to
            for alarm in self.alarms:
                if alarm.supervisor == supervisor and alarm.state is AlarmState.TAKEN:
                    alarm.state, alarm.supervisor = AlarmState.OPEN, ""
                    alarm.notes.append(f"{supervisor} left; open again")
            self.share_out(now_s)
            left = [v for v in mine if v not in self._watching]
            for vehicle in left:
                if self._state.duty(vehicle).mode is Mode.SERVICE:
                    self._operations.draw_in(vehicle, now_s, Reason.NO_SUPERVISOR.value)
            return left

    def watched_by(self, vehicle_id: str) -> str | None:
        """Who watches a vehicle."""
        return self._watching.get(vehicle_id)

    def require_watched(self, vehicle_id: str, now_s: int) -> str:
        """The supervisor of a vehicle that is about to run; Conflict if there is nobody left."""
        with self._state.lock:
            if vehicle_id not in self._watching:
                each = self._state.service.supervision.vehicles_each
                free = [s for s in self.on_shift if self._load(s) < each]
                if not free:
                    raise Conflict(
                        "no_supervisor",
                        f"vehicle {vehicle_id}: {len(self.on_shift)} supervisors watch {each} vehicles each. "
                        "Sign another in",
                    )
                self._watching[vehicle_id] = min(free, key=self._load)
            del now_s
            return self._watching[vehicle_id]

    def release(self, vehicle_id: str) -> None:
        """The vehicle is off the road; nobody need watch it."""
        with self._state.lock:
            self._watching.pop(vehicle_id, None)

    def raise_alarm(self, vehicle_id: str, reason: str, severity: int, now_s: int) -> Alarm:
        """A vehicle asks for help; asked again for the same, it is the same alarm."""
        if not 1 <= severity <= 4:
            raise Invalid("severity", f"{severity} is not between 1 and 4")
        with self._state.lock:
            self._state.plans.vehicle(vehicle_id)
            for alarm in self.alarms:
                same = alarm.vehicle_id == vehicle_id and alarm.reason == reason
                if same and alarm.state is not AlarmState.RESOLVED:
                    alarm.severity = min(alarm.severity, severity)
                    return alarm
            alarm = Alarm(len(self.alarms) + 1, vehicle_id, reason, severity, now_s)
            self.alarms.append(alarm)
            self._state.tell("alarm", vehicle_id, now_s)
            return alarm

    def queue(self) -> list[Alarm]:
        """Open and taken alarms, worst first, then oldest."""
        with self._state.lock:
            waiting = [a for a in self.alarms if a.state is not AlarmState.RESOLVED]
            return sorted(waiting, key=lambda a: (a.state is AlarmState.TAKEN, a.severity, a.raised_s, a.id))

    def take(self, alarm_id: int, supervisor: str, now_s: int) -> Alarm:
        """A supervisor answers an alarm; Conflict if another has it."""
        with self._state.lock:
            alarm = self._alarm(alarm_id)
            if supervisor not in self.on_shift:
                raise Conflict("not_on_shift", f"supervisor {supervisor} is not on shift")
            if alarm.state is AlarmState.RESOLVED or alarm.supervisor not in ("", supervisor):
                raise Conflict("taken", f"alarm {alarm_id} is {alarm.state} by {alarm.supervisor}")
            alarm.state, alarm.supervisor, alarm.taken_s = AlarmState.TAKEN, supervisor, now_s
            return alarm

    def resolve(self, alarm_id: int, supervisor: str, note: str, now_s: int) -> Alarm:
        """The supervisor who took an alarm closes it with a note."""
        with self._state.lock:
            alarm = self._alarm(alarm_id)
            if alarm.state is not AlarmState.TAKEN or alarm.supervisor != supervisor:
                raise Conflict("not_taken", f"alarm {alarm_id} is not taken by {supervisor}")
            if not note.strip():
                raise Invalid("note", "is empty. Say what was seen and done")
            alarm.state, alarm.resolved_s = AlarmState.RESOLVED, now_s
            alarm.notes.append(note)
            return alarm

    def stop(self, vehicle_id: str, cause: str, now_s: int, *, riders_leave: bool = False) -> list[Breach]:
        """Stop a vehicle at minimal risk: by itself, by a supervisor, by the police.

        An alarm goes with it.
        """
        with self._state.lock:
            self.raise_alarm(vehicle_id, cause, 1, now_s)
            return self._operations.stop(vehicle_id, now_s, cause, riders_leave=riders_leave)

    def resume(self, vehicle_id: str, supervisor: str, now_s: int) -> None:
        """Let a stopped vehicle go on; only the supervisor who watches it may."""
        with self._state.lock:
            watcher = self.require_watched(vehicle_id, now_s)
            if watcher != supervisor:
                raise Conflict(
                    "other_supervisor", f"vehicle {vehicle_id} is watched by {watcher}. Hand it over first"
                )
            self._operations.resume(vehicle_id, now_s)

    def hand_over(self, vehicle_id: str, to: str) -> None:
        """Give a vehicle to another supervisor on shift who has room."""
        with self._state.lock:
            self._state.plans.vehicle(vehicle_id)
            each = self._state.service.supervision.vehicles_each
            if to not in self.on_shift or self._load(to) >= each:
                raise Conflict(
                    "no_room", f"supervisor {to} is not on shift or watches {each} vehicles already"
                )
            self._watching[vehicle_id] = to

    def _alarm(self, alarm_id: int) -> Alarm:
        if not 1 <= alarm_id <= len(self.alarms):
            raise Unknown("alarm", str(alarm_id))
        return self.alarms[alarm_id - 1]

    def _load(self, supervisor: str) -> int:
        return sum(1 for who in self._watching.values() if who == supervisor)

    def share_out(self, now_s: int) -> list[str]:
        """Give every running vehicle that nobody watches to the supervisor with fewest."""
        given = []
        for duty in self._state.duties:
            if duty.mode is not Mode.OFF and duty.id not in self._watching:
                try:
                    self.require_watched(duty.id, now_s)
                except Conflict:
                    break
                given.append(duty.id)
        return given
