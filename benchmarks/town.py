"""A made-up city for the dispatcher's benchmarks: a grid of stops, straight ways, any number of shuttles."""

from __future__ import annotations

import numpy as np

from fleet.dispatch.ports import Closure, Matrix
from fleet.dispatch.shuttle import Shuttle
from fleet.model.ride import End, Offer, RideRequest
from fleet.model.service import (
    Charger,
    Depot,
    Hours,
    PromiseRules,
    ShuttleService,
    Stop,
    VehicleModel,
    VehicleUnit,
)

EPOCH = 1_795_532_400  # 2026-11-25 00:00 in Tokyo
NINE = EPOCH + 9 * 3600
SIDE = 22
STEP_M = 450.0
LAT0, LON0 = 35.60, 140.00
M_PER_DEG = 111_320.0


class GridWays:
    """Manhattan distances at 30 km/h between all stops."""

    def __init__(self, lat: np.ndarray, lon: np.ndarray) -> None:
        self.lat, self.lon = lat, lon
        x, y = lon * M_PER_DEG * np.cos(np.radians(LAT0)), lat * M_PER_DEG
        self._way = np.abs(x[:, None] - x[None]) + np.abs(y[:, None] - y[None])

    def matrix(self, speed_share: float = 1.0, closures: tuple[Closure, ...] = ()) -> Matrix:
        """The matrix; this city has no closures."""
        del closures
        seconds = np.ceil(self._way / (30 / 3.6 * speed_share)).astype(np.uint16)
        return Matrix(seconds, np.ceil(self._way).astype(np.uint16))

    def via(self, start: int, end: int) -> list[int]:
        """Straight there."""
        return [start, end]

    def line(self, start: int, end: int) -> list[tuple[float, float]]:
        """Straight there."""
        return [(float(self.lat[k]), float(self.lon[k])) for k in (start, end)]


class NearStops:
    """Stops by beeline at 1.2 m/s."""

    def __init__(self, lat: np.ndarray, lon: np.ndarray) -> None:
        self._lat, self._lon = lat, lon

    def stops_near(self, lat: float, lon: float, limit_s: int, count: int) -> list[tuple[int, int]]:
        """The nearest stops with seconds on foot."""
        far = (np.abs(self._lat - lat) + np.abs(self._lon - lon) * 0.81) * M_PER_DEG / 1.2
        near = np.argsort(far, kind="stable")[:count]
        return [(int(k), int(far[k])) for k in near if far[k] <= limit_s]

    def on_map(self, lat: float, lon: float) -> bool:
        """Everything is land."""
        return bool(np.isfinite(lat) and np.isfinite(lon))


def make_city(vehicles: int) -> Shuttle:
    """A shuttle service with `vehicles` on duty, scattered over the stops."""
    stops = tuple(
        Stop(
            f"s{row}-{column}", {"en": "stop"}, LAT0 + row * STEP_M / M_PER_DEG,
            LON0 + column * STEP_M / (M_PER_DEG * float(np.cos(np.radians(LAT0)))),
        )
        for row in range(SIDE) for column in range(SIDE)
    )  # fmt: skip
    service = ShuttleService(
        id="city",
        name={"en": "city"},
        timezone="Asia/Tokyo",
        zone=((139.9, 35.5), (140.3, 35.5), (140.3, 35.9), (139.9, 35.9)),
        stops=stops,
        depots=(Depot("depot", {"en": "depot"}, stops[0].lat, stops[0].lon),),
        chargers=tuple(Charger(f"c{k}", stops[k].lat, stops[k].lon, 50_000.0, 4) for k in (0, 200, 400)),
        models=(VehicleModel("bus", 11),),
        vehicles=tuple(VehicleUnit(f"v{k}", "bus", "depot") for k in range(vehicles)),
        hours=(Hours((0, 1, 2, 3, 4, 5, 6, 7), "00:00", "24:00"),),
        promise=PromiseRules(hold_s=3600),
    )
    places = [(p.lat, p.lon) for p in service.stops]
    places += [(p.lat, p.lon) for p in service.depots] + [(p.lat, p.lon) for p in service.chargers]
    lat, lon = np.array(places).T
    walks = NearStops(lat[: len(stops)], lon[: len(stops)])
    city = Shuttle.open(service, GridWays(lat, lon), walks, epoch_s=EPOCH)
    random = np.random.default_rng(1)
    for v, unit in enumerate(service.vehicles):
        city.state.plans.board.origin_loc[v] = int(random.integers(len(stops)))
        city.operations.start(unit.id, NINE)
    return city


def random_wish(random: np.random.Generator, at_s: int) -> RideRequest:
    """A rider between two random stops."""
    a, b = random.choice(SIDE * SIDE, 2, replace=False)
    start, end = (End(stop_id=f"s{k // SIDE}-{k % SIDE}") for k in (int(a), int(b)))
    return RideRequest(start, end, at_s)


def fill(city: Shuttle, stops_each: int, seed: int = 2) -> None:
    """Confirm random rides until the plans hold `stops_each` stops on average."""
    random = np.random.default_rng(seed)
    wanted = len(city.state.duties) * stops_each // 2
    booked = tries = 0
    while booked < wanted and tries < 4 * wanted:
        tries += 1
        at_s = NINE + int(random.integers(1800))
        answer = city.quoting.quote(random_wish(random, at_s), NINE)
        if isinstance(answer, Offer):
            city.quoting.confirm(answer.ride_id, NINE)
            booked += 1
