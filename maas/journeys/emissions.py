"""Grams of CO2 that a passenger causes on a kilometre, by mode.

Defaults for Japan: Ministry of Land, Infrastructure, Transport and Tourism, CO2 emissions of the transport
sector, fiscal year 2022 (g-CO2 per passenger-km: rail 20, bus 71, private car 128). Ferries, lifts and the
like have no figure there and none here: not known is said as such. An area may say better ones:
`[emissions_g_km]` of `area.toml`.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["co2_g"]

_RAIL, _BUS, _CAR = 20.0, 71.0, 128.0
_DEFAULT_G_KM: Mapping[str, float] = {
    "walk": 0.0,
    "cycle": 0.0,
    "bicycle": 0.0,
    "rail": _RAIL,
    "subway": _RAIL,
    "tram": _RAIL,
    "monorail": _RAIL,
    "bus": _BUS,
    "coach": _BUS,
    "trolleybus": _RAIL,
    "taxi": _CAR,
    "car": _CAR,
}


def co2_g(mode: str, distance_m: float, own: Mapping[str, float]) -> float | None:
    """Grams for one passenger over a distance, None for a mode without a figure; `own` figures win."""
    factor = own.get(mode, _DEFAULT_G_KM.get(mode))
    return None if factor is None else factor * distance_m / 1000
