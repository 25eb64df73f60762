"""Prepared days as files beside a network, memory-mapped: processes share their pages."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np

from routing.timetable.prepare import Kept

__all__ = ["PreparedFiles"]

_SIDES = ("forward", "backward")


class PreparedFiles:
    """Implements `routing.timetable.prepare.PreparedStore` in a folder, one folder a key."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, key: str) -> tuple[Kept, Kept] | None:
        """Both directions, None if they were never saved or are damaged."""
        folder = self._folder / key
        try:
            ahead, back = (
                Kept(
                    *(
                        np.asarray(np.load(folder / f"{side}.{part}.npy", mmap_mode="r"))
                        for part in Kept._fields
                    )
                )
                for side in _SIDES
            )
        except (OSError, ValueError, EOFError):
            return None
        return ahead, back

    def save(self, key: str, kept: tuple[Kept, Kept]) -> None:
        """Keep both directions; whole or not at all."""
        fresh = self._folder / f".{key}.{os.getpid()}"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        for side, parts in zip(_SIDES, kept, strict=True):
            for name, array in parts._asdict().items():
                np.save(fresh / f"{side}.{name}.npy", array, allow_pickle=False)
        try:
            fresh.rename(self._folder / key)
        except OSError:  # another process was quicker
            shutil.rmtree(fresh, ignore_errors=True)
