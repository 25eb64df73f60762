"""docs/notices.md says what the rules say, and no canonical code is forgotten."""

from __future__ import annotations

import csv
import importlib.util


def _script(root):
    spec = importlib.util.spec_from_file_location("notices_script", root / "scripts" / "notices.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_what_the_rules_say(root):
    assert (root / "docs" / "notices.md").read_text(encoding="utf-8") == _script(root).page()


def test_every_canonical_code_is_raised_or_has_a_reason(root, shared):
    from gtfs.validate.runner import all_kinds

    kinds, left = all_kinds(), _script(root).LEFT_OUT
    with (shared / "standards" / "gtfs" / "canonical_notices.csv").open(encoding="utf-8") as file:
        canonical = {row["code"]: row["severity"].lower() for row in csv.DictReader(file)}
    assert set(canonical) - set(kinds) == set(left)
    assert {c: kinds[c].severity.value for c in canonical if c in kinds} == {
        c: severity for c, severity in canonical.items() if c in kinds
    }


def test_why_and_mend_stand_for_every_finding_of_the_kind():
    from gtfs.validate.runner import all_kinds

    for kind in all_kinds().values():
        for words in (kind.en, kind.ja):
            assert "{" not in words.why + words.mend, kind.code
