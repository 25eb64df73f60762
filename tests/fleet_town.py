"""A small town for tests: stops on a square grid, straight ways, a handful of shuttles."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import numpy as np

from fleet.dispatch.hours import service_day_start_s
from fleet.dispatch.ports import Closure, Journal, Matrix
from fleet.dispatch.shuttle import Shuttle
from fleet.model.ride import End, Party, RideRequest
from fleet.model.service import (
    Charger,
    Depot,
    Hours,
    PromiseRules,
    ShuttleService,
    Stop,
    Supervision,
    VehicleModel,
    VehicleUnit,
)  # fmt: skip

DAY = date(2026, 11, 25)
EPOCH = service_day_start_s(DAY, ZoneInfo("Asia/Tokyo"))
NINE = EPOCH + 9 * 3600
SIDE = 6  # stops along each side
STEP_M = 400.0
LAT0, LON0 = 35.64, 140.03
M_PER_DEG = 111_320.0


class GridWays:
    """Straight lines at 30 km/h; a closure shuts the locations inside its polygon."""

    def __init__(self, lat: np.ndarray, lon: np.ndarray) -> None:
        self.lat, self.lon = lat, lon
        x, y = lon * M_PER_DEG * np.cos(np.radians(LAT0)), lat * M_PER_DEG
        self._way = np.abs(x[:, None] - x[None]) + np.abs(y[:, None] - y[None])

    def matrix(self, speed_share: float = 1.0, closures: tuple[Closure, ...] = ()) -> Matrix:
        seconds = np.ceil(self._way / (30 / 3.6 * speed_share)).astype(np.uint16)
        for closure in closures:
            lon, lat = np.array(closure.polygon).T
            inside = (
                (self.lon > lon.min())
                & (self.lon < lon.max())
                & (self.lat > lat.min())
                & (self.lat < lat.max())
            )
            seconds[inside, :] = seconds[:, inside] = 65_535
        return Matrix(seconds, np.ceil(self._way).astype(np.uint16))

    def via(self, start: int, end: int) -> list[int]:
        """Along the row, then along the column, as the way is measured."""
        if start >= SIDE * SIDE or end >= SIDE * SIDE:
            return [start, end] if start != end else [start]
        (row, column), (row_to, column_to) = divmod(start, SIDE), divmod(end, SIDE)
        step = 1 if column_to > column else -1
        out = [row * SIDE + c for c in range(column, column_to, step)]
        step = 1 if row_to > row else -1
        return [*out, *(r * SIDE + column_to for r in range(row, row_to, step)), end]

    def line(self, start: int, end: int) -> list[tuple[float, float]]:
        return [(float(self.lat[k]), float(self.lon[k])) for k in (start, end)]


class GridWalks:
    """Beelines at 1.2 m/s; west of the grid lies the sea."""

    def __init__(self, stops: tuple[Stop, ...]) -> None:
        self._stops = stops

    def stops_near(self, lat: float, lon: float, limit_s: int, count: int) -> list[tuple[int, int]]:
        far = [
            (round((abs(s.lat - lat) + abs(s.lon - lon) * 0.81) * M_PER_DEG / 1.2), k)
            for k, s in enumerate(self._stops)
        ]
        return [(k, s) for s, k in sorted(far)[:count] if s <= limit_s]

    def on_map(self, lat: float, lon: float) -> bool:
        return lat > 0 and lon > LON0 - 0.004


def stop_at(column: int, row: int) -> Stop:
    lat = LAT0 + row * STEP_M / M_PER_DEG
    lon = LON0 + column * STEP_M / M_PER_DEG / np.cos(np.radians(LAT0))
    return Stop(
        f"s{column}{row}", {"ja": f"停留所{column}{row}"}, lat, float(lon), wheelchair=(column, row) != (0, 1)
    )


def make_service(vehicles: int = 3, **changes: object) -> ShuttleService:
    stops = tuple(stop_at(c, r) for r in range(SIDE) for c in range(SIDE))
    lats, lons = [s.lat for s in stops], [s.lon for s in stops]
    box = ((min(lons) - 0.004, min(lats) - 0.004), (max(lons) + 0.004, max(lats) + 0.004))
    fields: dict[str, object] = {
        "id": "town",
        "name": {"ja": "町"},
        "timezone": "Asia/Tokyo",
        "zone": (box[0], (box[1][0], box[0][1]), box[1], (box[0][0], box[1][1])),
        "stops": stops,
        "depots": (Depot("d0", {"ja": "車庫"}, LAT0, LON0),),
        "chargers": (Charger("c0", LAT0, LON0, 50_000.0),),
        "models": (VehicleModel("bus", 11, 1, 3, 4),),
        "vehicles": tuple(VehicleUnit(f"v{k}", "bus", "d0") for k in range(vehicles)),
        "hours": (Hours((0, 1, 2, 3, 4, 5, 6), "06:00", "23:00"),),
        "promise": PromiseRules(hold_s=120),
        "supervision": Supervision(5, ("sato", "ito")),
    }
    return ShuttleService(**(fields | changes))  # type: ignore[arg-type]


def make_town(
    vehicles: int = 3, *, journal: Journal | None = None, on_duty: bool = True, **changes: object
) -> Shuttle:
    service = make_service(vehicles, **changes)
    places = [*service.stops, *service.depots, *service.chargers]
    ways = GridWays(np.array([p.lat for p in places]), np.array([p.lon for p in places]))
    shuttle = Shuttle.open(service, ways, GridWalks(service.stops), epoch_s=EPOCH, journal=journal)
    if on_duty:
        for unit in service.vehicles:
            shuttle.operations.start(unit.id, NINE)
    return shuttle


def wish(origin: str = "s00", destination: str = "s55", at_s: int = NINE, **changes: object) -> RideRequest:
    party = changes.pop("party", Party())
    return RideRequest(
        End(stop_id=origin), End(stop_id=destination), at_s, party=party, **changes  # type: ignore[arg-type]
    )  # fmt: skip
