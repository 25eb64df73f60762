"""Stores, transports and history of live state."""
