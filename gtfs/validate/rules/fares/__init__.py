"""Fares of the second kind: products, media, timeframes, transfers."""
