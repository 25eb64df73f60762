"""The realtime rules as a whole: one file, one code, one test each; a faultless moment raises nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes.moments import NOW, codes, faultless, vehicle_of

from gtfs.errors import FeedError
from gtfs.realtime.apply import Timetable
from gtfs.schedule.reader import read_feed
from gtfs.schedule.typed import to_schedule
from gtfs.validate.realtime.runner import all_rules, judge, moment_of


def test_a_faultless_moment_raises_nothing(timetable: Timetable) -> None:
    assert codes(timetable, faultless()) == {}


def test_every_notice_says_why_and_how_to_mend_in_two_languages(timetable: Timetable) -> None:
    messages = faultless()
    vehicle_of(messages).position.latitude = 95.0
    moment = moment_of([(n, m.SerializeToString()) for n, m in messages.items()])
    (notice,) = [n for n in judge(timetable, [(moment, NOW)]).notices() if n.kind.code == "E026"]
    assert notice.samples[0].message(notice.kind, "en") == "v: 95.00000, 140.00000 is no position"
    assert notice.kind.words("ja").mend
    assert notice.kind.words("en").why


def test_what_is_no_message_is_refused_by_name() -> None:
    with pytest.raises(FeedError, match="positions"):
        moment_of([("positions", b"<html>")])


def test_caltrain_has_the_faults_that_it_has(shared: Path) -> None:
    """Version 1.0, no schedule_relationship, positions that are older than a minute: nothing worse."""
    folder = shared / "data" / "gtfs_rt"
    timetable = Timetable(to_schedule(read_feed(folder / "ct.zip")))
    names = ("ct-trip-updates.pb", "ct-vehicle-positions.pb", "ct-service-alerts.pb")
    moment = moment_of([(n, (folder / n).read_bytes()) for n in names])
    found = judge(timetable, [(moment, 1_699_405_560)])
    assert {n.kind.code for n in found.notices() if n.kind.severity == "error"} <= {"E023", "E022", "E012"}


def test_every_rule_of_the_list_is_a_file_with_a_test(shared: Path, root: Path) -> None:
    table = (shared / "standards" / "gtfs" / "realtime_rules.csv").read_text(encoding="utf-8")
    assert {rule.kind.code for rule in all_rules()} == {line.split(",")[0] for line in table.splitlines()[1:]}
    files = {p.stem for p in (root / "gtfs" / "validate" / "realtime" / "rules").glob("[ew]*.py")}
    tests = {p.stem for p in (root / "tests" / "gtfs" / "validate_realtime" / "rules").glob("test_*.py")}
    assert {f"test_rule_rt_{name}" for name in files} == tests
    assert len(files) == len(all_rules())
