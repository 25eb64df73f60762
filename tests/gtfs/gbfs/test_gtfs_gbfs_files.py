"""Every GBFS file that a system can have, held against MobilityData's schemas."""

from __future__ import annotations

import itertools
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from gtfs.gbfs.feeds import manifest, system_files
from gtfs.gbfs.model import (
    Licence,
    Plan,
    Rule,
    Station,
    StationStatus,
    System,
    SystemAlert,
    Vehicle,
    VehicleType,
    Zone,
)

NOW = 1_795_561_200
BASE = "http://127.0.0.1/feeds/town/gbfs/devices"
FREE = Rule(start=True, end=True, through=True)
CLOCKWISE = ((140.0, 35.0), (140.0, 35.1), (140.1, 35.1), (140.1, 35.0))
SYSTEM = System(
    id="town", name={"ja": "町", "en": "Town"}, languages=("ja", "en"), timezone="Asia/Tokyo",
    opening_hours="24/7", contact="data@town.example", at_s=NOW, operator={"ja": "町"},
    licence=Licence(attribution={"ja": "町"}, attribution_url="https://town.example"),
    types=(VehicleType("chair", {"ja": "いす"}, "other", "electric", 9000, 1, 6, "free_floating",
                       "minutes"),),
    stations=(Station("home", {"ja": "基地", "en": "Base"}, 35.05, 140.05, 4, charging=True),),
    status=(StationStatus("home", {"chair": 2}, 2, NOW - 30, disabled=1),),
    vehicles=(Vehicle("a1b2", "chair", 35.06, 140.06, NOW - 5, range_m=800, charge_share=0.1),),
    zones=(Zone({"en": "Pond"}, CLOCKWISE, Rule(start=False, end=False, through=False)),
           Zone({"ja": "広場"}, CLOCKWISE, Rule(start=True, end=False, through=True, speed_kmh_max=3))),
    elsewhere=Rule(start=False, end=False, through=False),
    alerts=(SystemAlert("night", "other", {"ja": "徐行", "en": "Slow"}, {"ja": "夜間"}, NOW, NOW + 60,
                        ("home",)),
            SystemAlert("rest", "system_closure", {"ja": "休止"}, {"ja": "点検"})),
    plans=(Plan("minutes", {"ja": "分単位"}, {"ja": "1分15円"}, "JPY", 100.0, 15.0, 30, 10),),
)  # fmt: skip


@lru_cache(maxsize=64)
def schema(folder: Path, version: str, name: str) -> jsonschema.protocols.Validator:
    found = json.loads((folder / f"v{version}" / name).read_text(encoding="utf-8"))
    checker = jsonschema.FormatChecker()
    return jsonschema.validators.validator_for(found)(found, format_checker=checker)


def faults(shared: Path, version: str, name: str, document: Any) -> list[str]:
    """What the schema of a file says against a document."""
    rules = schema(shared / "standards" / "gbfs", version, name)
    return [f"{'/'.join(map(str, e.absolute_path))}: {e.message}" for e in rules.iter_errors(document)]


def test_every_file_agrees_with_its_schema(shared: Path) -> None:
    files = system_files(SYSTEM, BASE, NOW - 1000)
    assert len(files) == 2 * 8 + 2 + 10  # seven by language in 2.3, discovery and versions, nine in 3.0
    for path, document in files.items():
        version, name = path.split("/")[0], path.rsplit("/", 1)[1]
        assert faults(shared, version, name, document) == [], path
    assert faults(shared, "3.0", "manifest.json", manifest([("town", BASE)], NOW)) == []


def test_the_schemas_would_notice(shared: Path) -> None:
    bikes = system_files(SYSTEM, BASE, NOW)["2.3/ja/free_bike_status.json"]
    bikes["data"]["bikes"][0]["is_reserved"] = "no"
    assert faults(shared, "2.3", "free_bike_status.json", bikes) != []


def test_discovery_leads_to_every_file() -> None:
    files = system_files(SYSTEM, BASE, NOW)
    new = {feed["url"] for feed in files["3.0/gbfs.json"]["data"]["feeds"]}
    old = {
        feed["url"] for part in files["2.3/gbfs.json"]["data"].values() for feed in part["feeds"]
    }  # fmt: skip
    assert {url.removeprefix(BASE + "/") for url in new | old} == set(files)


def test_live_files_carry_the_instant_and_a_short_life() -> None:
    files = system_files(SYSTEM, BASE, NOW - 1000)
    assert (files["3.0/vehicle_status.json"]["last_updated"], files["3.0/vehicle_status.json"]["ttl"]) == (
        "2026-11-24T23:00:00Z", 30,
    )  # fmt: skip
    assert files["2.3/en/station_status.json"]["last_updated"] == NOW
    assert files["2.3/en/station_information.json"]["last_updated"] == NOW - 1000


@pytest.mark.parametrize(("language", "name"), [("ja", "基地"), ("en", "Base")])
def test_names_come_in_the_language_of_the_file(language: str, name: str) -> None:
    station = system_files(SYSTEM, BASE, NOW)[f"2.3/{language}/station_information.json"]
    assert station["data"]["stations"][0]["name"] == name


def test_rings_run_against_the_clock_and_close() -> None:
    zones = system_files(SYSTEM, BASE, NOW)["3.0/geofencing_zones.json"]["data"]["geofencing_zones"]
    ring = zones["features"][0]["geometry"]["coordinates"][0][0]
    assert ring[0] == ring[-1]
    assert sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(ring)) > 0


def test_where_a_ride_may_not_end_it_may_neither_begin_in_the_words_of_2_3() -> None:
    zones = system_files(SYSTEM, BASE, NOW)["2.3/ja/geofencing_zones.json"]["data"]["geofencing_zones"]
    rule = zones["features"][1]["properties"]["rules"][0]
    assert rule == {"ride_allowed": False, "ride_through_allowed": True, "maximum_speed_kph": 3}


def test_a_price_says_from_when_on_time_costs() -> None:
    files = system_files(SYSTEM, BASE, NOW)
    for path in ("2.3/ja/system_pricing_plans.json", "3.0/system_pricing_plans.json"):
        (plan,) = files[path]["data"]["plans"]
        assert plan["price"] == 100.0
        assert plan["per_min_pricing"] == [{"start": 30, "rate": 15.0, "interval": 10}]


def test_alerts_are_told_in_the_words_of_each_version() -> None:
    files = system_files(SYSTEM, BASE, NOW)
    night, rest = files["3.0/system_alerts.json"]["data"]["alerts"]
    assert night["times"] == [{"start": "2026-11-24T23:00:00Z", "end": "2026-11-24T23:01:00Z"}]
    assert night["summary"] == [{"text": "徐行", "language": "ja"}, {"text": "Slow", "language": "en"}]
    assert "times" not in rest
    old = files["2.3/en/system_alerts.json"]["data"]["alerts"][0]
    assert (old["summary"], old["times"]) == ("Slow", [{"start": NOW, "end": NOW + 60}])
    assert files["3.0/system_alerts.json"]["ttl"] == 30


def test_the_licence_stands_in_both_versions() -> None:
    files = system_files(SYSTEM, BASE, NOW)
    new = files["3.0/system_information.json"]["data"]
    assert (new["license_id"], new["attribution_url"]) == ("CC-BY-4.0", "https://town.example")
    old = files["2.3/ja/system_information.json"]["data"]
    assert old["license_url"] == "https://creativecommons.org/licenses/by/4.0/"
