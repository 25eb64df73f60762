"""Local services over HTTP: what residents find, and what providers keep."""

from __future__ import annotations

from maas.api.services.counter import Actor, Counter
from maas.api.services.providers import router as providers_router
from maas.api.services.residents import router as residents_router

__all__ = ["Actor", "Counter", "providers_router", "residents_router"]
