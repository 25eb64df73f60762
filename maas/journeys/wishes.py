"""Cheapest, least walking, greenest: what an area's rides cost, for the search that looks for them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from maas.area.open import Area
from maas.journeys.emissions import co2_g
from routing.bounded import BestBy, BoundedPlanner, Wished
from routing.costs import CostTables
from routing.fares import FarePricer
from routing.network import Network
from routing.query import Query

__all__ = ["wished"]


def wished(area: Area, query: Query, wishes: Sequence[BestBy]) -> Wished:
    """The best journey by each wish. Raises as `Planner.plan` does."""
    emissions = tuple(sorted(area.manifest.emissions_g_km.items()))
    tables = _tables(area.planner.network, area.fares, emissions)
    return BoundedPlanner(area.planner, tables.of).plan(query, wishes)


@lru_cache(maxsize=2)  # by the network itself: another one is swapped in when a feed is published
def _tables(network: Network, fares: FarePricer, emissions: tuple[tuple[str, float], ...]) -> CostTables:
    own = dict(emissions)
    day, _ = network.service_dates

    def price(route: int, stops: Sequence[int]) -> int | None:
        return fares.ride_minor(route, stops, day)

    return CostTables(network, price, lambda mode: co2_g(mode, 1000.0, own))
