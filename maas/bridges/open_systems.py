"""Devices and share cycles told as GBFS systems. Nobody can follow a device from one ride to the next."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping

from fleet.model.cycles import CycleTariff, Dock
from fleet.model.devices import DeviceModel, DeviceService, Fence
from fleet.model.mission import MissionState
from fleet.personal.cycles import Cycles
from fleet.personal.fences import metres
from fleet.personal.state import Device, DeviceMode, DeviceState
from gtfs.gbfs.model import (
    Licence,
    Plan,
    Rule,
    Station,
    StationStatus,
    System,
    SystemAlert,
    Vehicle,
    VehicleType,
    Zone,
)

__all__ = ["Aliases", "cycle_system", "device_system"]

_LANGUAGES = ("ja", "en")
_PLAN = "minutes"
_AT_BASE_M = 15.0
_ALL_DAY = "24/7"
_FORMS = {"chair": "other", "scooter": "scooter_seated", "cart": "other"}
_KINDS = {
    "chair": {"ja": "自動運転車いす", "en": "Self-driving chair"},
    "scooter": {"ja": "自動運転スクーター", "en": "Self-driving seated scooter"},
    "cart": {"ja": "自動運転カート", "en": "Self-driving cart"},
}
_RULES = {
    "no_entry": ("いまは進入できません", "no entry at this hour"),
    "no_parking": ("いまは返却できません", "no return at this hour"),
    "slow": ("いまは徐行します", "slow at this hour"),
}
_CYCLE = "bicycle"
_AWAY = frozenset((DeviceMode.COMING, DeviceMode.WAITING, DeviceMode.IN_USE))
"""With or on its way to a rider: where it is would tell where they are."""


class Aliases:
    """Public names of devices, new after each ride, so that nobody can follow one through the day."""

    def __init__(self, key: bytes | None = None) -> None:
        self._key = key or secrets.token_bytes(32)
        self._rides: dict[str, set[str]] = {}

    def seen(self, device_id: str, ride_id: str) -> None:
        """A ride with a device has begun; safe to repeat."""
        self._rides.setdefault(device_id, set()).add(ride_id)

    def of(self, device_id: str) -> str:
        """The name of a device until its next ride."""
        told = f"{device_id}\0{len(self._rides.get(device_id, ()))}".encode()
        return hmac.new(self._key, told, hashlib.sha256).hexdigest()[:24]


def device_system(
    state: DeviceState, aliases: Aliases, reported: Mapping[str, int], now_s: int, contact: str
) -> System:
    """The devices that can be asked for, and their bases; `reported` says when each last told where it is."""
    service = state.service
    with state.lock:
        for mission in state.missions.values():
            if mission.state in (MissionState.IN_USE, MissionState.COMPLETED) and mission.device_id:
                aliases.seen(mission.device_id, mission.id)
        free = [d for d in state.devices.values() if d.mode not in _AWAY]
        vehicles = tuple(_vehicle(d, aliases, reported.get(d.id, d.since_s or now_s)) for d in free)
    at_base = [(d, v) for d, v in zip(free, vehicles, strict=True) if v.station_id]
    status = []
    for base in service.bases:
        here = [d for d, v in at_base if v.station_id == base.id]
        kinds = {m.id: sum(d.model.id == m.id for d in here if not _resting(d)) for m in service.models}
        out = sum(map(_resting, here))
        status.append(StationStatus(base.id, kinds, max(base.capacity - len(here), 0), now_s, out))
    return System(
        id=service.id,
        name=service.name,
        languages=_LANGUAGES,
        timezone=service.timezone,
        opening_hours=_ALL_DAY,
        contact=contact,
        at_s=now_s,
        types=tuple(_type(model) for model in service.models),
        stations=tuple(
            Station(b.id, b.name, b.lat, b.lon, b.capacity, charging=b.points > 0) for b in service.bases
        ),
        status=tuple(status),
        vehicles=tuple(sorted(vehicles, key=lambda v: v.id)),  # an order of ids would tell which is which
        zones=_zones(state, now_s),
        elsewhere=Rule(start=False, end=False, through=False),
        plans=(_plan(service),),
        licence=Licence(attribution=service.name),
        alerts=_alerts(state, free, now_s),
    )


def _alerts(state: DeviceState, free: list[Device], now_s: int) -> tuple[SystemAlert, ...]:
    """That nothing can be had, and fences that hold now though not always. Nothing in it tells of a rider."""
    found = []
    if free and all(map(_resting, free)):
        found.append(
            SystemAlert(
                "no-devices", "system_closure",
                {"ja": "現在ご利用いただける機器がありません", "en": "No device can be had at present"},
                {
                    "ja": "点検または充電のため、すべての機器が休止しています。",
                    "en": "All devices rest: they are being looked after, or charged.",
                },
            )
        )  # fmt: skip
    for fence in state.service.fences:
        if fence.by_hour and state.fences.holds(fence, now_s):
            ja, en = _RULES[fence.rule]
            place = {**fence.name, "en": fence.name.get("en", fence.id)}
            hours = f"{fence.valid_from or '00:00'}–{fence.valid_until or '24:00'}"
            told = {"ja": f"{place.get('ja', place['en'])}：{ja}", "en": f"{place['en']}: {en}"}
            when = {"ja": f"{hours} の間です。", "en": f"It holds {hours}."}
            found.append(SystemAlert(f"fence-{fence.id}", "other", told, when))
    return tuple(found)


def _type(model: DeviceModel) -> VehicleType:
    usable_wh = model.battery_wh * (1 - model.reserve_share)
    return VehicleType(
        id=model.id,
        name=_KINDS[model.kind],
        form_factor=_FORMS[model.kind],
        propulsion="electric",
        range_m=int(usable_wh / model.wh_per_km * 1000),
        rider_capacity=model.seats,
        speed_kmh_max=int(model.ridden_kmh),
        return_constraint="free_floating",
        plan_id=_PLAN,
    )


def _vehicle(device: Device, aliases: Aliases, reported_s: int) -> Vehicle:
    base = device.base
    standing = device.mode in (DeviceMode.PARKED, DeviceMode.CHARGING)
    there = standing and metres(device.lat, device.lon, base.lat, base.lon) <= _AT_BASE_M
    return Vehicle(
        id=aliases.of(device.id),
        type_id=device.model.id,
        lat=round(device.lat, 6),
        lon=round(device.lon, 6),
        reported_s=reported_s,
        disabled=_resting(device),
        range_m=max(0, int(device.usable_wh / device.model.wh_per_km * 1000)),
        charge_share=round(min(max(device.charge_wh / device.model.battery_wh, 0.0), 1.0), 3),
        station_id=base.id if there else None,
    )


def _resting(device: Device) -> bool:
    """Whether nobody could have it now."""
    return device.mode is DeviceMode.SUSPENDED or device.usable_wh <= 0


def _zones(state: DeviceState, now_s: int) -> tuple[Zone, ...]:
    """Fences in force first, as the earlier of two overlapping zones holds; then the zone of the service."""
    service = state.service
    free = Rule(start=True, end=True, through=True)
    return (
        *(_fence(f) for f in service.fences if state.fences.holds(f, now_s)),
        Zone(service.name, service.zone, free),
    )


def _fence(fence: Fence) -> Zone:
    name = fence.name or {"en": fence.id}
    if fence.rule == "no_entry":
        return Zone(name, fence.polygon, Rule(start=False, end=False, through=False))
    if fence.rule == "no_parking":
        return Zone(name, fence.polygon, Rule(start=True, end=False, through=True))
    slow = Rule(start=True, end=True, through=True, speed_kmh_max=int(fence.speed_kmh))
    return Zone(name, fence.polygon, slow)


def _plan(service: DeviceService) -> Plan:
    tariff = service.tariff
    unlock, minute, most = tariff.unlock_minor, tariff.minute_minor, tariff.day_max_minor
    return Plan(
        id=_PLAN,
        name={"ja": "分単位", "en": "By the minute"},
        description={
            "ja": f"基本{unlock}円、1分ごとに{minute}円、1日最大{most}円",
            "en": f"JPY {unlock}, then {minute} a minute, at most {most} a day",
        },
        currency=tariff.currency,
        price=float(tariff.unlock_minor),
        rate=float(tariff.minute_minor),
    )


def cycle_system(
    area_id: str, name: dict[str, str], cycles: Cycles, timezone: str, reported: Mapping[str, int],
    now_s: int, contact: str, tariff: CycleTariff | None = None,
) -> System:  # fmt: skip
    """The share cycles: docks with bikes that can be taken and places that are free, holds kept out."""
    docks: list[Dock] = list(cycles.docks.values())
    views = [cycles.view(dock.id, now_s) for dock in docks]
    return System(
        id=f"{area_id}-cycles",
        name=name,
        languages=_LANGUAGES,
        timezone=timezone,
        opening_hours=_ALL_DAY,
        contact=contact,
        at_s=now_s,
        ttl_s=60,
        types=(
            VehicleType(
                _CYCLE, {"ja": "電動アシスト自転車", "en": "Electrically assisted bicycle"}, "bicycle",
                "electric_assist", range_m=40_000, rider_capacity=1, return_constraint="any_station",
                plan_id=None if tariff is None else _PLAN,
            ),
        ),
        stations=tuple(Station(d.id, {"ja": d.name}, d.lat, d.lon, d.capacity) for d in docks),
        status=tuple(
            StationStatus(v.dock.id, {_CYCLE: v.bikes}, v.places, reported.get(v.dock.id, now_s))
            for v in views
        ),
        plans=() if tariff is None else (_cycle_plan(tariff),),
        licence=Licence(attribution=name),
    )  # fmt: skip


def _cycle_plan(tariff: CycleTariff) -> Plan:
    first, each = tariff.first_minor, tariff.each_minor
    return Plan(
        id=_PLAN,
        name={"ja": "時間制", "en": "By time"},
        description={
            "ja": f"最初の{tariff.first_minutes}分{first}円、以後{tariff.each_minutes}分ごとに{each}円",
            "en": f"JPY {first} for {tariff.first_minutes} minutes, then {each} each {tariff.each_minutes}",
        },
        currency=tariff.currency,
        price=float(first),
        rate=float(each),
        from_min=tariff.first_minutes,
        every_min=tariff.each_minutes,
    )
