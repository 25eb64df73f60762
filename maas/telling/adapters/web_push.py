"""Messages to browsers: RFC 8030 over HTTP, sealed by RFC 8291, signed by RFC 8292 (VAPID)."""

from __future__ import annotations

import base64
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import http_ece
import httpx
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)
from joserfc import jwt
from joserfc.jwk import ECKey

from maas.telling.model import Device, Pushed

__all__ = ["PUSH_SERVICES", "WebPush", "is_push_service", "new_key"]

PUSH_SERVICES = (
    "fcm.googleapis.com",
    "push.services.mozilla.com",
    "push.apple.com",
    "notify.windows.com",
)
"""Hosts (with what is below them) to which the browsers of this world send their subscribers."""

_log = logging.getLogger(__name__)
_TIMEOUT_S = 10.0
_SIGNED_FOR = timedelta(hours=12)
_GONE = (404, 410)
_POINT_BYTES, _AUTH_BYTES = 65, 16


def new_key() -> bytes:
    """A private key of ours, as PKCS 8."""
    made = generate_private_key(SECP256R1())
    return made.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def is_push_service(endpoint: str, hosts: Sequence[str]) -> bool:
    """Whether we would post to that address: to a known service over TLS, or to this machine where named.

    Browsers tell us where to post, so nobody may make us post anywhere else.
    """
    try:
        parts = urlsplit(endpoint)
        host = parts.hostname or ""
        parts.port  # noqa: B018 - raises for one that is no number
    except ValueError:
        return False
    if parts.username or parts.password:
        return False
    if host == "127.0.0.1":
        return parts.scheme in ("http", "https") and host in hosts
    return parts.scheme == "https" and any(host == one or host.endswith(f".{one}") for one in hosts)


class WebPush:
    """Implements `maas.telling.ports.Pusher`. `subject` is where push services may reach who runs this."""

    def __init__(self, key: bytes, subject: str, http: httpx.Client | None = None) -> None:
        loaded = load_der_private_key(key, None)
        assert isinstance(loaded, EllipticCurvePrivateKey), "new_key makes no others"
        self._key = ECKey.import_key(loaded.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        point = loaded.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self._public = _b64(point)
        self._subject = subject
        self._http = http or httpx.Client(timeout=_TIMEOUT_S, follow_redirects=False)

    @property
    def public_key(self) -> str:
        """See the port."""
        return self._public

    def push(self, device: Device, content: bytes, *, ttl_s: int, topic: str, now: datetime) -> Pushed:
        """See the port."""
        try:
            answer = self._http.post(
                device.endpoint, content=sealed(device, content),
                headers={
                    "Content-Encoding": "aes128gcm", "Content-Type": "application/octet-stream",
                    "TTL": str(ttl_s), "Urgency": "high", "Topic": topic,
                    "Authorization": self._vapid(device.endpoint, now),
                },
            )  # fmt: skip
        except httpx.InvalidURL:
            return Pushed.GONE  # nobody will ever take it there
        except httpx.HTTPError as error:
            _log.info("push: %s", type(error).__name__)  # never the endpoint: it is the device's secret
            return Pushed.LATER
        if answer.status_code in _GONE:
            return Pushed.GONE
        if answer.is_success:
            return Pushed.TAKEN
        _log.info("push: the service answered %s", answer.status_code)
        return Pushed.LATER

    def _vapid(self, endpoint: str, now: datetime) -> str:
        parts = urlsplit(endpoint)
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}", "exp": int((now + _SIGNED_FOR).timestamp()),
            "sub": self._subject,
        }  # fmt: skip
        token = jwt.encode({"alg": "ES256", "typ": "JWT"}, claims, self._key)
        return f"vapid t={token}, k={self._public}"


def sealed(device: Device, content: bytes) -> bytes:
    """What only that device can open (RFC 8291): a fresh key pair for each message."""
    point, auth = _bytes(device.p256dh), _bytes(device.auth)
    ours = generate_private_key(SECP256R1())
    return bytes(http_ece.encrypt(content, private_key=ours, dh=point, auth_secret=auth, version="aes128gcm"))


def _b64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
