"""A shuttle service as its operator configures it (`shuttle.toml` of an area).

Lengths are metres, times seconds, energy watt-hours, money minor units. Names are by language tag.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from fleet.errors import Invalid

__all__ = [
    "Charger", "Depot", "DomainLimits", "Fare", "Hours", "LoopLine", "Objective", "PromiseRules",
    "ShuttleService",
    "Stop", "Supervision", "VehicleModel", "VehicleUnit", "load_service",
]  # fmt: skip

SEAT, WHEELCHAIR, LUGGAGE = 0, 1, 2
KINDS = ("seats", "wheelchair places", "luggage places")
"""Kinds of places, in the order of every demand and capacity."""


class Stop(msgspec.Struct, frozen=True):
    """A virtual stop: a kerb where riders may board, marked on the map and not on the street."""

    id: str
    name: dict[str, str]
    lat: float
    lon: float
    wheelchair: bool = True
    shelter: bool = False
    kerb_m: float = 0.15  # height of the kerb; the ramp of the shuttle wants 0.05 to 0.2


class Depot(msgspec.Struct, frozen=True):
    """Where vehicles begin and end their day."""

    id: str
    name: dict[str, str]
    lat: float
    lon: float


class Charger(msgspec.Struct, frozen=True):
    """A charging place for `points` vehicles at once."""

    id: str
    lat: float
    lon: float
    power_w: float
    points: int = 1


class VehicleModel(msgspec.Struct, frozen=True):
    """A type of shuttle; a wheelchair takes `wheelchair_seats` of its seats while it is on board."""

    id: str
    seats: int
    wheelchair_places: int = 1
    wheelchair_seats: int = 3
    luggage_places: int = 4
    speed_kmh_max: float = 30.0
    battery_wh: float = 60_000.0
    reserve_share: float = 0.15
    wh_per_km: float = 350.0


class VehicleUnit(msgspec.Struct, frozen=True):
    """One vehicle."""

    id: str
    model: str
    depot: str
    name: str = ""


class Hours(msgspec.Struct, frozen=True):
    """When the service runs on one weekday (0 Monday .. 6 Sunday, 7 a holiday of Japan)."""

    days: tuple[int, ...]
    opens: str  # HH:MM, hours beyond 24 belong to the service day
    closes: str


class PromiseRules(msgspec.Struct, frozen=True):
    """What is promised, and how long an offer stands."""

    wait_s_max: int = 1800  # a request for now looks this far for a pickup
    pickup_slack_s: int = 300  # the vehicle comes at the time told, at most so much later
    ride_factor: float = 1.5  # longest ride = factor x direct + extra
    ride_extra_s: int = 300
    arrive_early_s_max: int = 600  # arrive by: no more than this too early if it can be helped
    hold_s: int = 120
    board_s: int = 30
    alight_s: int = 20
    wheelchair_s: int = 90  # more for each wheelchair, at either end
    walk_s_max: int = 480
    stops_tried: int = 3  # nearest stops tried at each end
    ahead_s_max: int = 14 * 86_400
    no_show_s: int = 180  # how long a vehicle waits for a rider who is not there


class Objective(msgspec.Struct, frozen=True):
    """One objective for quotes, improver and idle vehicles: costs in seconds of a driven vehicle."""

    drive: float = 1.0  # a second driven
    km: float = 60.0  # a kilometre driven
    wh: float = 0.1  # a watt-hour
    wait: float = 1.5  # a second of waiting
    ride: float = 0.7  # a second on board
    walk: float = 1.4  # a second on foot
    delay: float = 1.0  # a second that another's task comes later
    empty_km: float = 30.0  # an empty kilometre of an idle vehicle, on top


class Fare(msgspec.Struct, frozen=True):
    """Price of a ride: so much a person, and so much a kilometre of the direct way beyond the first ones."""

    base_minor: int = 300
    free_km: float = 2.0
    km_minor: int = 50
    child_share: float = 0.5
    currency: str = "JPY"


class DomainLimits(msgspec.Struct, frozen=True):
    """The operational design domain: beyond these a Level-4 vehicle must not drive by itself."""

    wind_m_s_max: float = 15.0
    rain_mm_h_max: float = 30.0
    snow: bool = False
    visibility_m_min: float = 100.0
    temperature_c_min: float = -5.0
    temperature_c_max: float = 42.0
    slow_rain_mm_h: float = 10.0  # from here on at `slow_share` of the speed
    slow_wind_m_s: float = 10.0
    slow_share: float = 0.6
    notice_s: int = 1200  # outside the domain, pickups nearer than this are given up and the riders told


class Supervision(msgspec.Struct, frozen=True):
    """Level 4 under the Road Traffic Act: a certified supervisor watches a bounded number of vehicles."""

    vehicles_each: int = 5
    supervisors: tuple[str, ...] = ()


class LoopLine(msgspec.Struct, frozen=True):
    """A fixed loop that on-demand vehicles run by the clock; riders book seats on it as on any plan."""

    id: str
    name: dict[str, str]
    stops: tuple[str, ...]
    first: str  # HH:MM of the first round
    last: str
    every_s: int
    dwell_s: int = 20


class ShuttleService(msgspec.Struct, frozen=True):
    """Everything that an area says of its shuttles."""

    id: str
    name: dict[str, str]
    timezone: str
    zone: tuple[tuple[float, float], ...]  # polygon, (lon, lat)
    stops: tuple[Stop, ...]
    depots: tuple[Depot, ...]
    chargers: tuple[Charger, ...]
    models: tuple[VehicleModel, ...]
    vehicles: tuple[VehicleUnit, ...]
    hours: tuple[Hours, ...]
    loops: tuple[LoopLine, ...] = ()
    promise: PromiseRules = PromiseRules()
    objective: Objective = Objective()
    fare: Fare = Fare()
    domain: DomainLimits = DomainLimits()
    supervision: Supervision = Supervision()
    inspection_every_s: int = 4 * 3600  # driving between two inspections
    inspection_s: int = 600

    def model_of(self, vehicle: VehicleUnit) -> VehicleModel:
        """The model of a vehicle."""
        return next(m for m in self.models if m.id == vehicle.model)


def load_service(path: Path) -> ShuttleService:
    """Read `shuttle.toml`; Invalid names the file, the key and the fix."""
    try:
        service = msgspec.toml.decode(path.read_bytes(), type=ShuttleService)
    except FileNotFoundError:
        raise Invalid(
            str(path), "there is no such file. Write it, or leave the shuttle out of area.toml"
        ) from None
    except msgspec.DecodeError as error:
        raise Invalid(str(path), f"{error}. Mend the key named there") from None
    _check(path, service)
    return service


def _check(path: Path, service: ShuttleService) -> None:
    """Refuse what decodes but cannot be: double ids, references to nothing, numbers out of range."""
    for kind, items in (
        ("stops", service.stops), ("depots", service.depots), ("chargers", service.chargers),
        ("models", service.models), ("vehicles", service.vehicles), ("loops", service.loops),
    ):  # fmt: skip
        seen: set[str] = set()
        for item in items:
            if item.id in seen:
                raise Invalid(f"{path}, {kind}.{item.id}", "the id is used twice. Give each its own")
            seen.add(item.id)
    if not service.stops or not service.depots or not service.vehicles:
        raise Invalid(str(path), "a service needs stops, depots and vehicles. Add at least one of each")
    for vehicle in service.vehicles:
        for key, value, ids in (
            ("model", vehicle.model, {m.id for m in service.models}),
            ("depot", vehicle.depot, {d.id for d in service.depots}),
        ):
            if value not in ids:
                known = ", ".join(sorted(ids))
                raise Invalid(f"{path}, vehicles.{vehicle.id}.{key}", f"{value!r} is none of {known}")
    _check_loops(path, service)
    for model in service.models:
        if model.seats < 1 or model.battery_wh <= 0 or not 0 <= model.reserve_share < 1:
            raise Invalid(
                f"{path}, models.{model.id}", "needs seats >= 1, battery_wh > 0 and 0 <= reserve_share < 1"
            )
    if len(service.zone) < 3:
        raise Invalid(f"{path}, zone", "needs three or more [lon, lat] corners")
    for hours in service.hours:
        for key, text in (("opens", hours.opens), ("closes", hours.closes)):
            clock_s(text, f"{path}, hours.{key}")


def _check_loops(path: Path, service: ShuttleService) -> None:
    stops = {s.id for s in service.stops}
    for loop in service.loops:
        unknown = [s for s in loop.stops if s not in stops]
        if unknown or len(loop.stops) < 2 or loop.every_s <= 0:
            raise Invalid(
                f"{path}, loops.{loop.id}", f"needs two known stops and every_s > 0; unknown: {unknown}"
            )


def clock_s(text: str, field: str = "time") -> int:
    """Seconds after the start of the service day of `HH:MM` (hours may exceed 24)."""
    hours, _, minutes = text.partition(":")
    if not (hours.isdigit() and minutes.isdigit() and int(minutes) < 60 and int(hours) < 48):
        raise Invalid(field, f"{text!r} is no time of day. Write HH:MM, as 08:30 or 25:10")
    return int(hours) * 3600 + int(minutes) * 60
