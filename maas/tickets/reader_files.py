"""A reader's folder: key set, list of revoked tickets, what was used here, and how far that was told.

```
keys.json        the key set as published
revoked.cose     the signed list
uses.jsonl       one line for each use, written through to the disk before the door opens
told             how many of those lines the server has taken
```
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from maas.tickets import keys
from maas.tickets.errors import BadReader
from maas.tickets.reader import Reader
from maas.tickets.revocations import read_list

__all__ = ["FileLog", "open_reader", "store"]

_KEYS, _REVOKED, _USES, _TOLD = "keys.json", "revoked.cose", "uses.jsonl", "told"


@dataclass(frozen=True, slots=True)
class FileLog:
    """Implements `reader.UseLog` in a folder. One process at a time."""

    folder: Path

    def uses(self, ticket_id: str) -> list[datetime]:
        """When this ticket was accepted here."""
        return [datetime.fromisoformat(use["at"]) for use in self._lines() if use["ticket"] == ticket_id]

    def add(self, ticket_id: str, at: datetime, place: str) -> None:
        """Append a line and wait for the disk."""
        line = json.dumps({"ticket": ticket_id, "at": at.isoformat(), "place": place}, ensure_ascii=False)
        path = self.folder / _USES
        whole = not path.is_file() or path.read_bytes()[-1:] in (b"", b"\n")
        with path.open("a", encoding="utf-8") as out:
            out.write(line + "\n" if whole else f"\n{line}\n")  # after a power cut the last line may be half
            out.flush()
            os.fsync(out.fileno())

    def untold(self) -> list[dict[str, Any]]:
        """Uses that the server has not taken yet."""
        return self._lines()[self._told() :]

    def told(self, count: int) -> None:
        """The server took so many more."""
        _write(self.folder / _TOLD, str(self._told() + count).encode())

    def _told(self) -> int:
        path = self.folder / _TOLD
        return int(path.read_text()) if path.is_file() else 0

    def _lines(self) -> list[dict[str, Any]]:
        path = self.folder / _USES
        if not path.is_file():
            return []
        found = []
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                found.append(json.loads(line))
            except ValueError:
                continue  # the power went in the middle of this line, before the door opened
        return found


def store(folder: Path, key_set: bytes, revoked: bytes) -> Reader:
    """Keep what was fetched, after looking whether it can be used. Raises BadReader, BadTicket."""
    try:
        read_list(revoked, keys.public_keys(json.loads(key_set)))
    except ValueError:
        raise BadReader("the key set is not JSON; is that the server's address?") from None
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / _KEYS, key_set)
    _write(folder / _REVOKED, revoked)
    return open_reader(folder, "*")


def open_reader(folder: Path, place: str) -> Reader:
    """The reader of a folder, standing at `place`. Raises BadReader."""
    how = f"run: maas tickets fetch --at {folder} --url https://SERVER"
    try:
        found = keys.public_keys(json.loads((folder / _KEYS).read_bytes()))
    except FileNotFoundError:
        raise BadReader(f"{folder} has no key set; {how}") from None
    except ValueError as error:
        raise BadReader(f"{folder / _KEYS}: {error}; {how}") from None
    path = folder / _REVOKED
    revoked = read_list(path.read_bytes(), found) if path.is_file() else None
    return Reader(place, found, revoked, FileLog(folder))


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all."""
    fresh = path.with_suffix(path.suffix + ".new")
    with fresh.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(path)
