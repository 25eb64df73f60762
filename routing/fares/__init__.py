"""What a journey costs by the fares that its feeds state, or that it is not known."""

from routing.fares.model import JourneyFare, LegFare, PaidLeg, Payment
from routing.fares.party import ChildFares, PartyFare, Riders
from routing.fares.pricer import FarePricer

__all__ = [
    "ChildFares", "FarePricer", "JourneyFare", "LegFare", "PaidLeg", "PartyFare", "Payment", "Riders",
]  # fmt: skip
