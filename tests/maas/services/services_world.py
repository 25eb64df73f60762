"""What the services' tests share: a provider, offers made by one line, and an open database."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from maas.services import store
from maas.services.model import Offer, Provider
from maas.services.schema import create_schema
from maas.services.slots import SlotChanges, sync_slots
from maas.services.tables import slot as slot_table
from storage.database import Database

JST = ZoneInfo("Asia/Tokyo")
NOW = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)  # a Tuesday, 09:00 in Makuhari
FIRST, LAST = date(2026, 11, 24), date(2026, 11, 30)
HALL = Provider.model_validate(
    {"id": "hall", "name": {"ja": "会館", "en": "The Hall"}, "account": "shop:hall"}
)


def offer(**fields: Any) -> Offer:
    """An event for 100 people on one evening, unless fields say otherwise."""
    base: dict[str, Any] = {
        "id": "concert", "provider_id": "hall", "category": "event", "kind": "event",
        "name": {"ja": "演奏会", "en": "Concert"}, "price_minor": 3000, "capacity": 100,
        "lat": 35.6473, "lon": 140.0363,
    }  # fmt: skip
    if fields.get("kind", "event") == "event":
        base["occurrences"] = [
            {"starts_at": "2026-11-27T19:00:00+09:00", "ends_at": "2026-11-27T21:00:00+09:00"}
        ]
    return Offer.model_validate(base | fields)


CONCERT = "concert@2026-11-27T1900"


def opened(url: str, *offers: Offer, pool_size: int = 8) -> Database:
    """A database with the provider, the offers and their slots of one week."""
    database = Database.open(url, pool_size=pool_size)
    create_schema(database)
    with database.write() as connection:
        store.put_provider(connection, HALL, expected=0, now=NOW, actor="test")
    for one in offers:
        add(database, one)
    return database


def add(database: Database, made: Offer, expected: int = 0) -> SlotChanges:
    """Put an offer and make its slots."""
    with database.write() as connection:
        store.put_offer(connection, made, expected=expected, now=NOW, actor="test")
        return sync_slots(connection, made, FIRST, LAST, JST, now=NOW, actor="test")


def counters(database: Database, slot_id: str = CONCERT) -> dict[str, Any]:
    """A slot's counters."""
    names = ("capacity", "free", "held", "confirmed", "used", "waiting")
    with database.read() as connection:
        row = connection.execute(select(slot_table).where(slot_table.c.id == slot_id)).one()
    return {name: getattr(row, name) for name in names}
