"""Readers of public benchmark instances of pickup and delivery, each after the format's own definition."""

from benchmarks.instances.pickup_delivery import FORMATS, Instance, InstanceError, read

__all__ = ["FORMATS", "Instance", "InstanceError", "read"]
