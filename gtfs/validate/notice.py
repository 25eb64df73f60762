"""What a rule reports: kinds of notice with words in two languages, exact totals, a few samples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from gtfs.errors import Severity

__all__ = ["SAMPLES_MAX", "Kind", "Notice", "Report", "Rows", "Sample", "Words", "words"]

SAMPLES_MAX = 50
"""Samples kept of one kind; the total counts the others too."""
_VALUE_CHARACTERS_MAX = 200
_RANK = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


@dataclass(frozen=True, slots=True)
class Words:
    """A kind of notice in one language.

    `what` is said of each sample; `{file}`, `{field}`, `{value}` and the rule's own details are filled in.
    `why` tells what it costs a rider, `mend` what to do about it.
    """

    what: str
    why: str
    mend: str


def words(what: str, why: str, mend: str) -> Words:
    """Short for `Words`, for the tables of the rules."""
    return Words(what, why, mend)


@dataclass(frozen=True, slots=True)
class Kind:
    """One notice code; codes of the canonical validator keep its name and severity."""

    code: str
    severity: Severity
    en: Words
    ja: Words

    def words(self, language: str) -> Words:
        """The words in `ja` or, for anything else, in English."""
        return self.ja if language == "ja" else self.en


@dataclass(frozen=True, slots=True)
class Sample:
    """One place where it is so. `line` counts from 1 with the header as line 1; 0 means the whole file."""

    file: str
    line: int = 0
    field: str = ""
    value: str = ""
    details: tuple[tuple[str, str], ...] = ()

    def message(self, kind: Kind, language: str = "en") -> str:
        """The sentence of the kind, filled in."""
        known = {"file": self.file, "field": self.field, "value": self.value, **dict(self.details)}
        return kind.words(language).what.format_map(known)


@dataclass(slots=True)
class Notice:
    """All findings of one kind: how many, and the first few."""

    kind: Kind
    total: int = 0
    samples: list[Sample] = field(default_factory=list)


class Rows(Protocol):
    """A table whose rows can be shown: what `Report.rows` needs of one."""

    @property
    def file(self) -> str:
        """Name of the file."""

    def line(self, row: int) -> int:
        """Line where a row begins."""

    def shown(self, row: int, field: str) -> str:
        """Value of a field as it stands, empty if there is no such column."""


class Report:
    """Findings by kind, in the order of their severity and code."""

    def __init__(self, source: str = "", profile: str = "gtfs") -> None:
        self.source = source
        self.profile = profile
        self._notices: dict[str, Notice] = {}

    def notices(self) -> list[Notice]:
        """All notices, errors first."""
        return sorted(self._notices.values(), key=lambda n: (_RANK[n.kind.severity], n.kind.code))

    def notice(self, code: str) -> Notice | None:
        """The notice of a code, None if nothing was found."""
        return self._notices.get(code)

    def codes(self) -> set[str]:
        """Codes found."""
        return set(self._notices)

    def total(self, severity: Severity) -> int:
        """How many findings are of a severity."""
        return sum(n.total for n in self._notices.values() if n.kind.severity is severity)

    @property
    def errors(self) -> int:
        """How many findings are errors."""
        return self.total(Severity.ERROR)

    def add(
        self,
        kind: Kind,
        file: str,
        line: int = 0,
        field: str = "",
        value: object = "",
        *,
        count: int = 1,
        **details: object,
    ) -> None:
        """One finding (or `count` of them that are shown as one)."""
        notice = self._of(kind)
        notice.total += count
        if len(notice.samples) < SAMPLES_MAX:
            said = tuple((k, _short(v)) for k, v in details.items())
            notice.samples.append(Sample(file, line, field, _short(value), said))

    def rows(
        self,
        kind: Kind,
        table: Rows,
        rows: Sequence[int] | NDArray[np.signedinteger[Any]],
        field: str = "",
        details: Callable[[int], dict[str, object]] | None = None,
        **same: object,
    ) -> None:
        """One finding per row. `details(row)` is asked only for the samples."""
        if not len(rows):
            return
        notice = self._of(kind)
        notice.total += len(rows)
        for row in rows[: max(0, SAMPLES_MAX - len(notice.samples))]:
            own = {} if details is None else details(int(row))
            said = tuple((k, _short(v)) for k, v in (same | own).items())
            value = _short(table.shown(int(row), field))
            notice.samples.append(Sample(table.file, table.line(int(row)), field, value, said))

    def more(self, kind: Kind, count: int) -> None:
        """Findings beyond the samples given already."""
        if count > 0:
            self._of(kind).total += count

    def _of(self, kind: Kind) -> Notice:
        return self._notices.setdefault(kind.code, Notice(kind))


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= _VALUE_CHARACTERS_MAX else text[:_VALUE_CHARACTERS_MAX] + "…"
