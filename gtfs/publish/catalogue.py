"""A catalogue of feeds as DCAT-AP (JSON-LD), so that national data portals can harvest it by themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

__all__ = ["Entry", "Resource", "dcat"]

_CONTEXT: dict[str, Any] = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "adms": "http://www.w3.org/ns/adms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "spdx": "http://spdx.org/rdf/terms#",
}
_THEME = "http://publications.europa.eu/resource/authority/data-theme/TRAN"
_IRREGULAR = "http://publications.europa.eu/resource/authority/frequency/IRREG"


@dataclass(frozen=True, slots=True)
class Resource:
    """One file of a feed that can be downloaded."""

    url: str
    title: str
    media_type: str
    modified: datetime
    size: int | None = None
    sha256: str = ""
    conforms_to: str = "https://gtfs.org/documentation/schedule/reference/"


@dataclass(frozen=True, slots=True)
class Entry:
    """One feed of the catalogue."""

    id: str
    url: str
    title: dict[str, str]
    description: dict[str, str]
    publisher: str
    publisher_url: str
    licence: str
    licence_url: str
    contact: str
    keywords: tuple[str, ...]
    issued: datetime
    modified: datetime
    version: str
    first_date: str  # YYYYMMDD, "" if unknown
    last_date: str
    resources: tuple[Resource, ...]


def dcat(url: str, title: dict[str, str], publisher: str, entries: Iterable[Entry]) -> dict[str, Any]:
    """The catalogue at `url` as a JSON-LD document."""
    datasets = [_dataset(entry) for entry in entries]
    return {
        "@context": _CONTEXT,
        "@id": url,
        "@type": "dcat:Catalog",
        "dct:title": _texts(title),
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": publisher},
        "dcat:dataset": datasets,
    }


def _texts(texts: dict[str, str]) -> list[dict[str, str]]:
    return [{"@language": lang, "@value": text} for lang, text in sorted(texts.items()) if text]


def _instant(at: datetime) -> dict[str, str]:
    return {"@type": "xsd:dateTime", "@value": at.isoformat()}


def _dataset(entry: Entry) -> dict[str, Any]:
    found: dict[str, Any] = {
        "@id": entry.url, "@type": "dcat:Dataset", "dct:identifier": entry.id,
        "dct:title": _texts(entry.title), "dct:description": _texts(entry.description or entry.title),
        "dct:publisher": {
            "@type": "foaf:Agent", "foaf:name": entry.publisher, "foaf:homepage": entry.publisher_url,
        },
        "dct:issued": _instant(entry.issued), "dct:modified": _instant(entry.modified),
        "dct:accrualPeriodicity": {"@id": _IRREGULAR}, "dcat:theme": {"@id": _THEME},
        "dcat:keyword": list(entry.keywords), "dcat:version": entry.version,
        "dcat:distribution": [_distribution(entry, r) for r in entry.resources],
    }  # fmt: skip
    if entry.contact:
        found["dcat:contactPoint"] = {"@type": "vcard:Organization", "vcard:fn": entry.contact}
    if entry.first_date and entry.last_date:
        found["dct:temporal"] = {
            "@type": "dct:PeriodOfTime", "dcat:startDate": _day(entry.first_date),
            "dcat:endDate": _day(entry.last_date),
        }  # fmt: skip
    return found


def _distribution(entry: Entry, resource: Resource) -> dict[str, Any]:
    found: dict[str, Any] = {
        "@id": resource.url, "@type": "dcat:Distribution", "dct:title": resource.title,
        "dcat:accessURL": {"@id": resource.url}, "dcat:downloadURL": {"@id": resource.url},
        "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{resource.media_type}"},
        "dct:license": {"@id": entry.licence_url, "dct:title": entry.licence},
        "dct:modified": _instant(resource.modified), "dct:conformsTo": {"@id": resource.conforms_to},
    }  # fmt: skip
    if resource.size is not None:
        found["dcat:byteSize"] = resource.size
    if resource.sha256:
        found["spdx:checksum"] = {
            "spdx:algorithm": {"@id": "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"},
            "spdx:checksumValue": resource.sha256,
        }
    return found


def _day(text: str) -> dict[str, str]:
    return {"@type": "xsd:date", "@value": f"{text[:4]}-{text[4:6]}-{text[6:]}"}
