"""Folding of names and queries to one spelling, so that 海浜幕張, カイヒンマクハリ, Kaihin-Makuhari meet.

Three folds, from exact to generous: `fold` (width, case, punctuation, katakana), `romanise` (kana to
Hepburn) and `loosen` (long vowels, m before b/m/p, doubled letters), because travellers write ō as o, oo
or ou and the same station as Kaihin- or Kaihim-.
"""

from __future__ import annotations

import re
import unicodedata

import jaconv

_DROP = re.compile(r"[\s\-‐-―ー・･.,'’`´_/\\()（）「」『』【】〔〕~〜!?:;&+*#\"“”]+")
_NASAL = re.compile(r"m(?=[bmp])")
_REPEAT = re.compile(r"([a-z])\1+")
_LONG_O = re.compile(r"o[uo]+")
_ASCII = re.compile(r"^[\x00-\x7f]+$")


def fold(text: str) -> str:
    """One spelling per name: NFKC, lower case, hiragana, no accents on Latin letters, no punctuation."""
    wide = unicodedata.normalize("NFKC", text).casefold()
    decomposed = unicodedata.normalize("NFD", wide)
    # Dakuten are combining marks too: only those after a Latin letter are accents.
    plain = "".join(
        c
        for i, c in enumerate(decomposed)
        if not (unicodedata.combining(c) and i and decomposed[i - 1].isascii())
    )
    return _DROP.sub("", jaconv.kata2hira(unicodedata.normalize("NFC", plain)))


def romanise(folded: str) -> str:
    """Hepburn rōmaji of a folded reading; text that is not kana passes through."""
    return str(jaconv.kana2alphabet(folded))


def loosen(folded: str) -> str:
    """Latin text with the differences between rōmaji habits removed; other text unchanged."""
    if not _ASCII.match(folded):
        return folded
    text = _NASAL.sub("n", folded)
    text = _LONG_O.sub("o", text).replace("uu", "u")
    return _REPEAT.sub(r"\1", text)


def keys_of(*names: str) -> tuple[str, ...]:
    """Every spelling under which the names may be typed, without repeats, in the order given."""
    keys: dict[str, None] = {}
    for name in names:
        folded = fold(name)
        if not folded:
            continue
        keys[folded] = None
        latin = loosen(romanise(folded))
        if _ASCII.match(latin):
            keys[latin] = None
    return tuple(keys)


def queries_of(text: str) -> tuple[str, ...]:
    """The folded forms of what was typed, strictest first."""
    folded = fold(text)
    if not folded:
        return ()
    forms = {folded: None, loosen(romanise(folded)): None}
    return tuple(forms)
