"""Reading the sources that people keep: CSV and TOML, with an error that names file, line and field."""

from __future__ import annotations

import csv
import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

__all__ = ["FeedSource", "LineSource", "PatternSource", "SourceError", "read_rows", "read_sources"]

_T = TypeVar("_T", bound=BaseModel)
_TIMES = re.compile(r"^(\d{1,2}):([0-5]\d)-(\d{1,2}):([0-5]\d)/(\d{1,3})$")


class SourceError(Exception):
    """A source that cannot be compiled; names file, line or key, value and the fix."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CalendarSource(_Strict):
    """Days of the week on which a timetable holds, and whether on national holidays."""

    id: str
    days: list[Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]]
    holidays: bool


class FareSource(_Strict):
    """A flat fare, or one that grows with the distance along the line; yen."""

    flat: int | None = None
    ic_flat: int | None = None
    bands_km: list[float] = []
    price: list[int] = []
    ic_price: list[int] = []


class FeedSource(_Strict):
    """`feed.toml`."""

    publisher: str
    url: str
    version: str
    start: date
    end: date
    calendar: list[CalendarSource]
    fares: dict[str, FareSource] = {}


class Back(_Strict):
    """How the same stops are called in the other direction."""

    headsign: str
    headsign_en: str = ""


class PatternSource(_Strict):
    """A stop sequence with its running times, and when it is run."""

    stops: Annotated[list[str], Field(min_length=2)]
    minutes: list[float]
    headsign: str
    headsign_en: str = ""
    back: Back | None = None
    times: dict[str, list[str]]


class LineSource(_Strict):
    """One line as the public knows it."""

    id: str
    agency: str
    name: str
    name_en: str = ""
    name_zh: str = ""
    name_ko: str = ""
    mode: Literal["rail", "bus", "subway", "tram", "ferry"]
    color: Annotated[str, Field(pattern=r"^[0-9A-F]{6}$")]
    fare: str
    platforms: bool = False  # each direction calls at a platform of its own within the station
    pattern: list[PatternSource]


class _Lines(_Strict):
    line: list[LineSource]


def read_sources(folder: Path) -> tuple[FeedSource, list[LineSource]]:
    """`feed.toml` and `lines.toml` of a timetable folder."""
    return _model(folder / "feed.toml", FeedSource), _model(folder / "lines.toml", _Lines).line


def _model(path: Path, kind: type[_T]) -> _T:
    try:
        return kind.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise SourceError(f"{path}: there is no such file. A timetable folder needs it") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourceError(f"{path}: {error}. Mend that line") from None
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        raise SourceError(f"{path}, {key}: {first['msg']} ({first['input']!r})") from None


def read_rows(path: Path, needed: tuple[str, ...]) -> list[dict[str, str]]:
    """Rows of a CSV, each with its line number under `__line`; the `needed` columns must have values."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [c for c in needed if c not in (reader.fieldnames or ())]
            if missing:
                raise SourceError(
                    f"{path}, line 1: the column {missing[0]!r} is missing. Add it to the header"
                )
            rows = [{**{k: (v or "").strip() for k, v in r.items() if k}, "__line": str(n)}
                    for n, r in enumerate(reader, start=2)]  # fmt: skip
    except FileNotFoundError:
        raise SourceError(f"{path}: there is no such file. A timetable folder needs it") from None
    except UnicodeDecodeError as error:
        raise SourceError(f"{path}: the text is not UTF-8 ({error.reason}). Save it as UTF-8") from None
    for row in rows:
        for column in needed:
            if not row[column]:
                raise SourceError(f"{path}, line {row['__line']}, {column}: the value is missing. Fill it in")
    return rows


def departures(path: Path, line: str, spans: list[str]) -> list[int]:
    """Seconds of every departure of spans such as `06:20-09:20/10`; an end belongs to the next span."""
    found: list[int] = []
    for span in spans:
        match = _TIMES.match(span)
        if match is None:
            raise SourceError(f"{path}, line {line}, times: {span!r} is no span. Write it as 06:20-09:20/10")
        h1, m1, h2, m2, every = map(int, match.groups())
        begin, end = h1 * 3600 + m1 * 60, h2 * 3600 + m2 * 60
        if end <= begin or every == 0:
            raise SourceError(f"{path}, line {line}, times: {span!r} is empty. The end comes after the start")
        found += range(begin, end, every * 60)
    return sorted(dict.fromkeys(found))
