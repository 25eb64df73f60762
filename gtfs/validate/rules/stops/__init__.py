"""Stops, stations, entrances, nodes and boarding areas."""
