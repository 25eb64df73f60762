"""Parts of the street map that no footway joins to the rest: whoever is near one is set down beside it."""

from __future__ import annotations

import numpy as np
import pytest

from routing.query import Profile
from routing.street import tags
from routing.street.graph import StreetGraph, Way, assemble
from routing.street.router import StreetRouter

LON = 140.0
FOOT = tags.FOOT | tags.PAVED


def comb(first: int, teeth: int, lat: float, lon: float) -> list[Way]:
    """A street eastwards, and every 9 m a path north: as many junctions, and a dead end of each."""
    nodes = tuple(range(first, first + teeth))
    lons = tuple(lon + 0.0001 * k for k in range(teeth))
    street = Way(nodes, (lat,) * teeth, lons, FOOT, 30.0, -1)
    paths = [
        Way((n, n + 5000), (lat, lat + 0.0001), (x, x), FOOT, 30.0, -1)
        for n, x in zip(nodes, lons, strict=True)
    ]
    return [street, *paths]


def town(teeth: int) -> StreetGraph:
    """A long street, and 22 m north of its middle a short one that a cycle way alone leads to."""
    crossing = Way((41, 1000), (35.0, 35.0002), (LON + 0.004, LON + 0.004), tags.CYCLE | tags.PAVED, 30.0, -1)
    return assemble([*comb(1, 120, 35.0, LON), *comb(1000, teeth, 35.0002, LON + 0.004), crossing])


def walked_s(router: StreetRouter, profile: Profile) -> int | None:
    """From the short street to the long one's west end."""
    path = router.path((35.0002, LON + 0.0044), (35.0, LON), profile=profile, speed_m_s=1.0)
    return None if path is None else path.duration_s


@pytest.mark.parametrize("profile", [Profile.WALK, Profile.EASY])
def test_who_is_near_an_island_of_the_footways_sets_out_from_the_street_beside_it(profile: Profile) -> None:
    router = StreetRouter(town(11), np.array([35.0002]), np.array([LON + 0.0044]))
    # Across 22 m to the long street, then 0.0044 degrees of it westwards: 401 m.
    assert walked_s(router, profile) == pytest.approx(22 + 401, abs=3)
    reach = router.reach(35.0, LON, profile=profile, speed_m_s=1.0, limit_s=1800)
    assert reach.stop.tolist() == [0]  # a stop on the island is reached, too


def test_a_large_part_is_no_crumb_and_kerbs_are_real_for_wheelchairs() -> None:
    large = StreetRouter(town(20), np.empty(0), np.empty(0))
    assert walked_s(large, Profile.WALK) is None  # the map has a district that no footway leads to
    small = StreetRouter(town(11), np.empty(0), np.empty(0))
    assert walked_s(small, Profile.WHEELCHAIR) is None
