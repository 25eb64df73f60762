"""The plan improver."""
