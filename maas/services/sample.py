"""An area's providers and offers brought into the database, once."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from maas.area.config import read_config
from maas.errors import AreaError
from maas.services.config import ServicesConfig, read_services
from maas.services.errors import VersionConflict
from maas.services.exchange import Horizon, save_offer
from maas.services.offers_csv import Row, read_offers
from maas.services.store import find_offer, providers, put_provider
from storage.database import Database

__all__ = ["load_sample"]

ACTOR = "area"


def load_sample(database: Database, folder: Path, *, now: datetime) -> int:
    """Add what is missing of the area's services, with slots as far as its horizon; the offers added.

    Safe to run again, also from several processes: what is there already, and may have been edited since,
    stays as it is. Raises AreaError that names file, line and field; then nothing was added.
    """
    config = read_services(folder)
    horizon = Horizon(ZoneInfo(read_config(folder).timezone), config.horizon_days)
    rows = [row for name in config.offers for row in _rows(folder / name)]
    unknown = {row.offer.provider_id for row in rows} - {one.id for one in config.providers}
    if unknown:
        raise AreaError(f"{folder / 'services.toml'}: add the provider {min(unknown)!r}, offers name it")
    return database.run(lambda connection: _add(connection, config, rows, horizon, now))


def _add(
    connection: Connection, config: ServicesConfig, rows: list[Row], horizon: Horizon, now: datetime
) -> int:
    there = providers(connection)
    added = 0
    for provider in config.providers:
        if provider.id not in there:
            with suppress(VersionConflict):  # another process was faster; so below
                put_provider(connection, provider, expected=0, now=now, actor=ACTOR)
    for row in rows:
        if find_offer(connection, row.offer.id) is None:
            with suppress(VersionConflict):
                save_offer(connection, row.offer, expected=0, horizon=horizon, now=now, actor=ACTOR)
                added += 1
    return added


def _rows(path: Path) -> list[Row]:
    try:
        table = read_offers(path.read_bytes())
    except OSError as error:
        raise AreaError(f"{path}: {error.strerror}. Mend `offers` in services.toml") from None
    if table.problems:
        shown = "; ".join(str(problem) for problem in table.problems[:5])
        raise AreaError(f"{path}: {shown}")
    return list(table.rows)
