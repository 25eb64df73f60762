"""Devices that come to their riders, and docks, over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends

from fleet.model.incident import Incident
from fleet.model.mission import DeviceOffer, DeviceRefusal, DeviceRequest, Mission
from fleet.personal.state import Device, DeviceMode
from maas.api.fleet.device_views import (
    ByOperator,
    DeviceAnswer,
    DeviceOfferView,
    DeviceOperatorView,
    DeviceQuestion,
    DeviceRefusalView,
    DeviceSpotView,
    DevicesView,
    FenceView,
    IncidentIn,
    IncidentView,
    MissionView,
    PointView,
    ReleaseIn,
    ResolveIncidentIn,
    UnlockIn,
)  # fmt: skip
from maas.api.fleet.live import Guard, NoFleet
from maas.api.fleet.views import Price
from maas.journeys.service import resolve
from maas.places.model import in_language
from maas.wiring.live_devices import LiveDevices
from maas.wiring.system import System

__all__ = ["DevicesOf", "devices_of", "operator_router", "public_router", "router"]

DevicesOf = Callable[[], LiveDevices]
_FREE = (DeviceMode.PARKED, DeviceMode.CHARGING)


def devices_of(system: System | None) -> DevicesOf:
    """A function that gives the devices, or says why there are none."""

    def found() -> LiveDevices:
        if system is None or system.devices is None:
            raise NoFleet("This area has no devices, or the server was started without them")
        return system.devices

    return found


def public_router(devices_of: DevicesOf) -> APIRouter:
    """What everybody may see."""
    routes = APIRouter(tags=["devices"])

    @routes.get("/v1/devices")
    def show_service(lang: str = "") -> DevicesView:
        """Zone, fences, bases, parking places, meeting points and prices."""
        service = devices_of().service
        return DevicesView(
            id=service.id,
            name=service.name,
            zone=list(service.zone),
            kinds=sorted({m.kind for m in service.models}),
            bases=[
                PointView(id=b.id, name=in_language(b.name, lang), lat=b.lat, lon=b.lon)
                for b in service.bases
            ],
            parking=[PointView(id=p.id, name=p.id, lat=p.lat, lon=p.lon) for p in service.parking],
            handovers=[
                PointView(
                    id=h.id, name=in_language(h.name, lang), lat=h.lat, lon=h.lon,
                    indoors=f"{h.building} {h.level}",
                )
                for h in service.handovers
            ],
            fences=[
                FenceView(
                    id=f.id, rule=f.rule, speed_kmh=f.speed_kmh, polygon=list(f.polygon),
                    weekdays=list(f.weekdays), valid_from=f.valid_from, valid_until=f.valid_until,
                )
                for f in service.fences
            ],
            unlock_price=service.tariff.unlock_minor,
            minute_price=service.tariff.minute_minor,
            currency=service.tariff.currency,
        )  # fmt: skip

    @routes.get("/v1/devices/spots")
    def list_spots() -> list[DeviceSpotView]:
        """Where the devices are that nobody rides."""
        state = devices_of().personal.state
        with state.lock:
            seen = [d for d in state.devices.values() if d.mode is not DeviceMode.IN_USE]
            return [DeviceSpotView(**_spot(device)) for device in seen]

    return routes


def router(devices_of: DevicesOf) -> APIRouter:
    """What riders do; a mission's id is drawn at random and is all that its rider needs."""
    routes = APIRouter(tags=["devices"])

    @routes.post("/v1/devices/quotes")
    def quote_device(question: DeviceQuestion) -> DeviceAnswer:
        """Hold the device that is there first, or say why there is none."""
        live = devices_of()
        now_s = live.now_s()
        answer = live.personal.quote(_request(live, question, now_s), now_s)
        if isinstance(answer, DeviceRefusal):
            return DeviceAnswer(refusal=_refusal(live, answer))
        return DeviceAnswer(offer=_offer(live, answer))

    @routes.get("/v1/missions/{mission_id}")
    def show_mission(mission_id: str) -> MissionView:
        """A use as it stands, and where its device is."""
        live = devices_of()
        return _mission(live, live.mission(mission_id))

    @routes.post("/v1/missions/{mission_id}/confirm")
    def confirm_mission(mission_id: str) -> MissionView:
        """Make it binding: the device sets out. Safe to repeat; 409 once the hold has run out."""
        live = devices_of()
        return _mission(live, live.personal.desk.confirm(mission_id, live.now_s()))

    @routes.post("/v1/missions/{mission_id}/cancel")
    def cancel_mission(mission_id: str) -> MissionView:
        """Give the device back before it is unlocked; safe to repeat."""
        live = devices_of()
        return _mission(live, live.personal.desk.cancel(mission_id, live.now_s()))

    @routes.post("/v1/missions/{mission_id}/unlock")
    def unlock_device(mission_id: str, shown: UnlockIn) -> MissionView:
        """The waiting device has read the rider's code."""
        live = devices_of()
        return _mission(live, live.personal.desk.unlock(mission_id, shown.code, live.now_s()))

    @routes.post("/v1/missions/{mission_id}/release")
    def release_device(mission_id: str, where: ReleaseIn) -> MissionView:
        """Leave the device here; 409 with the nearest allowed place where it would be in the way."""
        live = devices_of()
        done = live.personal.desk.release(mission_id, where.lat, where.lon, live.now_s())
        return _mission(live, done)

    return routes


def operator_router(guard: Guard, devices_of: DevicesOf) -> APIRouter:
    """What remote operators do."""
    routes = APIRouter(prefix="/v1/fleet", tags=["fleet"], dependencies=[Depends(guard)])

    @routes.get("/devices")
    def list_devices() -> list[DeviceOperatorView]:
        """Every device."""
        state = devices_of().personal.state
        with state.lock:
            return [
                DeviceOperatorView(
                    **_spot(d),
                    mode=d.mode.value,
                    mission_id=d.mission_id,
                    goal=d.goal,
                    unmanned_kmh=d.unmanned_kmh,
                    follows=d.leader_id,
                )
                for d in state.devices.values()
            ]

    @routes.post("/missions/{mission_id}/no-show")
    def report_no_show(mission_id: str) -> MissionView:
        """Nobody came; 409 until the device has waited as long as promised."""
        live = devices_of()
        return _mission(live, live.personal.desk.no_show(mission_id, live.now_s()))

    @routes.get("/incidents")
    def list_incidents() -> list[IncidentView]:
        """Open and taken incidents, the worst first."""
        live = devices_of()
        return [_incident(live, one) for one in live.personal.incidents.queue()]

    @routes.post("/devices/{device_id}/incidents", status_code=201)
    def report_incident(device_id: str, what: IncidentIn) -> IncidentView:
        """A device fell, is stuck, carries something suspicious: it stops and a person sees to it."""
        live = devices_of()
        return _incident(live, live.personal.incidents.report(device_id, what.cause, live.now_s()))

    @routes.post("/incidents/{incident_id}/take")
    def take_incident(incident_id: int, by: ByOperator) -> IncidentView:
        """A person sees to it."""
        live = devices_of()
        return _incident(live, live.personal.incidents.take(incident_id, by.operator))

    @routes.post("/incidents/{incident_id}/resolve")
    def resolve_incident(incident_id: int, by: ResolveIncidentIn) -> IncidentView:
        """Done; the device may serve again."""
        live = devices_of()
        at = None if by.lat is None or by.lon is None else (by.lat, by.lon)
        done = live.personal.incidents.resolve(incident_id, by.operator, by.note, live.now_s(), at)
        return _incident(live, done)

    return routes


def _request(live: LiveDevices, question: DeviceQuestion, now_s: int) -> DeviceRequest:
    lat = lon = 0.0
    if not question.handover_id:
        point = resolve(live.area, question.at_place, question.lang, "at_place")
        lat, lon = point.lat, point.lon
    to = None
    if question.to_place is not None:
        to = resolve(live.area, question.to_place, question.lang, "to_place")
    at = question.at
    if at is not None and at.tzinfo is None:
        at = at.replace(tzinfo=ZoneInfo(live.service.timezone))
    return DeviceRequest(
        lat, lon, now_s if at is None else int(at.timestamp()), kind=question.kind,
        to_lat=None if to is None else to.lat, to_lon=None if to is None else to.lon, use_s=question.use_s,
        handover_id=question.handover_id, age=question.age,
    )  # fmt: skip


def _instant(live: LiveDevices, second: int) -> datetime:
    return datetime.fromtimestamp(second, ZoneInfo(live.service.timezone))


def _offer(live: LiveDevices, offer: DeviceOffer) -> DeviceOfferView:
    return DeviceOfferView(
        mission_id=offer.mission_id, device_id=offer.device_id, meet=_instant(live, offer.meet_s),
        meet_until=_instant(live, offer.meet_until_s), lat=offer.lat, lon=offer.lon, way_m=offer.way_m,
        price=Price(amount=offer.price_minor, currency=offer.currency),
        hold_until=_instant(live, offer.hold_until_s),
    )  # fmt: skip


def _refusal(live: LiveDevices, refusal: DeviceRefusal) -> DeviceRefusalView:
    later = refusal.later_s
    return DeviceRefusalView(
        reason=refusal.reason, devices=refusal.devices,
        earliest=None if later is None else _instant(live, later),
        other_kinds=list(refusal.other_kinds), parked_near=list(refusal.parked_near),
    )  # fmt: skip


def _mission(live: LiveDevices, mission: Mission) -> MissionView:
    device = live.personal.state.devices.get(mission.device_id) if mission.state.open else None
    return MissionView(
        mission_id=mission.id, state=mission.state.value, cause=mission.cause, device_id=mission.device_id,
        lat=mission.lat, lon=mission.lon, meet=_instant(live, mission.meet_s),
        meet_until=_instant(live, mission.meet_until_s), code=mission.code,
        price=Price(amount=mission.price_minor, currency=live.service.tariff.currency),
        device_lat=None if device is None else device.lat,
        device_lon=None if device is None else device.lon,
    )  # fmt: skip


def _spot(device: Device) -> dict[str, Any]:
    return {
        "id": device.id, "kind": device.model.kind, "lat": device.lat, "lon": device.lon,
        "free": device.mode in _FREE and not device.mission_id,
        "battery": round(device.charge_wh / device.model.battery_wh, 3),
    }  # fmt: skip


def _incident(live: LiveDevices, one: Incident) -> IncidentView:
    return IncidentView(
        id=one.id, device_id=one.device_id, cause=one.cause, severity=one.severity, state=one.state.value,
        operator=one.operator, raised=_instant(live, one.raised_s), notes=list(one.notes),
    )  # fmt: skip
