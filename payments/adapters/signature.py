"""Webhook signatures: `t=<seconds>,v1=<hex HMAC-SHA256 of "<t>.<body>">`.

The scheme that Stripe documents.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

from payments.errors import BadSignature

TOLERANCE_S = 300


def sign(body: bytes, secret: str, at: datetime) -> str:
    """The header that `verify` accepts."""
    seconds = int(at.timestamp())
    return f"t={seconds},v1={_mac(body, secret, seconds)}"


def verify(body: bytes, header: str, secret: str, *, now: datetime, tolerance_s: int = TOLERANCE_S) -> None:
    """Raise BadSignature unless one v1 signature fits and is at most `tolerance_s` old (or ahead)."""
    fields: dict[str, list[str]] = {}
    for item in header.split(","):
        name, _, value = item.strip().partition("=")
        fields.setdefault(name, []).append(value)
    stamp = fields.get("t", [""])[0]
    if not stamp.isascii() or not stamp.isdigit() or not fields.get("v1"):
        raise BadSignature(
            f"webhook signature {header[:60]!r} lacks t=<seconds> or v1=<hex>", code="malformed"
        )
    expected = _mac(body, secret, int(stamp))
    if not any(hmac.compare_digest(expected.encode(), given.encode()) for given in fields["v1"]):
        raise BadSignature(
            "webhook signature does not fit the body; check the endpoint's secret", code="forged"
        )
    age_s = int(now.timestamp()) - int(stamp)
    if abs(age_s) > tolerance_s:
        raise BadSignature(
            f"webhook was signed {age_s} s ago, {tolerance_s} s are allowed; check the clock", code="stale"
        )


def _mac(body: bytes, secret: str, seconds: int) -> str:
    return hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
