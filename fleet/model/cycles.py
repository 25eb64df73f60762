"""Share-cycle docks. Their places and counts come from the operator's feed or telemetry."""

from __future__ import annotations

import csv
from pathlib import Path

import msgspec

from fleet.errors import Invalid

__all__ = ["CycleTariff", "Dock", "read_docks"]


class Dock(msgspec.Struct, frozen=True):
    """A dock with room for `capacity` bikes."""

    id: str
    name: str
    lat: float
    lon: float
    capacity: int


class CycleTariff(msgspec.Struct, frozen=True):
    """What a share cycle costs: the first minutes together, then begun spans of minutes."""

    first_minor: int
    first_minutes: int
    each_minor: int
    each_minutes: int
    currency: str = "JPY"

    def price_minor(self, seconds: int) -> int:
        """The price of a ride of so many seconds."""
        over = max(0, seconds - self.first_minutes * 60)
        return self.first_minor + -(-over // (self.each_minutes * 60)) * self.each_minor


def read_docks(path: Path) -> list[Dock]:
    """Read `id,name,lat,lon,capacity`; Invalid names the file, the line and the column."""
    docks: list[Dock] = []
    seen: set[str] = set()
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = {"id", "name", "lat", "lon", "capacity"} - set(reader.fieldnames or ())
            if missing:
                raise Invalid(f"{path}, line 1", f"columns {sorted(missing)} are missing")
            for row in reader:
                where = f"{path}, line {reader.line_num}"
                dock = _dock(where, row)
                if dock.id in seen:
                    raise Invalid(f"{where}, id", f"{dock.id!r} is used twice. Give each dock its own")
                seen.add(dock.id)
                docks.append(dock)
    except FileNotFoundError:
        raise Invalid(str(path), "there is no such file") from None
    return docks


def _dock(where: str, row: dict[str, str]) -> Dock:
    try:
        lat, lon, capacity = float(row["lat"]), float(row["lon"]), int(row["capacity"])
    except (TypeError, ValueError):
        raise Invalid(where, "lat, lon or capacity is no number. Mend that row") from None
    if not (abs(lat) <= 90 and abs(lon) <= 180 and 0 <= capacity <= 1000):
        raise Invalid(where, f"({lat}, {lon}) with {capacity} places cannot be")
    return Dock(row["id"], row["name"], lat, lon, capacity)
