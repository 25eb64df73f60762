"""`too_many_rows` is told with its place, and only where it is due."""

from __future__ import annotations

from fakes.judged import judged, places

from gtfs.validate.rules.files import too_many_rows


def test_it_is_told_with_its_place(monkeypatch):
    monkeypatch.setattr(too_many_rows, "ROWS_MAX", 5)  # a feed beyond the true bound does not fit in memory
    assert places(judged(), "too_many_rows") == [("stop_times.txt", 0, "", "")]


def test_a_feed_at_the_bound_is_not_accused(monkeypatch):
    monkeypatch.setattr(too_many_rows, "ROWS_MAX", 6)
    assert places(judged(), "too_many_rows") == []
