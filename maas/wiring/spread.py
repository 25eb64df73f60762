"""Positions packed for the map of a control room: what moved, as columns that a browser reads in place.

Layout of a frame, little endian: kind u8 (0 all, 1 what changed), version u8, two bytes empty, count u32,
instant f64 (epoch seconds); then columns of `count` items: lat i32 and lon i32 (degrees x 1e6), index u16 (in
the ids of the greeting), bearing u16 (degrees, 65535 unknown), speed u8 (0.2 m/s), mode u8 (into the modes of
the greeting), battery u8 (per cent), free seats u8. 16 bytes a vehicle.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable

import numpy as np

from fleet.dispatch.fleet_state import Mode
from maas.wiring.live import LiveFleet
from maas.wiring.spots import Spot

__all__ = ["ALL", "CHANGED", "MODES", "VERSION", "pack"]

ALL, CHANGED = 0, 1
VERSION = 1
MODES = [mode.value for mode in Mode]
_CODE = {mode: code for code, mode in enumerate(Mode)}
_HEAD = struct.Struct("<BBHId")
_UNKNOWN = 65_535
_SPEED_STEP = 5.0  # a step is 0.2 m/s


def pack(fleet: LiveFleet, spots: Iterable[Spot], kind: int, at_s: float) -> bytes:
    """One frame of these vehicles as the dispatcher knows them now."""
    state = fleet.shuttle.state
    index, duties, board = state.plans.index, state.duties, state.plans.board
    rows = []
    for spot in spots:
        v = index.get(spot.id)
        if v is None:
            continue
        duty = duties[v]
        rows.append(
            (
                spot.lat * 1e6, spot.lon * 1e6, v, _UNKNOWN if spot.bearing is None else spot.bearing % 360,
                min(spot.speed_m_s * _SPEED_STEP, 255), _CODE[duty.mode],
                100 * duty.charge_wh / duty.model.battery_wh, board.capacity[v, 0] - board.load[v, 0, 0],
            )
        )  # fmt: skip
    head = _HEAD.pack(kind, VERSION, 0, len(rows), at_s)
    if not rows:
        return head
    columns = np.rint(np.array(rows, np.float64)).T
    kinds = ("<i4", "<i4", "<u2", "<u2", "u1", "u1", "u1", "u1")
    return head + b"".join(column.astype(kind).tobytes() for column, kind in zip(columns, kinds, strict=True))
