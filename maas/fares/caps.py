"""Limits of an area's fares over rides that are only planned: whoever has an account never pays more."""

from __future__ import annotations

from collections.abc import Sequence

from maas.fares.config import FaresConfig, agency_operator
from maas.fares.price import FarePart, RiderState, price_parts
from maas.outings.fares import CapsOf, Ride, no_caps

__all__ = ["caps_of"]

_CAP = "cap:"


def caps_of(config: FaresConfig) -> CapsOf:
    """The limits of `fares.toml` for one who rode nothing before; priced as bundles are."""
    if not config.caps:
        return no_caps
    limits = FaresConfig.model_validate({"caps": config.caps})

    def lowered(rides: Sequence[Ride]) -> list[tuple[str, int]]:
        parts = [
            FarePart(
                str(k), ride.mode, ride.service_id or agency_operator(ride.agency_name), ride.amount_minor,
                ride.day, ride.riders, ride.children, each_minor=ride.each_minor,
            )
            for k, ride in enumerate(rides)
        ]  # fmt: skip
        priced = price_parts(parts, RiderState(), limits, day=rides[0].day) if rides else []
        found = []
        for one in priced:
            offs = [off for off in one.offs if off.rule.startswith(_CAP)]
            found.append((offs[0].rule.removeprefix(_CAP), offs[0].amount_minor) if offs else ("", 0))
        return found

    return lowered
