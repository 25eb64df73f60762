"""Zones of on-demand services in locations.geojson."""
