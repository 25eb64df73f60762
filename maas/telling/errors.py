"""What can be wrong with a device that wants to be told."""

from __future__ import annotations

from maas.errors import BadRequest

__all__ = ["BadDevice"]


class BadDevice(BadRequest):
    """An address that we do not post to, or keys that nothing can be sealed for."""
