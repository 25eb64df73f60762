"""The one secret that all others are derived from: given by a setting, or made on the first start.

A key that is made here lies in the database, so that a fresh machine needs no configuration; then the
database alone is enough to read what is sealed in it. Whoever runs this for others gives a key of their own,
kept elsewhere. Either way a fingerprint stays, and a wrong key is refused at the start and not at a sign-in.
"""

from __future__ import annotations

import hashlib
import hmac

from sqlalchemy import select

from maas.identity.errors import WrongServerKey
from maas.identity.ports import Randomness
from maas.identity.provider_tables import server_key as server_key_table
from maas.identity.sql import was_inserted
from storage.database import Database

__all__ = ["KEY_BYTES", "settled"]

KEY_BYTES = 32


def settled(db: Database, given: bytes | None, random: Randomness) -> bytes:
    """The key of this database. Raises WrongServerKey where the `given` one is not what it was made with."""
    fresh = given or random(KEY_BYTES)
    row = {"one": 1, "fingerprint": _fingerprint(fresh), "made_here": None if given else fresh}
    with db.write() as connection:
        was_inserted(connection, server_key_table, row)
        kept = connection.execute(select(server_key_table)).one()
    key = given or kept.made_here
    if key is None:
        raise WrongServerKey("this database was made with a server key of its own; give that key")
    if not hmac.compare_digest(_fingerprint(key), kept.fingerprint):
        raise WrongServerKey("the server key is not the one this database was made with; give that one back")
    return bytes(key)


def _fingerprint(key: bytes) -> str:
    return hmac.new(key, b"maas.identity:fingerprint", hashlib.sha256).hexdigest()
