"""COSE_Sign1 with Ed25519 (RFC 9052, RFC 9053 section 2.2): a payload, the id of its key, and a signature."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from maas.tickets.errors import BadTicket

__all__ = ["payload", "sign", "verified"]

_TAG = 18
_ALGORITHM, _KID, _EDDSA = 1, 4, -8


def sign(key: Ed25519PrivateKey, kid: bytes, content: bytes) -> bytes:
    """The signed message, tagged."""
    protected = cbor2.dumps({_ALGORITHM: _EDDSA, _KID: kid}, canonical=True)
    signature = key.sign(_to_be_signed(protected, content))
    return cbor2.dumps(cbor2.CBORTag(_TAG, [protected, {}, content, signature]), canonical=True)


def verified(message: bytes, keys: Mapping[bytes, Ed25519PublicKey]) -> bytes:
    """The payload of a message that one of the keys signed. Raises BadTicket."""
    protected, content, signature = _parts(message)
    header = _loaded(protected)
    if not isinstance(header, dict) or header.get(_ALGORITHM) != _EDDSA:
        raise BadTicket("it is not signed with Ed25519")
    kid = header.get(_KID)
    key = keys.get(kid) if isinstance(kid, bytes) else None
    if key is None:
        raise BadTicket(
            f"its key {kid.hex() if isinstance(kid, bytes) else kid!r} is not in the key set; fetch it anew",
            code="unknown_key",
        )
    try:
        key.verify(signature, _to_be_signed(protected, content))
    except InvalidSignature:
        raise BadTicket("its signature is wrong: it is forged or damaged", code="forged") from None
    return content


def payload(message: bytes) -> bytes:
    """The payload, unchecked: for messages of our own that never left. Raises BadTicket."""
    return _parts(message)[1]


def _to_be_signed(protected: bytes, content: bytes) -> bytes:
    return cbor2.dumps(["Signature1", protected, b"", content], canonical=True)


def _parts(message: bytes) -> tuple[bytes, bytes, bytes]:
    found = _loaded(message)
    if isinstance(found, cbor2.CBORTag) and found.tag == _TAG:
        found = found.value
    whole = isinstance(found, list | tuple) and len(found) == 4
    if whole and all(isinstance(found[place], bytes) for place in (0, 2, 3)):
        return found[0], found[2], found[3]
    raise BadTicket("it is not a signed message (COSE_Sign1)")


def _loaded(data: bytes) -> Any:
    try:
        return cbor2.loads(data)
    except Exception:  # whatever a stranger's bytes do to the parser, they are no ticket
        raise BadTicket("it is not CBOR") from None
