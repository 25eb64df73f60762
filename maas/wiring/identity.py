"""The one ID as the environment configures it: server key, mail server, identity broker."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from maas.errors import BadRequest
from maas.identity.adapters.smtp import SmtpSettings
from maas.identity.compose import Identity, open_identity
from maas.identity.model import BrokerSettings, EntitlementKind, EntitlementRule
from maas.settings import Settings
from storage.database import Database

__all__ = ["LOCAL", "configured_identity", "read_broker", "read_key", "read_smtp"]

LOCAL = "http://localhost:8000"
KEY_BYTES_MIN = 32
_SECURITY = {"smtp": "starttls", "smtps": "tls", "smtp+plain": "none"}
_PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}


def configured_identity(database: Database, settings: Settings, *, personal: Sequence[Any] = ()) -> Identity:
    """Open the one ID of a server; `personal` are packages that keep something about people.

    Raises BadRequest for a setting that cannot be read, WrongServerKey.
    """
    return open_identity(
        database, issuer=settings.issuer or LOCAL,
        server_key=None if settings.server_key is None else read_key(settings.server_key),
        smtp=None if settings.smtp is None else read_smtp(settings.smtp),
        broker=None if settings.broker is None else read_broker(settings.broker),
        exporters=personal, erasers=personal, claimers=personal,
    )  # fmt: skip


def read_key(text: str) -> bytes:
    """At least 32 bytes in base64 (`openssl rand -base64 32`). Raises BadRequest; never shows the key."""
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadRequest("MAAS_SERVER_KEY is not base64; make one with: openssl rand -base64 32") from None
    if len(key) < KEY_BYTES_MIN:
        raise BadRequest(f"MAAS_SERVER_KEY has {len(key)} bytes, {KEY_BYTES_MIN} are needed")
    return key


def read_smtp(url: str) -> SmtpSettings:
    """`smtp://user:password@host:587?from=maas@city.example` (STARTTLS), `smtps://…`, `smtp+plain://…`."""
    parts = urlsplit(url)
    how = "MAAS_SMTP: write smtp://user:password@host:587?from=maas@city.example"
    try:
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        raise BadRequest(f"{how}; the port is no number") from None
    sender = parse_qs(parts.query).get("from", [""])[0]
    if parts.scheme not in _SECURITY or not parts.hostname or "@" not in sender:
        raise BadRequest(how)
    return SmtpSettings(
        parts.hostname, port, sender, _SECURITY[parts.scheme],
        unquote(parts.username) if parts.username else None,
        unquote(parts.password) if parts.password else None,
    )  # fmt: skip


def read_broker(path: Path) -> BrokerSettings:
    """A JSON file: issuer, client_id, private_jwk, and if need be scopes, rules, signing_algorithms."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        rules = tuple(
            EntitlementRule(
                each["attribute"], EntitlementKind(each["kind"]), each["test"], str(each.get("value", "")),
                int(each.get("days", 365)),
            )
            for each in found.get("rules", ())
        )  # fmt: skip
        more: dict[str, Any] = {
            name: tuple(found[name]) for name in ("scopes", "signing_algorithms") if name in found
        }
        return BrokerSettings(found["issuer"], found["client_id"], found["private_jwk"], rules=rules, **more)
    except OSError as error:
        raise BadRequest(f"MAAS_BROKER {path}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadRequest(f"MAAS_BROKER {path}: {error!r}; see docs/identity.md") from None
