"""Better plans for vehicles that are under way: ruin and recreate, with OR-Tools to recombine routes."""

from fleet.improve.model import (
    ImproveError,
    Plan,
    Problem,
    Request,
    Vehicle,
    empty_plan,
    rider_time_cost,
)
from fleet.improve.search import improve
from fleet.improve.settings import Settings

__all__ = [
    "ImproveError",
    "Plan",
    "Problem",
    "Request",
    "Settings",
    "Vehicle",
    "empty_plan",
    "improve",
    "rider_time_cost",
]
