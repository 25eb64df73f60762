"""An area's fares opened in the server's database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from maas.area.open import Area
from maas.fares.config import FaresConfig, read_fares
from maas.fares.passes import Passes
from maas.fares.tables import create_schema
from maas.services.combine import CombinationRule
from maas.wiring.bundle_fares import BundleFares
from payments.points import Points
from payments.service import Payments

__all__ = ["Fares", "open_fares"]


@dataclass(frozen=True, slots=True)
class Fares:
    """The rules, the counter for passes, the points scheme."""

    config: FaresConfig
    passes: Passes
    points: Points
    zone: tzinfo

    def expire_points(self, connection: Connection, month: date, *, now: datetime) -> int:
        """End the points of a month that is over; how many there were."""
        self.points.open(connection, now=now)
        return self.points.expire(connection, month, now=now)

    def pricing(self, combinations: Sequence[CombinationRule]) -> BundleFares:
        """Prices of bundles by these rules and the area's combined prices."""
        return BundleFares(self.config, combinations, self.points.ledger, self.zone)


def open_fares(area: Area, payments: Payments) -> Fares:
    """Create the tables and read the area's rules. Raises AreaError."""
    create_schema(payments.database)
    config, zone = read_fares(area.services), ZoneInfo(area.manifest.timezone)
    return Fares(config, Passes(payments, config, zone), Points(payments.ledger, config.points_rules), zone)
