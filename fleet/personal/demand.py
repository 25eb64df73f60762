"""Who wants a device, when and where: a model with a seed."""

from __future__ import annotations

from datetime import date

import numpy as np

from fleet.model.devices import DeviceService
from fleet.model.mission import DeviceRequest

__all__ = ["model_wishes"]

_SHARE_BY_HOUR = np.array(
    [0, 0, 0, 0, 0, 0, 1, 3, 5, 8, 10, 10, 9, 9, 10, 9, 8, 6, 4, 3, 2, 1, 1, 0], np.float64
)
"""How demand spreads over a day (relative): errands, visits and shopping."""
_SPREAD_DEG = 0.0012


def model_wishes(
    service: DeviceService, start_s: int, day: date, riders: int, seed: int
) -> list[DeviceRequest]:
    """`riders` wishes of one service day that starts at `start_s`, between places near bases and parking."""
    random = np.random.default_rng([seed, day.toordinal(), 3])
    places = [(b.lat, b.lon) for b in service.bases] + [(p.lat, p.lon) for p in service.parking]
    kinds = [service.model_of(unit).kind for unit in service.devices]
    wishes = []
    for _ in range(riders):
        hour = int(random.choice(24, p=_SHARE_BY_HOUR / _SHARE_BY_HOUR.sum()))
        at_s = start_s + hour * 3600 + int(random.integers(3600))
        a, b = random.choice(len(places), 2, replace=len(places) < 2)
        north, east = random.uniform(-_SPREAD_DEG, _SPREAD_DEG, 2)
        wishes.append(
            DeviceRequest(
                places[a][0] + float(north), places[a][1] + float(east), at_s, kind=str(random.choice(kinds)),
                to_lat=places[b][0], to_lon=places[b][1], use_s=int(random.integers(600, 2700)), rider="twin",
            )
        )  # fmt: skip
    return sorted(wishes, key=lambda wish: wish.at_s)
