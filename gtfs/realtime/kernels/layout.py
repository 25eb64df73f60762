"""Trip updates as arrays between the wire and the model: what every array means.

E entities, C calls (`StopTimeUpdate`), B bytes of the message. A span is where a text stands in the message:
start and end, 0 and 0 if it is not given.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

U8 = npt.NDArray[np.uint8]
I8 = npt.NDArray[np.int8]
I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]

NOT_GIVEN = -(2**62)
"""Stands for a number that the message leaves out."""

# Texts of a trip update: columns of `TripArrays.spans`.
ENTITY, TRIP_ID, ROUTE_ID, START_DATE, START_TIME, VEHICLE_ID = 0, 1, 2, 3, 4, 5
NEW_TRIP_ID, NEW_START_DATE, NEW_START_TIME, NEW_SHAPE_ID, NEW_HEADSIGN, NEW_SHORT_NAME = 6, 7, 8, 9, 10, 11
TEXTS = 12

# Numbers of a trip update: columns of `TripArrays.numbers`.
DIRECTION, RELATIONSHIP, TIMESTAMP, DELAY = 0, 1, 2, 3
NUMBERS = 4

# Numbers of a call: columns of `CallArrays.numbers`.
SEQUENCE, ARRIVAL_TIME, ARRIVAL_DELAY, DEPARTURE_TIME, DEPARTURE_DELAY, CALL_RELATIONSHIP = 0, 1, 2, 3, 4, 5
PICKUP, DROP_OFF, UNCERTAINTY = 6, 7, 8
CALL_NUMBERS = 9

# Texts of a call: columns of `CallArrays.spans`.
STOP_ID, ASSIGNED_STOP_ID = 0, 1
CALL_TEXTS = 2

UPDATE, OTHER, BROKEN = 1, 2, 4
"""Flags of an entity: its trip update was read; it holds something else, too; its bytes break off."""


class TripArrays(NamedTuple):
    """Trip updates, one an entity; rows of other entities are not filled."""

    spans: I64  # entity, text -> start, end in the message; (E, TEXTS, 2)
    numbers: I64  # entity, number -> value or NOT_GIVEN; (E, NUMBERS)
    offsets: I64  # entity -> first call; (E + 1,)


class CallArrays(NamedTuple):
    """Calls of all trip updates."""

    numbers: I64  # call, number -> value or NOT_GIVEN; (C, CALL_NUMBERS)
    spans: I64  # call, text -> start, end; (C, CALL_TEXTS, 2)
