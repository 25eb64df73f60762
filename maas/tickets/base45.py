"""Base45 (RFC 9285): bytes in the 45 characters that a QR code stores best, two bytes in three characters."""

from __future__ import annotations

__all__ = ["decode", "encode"]

_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = {letter: value for value, letter in enumerate(_LETTERS)}


def encode(data: bytes) -> str:
    """The text of some bytes."""
    found: list[str] = []
    for at in range(0, len(data) - 1, 2):
        high, rest = divmod(data[at] * 256 + data[at + 1], 45 * 45)
        middle, low = divmod(rest, 45)
        found += [_LETTERS[low], _LETTERS[middle], _LETTERS[high]]
    if len(data) % 2:
        middle, low = divmod(data[-1], 45)
        found += [_LETTERS[low], _LETTERS[middle]]
    return "".join(found)


def decode(text: str) -> bytes:
    """The bytes of a text. Raises ValueError for what no bytes encode to."""
    found = bytearray()
    for at in range(0, len(text), 3):
        values = [_VALUES.get(letter, -1) for letter in text[at : at + 3]]
        if -1 in values or len(values) == 1:
            raise ValueError(f"{text[at : at + 3]!r} at {at} is not base45")
        number = sum(value * 45**place for place, value in enumerate(values))
        size = len(values) - 1
        if number >= 256**size:
            raise ValueError(f"{text[at : at + 3]!r} at {at} stands for no byte")
        found += number.to_bytes(size, "big")
    return bytes(found)
