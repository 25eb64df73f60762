"""Measurements, side by side with peers where they install; results are committed as text."""
