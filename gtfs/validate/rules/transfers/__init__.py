"""Interchanges between stops, routes and trips."""
