"""Who is hurt by a new timetable: booked trips, ways asked for, stops."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from feeds_world import FILES, NOW

from gtfs.schedule.feed import Feed
from gtfs.schedule.reader import read_members
from maas.feeds.impact import Impact, broken_trips, impact_words, lost_stops, same_weekday, slower_ways
from maas.feeds.ports import BookedLeg
from maas.feeds.queries import QueryLog
from maas.feeds.schema import create_schema
from storage.database import Database

JST = ZoneInfo("Asia/Tokyo")
WITHOUT_T1 = "\n".join(r for r in FILES["stop_times.txt"].splitlines() if not r.startswith("T1"))
WEDNESDAY = date(2026, 11, 25)


def feed(**changed: str) -> Feed:
    files = FILES | {f"{stem}.txt": text for stem, text in changed.items()}
    return read_members("x", ((name, text.encode()) for name, text in files.items()))


def leg(**changed: object) -> BookedLeg:
    values: dict[str, object] = {
        "booking": "b1", "feed_id": "baybus", "trip_id": "T1", "service_date": WEDNESDAY, "from_stop": "S1",
        "to_stop": "S3", "departure_s": 8 * 3600, "arrival_s": 8 * 3600 + 600,
        "next_departure_s": 8 * 3600 + 780, "next_place": "豊砂",
    } | changed  # fmt: skip
    return BookedLeg(**values)  # type: ignore[arg-type]


def times(old: str, new: str) -> dict[str, str]:
    assert old in FILES["stop_times.txt"]
    return {"stop_times": FILES["stop_times.txt"].replace(old, new)}


@pytest.mark.parametrize(
    ("changed", "why", "minutes"),
    [
        ({}, None, 0),
        (times("08:10:00,08:10:00", "08:12:00,08:12:00"), "later", 2),
        (times("08:10:00,08:10:00", "08:14:00,08:14:00"), "connection", 1),
        (times("T1,08:00:00,08:00:00", "T1,07:58:00,07:58:00"), "earlier", 2),
        (times("T1,08:10:00,08:10:00,S3,3\n", ""), "stop_dropped", 0),
        ({"calendar_dates": FILES["calendar_dates.txt"] + "W,20261125,2\n"}, "not_that_day", 0),
        ({"trips": FILES["trips.txt"].replace("R,W,T1,豊砂,0\n", ""),
          "stop_times": WITHOUT_T1}, "gone", 0),
    ],
)  # fmt: skip
def test_what_becomes_of_a_booked_ride(changed: dict[str, str], why: str | None, minutes: int) -> None:
    found = broken_trips(feed(**changed), [leg()])
    assert [(b.why, b.minutes) for b in found] == ([] if why is None else [(why, minutes)])


def test_the_same_ride_under_another_trip_id_is_kept() -> None:
    renamed = {k: FILES[f"{k}.txt"].replace("T1", "X1") for k in ("trips", "stop_times")}
    assert broken_trips(feed(**renamed), [leg()]) == []
    weekend = broken_trips(feed(**renamed), [leg(service_date=date(2026, 11, 28))])
    assert [b.why for b in weekend] == ["gone"]


def test_seventeen_booked_trips_lose_their_connection() -> None:
    late = feed(**times("08:10:00,08:10:00", "08:20:00,08:20:00"))
    found = broken_trips(late, [leg(booking=f"b{k}") for k in range(17)])
    impact = Impact(17, tuple(found), 0, (), ())
    assert impact_words(impact, "ja") == ["17件の予約が豊砂で乗継に間に合わなくなります"]
    assert impact_words(impact, "en") == ["17 booked trips lose their connection at 豊砂"]
    assert impact_words(Impact(0, (), 0, (), ()), "en") == ["No impact on riders was found"]


@pytest.fixture
def log(sql_url: str) -> Iterator[QueryLog]:
    database = Database.open(sql_url)
    create_schema(database)
    yield QueryLog(database, JST)
    database.close()


def test_questions_are_kept_coarse_counted_and_forgotten(log: QueryLog) -> None:
    here, there = (35.64831, 140.04187), (35.65790, 140.02720)
    yesterday = datetime(2026, 11, 24, 8, 7, tzinfo=JST)
    for minute in range(3):
        log.asked(here, there, yesterday + timedelta(minutes=minute), arrive_by=False)
    log.asked(here, there, yesterday - timedelta(days=20), arrive_by=False)
    assert log.flush() == 4
    log.asked((35.6491, 140.0440), there, yesterday, arrive_by=False)  # the same square
    assert log.flush() == 1
    (question,) = log.last_week(NOW)
    assert (question.count, question.slot_s, question.day) == (4, 8 * 3600, date(2026, 11, 24))
    assert question.origin == pytest.approx((35.6475, 140.0425))
    assert abs(question.origin[0] - here[0]) > 1e-4
    assert log.forget(NOW - timedelta(days=14)) == 1
    assert log.flush() == 0


class _Net:
    def __init__(self, minutes: dict[int, float | None]) -> None:
        self._minutes = minutes

    def minutes(self, _from: object, _to: object, at: datetime) -> float | None:
        return self._minutes[at.hour]


def test_ways_that_take_longer_or_are_lost(log: QueryLog) -> None:
    here, there = (35.64831, 140.04187), (35.65790, 140.02720)
    for hour, count in ((7, 1), (8, 2), (9, 3), (10, 1)):
        for _ in range(count):
            log.asked(here, there, datetime(2026, 11, 24, hour, tzinfo=JST), arrive_by=False)
    log.flush()
    questions = log.last_week(NOW)
    days = same_weekday({q.day for q in questions}, WEDNESDAY)
    assert days == {date(2026, 11, 24): date(2026, 12, 1)}
    before = _Net({7: 10.0, 8: 10.0, 9: 10.0, 10: 20.0})
    after = _Net({7: None, 8: 16.0, 9: 12.0, 10: 10.0})
    asked, slower, faster = slower_ways(questions, before, after, days, JST)  # type: ignore[arg-type]
    assert (asked, faster) == (4, 1)
    assert [(s.question.slot_s // 3600, s.after_min) for s in slower] == [(7, None), (8, 16.0)]
    told = impact_words(Impact(0, (), asked, tuple(slower), ()), "en")
    assert told[0] == "1 of 4 journeys asked for last week have no way any more"
    places = {"S1": ("海浜幕張駅", here[0], here[1]), "S2": ("幕張メッセ", 35.7, 140.1)}
    lost = lost_stops({"S1", "S2", "S3"}, {"S3"}, places, questions, 0.005)
    assert [(s.id, s.asked) for s in lost] == [("S1", 7), ("S2", 0)]
