"""Dispatch quality on public instances, beside peers."""
