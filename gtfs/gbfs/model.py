"""A shared-mobility system as plain values, before any version of GBFS puts it into JSON.

Instants are POSIX seconds, lengths metres, money the currency's main unit (as in GBFS), texts by language.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "Licence",
    "Plan",
    "Rule",
    "Station",
    "StationStatus",
    "System",
    "SystemAlert",
    "Texts",
    "Vehicle",
    "VehicleType",
    "Zone",
]

Texts = dict[str, str]
"""Language (BCP 47, ja, en) -> text."""

Ring = tuple[tuple[float, float], ...]
"""Corners of a polygon, (lon, lat)."""


@dataclass(frozen=True, slots=True)
class VehicleType:
    """A type of vehicle; form factor, propulsion and return constraint are GBFS's words."""

    id: str
    name: Texts
    form_factor: str
    propulsion: str
    range_m: int | None = None  # at full charge; required unless propelled by its rider
    rider_capacity: int | None = None
    speed_kmh_max: int | None = None
    return_constraint: str | None = None
    plan_id: str | None = None


@dataclass(frozen=True, slots=True)
class Station:
    """A place where vehicles are taken and left."""

    id: str
    name: Texts
    lat: float
    lon: float
    capacity: int
    charging: bool = False


@dataclass(frozen=True, slots=True)
class StationStatus:
    """What a station holds."""

    id: str
    vehicles: dict[str, int]  # vehicle type -> how many can be taken
    docks_free: int
    reported_s: int
    disabled: int = 0


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A vehicle that nobody rides. `id` is a pseudonym that changes after each ride."""

    id: str
    type_id: str
    lat: float
    lon: float
    reported_s: int
    reserved: bool = False
    disabled: bool = False
    range_m: int | None = None
    charge_share: float | None = None
    station_id: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """What is allowed within a zone, or everywhere else."""

    start: bool
    end: bool
    through: bool
    speed_kmh_max: int | None = None


@dataclass(frozen=True, slots=True)
class Zone:
    """An area with a rule of its own."""

    name: Texts
    ring: Ring
    rule: Rule


@dataclass(frozen=True, slots=True)
class Plan:
    """Price of a use: so much at its beginning, so much for each begun interval."""

    id: str
    name: Texts
    description: Texts
    currency: str
    price: float
    rate: float = 0.0  # for each begun span of `every_min` minutes from `from_min` on; 0: nothing more
    from_min: int = 0
    every_min: int = 1


@dataclass(frozen=True, slots=True)
class SystemAlert:
    """What riders should know of a system now; `kind` is GBFS's word."""

    id: str
    kind: str  # system_closure, station_closure, station_move, other
    summary: Texts
    description: Texts
    since_s: int | None = None  # it is in effect from then on, until
    until_s: int | None = None
    station_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Licence:
    """On which terms the data may be used: a standard licence, and whom to name."""

    spdx: str = "CC-BY-4.0"
    url: str = "https://creativecommons.org/licenses/by/4.0/"
    attribution: Texts | None = None
    attribution_url: str = ""


@dataclass(frozen=True, slots=True)
class System:
    """One operator's system, with its state at `at_s`. The first language is the main one."""

    id: str
    name: Texts
    languages: tuple[str, ...]
    timezone: str
    opening_hours: str  # as in OpenStreetMap
    contact: str  # mail address for questions about the feed
    at_s: int
    ttl_s: int = 30
    operator: Texts | None = None
    licence: Licence = Licence()
    types: tuple[VehicleType, ...] = ()
    stations: tuple[Station, ...] = ()
    status: tuple[StationStatus, ...] = ()
    vehicles: tuple[Vehicle, ...] | None = None  # None: every vehicle belongs to a station
    zones: tuple[Zone, ...] = ()
    elsewhere: Rule | None = None  # outside every zone
    plans: tuple[Plan, ...] = ()
    alerts: tuple[SystemAlert, ...] = ()


def text_in(texts: Texts, language: str) -> str:
    """A text in a language, else in English, else in whatever there is."""
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")
