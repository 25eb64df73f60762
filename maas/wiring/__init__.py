"""Ports and adapters joined: an area's fleet opened for a simulated day, or live for a server."""
