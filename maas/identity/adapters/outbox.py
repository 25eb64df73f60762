"""Mail that goes nowhere: into a file of JSON lines, or onto a console, for development and tests."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

from maas.identity.errors import MailNotSent
from maas.identity.ports import Message

__all__ = ["ConsoleMailer", "OutboxMailer"]


class OutboxMailer:
    """Appends each message to a file, one JSON object a line."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def send(self, message: Message) -> None:
        """Append. Raises MailNotSent where the file cannot be written."""
        try:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(message), ensure_ascii=False) + "\n")
        except OSError as error:
            raise MailNotSent(f"{self._path}: {error.strerror}; choose a file that can be written") from error


class ConsoleMailer:
    """Writes each message to a stream, to be read by who started the server."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def send(self, message: Message) -> None:
        """Write and flush."""
        self._stream.write(f"--- mail to {message.to}: {message.subject}\n{message.text}---\n")
        self._stream.flush()
