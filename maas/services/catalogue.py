"""The published offers in memory, read anew only when something changed in the database."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from maas.places.index import PlaceIndex
from maas.places.model import Place, PlaceKind
from maas.places.text import keys_of
from maas.services.errors import UnknownService
from maas.services.model import Offer, Provider, Texts, Versioned
from maas.services.store import providers, published, revision_number

__all__ = ["Catalogue", "Snapshot"]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Offers as of one revision, with the index of their names in every language and spelling."""

    revision: int
    offers: Mapping[str, Versioned]
    providers: Mapping[str, Provider]
    index: PlaceIndex

    def get(self, offer_id: str) -> Versioned:
        """A published offer; raises UnknownService."""
        found = self.offers.get(offer_id)
        if found is None:
            raise UnknownService(f"no offer has the id {offer_id!r}; search /v1/services for those there are")
        return found


class Catalogue:
    """Safe to share between threads; one tiny query per reading tells whether it is still right."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None

    def snapshot(self, connection: Connection) -> Snapshot:
        """The offers as the connection's transaction sees them."""
        revision = revision_number(connection)
        with self._lock:
            held = self._snapshot
        if held is not None and held.revision == revision:
            return held
        fresh = _load(connection, revision)
        with self._lock:
            self._snapshot = fresh
        return fresh


def _load(connection: Connection, revision: int) -> Snapshot:
    parties = providers(connection)
    offers = {one.offer.id: one for one in published(connection)}
    entries = [_entry(one.offer, parties[one.offer.provider_id]) for one in offers.values()]
    return Snapshot(revision, offers, parties, PlaceIndex(entries))


def _entry(offer: Offer, provider: Provider) -> tuple[Place, tuple[str, ...]]:
    lat, lon = offer.position or (0.0, 0.0)
    place = Place(id=offer.id, kind=PlaceKind.POI, names=_names(offer.name), lat=lat, lon=lon)
    texts = (*offer.name.values(), *provider.name.values(), *offer.tags, offer.category.value)
    described = offer.description.values() if offer.description else ()
    return place, keys_of(*texts, *described)


def _names(texts: Texts) -> dict[str, str]:
    return {"": texts.ja, **{lang: text for lang, text in texts.model_dump().items() if text}}
