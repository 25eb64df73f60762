"""Tickets: short signed tokens that a reader without a network accepts, on a screen or on paper.

A ticket is a CBOR Web Token (RFC 8392) signed with Ed25519 (COSE, RFC 9052), written in base45 (RFC 9285) so
that its QR code stays small. Any COSE library can check one with the published key set.
"""
