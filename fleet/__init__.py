"""Self-driving shuttles and devices: live state, promises, dispatch, optimisation and the twin."""
