"""Which files and columns the reference asks for."""

from __future__ import annotations

from collections.abc import Iterator

from gtfs.validate.context import Context
from gtfs.validate.spec import specification
from gtfs.validate.table import Table

ELEVATOR = 5


def required_files(context: Context) -> list[str]:
    """Stems of the files that must be there, with the conditions on stops, feed_info and levels."""
    required = [name for name, spec in specification().items() if spec.presence == "required"]
    if not context.zones.exists:
        required.append("stops")
    if context.table("translations").height:
        required.append("feed_info")
    if (context.table("pathways").choice("pathway_mode") == ELEVATOR).any():
        required.append("levels")
    return required


def missing_columns(context: Context, *presences: str) -> Iterator[tuple[Table, str]]:
    """Columns of these presences that a file with a header lacks."""
    for name, spec in specification().items():
        table = context.table(name)
        for field in spec.fields.values() if table.names else ():
            if field.presence in presences and field.name not in table.names:
                yield table, field.name
