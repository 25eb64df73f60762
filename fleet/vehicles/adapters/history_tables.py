"""Tables of what vehicles did."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Index, Integer, MetaData, String, Table

metadata = MetaData()

samples = Table(
    "fleet_sample",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("zone", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("id", String(96), nullable=False),
    Column("at_s", BigInteger, nullable=False),
    Column("lat", Float),
    Column("lon", Float),
    Column("speed_m_s", Float),
    Column("battery", Float),
    Column("passengers", Integer),
    Column("autonomy", String(16)),
    Column("faults", String(200), nullable=False),
    Index("fleet_sample_time", "zone", "at_s"),
)
