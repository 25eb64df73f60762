"""What several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from maas.settings import Settings

if TYPE_CHECKING:
    from maas.area.open import Area

__all__ = ["PATH", "opened_area", "shown"]

PATH = click.Path(path_type=Path)


def shown(step: str) -> None:
    """Progress of long work, on stderr so that stdout stays the answer."""
    click.echo(f"  {step}", err=True)


def opened_area(folder: Path | None, told: Callable[[str], None] = shown) -> Area:
    """The area in `folder`, or that of MAAS_AREA, or the bundled sample, built on first use."""
    from maas.area.open import open_area

    settings = Settings.from_environment()
    if folder is None and settings.area is None:
        from maas.area.sample import ensure_sample

        folder = ensure_sample(settings.cache, told)
    return open_area(folder or settings.area or Path())
