"""Quote, confirm, cancel, meet, release: a device that is held, comes by itself, and is left anywhere."""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Sequence

import msgspec

from fleet.errors import Conflict, Invalid
from fleet.model.devices import KINDS
from fleet.model.incident import Incident
from fleet.model.mission import DeviceOffer, DeviceRefusal, DeviceRequest, Mission, MissionState
from fleet.personal.fences import metres
from fleet.personal.ports import NO_WAY_M, Position
from fleet.personal.state import Device, DeviceMode, DeviceState

__all__ = ["AHEAD_S", "Desk", "price_minor"]

AHEAD_S = 1800
"""Who asks for later than this gets a device of the kind, chosen when its time comes; sooner, one device."""
_FREE = (DeviceMode.PARKED, DeviceMode.CHARGING, DeviceMode.MOVING)
_NEAR_M = 250.0
_SHARE_AHEAD = 0.7
"""No more than this share of a kind's devices is promised ahead for the same time."""


def price_minor(state: DeviceState, seconds: int) -> int:
    """What a use of so many seconds costs; begun minutes count."""
    tariff = state.service.tariff
    minutes = -(-max(0, seconds) // 60)
    return min(tariff.day_max_minor, tariff.unlock_minor + minutes * tariff.minute_minor)


class Desk:
    """What riders ask of the devices. Safe to call from several threads."""

    def __init__(self, state: DeviceState) -> None:
        self._state = state

    def quote(self, request: DeviceRequest, now_s: int) -> DeviceOffer | DeviceRefusal:
        """Hold a device, or say why there is none and what would work. Raises Invalid."""
        state = self._state
        with state.lock:
            found = self._search(request, now_s)
            if isinstance(found, DeviceRefusal):
                return found
            mission, way_m = found
            state.missions[mission.id] = mission
            if mission.device_id:
                state.device(mission.device_id).mission_id = mission.id
                state.tell("held", mission.id, now_s)
            return self._offer(mission, way_m)

    def preview(self, request: DeviceRequest, now_s: int) -> DeviceOffer | DeviceRefusal:
        """What `quote` would offer now; nothing is held. For journey plans, which look at many offers."""
        with self._state.lock:
            found = self._search(request, now_s)
            if isinstance(found, DeviceRefusal):
                return found
            mission, way_m = found
            return self._offer(msgspec.structs.replace(mission, id="", hold_until_s=now_s), way_m)

    def _search(self, request: DeviceRequest, now_s: int) -> tuple[Mission, int] | DeviceRefusal:
        """The use that could be held, and its device's way in metres."""
        state, promise = self._state, self._state.service.promise
        self.expire(now_s)
        lat, lon, indoor_s = self._check(request, now_s)
        at_s = max(request.at_s, now_s)
        reasons: Counter[str] = Counter()
        fit = [d for d in state.devices.values() if self._fits(d, request, (lat, lon), reasons)]
        if at_s > now_s + AHEAD_S:
            return self._ahead(request, (lat, lon), fit, reasons, now_s)
        free = [d for d in fit if d.mode in _FREE and not d.mission_id]
        reasons["busy"] += len(fit) - len(free)
        spared = len(free) - self._owed_soon(request.kind, at_s)
        if not free or spared <= 0:
            reasons["promised_to_others"] += len(free)
            return self._refuse(request, (lat, lon), reasons)
        device, way_m, meet_s = self._nearest(free, (lat, lon), indoor_s, now_s)
        if device is None or meet_s > at_s + promise.wait_s_max:
            reasons["too_far"] += len(free)
            later = None if device is None else meet_s
            return self._refuse(request, (lat, lon), reasons, later)
        return self._mission(request, (lat, lon), max(at_s, meet_s), now_s, device.id), way_m

    def _check(self, request: DeviceRequest, now_s: int) -> tuple[float, float, int]:
        """The meeting place and the time from its door; Invalid for what cannot be meant."""
        state = self._state
        if request.kind not in KINDS:
            raise Invalid("kind", f"{request.kind!r} is none of {', '.join(KINDS)}")
        if not 60 <= request.use_s <= state.service.promise.use_s_max:
            raise Invalid("use_s", f"{request.use_s} is not within 60 and {state.service.promise.use_s_max}")
        if request.at_s < now_s - 60:
            raise Invalid("at", f"{now_s - request.at_s} s in the past. Ask for now or later")
        if request.at_s > now_s + state.service.promise.ahead_s_max:
            raise Invalid("at", f"more than {state.service.promise.ahead_s_max // 86_400} days ahead")
        lat, lon, indoor_s = request.lat, request.lon, 0
        if request.handover_id:
            found = [h for h in state.service.handovers if h.id == request.handover_id]
            if not found:
                raise Invalid("handover_id", f"{request.handover_id!r} is no meeting point. Ask for the list")
            lat, lon, indoor_s = found[0].lat, found[0].lon, found[0].indoor_s
        refused = state.fences.may_enter(lat, lon, request.at_s)
        if refused:
            raise Invalid("lat, lon", f"({lat}, {lon}): {refused}. Choose a place inside the zone")
        if request.to_lat is not None and request.to_lon is not None:
            there_s = request.at_s + _ride_s(request, (lat, lon))
            refused = state.fences.may_enter(request.to_lat, request.to_lon, there_s)
            if refused:
                raise Invalid("to_lat, to_lon", f"({request.to_lat}, {request.to_lon}): {refused}")
        if not state.ways.on_map(lat, lon):
            raise Invalid("lat, lon", f"({lat}, {lon}) is not near any pavement")
        return lat, lon, indoor_s

    def _fits(self, device: Device, request: DeviceRequest, at: Position, reasons: Counter[str]) -> bool:
        """Whether a device could ever serve this; counts why not."""
        model = device.model
        if model.kind != request.kind:
            reasons["other_kind"] += 1
        elif request.age is not None and request.age < model.minimum_age:
            reasons["too_young"] += 1
        elif device.mode is DeviceMode.SUSPENDED:
            reasons["out_of_order"] += 1
        elif device.usable_wh < self._energy_wh(device, request, at):
            reasons["battery"] += 1
        else:
            return True
        return False

    def _energy_wh(self, device: Device, request: DeviceRequest, at: Position) -> float:
        """Energy to the rider, for the use, and on to a charger, with a third more than straight ways."""
        to_m = metres(*device.position, *at) * 1.33
        return to_m / 1000 * device.model.wh_per_km + self._state.use_wh(device.model, request, at)

    def _owed_soon(self, kind: str, at_s: int) -> int:
        """Missions of a kind that still lack a device and begin before this one could end."""
        return sum(
            not m.device_id and m.state.open and m.request.kind == kind and m.meet_s < at_s + AHEAD_S
            for m in self._state.missions.values()
        )

    def _nearest(
        self, free: list[Device], at: Position, indoor_s: int, now_s: int
    ) -> tuple[Device | None, int, int]:
        """The device that is there first, its way, and when."""
        barred = self._state.fences.barred(now_s)
        ways = self._state.ways.metres([at], [d.position for d in free], 10_000, barred)[0]
        order = sorted(range(len(free)), key=lambda k: int(ways[k]) / free[k].model.unmanned_kmh)
        for k in order[:1]:
            if ways[k] < NO_WAY_M:
                line = self._state.ways.line(free[k].position, at, barred)
                seconds = self._state.fences.seconds(line, free[k].model.unmanned_kmh, now_s)
                return free[k], int(ways[k]), now_s + seconds + indoor_s
        return None, 0, 0

    def _ahead(
        self, request: DeviceRequest, at: Position, fit: list[Device], reasons: Counter[str], now_s: int
    ) -> tuple[Mission, int] | DeviceRefusal:
        """A device of the kind at a later time: held against how many there are, not against one of them."""
        margin = 1800
        same_time = sum(
            m.state.open
            and m.request.kind == request.kind
            and m.meet_s < request.at_s + request.use_s + margin
            and request.at_s < m.meet_s + m.request.use_s + margin
            for m in self._state.missions.values()
        )
        if same_time + 1 > len(fit) * _SHARE_AHEAD:
            reasons["promised_to_others"] += len(fit)
            return self._refuse(request, at, reasons)
        return self._mission(request, at, request.at_s, now_s, ""), 0

    def _mission(
        self, request: DeviceRequest, at: Position, meet_s: int, now_s: int, device_id: str
    ) -> Mission:
        state, promise = self._state, self._state.service.promise
        token = state.new_token()
        return Mission(
            f"{state.service.id}-{token}", request, device_id, MissionState.HELD, *at, meet_s,
            meet_s + promise.slack_s, now_s + promise.hold_s, code=state.new_token(),
            price_minor=price_minor(state, request.use_s),
        )  # fmt: skip

    def _offer(self, mission: Mission, way_m: int) -> DeviceOffer:
        return DeviceOffer(
            mission.id, mission.device_id, mission.meet_s, mission.meet_until_s, mission.lat, mission.lon,
            way_m, mission.price_minor, self._state.service.tariff.currency, mission.hold_until_s,
        )  # fmt: skip

    def _refuse(
        self,
        request: DeviceRequest,
        at: Position,
        reasons: Counter[str],
        later: int | None = None,
    ) -> DeviceRefusal:
        free = [d for d in self._state.devices.values() if d.mode in _FREE and not d.mission_id]
        kinds = sorted({d.model.kind for d in free} - {request.kind})
        near = [d.id for d in free if metres(*d.position, *at) <= _NEAR_M and d.model.kind == request.kind]
        counts = {name: n for name, n in sorted(reasons.items()) if n}
        telling = {name: n for name, n in counts.items() if name != "other_kind"} or counts
        main = max(telling, key=lambda name: telling[name])
        return DeviceRefusal(main, counts, later, tuple(kinds), tuple(sorted(near)))

    def confirm(self, mission_id: str, now_s: int) -> Mission:
        """Make a hold binding; safe to repeat. Written down before it returns."""
        state = self._state
        with state.lock:
            self.expire(now_s)
            mission = state.mission(mission_id)
            if mission.state is MissionState.CONFIRMED:
                return mission
            if mission.state is MissionState.EXPIRED:
                raise Conflict("hold_expired", f"mission {mission_id}: the hold has ended. Quote again")
            agreed = self._moved(mission, MissionState.CONFIRMED)
            if mission.device_id:
                self.send(state.device(mission.device_id), agreed, now_s)
            state.tell("confirmed", mission_id, now_s)
            return agreed

    def send(self, device: Device, mission: Mission, now_s: int) -> None:
        """Bind a device to a mission and let it drive there. The caller holds the lock."""
        if device.mission_id != mission.id and device.mission_id:
            raise Conflict("bound", f"device {device.id} is bound to {device.mission_id}")
        device.mission_id = mission.id
        device.goal = (mission.lat, mission.lon)
        device.become(DeviceMode.COMING, now_s)
        self._state.tell("device", device.id, now_s)

    def cancel(self, mission_id: str, now_s: int, cause: str = "rider") -> Mission:
        """Give a device back before it is unlocked; safe to repeat."""
        with self._state.lock:
            mission = self._state.mission(mission_id)
            if mission.state is MissionState.CANCELLED:
                return mission
            return self.end(mission, MissionState.CANCELLED, now_s, cause)

    def end(
        self, mission: Mission, how: MissionState, now_s: int, cause: str = "",
        incidents: Sequence[Incident] = (),
    ) -> Mission:  # fmt: skip
        """End a mission and free its device where it is. The caller holds the lock.

        The incidents that ended it are written down with it.
        """
        state = self._state
        ended = self._moved(mission, how, incidents, cause=cause, ended_s=now_s)
        device = state.devices.get(mission.device_id)
        if device is not None and device.mission_id == mission.id:
            device.mission_id, device.goal = "", None
            if device.mode in (DeviceMode.COMING, DeviceMode.WAITING, DeviceMode.IN_USE):
                device.become(DeviceMode.PARKED, now_s)
        state.tell(str(how), mission.id, now_s)
        return ended

    def arrived(self, device_id: str, now_s: int) -> Mission | None:
        """A device has reached its goal: it waits for its rider, or parks."""
        state = self._state
        with state.lock:
            device = state.device(device_id)
            if device.mode is DeviceMode.COMING:
                met = self._moved(state.mission(device.mission_id), MissionState.WAITING, met_s=now_s)
                device.goal = None
                device.become(DeviceMode.WAITING, now_s)
                return met
            device.goal = None
            if device.mode is DeviceMode.MOVING:
                here = [b for b in state.service.bases if metres(device.lat, device.lon, b.lat, b.lon) < 15]
                charges = bool(here and here[0].points) and device.charge_wh < device.model.battery_wh
                device.become(DeviceMode.CHARGING if charges else DeviceMode.PARKED, now_s)
            return None

    def unlock(self, mission_id: str, code: str, now_s: int) -> Mission:
        """The rider shows the code to the waiting device; it works once, and only there."""
        state = self._state
        with state.lock:
            mission = state.mission(mission_id)
            if mission.state is not MissionState.WAITING:
                raise Conflict(
                    f"mission_{mission.state}", f"mission {mission_id} is {mission.state}; nothing to unlock"
                )
            if not hmac.compare_digest(code.encode(), mission.code.encode()):
                raise Invalid("code", "is not the one of this mission. Show the code of the booking")
            used = self._moved(mission, MissionState.IN_USE, unlocked_s=now_s)
            state.device(mission.device_id).become(DeviceMode.IN_USE, now_s)
            return used

    def release(self, mission_id: str, lat: float, lon: float, now_s: int) -> Mission:
        """The rider is done and leaves the device here; it goes home by itself.

        Conflict, naming the nearest place that is allowed, where it would be in the way.
        """
        state = self._state
        with state.lock:
            mission = state.mission(mission_id)
            if mission.state is not MissionState.IN_USE:
                raise Conflict(f"mission_{mission.state}", f"mission {mission_id} is {mission.state}")
            device = state.device(mission.device_id)
            others = state.standing(but=device.id)
            refused = state.fences.may_park(lat, lon, others, now_s)
            if refused:
                better = state.fences.nearest_parking(lat, lon, others, now_s)
                hint = (
                    f" The nearest place is {better[0]} at {better[1][0]:.5f},{better[1][1]:.5f}"
                    if better
                    else ""
                )
                raise Conflict("no_parking", f"({lat}, {lon}): {refused}.{hint}")
            price = price_minor(state, now_s - mission.unlocked_s)
            priced = msgspec.structs.replace(mission, price_minor=price)
            done = self.end(priced, MissionState.COMPLETED, now_s)
            device.lat, device.lon = lat, lon
            return done

    def no_show(self, mission_id: str, now_s: int) -> Mission:
        """Nobody came: allowed once the device has waited as long as promised."""
        state = self._state
        with state.lock:
            mission = state.mission(mission_id)
            until = max(mission.met_s, mission.meet_s) + state.service.promise.meet_s
            if mission.state is not MissionState.WAITING or now_s < until:
                raise Conflict("too_early", f"mission {mission_id}: its device waits until {until}")
            return self.end(mission, MissionState.NO_SHOW, now_s, "rider not at the meeting point")

    def expire(self, now_s: int) -> list[str]:
        """End the holds whose time is over; which they were."""
        over = [
            m for m in self._state.missions.values()
            if m.state is MissionState.HELD and m.hold_until_s <= now_s
        ]  # fmt: skip
        for mission in over:
            self.end(mission, MissionState.EXPIRED, now_s, "hold ended")
        return [mission.id for mission in over]

    def _moved(
        self, mission: Mission, to: MissionState, incidents: Sequence[Incident] = (), **changes: object
    ) -> Mission:
        """The mission in its next state, written down first if it is owed."""
        after = msgspec.structs.replace(mission, **changes)
        after.move(to)
        owed = mission.state is not MissionState.HELD or to is MissionState.CONFIRMED
        if owed or incidents:
            self._state.journal.save([after] if owed else [], incidents)
        self._state.missions[mission.id] = after
        return after


def _ride_s(request: DeviceRequest, at: Position) -> int:
    """About how long the rider takes to where they mean to go, at a walking pace."""
    to = (request.to_lat or 0.0, request.to_lon or 0.0)
    return int(metres(*at, *to) * 1.33)
