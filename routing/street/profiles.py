"""What a street costs whom: effective metres, so that one pace turns them into seconds."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from routing.query import Profile
from routing.street import tags
from routing.street.graph import StreetGraph

F32 = npt.NDArray[np.float32]

CLOSED = np.float32(np.inf)
_STEPS_EFFORT = 1.5
"""A flight of steps takes half as long again as level pavement of its length."""
_EASY_EFFORT = 5.0
"""For who tires or carries luggage."""
_LIFT_M = 60.0
"""Waiting for and riding a lift, as metres walked."""
SHUTTLE_KMH_MAX = 30.0
"""Highest speed of the Level-4 shuttle of the Makuhari trial."""
SPEED_M_S = {
    Profile.WALK: 1.33,
    Profile.WHEELCHAIR: 1.1,
    Profile.PRAM: 1.2,
    Profile.EASY: 1.33,
    Profile.CYCLE: 4.2,
    Profile.DEVICE: 6.0 / 3.6,
    Profile.SHUTTLE: SHUTTLE_KMH_MAX / 3.6,
}


_ON_FOOT = (Profile.WALK, Profile.EASY, Profile.PRAM, Profile.WHEELCHAIR, Profile.DEVICE)
_EFFORT = {Profile.WALK: _STEPS_EFFORT, Profile.EASY: _EASY_EFFORT}


def costs(graph: StreetGraph, profile: Profile) -> tuple[F32, F32]:
    """Effective metres of every edge along and against its direction, CLOSED where not allowed."""
    flags, length = graph.edge_flags, graph.edge_length_m
    along = length.astype(np.float32).copy()
    if profile in _ON_FOOT:
        allowed = (flags & tags.FOOT) != 0
        along = np.where(flags & tags.INDOOR_LIFT, along + np.float32(_LIFT_M), along)
        if profile in _EFFORT:
            along = np.where(flags & tags.STEPS, along * np.float32(_EFFORT[profile]), along)
        elif profile is Profile.PRAM:
            allowed &= (flags & tags.STEPS) == 0
        else:
            allowed &= (flags & (tags.STEPS | tags.KERB)) == 0
            allowed &= (flags & tags.PAVED) != 0
        cost = np.where(allowed, along, CLOSED).astype(np.float32)
        return cost, cost
    if profile is Profile.CYCLE:
        forward, back = (flags & tags.CYCLE) != 0, (flags & tags.CYCLE_BACK) != 0
    else:
        forward, back = (flags & tags.CAR) != 0, (flags & tags.CAR_BACK) != 0
        slower = SHUTTLE_KMH_MAX / np.minimum(graph.edge_speed_kmh, SHUTTLE_KMH_MAX)
        along = (along * slower).astype(np.float32)
    return (
        np.where(forward, along, CLOSED).astype(np.float32),
        np.where(back, along, CLOSED).astype(np.float32),
    )
