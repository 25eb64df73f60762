"""Write docs/notices.md from the rules: every code, its severity, what it costs riders, how to mend it.

python scripts/notices.py          writes the file
python scripts/notices.py --check  fails if the file is not what the rules say
"""

from __future__ import annotations

import sys
from pathlib import Path

from gtfs.validate.notice import Kind
from gtfs.validate.runner import all_kinds, all_rules

TARGET = Path(__file__).resolve().parent.parent / "docs" / "notices.md"
LEFT_OUT = {
    "fare_transfer_rule_missing_transfer_count": "an older name of `fare_transfer_rule_without_transfer_count`",
    "missing_prior_day_booking_field_value": "an older name of `missing_prior_notice_last_day` and `…_last_time`, which say which field it is",
    "runtime_exception_in_loader_error": "a fault of the canonical validator's Java loader; here reading reports `csv_parsing_failed` or `i_o_error`",
    "thread_execution_error": "a fault of the canonical validator's threads; the rules here run one after the other",
    "unused_parent_station": "the same finding as `unused_station`, under another name; it is not told twice",
}
"""Canonical codes that are not raised, and why."""
_HEAD = """# Notices

What `maas gtfs validate` may report, made from the rules by `python scripts/notices.py` (a test holds this file against
them). Codes without `jp_` keep the name and severity of the canonical GTFS validator; how each is judged follows the
GTFS reference of April 27, 2026. Every notice has an exact total and at most fifty samples, each with file, line, field,
value and a sentence, in English or Japanese (`--lang ja`). Each code is one file, with one test that bears its name.
"""


def page() -> str:
    """The whole file."""
    owner = {rule.code: rule.area for rule in all_rules()}
    kinds = sorted(all_kinds().values(), key=lambda k: k.code)
    plain = [k for k in kinds if not k.code.startswith("jp_")]
    japanese = [k for k in kinds if k.code.startswith("jp_")]
    left = [f"| `{code}` | {why} |" for code, why in sorted(LEFT_OUT.items())]
    return "\n".join(
        [
            _HEAD, f"## GTFS ({len(plain)})", "", *_table(plain, owner), "",
            f"## GTFS-JP, `--profile gtfs-jp-v3` and `gtfs-jp-v4` ({len(japanese)})", "", *_table(japanese, owner), "",
            "## Canonical codes that are not raised", "", "| code | why not |", "|---|---|", *left, "",
        ]
    )  # fmt: skip


def _table(kinds: list[Kind], owner: dict[str, str]) -> list[str]:
    lines = [
        "| code | severity | why it matters to a rider | how to mend it | rule |",
        "|---|---|---|---|---|",
    ]
    for kind in kinds:
        area = owner[kind.code]
        where = f"[{area}](../gtfs/validate/rules/{area}/{kind.code}.py)"
        lines.append(f"| `{kind.code}` | {kind.severity.value} | {kind.en.why} | {kind.en.mend} | {where} |")
    return lines


def main() -> None:
    """Write the file, or compare it."""
    if "--check" in sys.argv:
        if TARGET.read_text(encoding="utf-8") != page():
            raise SystemExit(f"{TARGET} is not what the rules say: run python scripts/notices.py")
        return
    TARGET.write_text(page(), encoding="utf-8")
    print(TARGET)


if __name__ == "__main__":
    main()
