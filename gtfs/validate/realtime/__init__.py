"""Judges GTFS-Realtime against the static feed that it is about; one rule, one file in `rules`.

Codes and meanings are those of MobilityData's GTFS Realtime validator (E001 .. E052, W001 .. W009). Some
rules look at two messages that follow one another.
"""
