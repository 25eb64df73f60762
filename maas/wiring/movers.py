"""Who of a running server can offer rides on demand to a rider."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from fleet.model.ride import Party
from maas.area.open import Area
from maas.bridges.by_request import TaxiMover
from maas.bridges.movers import (
    SHARE_CYCLES,
    CycleMover,
    DeviceMover,
    OwnCycleMover,
    ShuttleMover,
    Walker,
)
from maas.journeys.model import JourneysRequest, Means
from maas.journeys.service import profile_of
from maas.wiring.flex import flex_movers
from maas.wiring.live import LiveFleet
from maas.wiring.live_devices import LiveDevices
from maas.wiring.system import System
from routing.on_demand import Mover
from routing.query import Profile

__all__ = ["movers_of"]

_CHAIR = "chair"


def _now_s() -> int:
    return int(time.time())


def movers_of(area: Area, system: System | None) -> Callable[[JourneysRequest], Sequence[Mover]]:
    """A function that gives the movers that a question allows and its rider's needs permit."""
    streets = area.planner.network.streets

    def found(request: JourneysRequest) -> list[Mover]:
        means = set(Means) - {Means.BICYCLE, Means.TAXI} if request.means is None else set(request.means)
        wheelchair = request.wheelchair or request.party.wheelchairs > 0
        walker = Walker(
            streets,
            Profile.WHEELCHAIR if wheelchair else profile_of(request),
            request.walk_speed_m_s,
            request.walk_max_s,
        )
        movers: list[Mover] = []
        if system is not None and system.fleet is not None and Means.SHUTTLE in means:
            movers.append(_shuttle(system.fleet, request, walker, wheelchair=wheelchair))
        alone = _alone(request.party.travellers())
        if system is not None and system.devices is not None and alone:
            if Means.DEVICE in means:
                movers += _device(system.devices, request, walker)
            if Means.CYCLE in means and not wheelchair and system.devices.cycles.docks:
                cycles = system.devices.cycles
                tariff = area.manifest.cycle_tariff
                movers.append(CycleMover(cycles, SHARE_CYCLES, tariff, system.devices.now_s, walker))
        party = request.party
        riders = party.adults + party.children + party.infants
        taxi = area.manifest.taxi
        if Means.TAXI in means and taxi is not None and not wheelchair and riders <= taxi.seats:
            movers.append(TaxiMover(taxi, walker, _now_s))
        if Means.FLEX in means and not wheelchair:
            movers += flex_movers(area, walker, _now_s)
        if Means.BICYCLE in means and not wheelchair:
            movers.append(OwnCycleMover(walker))
        return movers

    return found


def _shuttle(fleet: LiveFleet, request: JourneysRequest, walker: Walker, *, wheelchair: bool) -> ShuttleMover:
    party = request.party
    if request.wheelchair and not party.wheelchairs:  # the one who asks sits in it
        party = party.model_copy(update={"adults": max(0, party.adults - 1), "wheelchairs": 1})
    return ShuttleMover(
        fleet.service,
        lambda: fleet.shuttle,
        fleet.now_s,
        walker,
        Party(**party.travellers()),
        wheelchair,
        request.lang,
    )


def _device(devices: LiveDevices, request: JourneysRequest, walker: Walker) -> list[Mover]:
    kind = request.device or _CHAIR
    fitting = [model for model in devices.service.models if model.kind == kind and model.seats]
    return [
        DeviceMover(
            lambda: devices.personal,
            devices.service.id,
            devices.now_s,
            walker,
            kind,
            model.ridden_kmh / 3.6,
            request.age,
        )
        for model in fitting[:1]
    ]


def _alone(party: dict[str, int]) -> bool:
    """Devices and cycles take one person, and no prams or pets."""
    riders = party["adults"] + party["children"] + party["wheelchairs"]
    return riders <= 1 and not any(party[k] for k in ("infants", "luggage", "prams", "pets"))
