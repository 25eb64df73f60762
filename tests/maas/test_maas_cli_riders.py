"""`maas plan --riders`: who rides, by category."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from maas.cli.main import main
from maas.cli.options import party_of
from maas.errors import BadRequest


@pytest.mark.parametrize(
    ("riders", "party"),
    [
        ("", {}),
        ("adult", {"adults": 1, "children": 0, "categories": {}}),
        ("adult:1,senior:1", {"adults": 2, "children": 0, "categories": {"senior": 1}}),
        ("child:2, student", {"adults": 1, "children": 2, "categories": {"student": 1}}),
        ("senior:1,senior:2", {"adults": 3, "children": 0, "categories": {"senior": 3}}),
        ("a:b:2", {"adults": 2, "children": 0, "categories": {"a:b": 2}}),  # ids of feeds may have colons
    ],
)
def test_riders_are_counted_by_category(riders: str, party: dict[str, object]) -> None:
    assert party_of(riders) == party


@pytest.mark.parametrize("riders", ["adult:x", ":2", "adult:21", "adult:-1"])
def test_what_cannot_be_read_is_refused_with_how_to_write_it(riders: str) -> None:
    with pytest.raises(BadRequest, match="--riders"):
        party_of(riders)


def test_a_plan_tells_what_each_category_pays(makuhari: Path) -> None:
    asked = [
        "plan",
        "--area",
        str(makuhari),
        "--from",
        "海浜幕張",
        "--to",
        "蘇我",
        "--at",
        "2026-11-25T10:00",
    ]
    told = CliRunner().invoke(main, [*asked, "--riders", "adult:1,senior:1,child:1", "--json"])
    assert told.exit_code == 0, told.output
    fare = json.loads(told.stdout)["journeys"][0]["party_fare"]
    groups = {group["category"]: (group["count"], group["by"]) for group in fare["groups"]}
    assert groups == {"adult": (1, "tables"), "senior": (1, "adult"), "child": (1, "half")}
    assert sum(group["ic_amount_minor"] for group in fare["groups"]) == fare["ic_amount_minor"]
    unknown = CliRunner().invoke(main, [*asked, "--riders", "pilot:1"])
    assert unknown.exit_code == 2
    assert "no riders are called 'pilot'" in unknown.stderr
