"""Devices that come to the rider: the desk as a `PartProvider`; as with shuttles, missions carry our key."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from fleet.errors import Conflict, Invalid, NotOwner, Unknown
from fleet.model.mission import DeviceOffer, DeviceRequest, Mission, MissionState
from fleet.personal.personal import Personal
from maas.booking.errors import NotBookable, OutcomeUnknown, PartRefused
from maas.booking.model import Bundle, CaptureRule, Held, Part
from maas.booking.ports import Ask, Standing
from maas.booking.wishes import DeviceWish, Wish

__all__ = ["Devices"]

_TERMS = {"steps": [], "no_show_percent": 100}
_GONE = (MissionState.CANCELLED, MissionState.EXPIRED, MissionState.BROKEN)
_BINDING = (MissionState.CONFIRMED, MissionState.WAITING, MissionState.IN_USE, MissionState.COMPLETED)
_STANDING = {
    MissionState.HELD: Standing.HELD, MissionState.CONFIRMED: Standing.CONFIRMED,
    MissionState.WAITING: Standing.CONFIRMED, MissionState.IN_USE: Standing.USED,
    MissionState.COMPLETED: Standing.COMPLETED, MissionState.NO_SHOW: Standing.NO_SHOW,
    MissionState.BROKEN: Standing.BROKEN, MissionState.CANCELLED: Standing.CANCELLED,
    MissionState.EXPIRED: Standing.NONE,
}  # fmt: skip


class Devices:
    """Implements `maas.booking.ports.PartProvider`; `personal` raises NotOwner if the zone is elsewhere."""

    def __init__(self, personal: Callable[[], Personal], mission: Callable[[str], Mission]) -> None:
        self._personal = personal
        self._mission = mission

    def hold(self, ask: Ask, *, now: datetime) -> Held:
        """See the port."""
        personal = self._open()
        known = _by_key(personal, ask.key)
        if known is not None and known.state is MissionState.HELD:
            return _held(personal, known)
        return self._quote(personal, ask.key, ask.wish, ask.booked_by, now)

    def confirm(self, key: str, part: Part, bundle: Bundle, *, now: datetime) -> Held:
        """See the port. A hold that was lost is held anew if that costs no more and is no later."""
        personal = self._open()
        mission = self._find(personal, key, part)
        now_s = int(now.timestamp())
        if mission is not None and mission.state in _BINDING:
            return _held(personal, mission)
        if mission is not None and mission.state is MissionState.HELD:
            try:
                return _held(personal, personal.desk.confirm(mission.id, now_s))
            except Conflict as error:
                if error.code != "hold_expired":
                    raise PartRefused(str(error), reason=error.code) from error
        anew = self._quote(personal, key, part.wish, bundle.booked_by, now, part.held)
        before = part.held
        if before is not None and (
            anew.price_minor > before.price_minor or anew.told["meet_s"] > before.told["meet_until_s"]
        ):
            personal.desk.cancel(anew.ref, now_s, "bundle")
            raise PartRefused("the device that was held is gone, and no other is as good", reason="hold_lost")
        return _held(personal, personal.desk.confirm(anew.ref, now_s))

    def cancel(self, key: str, part: Part, *, now: datetime) -> None:
        """See the port."""
        personal = self._open()
        mission = self._find(personal, key, part)
        if mission is None or mission.state in _GONE:
            return
        try:
            personal.desk.cancel(mission.id, int(now.timestamp()), "bundle")
        except Conflict as error:
            raise PartRefused(str(error), reason="too_late") from error

    def standing(self, key: str, part: Part, *, now: datetime) -> Standing:
        """See the port."""
        del now
        mission = self._find(self._open(), key, part)
        return Standing.NONE if mission is None else _STANDING[mission.state]

    def _open(self) -> Personal:
        try:
            return self._personal()
        except NotOwner as error:
            raise OutcomeUnknown(str(error)) from error

    def _find(self, personal: Personal, key: str, part: Part) -> Mission | None:
        mine = _by_key(personal, key)
        if mine is not None or part.held is None:
            return mine
        try:
            return self._mission(part.held.ref)
        except Unknown:
            return None
        except NotOwner as error:
            raise OutcomeUnknown(str(error)) from error

    def _quote(
        self, personal: Personal, key: str, wish: Wish, booked_by: str, now: datetime,
        before: Held | None = None,
    ) -> Held:  # fmt: skip
        if not isinstance(wish, DeviceWish):
            raise NotBookable(f"{key}: a device takes uses, not {type(wish).__name__}")
        now_s = int(now.timestamp())
        at_s = now_s if wish.at_s is None else wish.at_s
        if before is not None:
            at_s = max(now_s, before.told["meet_s"])
        to = wish.to
        request = DeviceRequest(
            wish.at.lat, wish.at.lon, at_s, kind=wish.device, to_lat=None if to is None else to.lat,
            to_lon=None if to is None else to.lon, use_s=wish.use_s, handover_id=wish.handover_id, rider=key,
            booked_by=booked_by,
        )  # fmt: skip
        try:
            answer = personal.quote(request, now_s)
        except Invalid as error:
            raise NotBookable(str(error)) from error
        except NotOwner as error:
            raise OutcomeUnknown(str(error)) from error
        if not isinstance(answer, DeviceOffer):
            raise PartRefused(
                f"no device can: {answer.reason}", reason=answer.reason,
                earliest_s=answer.later_s, other_kinds=list(answer.other_kinds),
            )  # fmt: skip
        return _held(personal, personal.state.mission(answer.mission_id))


def _by_key(personal: Personal, key: str) -> Mission | None:
    with personal.state.lock:
        mine = [
            m for m in personal.state.missions.values() if m.request.rider == key and m.state not in _GONE
        ]
    return mine[-1] if mine else None


def _held(personal: Personal, mission: Mission) -> Held:
    service = personal.state.service
    return Held(
        ref=mission.id, price_minor=mission.price_minor, starts_ms=mission.meet_s * 1000,
        ends_ms=(mission.meet_s + mission.request.use_s) * 1000,
        expires_ms=mission.hold_until_s * 1000 if mission.state is MissionState.HELD else None,
        account=f"operator:{service.id}", provider_id=service.id, category="device",
        capture=CaptureRule.ON_COMPLETION, terms=_TERMS,
        told={
            "device": mission.request.kind, "device_id": mission.device_id, "lat": mission.lat,
            "lon": mission.lon, "meet_s": mission.meet_s, "meet_until_s": mission.meet_until_s,
            "code": mission.code,
        },
    )  # fmt: skip
