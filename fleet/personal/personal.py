"""A zone's devices in operation: the parts of the desk, put together by hand."""

from __future__ import annotations

from dataclasses import dataclass

from fleet.model.devices import DeviceService
from fleet.model.mission import DeviceOffer, DeviceRefusal, DeviceRequest
from fleet.personal.desk import Desk
from fleet.personal.homing import Homing
from fleet.personal.incidents import Incidents
from fleet.personal.matching import Matching
from fleet.personal.platoons import form
from fleet.personal.ports import MissionJournal, Pavements
from fleet.personal.state import DeviceState, build_devices

__all__ = ["Personal"]


@dataclass(frozen=True, slots=True)
class Personal:
    """What riders (`desk`), devices and remote operators (`incidents`) ask of one zone."""

    state: DeviceState
    desk: Desk
    matching: Matching
    homing: Homing
    incidents: Incidents

    @classmethod
    def open(cls, service: DeviceService, ways: Pavements, journal: MissionJournal | None = None) -> Personal:
        """Open a zone; missions that an earlier desk confirmed are taken over from the journal."""
        state = build_devices(service, ways, journal)
        desk = Desk(state)
        return cls(state, desk, Matching(state, desk), Homing(state), Incidents(state, desk))

    def quote(self, request: DeviceRequest, now_s: int) -> DeviceOffer | DeviceRefusal:
        """As `Desk.quote`; what was asked also teaches where devices will be wanted."""
        answer = self.desk.quote(request, now_s)
        self.homing.seen(request.lat, request.lon, now_s)
        return answer

    def direct(self, now_s: int) -> None:
        """Everything that is due by the minute."""
        with self.state.lock:
            self.desk.expire(now_s)
            self.matching.tick(now_s)
            self.homing.direct(now_s)
            form(self.state, now_s)
