"""Whatever a person types, the place they mean comes first."""

from __future__ import annotations

from pathlib import Path

import pytest

from maas.places.index import PlaceIndex, parse_position
from maas.places.model import Place, PlaceKind


def place(name: str, kana: str = "", en: str = "", lat: float = 35.65, **more: object) -> Place:
    names = {"": name} | ({"en": en} if en else {})
    return Place(id=name, kind=PlaceKind.POI, names=names, kana=kana, lat=lat, lon=140.04, **more)


STATIONS = PlaceIndex.of(
    [
        place("海浜幕張", "かいひんまくはり", "Kaihin-Makuhari", weight=1.0),
        place("幕張", "まくはり", "Makuhari", weight=1.0),
        place("幕張本郷", "まくはりほんごう", "Makuhari-Hongo", weight=1.0),
        place("東京", "とうきょう", "Tokyo", weight=1.0),
        place("新橋", "しんばし", "Shimbashi"),
        place("イオンモール幕張新都心", "いおんもーるまくはりしんとしん", "Aeon Mall Makuhari Shintoshin"),
        place("São Pedro"),
    ]
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("海浜幕張", "海浜幕張"),
        ("かいひんまくはり", "海浜幕張"),
        ("カイヒンマクハリ", "海浜幕張"),
        ("ｶｲﾋﾝﾏｸﾊﾘ", "海浜幕張"),
        ("Kaihin-Makuhari", "海浜幕張"),
        ("kaihimmakuhari", "海浜幕張"),
        ("KAIHIN MAKUHARI", "海浜幕張"),
        ("kaihin", "海浜幕張"),
        ("kaihinmakuhri", "海浜幕張"),  # a letter lost
        ("kaihinmakuahri", "海浜幕張"),  # two exchanged
        ("かいひんまくわり", "海浜幕張"),
        ("幕張", "幕張"),
        ("まくはりほ", "幕張本郷"),
        ("とうきょう", "東京"),
        ("Tōkyō", "東京"),
        ("toukyou", "東京"),
        ("tokio", "東京"),
        ("shinbashi", "新橋"),
        ("イオンモール 新都心", "イオンモール幕張新都心"),
        ("aeon mall", "イオンモール幕張新都心"),
        ("sao pedro", "São Pedro"),
    ],
)
def test_it_is_found_in_any_spelling(typed: str, meant: str) -> None:
    found = STATIONS.search(typed)
    assert found, f"{typed} finds nothing"
    assert found[0].place.id == meant


@pytest.mark.parametrize("typed", ["", "   ", "!?", "qqqqqq", "zzzyyyxxx"])
def test_nonsense_finds_nothing(typed: str) -> None:
    assert STATIONS.search(typed) == []


def test_a_position_is_a_place() -> None:
    assert STATIONS.search(" 35.6483, 140.0418 ")[0].place.lat == 35.6483
    assert parse_position("91.0,140") is None
    assert parse_position("35.6 apples") is None


def test_of_two_namesakes_the_nearer_comes_first() -> None:
    twins = PlaceIndex.of([place("郵便局", lat=35.0), place("郵便局", lat=36.0)])
    assert twins.search("郵便局", near=(36.01, 140.04))[0].place.lat == 36.0
    assert twins.search("郵便局", near=(35.01, 140.04))[0].place.lat == 35.0


def test_the_index_survives_its_file(tmp_path: Path) -> None:
    STATIONS.save(tmp_path / "places")
    again = PlaceIndex.load(tmp_path / "places")
    assert again.places == STATIONS.places
    assert again.search("tokio")[0].place.id == "東京"
