"""Receipts for riders, statements for operators and shops."""

from __future__ import annotations

from fastapi import FastAPI

from maas.api import problems
from maas.api.identity.guards import Guards
from maas.api.settling import corrections, receipts, statements
from maas.api.settling.books import Books

__all__ = ["Books", "mount"]


def mount(app: FastAPI, books: Books, guards: Guards) -> None:
    """Include the routes."""
    for part in (receipts, statements, corrections):
        app.include_router(part.router(books, guards), responses=problems.RESPONSES)
