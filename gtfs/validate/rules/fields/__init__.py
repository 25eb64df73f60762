"""Whether single values are what their type says."""
