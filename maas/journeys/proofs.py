"""What is asked of riders who pay less by what they are: shown to a person or reader, never kept here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gtfs.model.fares import RiderCategory
from maas.journeys.fare_model import ProofView

__all__ = ["proofs_of", "spoken", "words"]

_WORDS = {
    "ja": "「{name}」の証明を乗車時にお見せください",
    "en": "Show proof of “{name}” when you ride",
    "zh": "乘车时请出示“{name}”证明",
    "ko": "승차 시 “{name}” 증명을 보여 주세요",
}


def words(name: str) -> dict[str, str]:
    """What to tell a rider, by language, where the provider has no words of its own."""
    return {language: text.format(name=name) for language, text in _WORDS.items()}


def proofs_of(categories: Sequence[RiderCategory]) -> list[ProofView]:
    """Of the categories by which less is paid those that a feed wants proven."""
    return [
        ProofView(
            category=one.id, name=one.name or one.id, eligibility_url=one.url, text=words(one.name or one.id)
        )
        for one in categories
        if one.url
    ]


def spoken(text: Mapping[str, str], name: str) -> dict[str, str]:
    """A provider's own words, else ours."""
    own = {language: said for language, said in text.items() if said}
    return own or words(name)
