"""What is known to be best of each public instance, and which instances make up a set."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "fleet"
CORDEAU = {
    "a2-16": 294.25, "a2-20": 344.83, "a2-24": 431.12, "a3-18": 300.48, "a3-24": 344.83, "a3-30": 494.85,
    "a3-36": 583.19, "a4-16": 282.68, "a4-24": 375.02, "a4-32": 485.50, "a4-40": 557.69, "a4-48": 668.82,
    "a5-40": 498.41, "a5-50": 686.62, "a5-60": 808.42, "a6-48": 604.12, "a6-60": 819.25, "a6-72": 916.05,
    "a7-56": 724.04, "a7-70": 889.12, "a7-84": 1033.37, "a8-64": 747.46, "a8-80": 945.73, "a8-96": 1229.66,
}  # fmt: skip
"""Proven optima of the dial-a-ride instances of Cordeau (2006), as compiled by Ho et al. (2018)."""


@dataclass(frozen=True, slots=True)
class Known:
    """One instance with the best that is known of it; `vehicles` is 0 where only the cost counts."""

    form: str
    path: Path
    vehicles: int
    cost: float


def instances(name: str) -> list[Known]:
    """The instances of a set: cordeau, lilim100, lilim200 or sartori."""
    if name == "cordeau":
        return [Known("cordeau", DATA / "cordeau" / f"{k}.txt", 0, cost) for k, cost in CORDEAU.items()]
    if name in ("lilim100", "lilim200"):
        size = name.removeprefix("lilim")
        with (DATA / "lilim" / "bks.csv").open(encoding="utf-8", newline="") as file:
            rows = {row["instance"].lower(): row for row in csv.DictReader(file) if row["clients"] == size}
        files = sorted((DATA / "lilim" / f"pdp_{size}").glob("*.txt"))
        return [
            Known("lilim", path, int(row["routes"]), float(row["distance"]))
            for path in files
            if (row := rows.get(path.stem.lower())) is not None
        ]
    if name == "sartori":
        best: dict[str, tuple[int, float]] = {}
        with (DATA / "sartori_buriol" / "bks.dat").open(encoding="utf-8") as file:
            for row in csv.DictReader(file, delimiter=";"):
                best[row["instance"]] = (int(row["vehicles"]), float(row["cost"]))
        files = sorted((DATA / "sartori_buriol").glob("*-n100-*.txt"))
        return [Known("sartori", path, *best[path.stem]) for path in files if path.stem in best]
    raise ValueError(f"{name!r} is none of cordeau, lilim100, lilim200, sartori")
