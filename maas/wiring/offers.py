"""Local services as errands of an outing."""

from __future__ import annotations

from maas.outings.service import Offers
from maas.services.catalogue import Catalogue
from maas.services.model import Offer
from maas.wiring.system import System

__all__ = ["offers_of"]


def offers_of(system: System) -> Offers | None:
    """A function that knows the published offers; None where the area has no services."""
    if system.services is None:
        return None
    catalogue, database = Catalogue(), system.database

    def offer(offer_id: str) -> Offer:
        with database.read() as connection:
            return catalogue.snapshot(connection).get(offer_id).offer

    return offer
