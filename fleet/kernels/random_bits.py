"""A small generator of random numbers that gives the same run with and without the compiler.

Xorshift of 32 bits (Marsaglia 2003), held in an int64 so that nothing overflows.
"""

from __future__ import annotations

from numba import njit

from fleet.kernels.improve_layout import I64

MASK = 0xFFFFFFFF


@njit(cache=True, nogil=True)
def next_bits(rng: I64) -> int:
    """The next 32 bits, 1 to 2**32 - 1; `rng[0]` must not be 0."""
    x = rng[0]
    x ^= (x << 13) & MASK
    x ^= x >> 17
    x ^= (x << 5) & MASK
    rng[0] = x
    return int(x)


@njit(cache=True, nogil=True)
def below(rng: I64, bound: int) -> int:
    """A number from 0 to bound - 1; bound below 2**31."""
    return (next_bits(rng) * bound) >> 32


@njit(cache=True, nogil=True)
def fraction(rng: I64) -> float:
    """A number above 0 and below 1."""
    return next_bits(rng) / 4294967296.0
