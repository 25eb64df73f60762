"""What changed, by rows and for riders."""

from __future__ import annotations

from datetime import date

from feeds_world import FILES

from gtfs.publish.changes import Change, Kind, changes
from gtfs.publish.day_types import DayType, day_type
from gtfs.publish.diff import diff_tables
from gtfs.publish.words import told
from gtfs.schedule.feed import Feed
from gtfs.schedule.reader import read_members


def feed(**changed: str) -> Feed:
    files = FILES | {f"{stem}.txt": text for stem, text in changed.items()}
    return read_members("x", ((name, text.encode()) for name, text in files.items()))


def edited(stem: str, *pairs: tuple[str, str]) -> dict[str, str]:
    text = FILES[f"{stem}.txt"]
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return {stem: text}


def kinds(found: list[Change]) -> list[str]:
    return [c.kind.value for c in found]


def test_nothing_changed() -> None:
    assert diff_tables(feed(), feed()) == []
    assert changes(feed(), feed()) == []


def test_rows_are_matched_by_their_keys_and_columns_are_told() -> None:
    text = FILES["stops.txt"].replace("S2,幕張メッセ", "S2,メッセ北").replace("S3,豊砂", "S4,豊砂")
    after = feed(stops=text.replace("x_shelter", "x_bench"))
    (diff,) = (d for d in diff_tables(feed(), after) if d.file == "stops.txt")
    assert (diff.added, diff.removed, diff.changed) == (1, 1, 1)
    assert diff.changed_rows[0].key == {"stop_id": "S2"}
    assert diff.changed_rows[0].fields == {"stop_name": ("幕張メッセ", "メッセ北")}
    assert (diff.columns_added, diff.columns_removed) == (("x_bench",), ("x_shelter",))


def test_rows_without_a_key_are_counted_and_raw_files_compared() -> None:
    before, after = feed(x_notes="a,b\n1,2\n1,2\n1,2\n"), feed(x_notes="a,b\n1,2\n3,4\n")
    after.raw["licence.md"] = b"other"
    found = {d.file: (d.added, d.removed, d.changed) for d in diff_tables(before, after)}
    assert found == {"x_notes.txt": (1, 2, 0), "licence.md": (0, 0, 1)}


def test_a_repeated_key_does_not_multiply_rows() -> None:
    text = FILES["stops.txt"] + "S1,海浜幕張駅,35.64830,140.04180,1\n"
    (diff,) = diff_tables(feed(), feed(stops=text))
    assert (diff.added, diff.removed, diff.changed) == (1, 0, 0)


def test_a_stop_that_moved_across_the_street_is_told_with_its_distance() -> None:
    after = feed(**edited("stops", ("35.64830,140.04180", "35.64830,140.04235")))
    (found,) = changes(feed(), after)
    assert (found.kind, found.id, found.distance_m) == (Kind.STOP_MOVED, "S1", 50)
    assert told(found, "ja") == "停留所「海浜幕張駅」（S1）が約50 m移動します"
    assert told(found, "en") == "Stop 海浜幕張駅 (S1) moves by about 50 m"


def test_the_last_bus_that_leaves_earlier_is_a_loss_on_weekdays() -> None:
    after = feed(**edited("stop_times", ("21:0", "20:0"), ("21:1", "20:1")))
    found = changes(feed(), after)
    assert kinds(found) == ["last_departure", "trips_gone", "trips_new"]
    last = found[0]
    assert (last.before, last.after, last.day_type, last.worse) == ("21:00", "20:00", DayType.WEEKDAY, True)
    assert told(last, "ja") == "1 メッセ線（豊砂方面）平日の最終が21:00から20:00に変わります"


def test_new_trip_ids_alone_change_nothing_for_riders() -> None:
    after = feed(
        **edited("trips", ("T1", "X1"), ("T2", "X2")), **edited("stop_times", ("T1", "X1"), ("T2", "X2"))
    )
    assert changes(feed(), after) == []
    assert {d.file for d in diff_tables(feed(), after)} == {"trips.txt", "stop_times.txt"}


def test_a_line_without_trips_on_sundays_leaves_its_stops_unserved() -> None:
    trips = edited("trips", ("R,H,T3,豊砂,0\n", ""))
    times = FILES["stop_times.txt"].split("T3")[0]
    found = changes(feed(), feed(stop_times=times, **trips))
    assert kinds(found).count("stop_unserved") == 6  # three stops, Saturdays and Sundays
    gone = next(c for c in found if c.kind is Kind.TRIPS_GONE and c.day_type is DayType.HOLIDAY)
    assert (gone.count, gone.samples) == (1, ("9:00",))


def test_fares_lines_and_periods() -> None:
    after = feed(
        **edited("fare_attributes", ("230", "260")),
        **edited("routes", ("R,A,1,メッセ線", "R,A,1,メッセ豊砂線")),
        **edited("feed_info", ("20261231", "20270331")),
    )
    found = {c.kind: c for c in changes(feed(), after)}
    assert (found[Kind.FARE].before, found[Kind.FARE].after, found[Kind.FARE].worse) == (
        "230 JPY",
        "260 JPY",
        True,
    )
    assert found[Kind.LINE_RENAMED].after == "1 メッセ豊砂線"
    assert found[Kind.PERIOD].after == "20261101–20270331"


def test_frequencies_count_as_departures() -> None:
    repeated = "trip_id,start_time,end_time,headway_secs\nT1,07:00:00,09:00:00,1800\n"
    found = changes(feed(), feed(frequencies=repeated))
    first = next(c for c in found if c.kind is Kind.FIRST_DEPARTURE)
    assert (first.before, first.after, first.worse) == ("8:00", "7:00", False)


def test_only_what_comes_from_a_day_on_is_compared() -> None:
    later = FILES["calendar.txt"] + "W2,1,1,1,1,1,0,0,20261201,20261231\n"
    trips = FILES["trips.txt"] + "R,W2,T4,豊砂,0\n"
    times = FILES["stop_times.txt"] + "T4,06:00:00,06:00:00,S1,1\nT4,06:10:00,06:10:00,S3,2\n"
    after = feed(calendar=later, trips=trips, stop_times=times)
    now = changes(feed(), after, date(2026, 12, 1))
    assert next(c for c in now if c.kind is Kind.FIRST_DEPARTURE).after == "6:00"


def test_holidays_count_as_sundays() -> None:
    assert day_type(date(2026, 11, 23)) is DayType.HOLIDAY  # a Monday, 勤労感謝の日
    assert day_type(date(2026, 11, 28)) is DayType.SATURDAY
    assert day_type(date(2026, 11, 25)) is DayType.WEEKDAY


def test_every_kind_of_change_has_words_in_both_languages() -> None:
    for kind in Kind:
        for lang in ("ja", "en"):
            assert told(Change(kind, "id", "name", "a", "b", DayType.WEEKDAY, "there", 2), lang)
