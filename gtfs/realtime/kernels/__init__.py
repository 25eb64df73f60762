"""numba over flat arrays: the wire format of Protocol Buffers, read and written in bulk."""
