"""What is wrong with a feed, in words that name the file, line, field, value and the way out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["FeedError", "Problem", "Severity"]


class Severity(StrEnum):
    """How much a problem matters: an error costs riders something that the feed meant to say."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. `line` counts from 1 with the header as line 1; 0 means the file as a whole.

    `code` is the notice code that the validator reports it under, if there is one; `rows` is how many rows it
    stands for where the rest of many is counted in the last finding.
    """

    file: str
    line: int
    field: str
    value: str
    message: str
    fix: str
    severity: Severity = Severity.ERROR
    code: str = ""
    rows: int = 1

    def __str__(self) -> str:
        where = self.file
        if self.line:
            where += f", line {self.line}"
        if self.field:
            where += f", {self.field}"
        value = f" ({self.value!r})" if self.value else ""
        return f"{where}: {self.message}{value}. {self.fix}"


class FeedError(Exception):
    """A feed that cannot be used at all; `str(error)` is fit to be shown to a clerk."""

    def __init__(self, source: str, problems: Iterable[Problem]) -> None:
        self.source = source
        self.problems = tuple(problems)
        shown = [str(p) for p in self.problems[:6]]
        more = len(self.problems) - len(shown)
        if more > 0:
            shown.append(f"… and {more} more")
        super().__init__(f"{source}: " + "\n  ".join(shown))
