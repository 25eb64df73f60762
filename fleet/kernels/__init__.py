"""Hot loops of the fleet: numba over flat arrays, no strings, dates, logging or I/O."""
