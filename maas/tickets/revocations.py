"""The list of tickets that are no longer good: signed, dated, eight bytes for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from maas.tickets import cose
from maas.tickets.errors import BadTicket
from maas.tickets.keys import SigningKey
from maas.tickets.model import ID_BYTES, OWN_CLAIM

__all__ = ["RevocationList", "read_list", "signed_list"]

_IAT = 6


@dataclass(frozen=True, slots=True)
class RevocationList:
    """Which tickets, as of when. A ticket that expired by itself is not in it."""

    made_at: datetime
    ids: frozenset[bytes]


def signed_list(signing: SigningKey, ids: Iterable[bytes], *, now: datetime) -> bytes:
    """The list as readers fetch it."""
    payload = cbor2.dumps({_IAT: int(now.timestamp()), OWN_CLAIM: b"".join(sorted(ids))}, canonical=True)
    return cose.sign(signing.private, signing.kid, payload)


def read_list(message: bytes, keys: Mapping[bytes, Ed25519PublicKey]) -> RevocationList:
    """The list in a signed message. Raises BadTicket where it is forged or something else."""
    try:
        found: Any = cbor2.loads(cose.verified(message, keys))
        joined, made = found[OWN_CLAIM], datetime.fromtimestamp(found[_IAT], UTC)
        if not isinstance(joined, bytes) or len(joined) % ID_BYTES:
            raise ValueError("its length is wrong")
    except (KeyError, ValueError, TypeError, OverflowError, cbor2.CBORDecodeError):
        raise BadTicket("it is signed by us, but it is no list of revoked tickets") from None
    ids = frozenset(joined[at : at + ID_BYTES] for at in range(0, len(joined), ID_BYTES))
    return RevocationList(made, ids)
