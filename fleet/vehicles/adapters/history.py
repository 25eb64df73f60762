"""History of vehicles and devices in SQL, thinned, and the usage figures made from it."""

from __future__ import annotations

import threading
from typing import Any

import polars as pl
from sqlalchemy import Connection, delete, insert, select

from fleet.vehicles.adapters.history_tables import metadata, samples
from fleet.vehicles.telemetry import Autonomy, Kind, LiveState
from storage.database import Database

__all__ = ["History", "create_schema"]

EVERY_S = 60.0
SILENT_S = 180.0
"""Nobody knows what a sender did between two samples further apart: that is no duty."""
_M_PER_DEG = 111_320.0


def create_schema(database: Database) -> None:
    """Create what is missing; safe to run again."""
    database.run(lambda connection: metadata.create_all(connection))


class History:
    """Keeps a sample a minute and each change of passengers, autonomy or faults.

    `heard` only remembers; `flush` writes, so that no message waits for a disk.
    """

    def __init__(self, database: Database, zone: str) -> None:
        self._database = database
        self._zone = zone
        self._waiting: list[dict[str, Any]] = []
        self._last: dict[tuple[str, str], float] = {}
        self._lock = threading.Lock()
        self._flushing = threading.Lock()

    def heard(self, before: LiveState | None, after: LiveState) -> None:
        """Remember a state if it tells something new; a listener of the intake."""
        changed = before is None or any(
            getattr(before, name) != getattr(after, name) for name in ("passengers", "autonomy", "faults")
        )
        key = (after.kind, after.id)
        with self._lock:
            if not changed and after.at_s - self._last.get(key, 0.0) < EVERY_S:
                return
            self._last[key] = after.at_s
            self._waiting.append(
                {
                    "zone": self._zone, "kind": after.kind.value, "id": after.id, "at_s": int(after.at_s),
                    "lat": after.lat, "lon": after.lon, "speed_m_s": after.speed_m_s,
                    "battery": after.battery, "passengers": after.passengers,
                    "autonomy": None if after.autonomy is None else after.autonomy.value,
                    "faults": ",".join(after.faults)[:200],
                }
            )  # fmt: skip

    def flush(self) -> int:
        """Write what was remembered in one transaction; how many samples. Nothing is lost if it fails."""
        with self._flushing:  # two at once would write the same samples twice
            with self._lock:
                rows = self._waiting[:]
            if rows:
                self._database.run(lambda connection: connection.execute(insert(samples), rows))
            with self._lock:
                del self._waiting[: len(rows)]
            return len(rows)

    def forget(self, before_s: int) -> int:
        """Delete samples older than an instant; how many."""

        def work(connection: Connection) -> int:
            old = (samples.c.zone == self._zone) & (samples.c.at_s < before_s)
            return int(connection.execute(delete(samples).where(old)).rowcount)

        return self._database.run(work)

    def usage(self, from_s: int, until_s: int, battery_wh: dict[str, float]) -> list[dict[str, Any]]:
        """Usage of each sender between two instants, by id.

        `km` along its samples, `hours_on_duty` while it was heard and its autonomy not off, `energy_kwh` from
        what its battery lost (with `battery_wh` of each), `boardings` from passenger counts that rose after
        the first, `faults` that newly appeared.
        """
        frame = self._frame(from_s, until_s)
        if frame.is_empty():
            return []
        of_one = ["kind", "id"]
        step = frame.sort(*of_one, "at_s", "number").with_columns(
            (pl.col("lat") - pl.col("lat").shift(1)).over(of_one).alias("north"),
            ((pl.col("lon") - pl.col("lon").shift(1)) * (pl.col("lat").radians().cos()))
            .over(of_one)
            .alias("east"),
            (pl.col("at_s") - pl.col("at_s").shift(1)).over(of_one).alias("seconds"),
            (pl.col("passengers") - pl.col("passengers").shift(1)).over(of_one).alias("more"),
            (pl.col("battery").shift(1) - pl.col("battery")).over(of_one).alias("used"),
            (pl.col("autonomy").shift(1)).over(of_one).alias("was"),
            ((pl.col("faults") != "") & (pl.col("faults") != pl.col("faults").shift(1).fill_null("")))
            .over(of_one)
            .alias("fault"),
        )
        heard = pl.col("seconds") <= SILENT_S
        on_duty = heard & pl.col("was").is_not_null() & (pl.col("was") != Autonomy.OFF.value)
        table = step.group_by(of_one).agg(
            ((pl.col("north") ** 2 + pl.col("east") ** 2).sqrt().sum() * _M_PER_DEG / 1000)
            .round(3)
            .alias("km"),
            (pl.col("seconds").filter(on_duty).sum() / 3600).round(3).alias("hours_on_duty"),
            pl.col("used").filter(pl.col("used") > 0).sum().alias("used"),
            pl.col("more").filter(pl.col("more") > 0).sum().alias("boardings"),
            pl.col("fault").sum().alias("faults"),
        )
        rows = table.sort(of_one).to_dicts()
        for row in rows:
            row["energy_kwh"] = round(row.pop("used") * battery_wh.get(row["id"], 0.0) / 1000, 3)
        return rows

    def columns(self, from_s: int, until_s: int) -> dict[str, list[Any]]:
        """Where every vehicle was, in the order of time: `ids`, and columns (`vehicle` counts into it)."""
        due = (samples.c.zone == self._zone) & (samples.c.at_s >= from_s) & (samples.c.at_s < until_s)
        wanted = due & (samples.c.kind == Kind.VEHICLE.value) & samples.c.lat.is_not(None)
        names = ("at_s", "lat", "lon", "passengers", "battery", "autonomy")
        asked = select(samples.c.id, *(samples.c[name] for name in names))
        with self._database.read() as connection:
            rows = connection.execute(asked.where(wanted).order_by(samples.c.at_s, samples.c.number)).all()
        number: dict[str, int] = {}
        vehicle = [number.setdefault(row.id, len(number)) for row in rows]
        return {
            "ids": list(number),
            "vehicle": vehicle,
            **{name: [getattr(row, name) for row in rows] for name in names},
        }

    def _frame(self, from_s: int, until_s: int) -> pl.DataFrame:
        due = (samples.c.zone == self._zone) & (samples.c.at_s >= from_s) & (samples.c.at_s < until_s)
        with self._database.read() as connection:
            rows = connection.execute(select(samples).where(due)).mappings().all()
        schema = {
            "number": pl.Int64, "kind": pl.String, "id": pl.String, "at_s": pl.Int64, "lat": pl.Float64,
            "lon": pl.Float64, "battery": pl.Float64, "passengers": pl.Int64, "autonomy": pl.String,
            "faults": pl.String,
        }  # fmt: skip
        return pl.DataFrame([{name: row[name] for name in schema} for row in rows], schema=schema)
