"""From readable sources that people keep by hand to a feed."""

from gtfs.authoring.compile import compile_timetable
from gtfs.authoring.sources import SourceError

__all__ = ["SourceError", "compile_timetable"]
