"""Numba kernels over flat arrays: no strings, dates, logging or I/O; the caller owns all state."""
