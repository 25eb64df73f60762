"""`runtime_exception_in_validator_error` is told with the rule that failed, and only where one did."""

from __future__ import annotations

from fakes.judged import TODAY, edited, feed_of, places

from gtfs.validate import runner, validate

CODE = "runtime_exception_in_validator_error"


def broken(_context, _report):
    raise ZeroDivisionError("x")


def test_a_rule_that_fails_is_told_and_the_others_go_on(monkeypatch):
    rules = tuple(r._replace(check=broken) if r.code == "invalid_color" else r for r in runner.all_rules())
    monkeypatch.setattr(runner, "all_rules", lambda: rules)
    report = validate(feed_of(edited({"stops.txt": ("35.6480", "95")})), today=TODAY)
    assert "number_out_of_range" in report.codes()
    assert places(report, CODE) == [("", 0, "", "invalid_color")]
    notice = report.notice(CODE)
    assert notice is not None
    assert notice.samples[0].message(notice.kind) == "the rule invalid_color failed: ZeroDivisionError: x"


def test_a_feed_that_is_right_is_not_accused():
    assert validate(feed_of(edited({})), today=TODAY).notice(CODE) is None
