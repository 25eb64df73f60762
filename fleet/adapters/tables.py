"""Tables of the fleet: who owns a zone, and what was promised in it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, MetaData, String, Table, Text

from storage.database import Database

metadata = MetaData()

zones = Table(
    "fleet_zone",
    metadata,
    Column("zone", String(64), primary_key=True),
    Column("owner", String(128), nullable=False),
    Column("fence", BigInteger, nullable=False),  # grows with every change of owner
    Column("until_ms", BigInteger, nullable=False),  # end of the lease by the database's clock
)
rides = Table(
    "fleet_ride",
    metadata,
    Column("zone", String(64), primary_key=True),
    Column("id", String(96), primary_key=True),
    Column("state", String(16), nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),  # fleet.model.ride.Ride as JSON
)
plans = Table(
    "fleet_plan",
    metadata,
    Column("zone", String(64), primary_key=True),
    Column("vehicle", String(64), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),  # fleet.model.ride.PlanRow as JSON
)
breaches = Table(
    "fleet_breach",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("zone", String(64), nullable=False, index=True),
    Column("ride", String(96), nullable=False, index=True),
    Column("body", Text, nullable=False),  # fleet.model.ride.Breach as JSON
)

standing_orders = Table(
    "fleet_standing_order",
    metadata,
    Column("zone", String(64), primary_key=True),
    Column("id", String(96), primary_key=True),
    Column("ended", Integer, nullable=False),
    Column("body", Text, nullable=False),  # fleet.model.standing.StandingOrder as JSON
)

missions = Table(
    "fleet_mission",
    metadata,
    Column("zone", String(64), primary_key=True),
    Column("id", String(96), primary_key=True),
    Column("state", String(16), nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),  # fleet.model.mission.Mission as JSON
)
incidents = Table(
    "fleet_incident",
    metadata,
    Column("zone", String(64), primary_key=True),
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("state", String(16), nullable=False, index=True),
    Column("body", Text, nullable=False),  # fleet.model.incident.Incident as JSON
)


def create_schema(database: Database) -> None:
    """Create what is missing; safe to run again."""
    database.run(lambda connection: metadata.create_all(connection))
