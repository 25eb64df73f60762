"""The page of results: a section that is measured anew replaces itself and nothing else."""

from __future__ import annotations

from benchmarks.validate import SECTIONS, merged

PAGE = """# Validation

Each section says when and by which command it was measured.

<!-- section speed -->
## Speed

old speed

<!-- section overlaps -->
## Overlaps

old overlaps
"""


def test_other_sections_stay_as_they_are():
    page = merged(PAGE, {"overlaps": "## Overlaps\n\nnew\n"})
    assert page == PAGE.replace("old overlaps", "new")


def test_a_new_section_stands_in_its_place():
    page = merged(PAGE, {"families": "## Families\n"})
    assert [page.index(f"section {name} ") for name in ("speed", "families", "overlaps")] == sorted(
        page.index(f"section {name} ") for name in ("speed", "families", "overlaps")
    )
    assert merged(page, {}) == page


def test_the_first_page_is_whole():
    page = merged("", {name: f"## {name}" for name in SECTIONS})
    assert merged(page, {}) == page
    assert page.count("## ") == len(SECTIONS)


def test_the_page_in_the_tree_is_one_of_these(root):
    text = (root / "benchmarks" / "results" / "validate.md").read_text(encoding="utf-8")
    assert merged(text, {}) == text
