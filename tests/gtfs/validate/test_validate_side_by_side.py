"""Rules in several threads find what they find one after the other, and nothing is worked out twice."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from fakes.judged import TODAY, edited, feed_of, judged
from fakes.judged_trips import LINE, ON_LINE, TRANSFERS, TRIPS

from gtfs.validate import runner, validate
from gtfs.validate.once import Once
from gtfs.validate.report import to_json

SPOILED = {
    "stops.txt": ("35.6480,140.0345", "95,140"),
    "routes.txt": ("FFFFFF", "blue"),
    "trips.txt": TRIPS + "R,W,T2,Toyosuna,K,\nQ,X,T9,Toyosuna,K,\n",
    "transfers.txt": TRANSFERS + "S3,S2,4,T1,T2,Q,\n",
    "rotues.txt": "a,b\n1,2\n",
}


@pytest.mark.parametrize(
    "edits", [{}, SPOILED, {"shapes.txt": LINE, **ON_LINE}], ids=["good", "bad", "shapes"]
)
def test_threads_change_nothing(monkeypatch, edits):
    alone = judged(edits)
    monkeypatch.setattr(runner, "_SIDE_BY_SIDE_ROWS_MIN", 0)
    for _ in range(5):
        assert to_json(judged(edits)) == to_json(alone)


def test_rules_that_fail_in_threads_are_told_in_order(monkeypatch):
    def broken(_context, _report):
        raise ZeroDivisionError("x")

    failing = {"invalid_color", "unused_trip", "duplicate_key"}
    rules = tuple(r._replace(check=broken) if r.code in failing else r for r in runner.all_rules())
    monkeypatch.setattr(runner, "all_rules", lambda: rules)
    monkeypatch.setattr(runner, "_SIDE_BY_SIDE_ROWS_MIN", 0)
    notice = validate(feed_of(edited({})), today=TODAY).notice("runtime_exception_in_validator_error")
    assert notice is not None
    assert [s.value for s in notice.samples] == sorted(failing)


def test_a_value_is_made_once_however_many_ask():
    once, made, together = Once(), [], Barrier(8)

    def ask() -> None:
        together.wait()
        once.get("key", lambda: made.append(1))

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [1]


def test_values_of_different_keys_may_need_one_another():
    once = Once()
    assert once.get("sum", lambda: once.get("a", lambda: 2) + once.get("b", lambda: 3)) == 5


def test_a_value_that_could_not_be_made_is_tried_anew():
    once = Once()
    with pytest.raises(ZeroDivisionError):
        once.get("key", lambda: 1 // 0)
    assert once.get("key", lambda: 7) == 7
