"""What the fleet refuses: one tree, so that a caller can catch as much or as little as it means to.

```
FleetError
├── Invalid        what was asked cannot be meant: names the field, its value and the fix; nothing changed
├── Unknown        no vehicle, device, ride, stop or zone has this id
├── Conflict       its state does not allow this: an expired hold, an ended ride, a version that moved on
└── NotOwner       another dispatcher holds the zone's lease; send the request there
```
"""

from __future__ import annotations

__all__ = ["Conflict", "FleetError", "Invalid", "NotOwner", "Unknown"]


class FleetError(Exception):
    """Any refusal of this package; the message says what, which value, and what to do."""


class Invalid(FleetError):
    """Bad input in `field`."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


class Unknown(FleetError):
    """Nothing has this id."""

    def __init__(self, kind: str, identity: str) -> None:
        super().__init__(f"{kind} {identity!r}: there is none. Check the id")
        self.kind, self.identity = kind, identity


class Conflict(FleetError):
    """The state of what is named does not allow this; `code` is stable for machines."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class NotOwner(FleetError):
    """The zone is not, or no longer, owned by this process."""
