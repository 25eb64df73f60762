"""HTTP: routers by resource, errors as RFC 9457 problem details."""
