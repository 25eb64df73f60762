"""What a journey costs by the fares that its feeds state, or that it is not known."""

from routing.fares.model import JourneyFare, LegFare, MediumFare, PaidLeg, Payment
from routing.fares.party import FareBasis, GroupFare, PartyFare, Riders
from routing.fares.pricer import FarePricer

__all__ = [
    "FareBasis", "FarePricer", "GroupFare", "JourneyFare", "LegFare", "MediumFare", "PaidLeg", "PartyFare",
    "Payment", "Riders",
]  # fmt: skip
