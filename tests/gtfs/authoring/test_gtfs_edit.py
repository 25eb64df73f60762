"""Documents worked into feeds: what is put is there, what is not touched stays."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from feeds_world import FILES
from pydantic import ValidationError

from gtfs.authoring.apply import Change, apply
from gtfs.authoring.derive import document_of, keys_of
from gtfs.authoring.documents import PASS, Calendar, Fare, Flex, Kind, Pattern, Stop, Timetable, parse
from gtfs.authoring.edit import EditError
from gtfs.authoring.holidays import dates_of, exceptions
from gtfs.authoring.patterns import Patterns
from gtfs.publish.changes import changes
from gtfs.publish.diff import diff_tables
from gtfs.schedule.feed import Feed
from gtfs.schedule.reader import read_feed, read_members
from gtfs.schedule.typed import to_schedule

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"


def feed(**changed: str) -> Feed:
    files = FILES | {f"{stem}.txt": text for stem, text in changed.items()}
    return read_members("x", ((name, text.encode()) for name, text in files.items()))


def put(kind: Kind, key: str, **content: object) -> Change:
    return Change(kind, key, parse(kind, content))


def rows(of: Feed, stem: str, **wanted: str) -> list[dict[str, str]]:
    found = of.table(stem).to_dicts()
    return [r for r in found if all(r[k] == v for k, v in wanted.items())]


PATTERN = Patterns(feed()).of_trip["T1"]


def test_a_stop_gets_its_names_and_keeps_its_other_columns() -> None:
    after = apply(
        feed(),
        [
            put(
                Kind.STOP,
                "S2",
                name="メッセ中央",
                kana="めっせちゅうおう",
                names={"en": "Messe"},
                lat=35.648,
                lon=140.0345,
            )
        ],
    )
    (row,) = rows(after, "stops", stop_id="S2")
    assert (row["stop_name"], row["x_shelter"], row["stop_lat"]) == ("メッセ中央", "0", "35.64800")
    told = {r["language"]: r["translation"] for r in rows(after, "translations", record_id="S2")}
    assert told == {"ja": "メッセ中央", "ja-Hrkt": "めっせちゅうおう", "en": "Messe"}
    assert after.raw == feed().raw
    assert {d.file for d in diff_tables(feed(), after)} == {"stops.txt", "translations.txt"}


@pytest.mark.parametrize("name", ["text", "gtfs_jp/kumagaya_yuyu.zip", "gtfs_jp/naogata_eimanji.zip"])
def test_putting_back_what_is_there_changes_nothing_for_riders(name: str) -> None:
    before = feed() if name == "text" else read_feed(DATA / name)
    patterns = Patterns(before)
    found = []
    for kind in (Kind.AGENCY, Kind.STOP, Kind.ROUTE, Kind.CALENDAR, Kind.PATTERN, Kind.TIMETABLE):
        keys = keys_of(before, kind, patterns)
        assert keys, kind
        for key in keys:
            document = document_of(before, kind, key, patterns)
            assert document is not None, (kind, key)
            found.append(Change(kind, key, document))
    after = apply(before, found)
    assert changes(before, after) == []
    assert after.table("trips").height == before.table("trips").height
    assert after.table("stop_times").height == before.table("stop_times").height
    assert to_schedule(after).services.active.sum() == to_schedule(before).services.active.sum()


def test_a_new_timetable_replaces_the_trips_of_that_day_type_only() -> None:
    table = {"pattern": PATTERN, "calendar": "W", "trips": [
        {"times": ["7:30", "7:35/7:36", "7:41"]}, {"times": ["24:10", PASS, "24:20"], "id": "late"},
    ]}  # fmt: skip
    after = apply(feed(), [put(Kind.TIMETABLE, f"{PATTERN}@W", **table)])
    assert [r["trip_id"] for r in after.table("trips").to_dicts()] == ["T3", f"{PATTERN}-W-0730", "late"]
    calls = rows(after, "stop_times", trip_id=f"{PATTERN}-W-0730")
    assert [(c["arrival_time"], c["departure_time"]) for c in calls] == [
        ("07:30:00", "07:30:00"), ("07:35:00", "07:36:00"), ("07:41:00", "07:41:00"),
    ]  # fmt: skip
    assert [(c["stop_id"], c["departure_time"]) for c in rows(after, "stop_times", trip_id="late")] == [
        ("S1", "24:10:00"), ("S3", "24:20:00"),
    ]  # fmt: skip
    assert [(c["pickup_type"], c["drop_off_type"]) for c in calls] == [("0", "1"), ("0", "0"), ("1", "0")]


def test_a_stop_added_to_a_pattern_takes_its_trips_along() -> None:
    pattern = document_of(feed(), Kind.PATTERN, PATTERN)
    assert isinstance(pattern, Pattern)
    calls = [c.model_dump() for c in pattern.calls]
    changed = pattern.model_copy(update={"calls": [pattern.calls[0], pattern.calls[2]]})
    after = apply(feed(), [Change(Kind.PATTERN, PATTERN, changed)])
    assert [c["stop_id"] for c in rows(after, "stop_times", trip_id="T1")] == ["S1", "S3"]
    calls.insert(1, {"stop": "S4", "pick_up": True, "set_down": True})
    longer = Change(Kind.PATTERN, PATTERN, Pattern.model_validate(pattern.model_dump() | {"calls": calls}))
    new_stop = put(Kind.STOP, "S4", name="新", lat=35.65, lon=140.04)
    after = apply(feed(), [longer, new_stop])
    times = [(c["stop_id"], c["departure_time"]) for c in rows(after, "stop_times", trip_id="T2")]
    assert times == [("S1", "21:00:00"), ("S4", ""), ("S2", "21:05:00"), ("S3", "21:10:00")]
    assert to_schedule(after).trips.ids


def test_headways_become_departures_or_frequencies() -> None:
    pattern = document_of(feed(), Kind.PATTERN, PATTERN)
    assert isinstance(pattern, Pattern)
    timed = Change(Kind.PATTERN, PATTERN, pattern.model_copy(update={"minutes": [0, 5, 10.5]}))
    exact = {"start": "7:00", "until": "8:00", "every_min": 20}
    loose = {"start": "9:00", "until": "12:00", "every_min": 30, "exact": False}
    table = put(Kind.TIMETABLE, f"{PATTERN}@W", pattern=PATTERN, calendar="W", headways=[exact, loose])
    after = apply(feed(), [timed, table])
    own = {r["trip_id"] for r in rows(after, "trips", service_id="W")}
    begin = [r["departure_time"] for r in rows(after, "stop_times", stop_id="S1") if r["trip_id"] in own]
    assert begin == ["07:00:00", "07:20:00", "07:40:00", "09:00:00"]
    (frequency,) = after.table("frequencies").to_dicts()
    assert (frequency["end_time"], frequency["headway_secs"], frequency["exact_times"]) == (
        "12:00:00",
        "1800",
        "0",
    )
    again = document_of(after, Kind.TIMETABLE, f"{PATTERN}@W")
    assert isinstance(again, Timetable)
    assert (again.headways[0].start, again.headways[0].every_min) == ("9:00", 30)
    pattern = document_of(after, Kind.PATTERN, PATTERN)
    assert isinstance(pattern, Pattern)
    assert pattern.minutes == [0, 5, 10.5]
    assert changes(after, apply(after, [Change(Kind.TIMETABLE, f"{PATTERN}@W", again)])) == []


def test_calendars_know_the_national_holidays() -> None:
    weekdays = Calendar(
        days=["monday", "tuesday", "wednesday", "thursday", "friday"], start=date(2026, 11, 1),
        end=date(2027, 1, 10), holidays="no_service", year_end="no_service", also_on=[date(2026, 11, 28)],
        not_on=[date(2026, 11, 24)],
    )  # fmt: skip
    runs = set(dates_of(weekdays))
    assert date(2026, 11, 23) not in runs  # 勤労感謝の日
    assert date(2026, 12, 31) not in runs
    assert {date(2026, 11, 28), date(2026, 12, 28), date(2027, 1, 4)} <= runs
    assert (date(2026, 11, 24), False) in exceptions(weekdays)
    after = apply(feed(), [Change(Kind.CALENDAR, "W", weekdays)])
    services = to_schedule(after).services
    w = services.ids.index("W")
    on = {services.first_date.toordinal() + int(d) for d in services.active[w].nonzero()[0]}
    assert on == {d.toordinal() for d in runs}
    derived = document_of(after, Kind.CALENDAR, "W")
    assert isinstance(derived, Calendar)
    assert (derived.holidays, set(dates_of(derived))) == ("no_service", runs)


def test_a_fare_triangle_becomes_zones_and_rules_both_ways() -> None:
    fare = Fare(
        agency="A", routes=["R"], zones={"a": ["S1"], "b": ["S2"], "c": ["S3"]},
        triangle=[[], [180], [230, 180]], ic_triangle=[[], [178], [230, 178]],
    )  # fmt: skip
    after = apply(feed(), [Change(Kind.FARE, "F", None), Change(Kind.FARE, "tri", fare)])
    assert [(r["fare_id"], r["ic_price"]) for r in after.table("fare_attributes").to_dicts()] == [
        ("tri-180-178", "178"), ("tri-230", "230"),
    ]  # fmt: skip
    pairs = {
        (r["origin_id"], r["destination_id"]): r["fare_id"] for r in after.table("fare_rules").to_dicts()
    }
    assert pairs["a", "c"] == pairs["c", "a"] == "tri-230"
    assert len(pairs) == 6
    assert [r["zone_id"] for r in after.table("stops").to_dicts()] == ["a", "b", "c"]
    gone = apply(after, [Change(Kind.FARE, "tri", None)])
    assert gone.table("fare_attributes").height == gone.table("fare_rules").height == 0


@pytest.mark.parametrize("where", ["zone", "stops"])
def test_an_on_demand_service_with_its_booking_rule_comes_and_goes(where: str) -> None:
    place = (
        {"zone": [(35.64, 140.03), (35.64, 140.05), (35.66, 140.04)]}
        if where == "zone"
        else {"stops": ["S1", "S3"]}
    )
    flex = Flex.model_validate({
        "agency": "A", "name": "デマンド", "kana": "でまんど",
        "calendar": "W", "start": "9:00", "end": "16:00",
        "booking": {"ahead_min": 30, "phone": "043-000-0000"}, **place,
    })  # fmt: skip
    after = apply(feed(), [Change(Kind.FLEX, "demand", flex)])
    (rule,) = after.table("booking_rules").to_dicts()
    assert (rule["booking_type"], rule["prior_notice_duration_min"]) == ("1", "30")
    calls = rows(after, "stop_times", trip_id="demand")
    assert [c["start_pickup_drop_off_window"] for c in calls] == ["09:00:00"] * 2
    assert ("locations.geojson" in after.raw) == (where == "zone")
    assert len(keys_of(after, Kind.PATTERN)) == len(keys_of(feed(), Kind.PATTERN))
    assert (after.table("location_group_stops").height == 2) == (where == "stops")
    back = apply(after, [Change(Kind.FLEX, "demand", None)])
    assert [d.file for d in diff_tables(feed(), back) if d.added or d.removed] == []


def test_what_does_not_fit_is_told_at_once() -> None:
    short = [{"times": ["7:00", "7:05"]}]
    for change, said in (
        (put(Kind.ROUTE, "R2", agency="X", short_name="2"), "no agency 'X'"),
        (put(Kind.STOP, "S9", name="x", lat=1, lon=2, parent="P"), "no stop 'P'"),
        (put(Kind.TIMETABLE, "p@W", pattern="p", calendar="W"), "no pattern 'p'"),
        (put(Kind.TIMETABLE, f"{PATTERN}@Z", pattern=PATTERN, calendar="Z"), "no calendar 'Z'"),
        (put(Kind.TIMETABLE, "x@W", pattern=PATTERN, calendar="W"), "use that key"),
        (put(Kind.TIMETABLE, f"{PATTERN}@W", pattern=PATTERN, calendar="W", trips=short), "2 times"),
        (put(Kind.FARE, "f", price=100, routes=["nope"]), "no route 'nope'"),
    ):  # fmt: skip
        with pytest.raises(EditError, match=said):
            apply(feed(), [change])
    with pytest.raises(ValidationError, match="goes back in time"):
        parse(Kind.TIMETABLE, {"pattern": "p", "calendar": "W", "trips": [{"times": ["7:10", "7:05"]}]})
    with pytest.raises(ValidationError, match="kana"):
        Stop(name="x", kana="漢字", lat=1, lon=2)


def test_an_empty_feed_can_be_written_from_nothing() -> None:
    url = "https://mura.example"
    made = apply(
        Feed("new", {}),
        [
            put(Kind.INFO, "feed", publisher="村", url=url, start="2026-11-01", end="2027-03-31"),
            put(Kind.AGENCY, "A", name="村営バス", url=url),
            put(Kind.STOP, "1", name="役場", lat=35.6, lon=140.1),
            put(Kind.STOP, "2", name="学校", lat=35.61, lon=140.1),
            put(Kind.ROUTE, "R", agency="A", long_name="村内線", names={"en": "Village line"}),
            put(Kind.CALENDAR, "all", days=["monday"], start="2026-11-01", end="2027-03-31"),
            put(Kind.PATTERN, "up", route="R", headsign="学校", names={"en": "School"},
                calls=[{"stop": "1"}, {"stop": "2"}],
                shape=[(35.6, 140.1), (35.61, 140.1)]),
            put(Kind.TIMETABLE, "up@all", pattern="up", calendar="all", trips=[{"times": ["8:00", "8:10"]}]),
            put(Kind.FARE, "flat", price=200, routes=["R"]),
        ],
    )  # fmt: skip
    schedule = to_schedule(made, strict=True)
    assert schedule.trips.ids == ("up-all-0800",)
    assert schedule.shapes.ids == ("shape-up",)
    assert made.table("trips")["jp_pattern_id"][0] == "up"
    assert schedule.translated("trips", "trip_headsign", "up-all-0800", "en", "") == "School"
    assert keys_of(made, Kind.PATTERN) == ["up"]
