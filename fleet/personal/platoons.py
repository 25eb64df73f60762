"""Unmanned devices that go the same way follow one another, at one speed and watched as one.

A platoon drives as fast as its slowest device. A device joins only where everybody in it still keeps what
was promised to their riders at that pace.
"""

from __future__ import annotations

from dataclasses import dataclass

from fleet.personal.fences import metres
from fleet.personal.state import Device, DeviceMode, DeviceState

__all__ = ["Platoon", "form", "platoons"]

JOIN_M = 30.0


@dataclass(frozen=True, slots=True)
class Platoon:
    """Devices that follow a leader to the same place."""

    leader: str
    followers: tuple[str, ...]
    unmanned_kmh: float


def platoons(state: DeviceState, now_s: int) -> list[Platoon]:
    """Moving unmanned devices grouped by goal and by being near one another; many go alone."""
    groups: list[list[Device]] = []
    for _, device in sorted(state.devices.items()):
        if device.mode not in (DeviceMode.COMING, DeviceMode.MOVING) or device.goal is None:
            continue
        for group in groups:
            if _joins(device, group) and _keeps([*group, device], state, now_s):
                group.append(device)
                break
        else:
            groups.append([device])
    return [Platoon(g[0].id, tuple(d.id for d in g[1:]), _pace_kmh(g)) for g in groups]


def form(state: DeviceState, now_s: int) -> None:
    """Let every device drive at the pace of its platoon. The caller holds the lock."""
    for platoon in platoons(state, now_s):
        for identity in (platoon.leader, *platoon.followers):
            device = state.devices[identity]
            device.pace_kmh = platoon.unmanned_kmh
            device.leader_id = platoon.leader if identity != platoon.leader else ""


def _joins(device: Device, group: list[Device]) -> bool:
    head = group[0]
    near = metres(*head.position, *device.position) <= JOIN_M * len(group)
    return (
        near
        and head.goal is not None
        and device.goal is not None
        and metres(*head.goal, *device.goal) <= JOIN_M
    )


def _pace_kmh(group: list[Device]) -> float:
    return min(device.model.unmanned_kmh for device in group)


def _keeps(group: list[Device], state: DeviceState, now_s: int) -> bool:
    """Whether nobody in a platoon would be late for a rider at its pace."""
    pace_kmh = _pace_kmh(group)
    barred = state.fences.barred(now_s)
    for device in group:
        mission = state.missions.get(device.mission_id)
        if mission is None or device.goal is None or device.model.unmanned_kmh <= pace_kmh:
            continue
        line = state.ways.line(device.position, device.goal, barred)
        drive_s = state.fences.seconds(line, pace_kmh, now_s)
        if now_s + drive_s + state.indoor_s(mission.request.handover_id) > mission.meet_until_s:
            return False
    return True
