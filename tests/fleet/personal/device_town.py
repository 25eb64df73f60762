"""A small zone of devices on straight pavements, for tests."""

from __future__ import annotations

import numpy as np

from fleet.model.devices import (
    Base,
    DeviceModel,
    DevicePromise,
    DeviceService,
    DeviceUnit,
    Fence,
    Handover,
    ParkingPlace,
)  # fmt: skip
from fleet.model.mission import DeviceRequest
from fleet.personal.fences import metres
from fleet.personal.personal import Personal
from fleet.personal.ports import NO_WAY_M, MissionJournal, Position

NOW = 1_795_561_200
LAT, LON = 35.65, 140.04
EAST = 140.06


class Straight:
    """Beelines; nothing leads across longitude 140.055."""

    def metres(
        self,
        starts: list[Position],
        ends: list[Position],
        limit_m: int,
        barred: frozenset[str],  # noqa: ARG002
    ) -> np.ndarray:
        found = np.full((len(starts), len(ends)), NO_WAY_M, np.int32)
        for i, a in enumerate(starts):
            for j, b in enumerate(ends):
                far = int(np.ceil(metres(*a, *b)))
                if far <= limit_m and (a[1] < 140.055) == (b[1] < 140.055):
                    found[i, j] = far
        return found

    def line(self, start: Position, end: Position, barred: frozenset[str]) -> list[Position]:  # noqa: ARG002
        return [start, end]

    def on_map(self, lat: float, lon: float) -> bool:
        return lat < 35.66 and lon > 140.0


def square(lat: float, lon: float, half: float = 0.0005) -> tuple[tuple[float, float], ...]:
    return (
        (lon - half, lat - half), (lon + half, lat - half), (lon + half, lat + half), (lon - half, lat + half)
    )  # fmt: skip


def make_personal(chairs: int = 3, journal: MissionJournal | None = None, **promise: int) -> Personal:
    bases = (
        Base("home", {"ja": "基地"}, LAT, LON, 10, 150.0, 4),
        Base("far", {"ja": "遠い基地"}, LAT + 0.005, LON, 4),
    )  # fmt: skip
    service = DeviceService(
        "town", {"ja": "町"}, "Asia/Tokyo",
        ((140.03, 35.64), (140.07, 35.64), (140.07, 35.67), (140.03, 35.67)),
        (DeviceModel("c", "chair", 4.0, 6.0, 570.0, 0.15, 30.0), DeviceModel("s", "scooter", 6.0, 6.0, 500.0,
         0.15, 18.0, 16)),
        bases,
        (*(DeviceUnit(f"c{k}", "c", "home") for k in range(chairs)), DeviceUnit("s0", "s", "home")),
        (Fence("slow", "slow", square(LAT + 0.002, LON), 2.0),
         Fence("plaza", "no_parking", square(LAT + 0.003, LON)),
         Fence("pond", "no_entry", square(LAT + 0.004, LON))),
        (ParkingPlace("kerb", LAT + 0.0047, LON, 2),),
        (Handover("lobby", {"ja": "ロビー"}, LAT + 0.001, LON, "clinic", "1", 90),),
        promise=DevicePromise(**promise),
        operators=("ann",),
    )  # fmt: skip
    return Personal.open(service, Straight(), journal)


def want(lat: float = LAT + 0.001, lon: float = LON, at_s: int = NOW, **more: object) -> DeviceRequest:
    return DeviceRequest(lat, lon, at_s, **more)  # type: ignore[arg-type]
