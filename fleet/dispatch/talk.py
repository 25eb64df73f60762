"""Supervisors and riders speak: announcements into a vehicle, calls out of it, answers to one rider.

Written words, read aloud by the vehicle and shown on riders' phones, so that who does not hear, or speaks
another language, is spoken to as well: what is said most often is a phrase that each reads in a language of
their own. A rider's call is an alarm. Kept in memory like alarms; the newest `KEPT` lines of a vehicle.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import StrEnum

from fleet.dispatch.fleet_state import FleetState
from fleet.dispatch.reasons import Reason
from fleet.dispatch.supervision import ControlRoom
from fleet.errors import Conflict, Invalid
from fleet.model.ride import Ride, RideState

__all__ = ["KEPT", "Line", "Phrase", "Talk"]

KEPT = 200
_LONGEST = 300
_SEVERITY = 2


class Phrase(StrEnum):
    """What is said most often; each page and loudspeaker has it in its own words."""

    STOPPED_SAFELY = "stopped_safely"
    GOING_ON_SOON = "going_on_soon"
    HELP_IS_COMING = "help_is_coming"
    PLEASE_ALIGHT = "please_alight"
    ARE_YOU_WELL = "are_you_well"
    ALL_IS_WELL = "all_is_well"
    WHAT_HAPPENS = "what_happens"
    UNWELL = "unwell"
    NEED_HELP = "need_help"
    LET_ME_OUT = "let_me_out"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was said; `number` grows within a vehicle."""

    number: int
    vehicle_id: str
    at_s: int
    supervisor: str  # who said it, or "" where a rider did
    ride_id: str  # whose rider said it, or whom alone it is meant for; "" is everybody on board
    phrase: Phrase | None
    text: str


class Talk:
    """What was said in each vehicle. Safe to call from several threads."""

    def __init__(self, state: FleetState, control: ControlRoom) -> None:
        self._state = state
        self._control = control
        self._lines: dict[str, deque[Line]] = {}

    def say(
        self, vehicle_id: str, supervisor: str, now_s: int, *, phrase: Phrase | None = None, text: str = "",
        ride_id: str = "",
    ) -> Line:  # fmt: skip
        """A supervisor on shift speaks to all on board, or to one of them; Conflict for anybody else."""
        with self._state.lock:
            self._state.plans.vehicle(vehicle_id)
            if supervisor not in self._control.on_shift:
                raise Conflict("not_on_shift", f"supervisor {supervisor} is not on shift")
            if ride_id:
                self._on_board(self._state.rides.get(ride_id), ride_id, vehicle_id)
            return self._add(vehicle_id, now_s, supervisor, ride_id, phrase, text)

    def call(self, ride_id: str, now_s: int, *, phrase: Phrase | None = None, text: str = "") -> Line:
        """A rider on board calls the supervisor, which is an alarm; Conflict before boarding and after."""
        with self._state.lock:
            ride = self._on_board(self._state.rides.get(ride_id), ride_id)
            line = self._add(ride.vehicle_id, now_s, "", ride_id, phrase, text)
            self._control.raise_alarm(ride.vehicle_id, Reason.RIDER_CALLS.value, _SEVERITY, now_s)
            return line

    def of_vehicle(self, vehicle_id: str, after: int = 0) -> list[Line]:
        """All that was said after a number, for supervisors and for the vehicle's loudspeaker."""
        with self._state.lock:
            self._state.plans.vehicle(vehicle_id)
            return [line for line in self._lines.get(vehicle_id, ()) if line.number > after]

    def of_ride(self, ride: Ride, after: int = 0) -> list[Line]:
        """What this rider said, and was told while on board; nothing of other riders."""
        if ride.state not in (RideState.ON_BOARD, RideState.COMPLETED):
            return []
        until_s = ride.drop_s if ride.state is RideState.COMPLETED else None
        with self._state.lock:
            return [
                line for line in self._lines.get(ride.vehicle_id, ())
                if line.number > after and line.at_s >= ride.pickup_s
                and (until_s is None or line.at_s <= until_s)
                and (line.ride_id == ride.id or (line.supervisor and not line.ride_id))
            ]  # fmt: skip

    @staticmethod
    def _on_board(ride: Ride | None, ride_id: str, vehicle_id: str = "") -> Ride:
        if ride is None or ride.state is not RideState.ON_BOARD:
            raise Conflict("not_on_board", f"ride {ride_id}: nobody of it is on board now")
        if vehicle_id and ride.vehicle_id != vehicle_id:
            raise Conflict("not_on_board", f"ride {ride_id} is on board of {ride.vehicle_id}")
        return ride

    def _add(
        self, vehicle_id: str, now_s: int, supervisor: str, ride_id: str, phrase: Phrase | None, text: str
    ) -> Line:  # fmt: skip
        text = text.strip()
        if (phrase is None) == (not text):
            raise Invalid("text", "say either a phrase or words of your own")
        if len(text) > _LONGEST:
            raise Invalid("text", f"has {len(text)} letters; say it in {_LONGEST}")
        lines = self._lines.setdefault(vehicle_id, deque(maxlen=KEPT))
        number = lines[-1].number + 1 if lines else 1
        line = Line(number, vehicle_id, now_s, supervisor, ride_id, phrase, text)
        lines.append(line)
        return line
