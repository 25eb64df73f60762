"""Receipts for riders, statements for operators and shops."""

from __future__ import annotations

from fastapi import FastAPI

from maas.api import problems
from maas.api.identity.guards import Guards
from maas.api.settling import receipts, statements
from maas.api.settling.books import Books

__all__ = ["Books", "mount"]


def mount(app: FastAPI, books: Books, guards: Guards) -> None:
    """Include the routes."""
    for router in (receipts.router(books, guards), statements.router(books, guards)):
        app.include_router(router, responses=problems.RESPONSES)
