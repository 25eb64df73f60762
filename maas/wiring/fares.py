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
from maas.fares.renewals import Renewals
from maas.fares.tables import create_schema
from maas.identity.compose import Identity
from maas.services.combine import CombinationRule
from maas.wiring.bundle_fares import BundleFares
from maas.wiring.payments import Paying
from maas.wiring.renewals import open_renewals
from payments.points import Points

__all__ = ["Fares", "open_fares"]


@dataclass(frozen=True, slots=True)
class Fares:
    """The rules, the counter for passes, the points scheme."""

    config: FaresConfig
    passes: Passes
    points: Points
    zone: tzinfo
    renewals: Renewals

    def expire_points(self, connection: Connection, month: date, *, now: datetime) -> int:
        """End the points of a month that is over; how many there were."""
        self.points.open(connection, now=now)
        return self.points.expire(connection, month, now=now)

    def pricing(self, combinations: Sequence[CombinationRule]) -> BundleFares:
        """Prices of bundles by these rules and the area's combined prices."""
        return BundleFares(self.config, combinations, self.points.ledger, self.zone)


def open_fares(area: Area, paying: Paying, identity: Identity) -> Fares:
    """Create the tables and read the area's rules. Raises AreaError."""
    payments = paying.payments
    create_schema(payments.database)
    config, zone = read_fares(area.services), ZoneInfo(area.manifest.timezone)
    passes = Passes(payments, config, zone)
    renewals = open_renewals(identity, paying, passes, config, zone)
    return Fares(config, passes, Points(payments.ledger, config.points_rules), zone, renewals)
