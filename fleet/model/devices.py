"""Personal mobility that drives itself, as its operator configures it (`devices.toml` of an area).

Lengths are metres, times seconds, energy watt-hours, money minor units. Names are by language tag.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from fleet.errors import Invalid
from fleet.model.service import clock_s

__all__ = [
    "Base", "DeviceModel", "DevicePromise", "DeviceService", "DeviceUnit", "Fence", "Handover",
    "ParkingPlace", "Tariff", "load_devices",
]  # fmt: skip

UNMANNED_KMH_MAX = 6.0
"""Remote-controlled small vehicles may not drive faster on pavements (Road Traffic Act, article 14-2)."""
KINDS = ("chair", "scooter", "cart")
RULES = ("no_entry", "no_parking", "slow")


class DeviceModel(msgspec.Struct, frozen=True):
    """A type of device."""

    id: str
    kind: str  # chair | scooter | cart
    unmanned_kmh: float = 4.0
    ridden_kmh: float = 6.0
    battery_wh: float = 600.0
    reserve_share: float = 0.15
    wh_per_km: float = 25.0
    minimum_age: int = 0
    seats: int = 1  # 0 for a cart that only carries things


class Base(msgspec.Struct, frozen=True):
    """Where devices stand and charge."""

    id: str
    name: dict[str, str]
    lat: float
    lon: float
    capacity: int
    power_w: float = 0.0  # of each of `points`; 0: nothing charges here
    points: int = 0


class DeviceUnit(msgspec.Struct, frozen=True):
    """One device."""

    id: str
    model: str
    base: str


class Fence(msgspec.Struct, frozen=True):
    """A polygon with a rule: no_entry for devices, no_parking, or slow (`speed_kmh` at most).

    It holds always, or on `weekdays` from `valid_from` until `valid_until` (HH:MM; an end before the
    beginning, or past 24:00, is on the next day).
    """

    id: str
    rule: str
    polygon: tuple[tuple[float, float], ...]  # (lon, lat)
    speed_kmh: float = 0.0
    name: dict[str, str] = {}
    weekdays: tuple[int, ...] = ()  # 0 Monday .. 6 on which it begins; none: all
    valid_from: str = ""
    valid_until: str = ""

    @property
    def by_hour(self) -> bool:
        """Whether it does not hold always."""
        return bool(self.weekdays or self.valid_from or self.valid_until)

    def hours(self) -> tuple[int, int]:
        """Seconds of the day from which and until which it holds; Invalid if its texts are no times."""
        begins = clock_s(self.valid_from or "00:00", f"fences.{self.id}.valid_from")
        ends = clock_s(self.valid_until or "24:00", f"fences.{self.id}.valid_until")
        return begins, ends if ends > begins else ends + 86_400


class ParkingPlace(msgspec.Struct, frozen=True):
    """A place beside the way where so many devices block nobody."""

    id: str
    lat: float
    lon: float
    capacity: int = 3


class Handover(msgspec.Struct, frozen=True):
    """A meeting point inside a building; the device waits there, reached by the door at lat, lon."""

    id: str
    name: dict[str, str]
    lat: float
    lon: float
    building: str
    level: str = "0"
    indoor_s: int = 60  # from the door to the point


class Tariff(msgspec.Struct, frozen=True):
    """Price of a use."""

    unlock_minor: int = 100
    minute_minor: int = 15
    day_max_minor: int = 1500
    currency: str = "JPY"


class DevicePromise(msgspec.Struct, frozen=True):
    """What is promised, and how long it stands."""

    hold_s: int = 120
    wait_s_max: int = 1200  # a request looks so far for a device
    slack_s: int = 180  # the device comes at the time told, at most so much later
    meet_s: int = 600  # how long it waits for a rider
    use_s_max: int = 4 * 3600
    ahead_s_max: int = 7 * 86_400


class DeviceService(msgspec.Struct, frozen=True):
    """Everything that an area says of its devices."""

    id: str
    name: dict[str, str]
    timezone: str
    zone: tuple[tuple[float, float], ...]  # polygon, (lon, lat)
    models: tuple[DeviceModel, ...]
    bases: tuple[Base, ...]
    devices: tuple[DeviceUnit, ...]
    fences: tuple[Fence, ...] = ()
    parking: tuple[ParkingPlace, ...] = ()
    handovers: tuple[Handover, ...] = ()
    tariff: Tariff = Tariff()
    promise: DevicePromise = DevicePromise()
    devices_each: int = 10  # one remote operator watches so many moving devices, a platoon counting as one
    operators: tuple[str, ...] = ()

    def model_of(self, unit: DeviceUnit) -> DeviceModel:
        """The model of a device."""
        return next(m for m in self.models if m.id == unit.model)


def load_devices(path: Path) -> DeviceService:
    """Read `devices.toml`; Invalid names the file, the key and the fix."""
    try:
        service = msgspec.toml.decode(path.read_bytes(), type=DeviceService)
    except FileNotFoundError:
        raise Invalid(
            str(path), "there is no such file. Write it, or leave devices out of area.toml"
        ) from None
    except msgspec.DecodeError as error:
        raise Invalid(str(path), f"{error}. Mend the key named there") from None
    _check(path, service)
    return service


def _check(path: Path, service: DeviceService) -> None:
    for kind, items in (
        ("models", service.models), ("bases", service.bases), ("devices", service.devices),
        ("fences", service.fences), ("parking", service.parking), ("handovers", service.handovers),
    ):  # fmt: skip
        ids = [item.id for item in items]
        for identity in ids:
            if ids.count(identity) > 1:
                raise Invalid(f"{path}, {kind}.{identity}", "the id is used twice. Give each its own")
    models, bases = {m.id for m in service.models}, {b.id for b in service.bases}
    for unit in service.devices:
        for key, value, known in (("model", unit.model, models), ("base", unit.base, bases)):
            if value not in known:
                raise Invalid(
                    f"{path}, devices.{unit.id}.{key}", f"{value!r} is none of {', '.join(sorted(known))}"
                )
    _check_models(path, service)
    _check_fences(path, service)
    if len(service.zone) < 3:
        raise Invalid(f"{path}, zone", "needs three or more [lon, lat] corners")
    if not service.devices or not any(base.points for base in service.bases):
        raise Invalid(str(path), "needs devices, and a base with charging points")


def _check_models(path: Path, service: DeviceService) -> None:
    for model in service.models:
        where = f"{path}, models.{model.id}"
        if model.kind not in KINDS:
            raise Invalid(f"{where}.kind", f"{model.kind!r} is none of {', '.join(KINDS)}")
        if not 0 < model.unmanned_kmh <= UNMANNED_KMH_MAX:
            raise Invalid(
                f"{where}.unmanned_kmh", f"{model.unmanned_kmh} is not within 0 and {UNMANNED_KMH_MAX:g}"
            )
        if model.battery_wh <= 0 or not 0 <= model.reserve_share < 1 or model.ridden_kmh <= 0:
            raise Invalid(where, "needs battery_wh > 0, ridden_kmh > 0 and 0 <= reserve_share < 1")


def _check_fences(path: Path, service: DeviceService) -> None:
    for fence in service.fences:
        if fence.rule not in RULES or len(fence.polygon) < 3:
            raise Invalid(
                f"{path}, fences.{fence.id}", f"needs three corners and a rule of {', '.join(RULES)}"
            )
        if any(not 0 <= day <= 6 for day in fence.weekdays):
            raise Invalid(f"{path}, fences.{fence.id}.weekdays", "are 0 (Monday) to 6")
        try:
            fence.hours()
        except Invalid as error:
            raise Invalid(str(path), str(error)) from None
        if fence.rule == "slow" and fence.speed_kmh <= 0:
            raise Invalid(f"{path}, fences.{fence.id}.speed_kmh", "a slow zone needs a speed above 0")
