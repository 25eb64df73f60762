"""One notice, one file, one test: nothing is registered twice, nothing goes untested."""

from __future__ import annotations

import importlib

import pytest
from fakes.judged import judged
from fakes.right import RIGHT

from gtfs.validate import Profile
from gtfs.validate.runner import all_rules

RULES = all_rules()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_is_a_file_of_its_name_with_a_test_of_its_name(rule, root):
    module = importlib.import_module(f"gtfs.validate.rules.{rule.area}.{rule.code}")
    assert module.KIND is rule.kind
    test = root / "tests" / "gtfs" / "validate" / "rules" / rule.area / f"test_rule_{rule.code}.py"
    assert f'"{rule.code}"' in test.read_text(encoding="utf-8")


def test_no_test_is_about_a_rule_that_is_gone(root):
    tests = (root / "tests" / "gtfs" / "validate" / "rules").rglob("test_rule_*.py")
    assert {p.stem.removeprefix("test_rule_") for p in tests} == {rule.code for rule in RULES}


def test_no_two_rules_tell_the_same_code():
    assert len({rule.code for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("area", sorted({rule.area for rule in RULES}))
def test_a_feed_that_uses_an_area_rightly_raises_nothing_at_all(area):
    profiles = (Profile.GTFS_JP_V3, Profile.GTFS_JP_V4) if area == "japan" else (Profile.GTFS,)
    for profile in profiles:
        assert judged(RIGHT[area], profile=profile).codes() == set()
