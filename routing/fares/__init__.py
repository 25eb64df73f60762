"""What a journey costs by the fares that its feeds state, or that it is not known."""

from routing.fares.model import JourneyFare, LegFare, PaidLeg, Payment
from routing.fares.pricer import FarePricer

__all__ = ["FarePricer", "JourneyFare", "LegFare", "PaidLeg", "Payment"]
