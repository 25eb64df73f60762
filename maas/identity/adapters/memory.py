"""Mail for a machine without a mail server: kept in this process, and told to its log."""

from __future__ import annotations

import logging
from collections import deque

from maas.identity.ports import Message

__all__ = ["MemoryMailer"]

_log = logging.getLogger(__name__)


class MemoryMailer:
    """Keeps the last messages; who started the server reads the links in its log. Never for real people."""

    def __init__(self, keep: int = 100) -> None:
        self.sent: deque[Message] = deque(maxlen=keep)

    def send(self, message: Message) -> None:
        """Keep and log."""
        self.sent.append(message)
        _log.warning("no mail server is set; mail to %s: %s\n%s", message.to, message.subject, message.text)
