"""Told before one asks: what becomes of a booked trip, pushed to the devices whose owners wished it.

`watch` says what there is to tell of a bundle, `service` who wants to hear it and sends it, `adapters` speak
to the browsers' push services (RFC 8030), sealed for the one device (RFC 8291), signed by us (RFC 8292).
"""
