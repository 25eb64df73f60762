"""Reads Cordeau (DARP), Li & Lim (PDPTW) and Sartori & Buriol (PDPTW on streets) instances as text.

Cordeau 2006, Ropke et al. 2007: `K n T Q L`, then `id x y service load earliest latest` for 0 .. 2n (+1).
Li & Lim 2001: `K Q speed`, then `id x y demand ready due service pickup delivery`.
Sartori & Buriol 2020: a header, `NODES` in the columns of Li & Lim, `EDGES`, a matrix in whole minutes.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt


class InstanceError(ValueError):
    """A file that is not what its format says: names the file, the line and the field."""


@dataclass(frozen=True)
class Instance:
    """One instance, nodes numbered as in its file; node 0 is the depot.

    `pairs` are (pickup, delivery). `ride_limit` and `duration_limit` are infinite where the format has none.
    `vehicles_first`: whether fewer vehicles beat every shorter plan.
    """

    name: str
    vehicles: int
    capacity: int
    duration_limit: float
    ride_limit: float
    demand: tuple[int, ...]
    ready: tuple[float, ...]
    due: tuple[float, ...]
    service: tuple[float, ...]
    pairs: tuple[tuple[int, int], ...]
    travel: npt.NDArray[np.float64]
    depot_due: float
    vehicles_first: bool


class _Lines:
    """Lines of a file as fields, with errors that say where."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            text = path.read_text(encoding="utf-8", errors="strict")
        except (OSError, UnicodeDecodeError) as error:
            raise InstanceError(f"{path}: cannot be read as text: {error}") from error
        self.rows = [(n, line.split()) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
        if not self.rows:
            raise InstanceError(f"{path}: is empty")

    def numbers(self, index: int, least: int, what: str) -> list[float]:
        """The numbers of a row, at least `least` of them."""
        if index >= len(self.rows):
            raise InstanceError(f"{self.path}: ends before {what}")
        line, fields = self.rows[index]
        if len(fields) < least:
            raise InstanceError(f"{self.path}:{line}: {what} needs {least} fields, has {len(fields)}")
        values = []
        for field in fields:
            try:
                values.append(float(field))
            except ValueError:
                raise InstanceError(f"{self.path}:{line}: {what}: {field!r} is not a number") from None
        return values


def _euclid(x: list[float], y: list[float]) -> npt.NDArray[np.float64]:
    return np.array(
        [[math.hypot(a - c, b - d) for c, d in zip(x, y, strict=True)] for a, b in zip(x, y, strict=True)]
    )


def read_cordeau(path: Path) -> Instance:
    """A dial-a-ride instance a2-16 … b8-96; a closing copy of the depot (node 2n + 1) is left out."""
    lines = _Lines(path)
    fleet, requests, duration, capacity, ride = lines.numbers(0, 5, "the header K n T Q L")[:5]
    n = int(requests)
    rows = [lines.numbers(1 + i, 7, f"node {i}") for i in range(2 * n + 1)]
    for i, row in enumerate(rows):
        if int(row[0]) != i:
            raise InstanceError(f"{path}:{lines.rows[1 + i][0]}: node {row[0]:g} where {i} is due")
    return Instance(
        name=path.stem,
        vehicles=int(fleet),
        capacity=int(capacity),
        duration_limit=duration,
        ride_limit=ride,
        demand=tuple(int(r[4]) for r in rows),
        ready=tuple(r[5] for r in rows),
        due=tuple(r[6] for r in rows),
        service=tuple(r[3] for r in rows),
        pairs=tuple((i, i + n) for i in range(1, n + 1)),
        travel=_euclid([r[1] for r in rows], [r[2] for r in rows]),
        depot_due=rows[0][6],
        vehicles_first=False,
    )


def _pairs(path: Path, rows: list[list[float]], first_line: list[int]) -> tuple[tuple[int, int], ...]:
    pairs = []
    for i, row in enumerate(rows):
        delivery = int(row[8])
        if i == 0 or delivery <= 0:
            continue
        if delivery >= len(rows) or int(rows[delivery][7]) != i:
            raise InstanceError(
                f"{path}:{first_line[i]}: delivery {delivery} of node {i} does not name it back"
            )
        pairs.append((i, delivery))
    if 2 * len(pairs) != len(rows) - 1:
        raise InstanceError(
            f"{path}: {len(pairs)} pairs for {len(rows) - 1} stops; every stop needs a partner"
        )
    return tuple(pairs)


def read_lilim(path: Path) -> Instance:
    """A Li & Lim instance of any size."""
    lines = _Lines(path)
    fleet, capacity = lines.numbers(0, 2, "the header K Q speed")[:2]
    rows = [lines.numbers(i, 9, f"node {i - 1}") for i in range(1, len(lines.rows))]
    numbers = [n for n, _ in lines.rows[1:]]
    for i, row in enumerate(rows):
        if int(row[0]) != i:
            raise InstanceError(f"{path}:{numbers[i]}: node {row[0]:g} where {i} is due")
    return Instance(
        name=path.stem,
        vehicles=int(fleet),
        capacity=int(capacity),
        duration_limit=math.inf,
        ride_limit=math.inf,
        demand=tuple(int(r[3]) for r in rows),
        ready=tuple(r[4] for r in rows),
        due=tuple(r[5] for r in rows),
        service=tuple(r[6] for r in rows),
        pairs=_pairs(path, rows, numbers),
        travel=_euclid([r[1] for r in rows], [r[2] for r in rows]),
        depot_due=rows[0][5],
        vehicles_first=True,
    )


def read_sartori(path: Path) -> Instance:
    """A Sartori & Buriol instance; as many vehicles as pairs."""
    lines = _Lines(path)
    header = {fields[0].rstrip(":"): fields[1:] for _, fields in lines.rows[:10]}
    try:
        size, capacity = int(header["SIZE"][0]), int(header["CAPACITY"][0])
    except (KeyError, IndexError, ValueError):
        raise InstanceError(f"{path}: the header needs SIZE: and CAPACITY: with a number each") from None
    marks = {fields[0]: k for k, (_, fields) in enumerate(lines.rows) if fields[0] in ("NODES", "EDGES")}
    if set(marks) != {"NODES", "EDGES"}:
        raise InstanceError(f"{path}: needs a line NODES and a line EDGES")
    rows = [lines.numbers(marks["NODES"] + 1 + i, 9, f"node {i}") for i in range(size)]
    matrix = [lines.numbers(marks["EDGES"] + 1 + i, size, f"row {i} of EDGES") for i in range(size)]
    numbers = [lines.rows[marks["NODES"] + 1 + i][0] for i in range(size)]
    return Instance(
        name=path.stem,
        vehicles=(size - 1) // 2,
        capacity=capacity,
        duration_limit=math.inf,
        ride_limit=math.inf,
        demand=tuple(int(r[3]) for r in rows),
        ready=tuple(r[4] for r in rows),
        due=tuple(r[5] for r in rows),
        service=tuple(r[6] for r in rows),
        pairs=_pairs(path, rows, numbers),
        travel=np.array(matrix),
        depot_due=rows[0][5],
        vehicles_first=True,
    )


FORMATS: dict[str, Callable[[Path], Instance]] = {
    "cordeau": read_cordeau,
    "lilim": read_lilim,
    "sartori": read_sartori,
}


def read(form: str, path: Path) -> Instance:
    """The instance in `path`; `form` is a key of FORMATS."""
    return FORMATS[form](path)
