"""The bundled sample area, so that one command on a fresh machine starts everything."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from maas.area.build import Progress, Recipe, build_area, is_fresh
from maas.errors import AreaError


def ensure_sample(cache: Path, progress: Progress) -> Path:
    """Build the sample into `cache` unless it is there already; returns the built folder."""
    bundled = Path(str(files("maas") / "areas" / "makuhari"))  # in a wheel
    beside = Path(__file__).resolve().parents[2] / "areas" / "makuhari"  # in a checkout
    source = next((p for p in (bundled, beside) if (p / "area.toml").is_file()), None)
    if source is None:
        raise AreaError("The sample area is missing from this installation. Give --area FOLDER")
    out = cache / "makuhari"
    recipe = Recipe(source)
    if not is_fresh(out, recipe):
        cache.mkdir(parents=True, exist_ok=True)
        build_area(out, recipe, progress)
    return out
