"""Shuttles over HTTP: riders ask and hold seats, operators and supervisors run the fleet."""
