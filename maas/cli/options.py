"""What several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from maas.settings import Settings

if TYPE_CHECKING:
    from maas.area.open import Area

__all__ = ["PATH", "RIDERS", "opened_area", "party_of", "shown"]

PATH = click.Path(path_type=Path)
RIDERS = "Who rides, by category: adult:1,senior:1,child:2 or a feed's own category."


def shown(step: str) -> None:
    """Progress of long work, on stderr so that stdout stays the answer."""
    click.echo(f"  {step}", err=True)


def party_of(riders: str) -> dict[str, object]:
    """CATEGORY:COUNT, with commas between, as a question's `party`. Raises BadRequest."""
    from maas.errors import BadRequest

    counts: dict[str, int] = {}
    for text in filter(None, riders.split(",")):
        category, colon, count = text.strip().rpartition(":")
        category = category.strip() if colon else text.strip()
        if not category or (colon and not count.strip().isdecimal()):
            raise BadRequest(f"--riders {text!r}: write who and how many, such as adult:1,senior:1")
        counts[category] = counts.get(category, 0) + (int(count) if colon else 1)
    if not counts:
        return {}
    if sum(counts.values()) > 20:
        raise BadRequest(f"--riders {riders!r}: 20 travel together at most")
    children = counts.pop("child", 0)
    adults = sum(counts.values())
    counts.pop("adult", 0)
    return {"adults": adults, "children": children, "categories": counts}


def opened_area(folder: Path | None, told: Callable[[str], None] = shown) -> Area:
    """The area in `folder`, or that of MAAS_AREA, or the bundled sample, built on first use."""
    from maas.area.open import open_area

    settings = Settings.from_environment()
    if folder is None and settings.area is None:
        from maas.area.sample import ensure_sample

        folder = ensure_sample(settings.cache, told)
    return open_area(folder or settings.area or Path())
