"""Protocol Buffers on the wire: numbers and lengths (protobuf.dev, "Encoding")."""

from __future__ import annotations

from numba import njit

from gtfs.realtime.kernels.layout import U8

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
BAD = -1
_TEN_BYTES = 70
_TOP_BIT = -(2**63)


@njit(cache=True, nogil=True)
def varint(data: U8, at: int, end: int) -> tuple[int, int]:
    """A number at `at`, as 64 bits with sign, and where the next one begins; BAD there if it breaks off."""
    value = 0
    shift = 0
    while at < end and shift < _TEN_BYTES:
        byte = int(data[at])
        at += 1
        if shift < 63:
            value |= (byte & 0x7F) << shift
        elif byte & 1:
            value += _TOP_BIT  # added, not shifted in: the same without the compiler
        if byte < 0x80:
            return value, at
        shift += 7
    return 0, BAD


@njit(cache=True, nogil=True)
def body(data: U8, at: int, end: int) -> tuple[int, int]:
    """Start and end of what a length at `at` announces; BAD, BAD if it reaches beyond `end`."""
    length, at = varint(data, at, end)
    if at == BAD or length < 0 or length > end - at:
        return BAD, BAD
    return at, at + length


@njit(cache=True, nogil=True)
def skip(data: U8, at: int, end: int, wire: int) -> int:
    """Where the field after this value begins; BAD if it breaks off or is a group."""
    if wire == VARINT:
        return varint(data, at, end)[1]
    if wire == BYTES:
        return body(data, at, end)[1]
    if wire == FIXED64 and end - at >= 8:
        return at + 8
    if wire == FIXED32 and end - at >= 4:
        return at + 4
    return BAD


@njit(cache=True, nogil=True)
def field(data: U8, at: int, end: int) -> tuple[int, int, int, int]:
    """Tag of the field at `at`, its number (VARINT), where its body (BYTES) and where the next field begins.

    The body of BYTES ends where the next field begins. BAD there if it breaks off or is a group.
    """
    tag, at = varint(data, at, end)
    if at == BAD:
        return tag, 0, BAD, BAD
    wire = tag & 7
    if wire == VARINT:
        value, after = varint(data, at, end)
        return tag, value, BAD, after
    if wire == BYTES:
        start, stop = body(data, at, end)
        return tag, 0, start, stop
    return tag, 0, BAD, skip(data, at, end, wire)
