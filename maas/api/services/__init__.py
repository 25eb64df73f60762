"""Local services over HTTP: what residents find, and what providers keep."""

from __future__ import annotations

from maas.api.services.counter import Actor, Counter
from maas.api.services.providers import list_router as provider_list_router
from maas.api.services.providers import router as providers_router
from maas.api.services.residents import router as residents_router

__all__ = ["Actor", "Counter", "provider_list_router", "providers_router", "residents_router"]
