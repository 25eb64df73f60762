"""Distances on the globe between many points at once."""

from __future__ import annotations

import numpy as np

from gtfs.model.schedule import F64, I32, I64

__all__ = ["EARTH_M", "chords_m", "distance_m", "unit_vectors"]

EARTH_M = 6_371_010.0


def unit_vectors(lat: F64, lon: F64) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Points of degrees on the unit sphere, shape (points, 3); NaN stays NaN."""
    phi, lam = np.radians(lat), np.radians(lon)
    return np.stack((np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)), axis=1)


def chords_m(vectors: np.ndarray[tuple[int, int], np.dtype[np.float64]], a: I32 | I64, b: I32 | I64) -> F64:
    """Metres from points `a` to points `b`, both positions in `vectors`, straight through the globe.

    That is 1 mm in 10 km and 1 m in 100 km less than along its surface, and half the work for so many pairs.
    """
    total = np.zeros(len(a))
    for axis in np.ascontiguousarray(vectors.T):
        gap = axis[a]
        gap -= axis[b]
        gap *= gap
        total += gap
    out: F64 = np.sqrt(total, out=total)
    out *= EARTH_M
    return out


def distance_m(lat_a: F64, lon_a: F64, lat_b: F64, lon_b: F64) -> F64:
    """Great-circle metres, pair by pair; NaN where a point is unknown."""
    gap = unit_vectors(lat_a, lon_a) - unit_vectors(lat_b, lon_b)
    chord = np.sqrt(np.einsum("ij,ij->i", gap, gap))
    out: F64 = 2 * EARTH_M * np.arcsin(np.minimum(chord / 2, 1.0))
    return out
