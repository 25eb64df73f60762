"""Secrets: made, hashed at rest, keyed and sealed with keys derived from the one server key."""

from __future__ import annotations

import base64
import hashlib
import hmac

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from maas.identity.ports import Randomness

__all__ = [
    "CLAIM_LETTERS",
    "USER_CODE_LETTERS",
    "Seals",
    "b64",
    "new_id",
    "new_token",
    "short_code",
    "token_hash",
    "typed_code",
]

USER_CODE_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""RFC 8628 section 6.1: no vowels, so that no word comes about; 20 letters."""

CLAIM_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Read aloud on the telephone: no I, L, O, U; 32 letters."""


def b64(value: bytes) -> str:
    """URL-safe base64 without padding."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode("ascii")


def new_token(random: Randomness, size: int = 32) -> str:
    """An unguessable token of `size` bytes, URL-safe."""
    return b64(random(size))


def new_id(random: Randomness, prefix: str) -> str:
    """An identifier that says what it is of: `acc_…`; 128 bits, so that none is met twice or guessed."""
    return f"{prefix}_{random(16).hex()}"


def token_hash(token: str) -> str:
    """What is kept of a token. Tokens are long and random, so a plain SHA-256 cannot be searched."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def short_code(random: Randomness, letters: str, groups: int, size: int = 4) -> str:
    """A code to read and type, `groups` of `size` letters joined by `-`; every letter equally likely."""
    fair = 256 - 256 % len(letters)  # a byte beyond would favour the first letters
    found: list[str] = []
    while len(found) < groups * size:
        found += [letters[byte % len(letters)] for byte in random(groups * size) if byte < fair]
    return "-".join("".join(found[i * size : (i + 1) * size]) for i in range(groups))


def typed_code(text: str) -> str:
    """A code as somebody typed it, without dashes, spaces and case."""
    return "".join(letter for letter in text.upper() if letter.isalnum())


class Seals:
    """Keys derived from the server key, one for each label, so that none serves two ends."""

    def __init__(self, server_key: bytes, random: Randomness) -> None:
        self._root = server_key
        self._random = random

    def _key(self, label: str) -> bytes:
        return hmac.new(self._root, f"maas.identity:{label}".encode(), hashlib.sha256).digest()

    def keyed(self, label: str, *parts: str) -> str:
        """HMAC-SHA256 of the parts in hex; lengths are written in, so that no two lists collide."""
        text = "".join(f"{len(part)}:{part}" for part in parts).encode("utf-8", "surrogatepass")
        return hmac.new(self._key(label), text, hashlib.sha256).hexdigest()

    def seal(self, label: str, plain: bytes) -> bytes:
        """AES-256-GCM under the label's key; the nonce goes first."""
        nonce = self._random(12)
        return nonce + AESGCM(self._key(label)).encrypt(nonce, plain, label.encode())

    def open(self, label: str, sealed: bytes) -> bytes:
        """What `seal` sealed. Raises cryptography's InvalidTag where the key or the bytes are others."""
        return AESGCM(self._key(label)).decrypt(sealed[:12], sealed[12:], label.encode())
