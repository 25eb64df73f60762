"""What the fleet is made of: services, vehicles, requests, promises.

Plain values, no behaviour of their own.
"""
