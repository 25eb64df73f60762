"""On-demand services: windows, zones, booking rules."""
