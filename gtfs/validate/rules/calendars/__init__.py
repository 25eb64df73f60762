"""Days of service."""
