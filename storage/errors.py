"""What can go wrong with a database that its caller should tell apart."""

from __future__ import annotations


class StorageError(Exception):
    """A database that cannot be opened or is used wrongly; the message says what to do."""


class TryAgain(StorageError):
    """Lost a race (deadlock, serialisation, busy file): repeat the whole transaction."""
