"""GBFS 2.3 and 3.0 made from what is known of docks and free-floating vehicles.

`model` is what both versions have in common, `v2` and `v3` are how each says it, `feeds` puts them together.
"""
