"""Why a vehicle asks for a person, or is not in service: the reasons that pages have words for.

A reason stays a text: what a supervisor or the police say is in their own words, and a vehicle may name a
fault that nobody has heard of. What the fleet itself says, and the faults that vehicles are known to tell,
have a name here and a word in every language of the fleet console (a test holds both together).
"""

from __future__ import annotations

from enum import StrEnum

__all__ = ["FAULTS", "Reason"]


class Reason(StrEnum):
    """What is known; its value is what alarms, causes and telemetry carry."""

    RIDER_CALLS = "a rider calls"
    MINIMAL_RISK = "minimal-risk stop"
    NO_SUPERVISOR = "no supervisor"
    OPERATOR = "operator"
    DELAY = "delay"
    CLOSED_STREET = "closed street"
    OBSTACLE = "obstacle"
    PASSENGER = "passenger"
    DOOR = "door"
    SENSOR = "sensor"
    LIDAR = "lidar"
    CAMERA = "camera"
    LOCALISATION = "localisation"
    NETWORK = "network"
    BATTERY = "battery"
    BRAKES = "brakes"
    STEERING = "steering"
    TYRE = "tyre"
    SMOKE = "smoke"
    COLLISION = "collision"


FAULTS = (
    Reason.OBSTACLE, Reason.PASSENGER, Reason.DOOR, Reason.SENSOR, Reason.LIDAR, Reason.CAMERA,
    Reason.LOCALISATION, Reason.NETWORK, Reason.BATTERY, Reason.BRAKES, Reason.STEERING, Reason.TYRE,
    Reason.SMOKE, Reason.COLLISION,
)  # fmt: skip
"""What a vehicle tells of itself in `faults`."""
