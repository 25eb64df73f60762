"""Rides by request beside every moment tried: windows over midnight, deadlines, notice, both ways asked."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from fakes.feed_text import FIRST_DATE, schedule_of

from gtfs.flex.read import BookingRule, FlexCall, FlexRide, Zone
from maas.bridges.by_request import FlexMover
from maas.bridges.movers import Walker
from routing.journey import LegEnd
from routing.line import Line
from routing.network import build_network
from routing.on_demand import Move
from routing.ports import StreetPath
from routing.query import Point, Profile

TOKYO = ZoneInfo("Asia/Tokyo")
DAYS = "1101011"
SCHEDULE = f"""
[stops]
stop_id,stop_lat,stop_lon
A,35.6,140.0
B,35.6,140.1
[calendar]
service_id,days
daily,1111111
some,{DAYS}
[trips]
trip_id,route_id,service_id
t,R,daily
[stop_times]
trip_id,stop_id,arrival_time
t,A,8:00
t,B,8:30
"""
HOME, AWAY = Point(35.6, 140.0, "home", ("A",)), Point(35.6, 140.1, "away", ("B",))
WAY_S, RIDE_S = 600, 600 * 3 // 2 + 600
STEP_S = 300  # windows, notice and wishes are whole steps, so that every step is as good as every second


class Fixed(Walker):
    """No walks, and one way of ten minutes."""

    def walk(self, start: LegEnd, end: LegEnd) -> Move | None:
        return Move("walk", start, end, 0, 0, 0.0, Line.of())

    def path(self, start: LegEnd, end: LegEnd, profile: Profile, speed_m_s: float) -> StreetPath | None:
        del profile, speed_m_s
        return StreetPath(WAY_S, 5000.0, Line.of((start.lat, start.lon), (end.lat, end.lon)))


def random_rule(rng: random.Random) -> BookingRule:
    kind = rng.randint(0, 2)
    if kind == 1:
        return BookingRule("r", 1, STEP_S * rng.randint(0, 60), 60 * rng.choice((400, 3000, 43_200)))
    if kind == 2:
        return BookingRule("r", 2, last_day=rng.randint(0, 2), last_time_s=3600 * rng.randint(8, 20))
    return BookingRule("r", 0)


def random_ride(rng: random.Random, name: str) -> FlexRide:
    zones = [Zone(end, end, None, (end,)) for end in "AB"]
    calls = []
    for zone in zones:
        opens = STEP_S * rng.randint(0, 300)
        closes = opens + STEP_S * rng.randint(20, 200)
        calls.append(FlexCall(zone, opens, closes, random_rule(rng)))
    return FlexRide(name, "F", "Flexi", rng.choice(("daily", "some")), *calls)


def allowed(ride: FlexRide, day: date, pickup: datetime, now: datetime) -> bool:
    """Whether the vehicle of a service day comes at a minute, and can still be asked."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=TOKYO)
    of_day = (pickup - midnight).total_seconds()
    number = (day - FIRST_DATE).days
    runs = ride.service_id == "daily" or (0 <= number < len(DAYS) and DAYS[number] == "1")
    rule = ride.pickup.rule
    notice = (pickup - now).total_seconds()
    deadline = True
    if rule.kind == 1:
        deadline = notice >= rule.notice_s
    elif rule.kind == 2:
        deadline = now <= midnight - timedelta(days=rule.last_day) + timedelta(seconds=rule.last_time_s)
    return (
        runs
        and 0 <= number < len(DAYS)
        and ride.pickup.opens_s <= of_day <= ride.pickup.closes_s
        and ride.drop_off.opens_s <= of_day + RIDE_S <= ride.drop_off.closes_s
        and 0 <= notice <= rule.notice_s_max
        and deadline
    )


@pytest.mark.parametrize("arrive_by", [False, True])
def test_a_ride_by_request_is_the_soonest_or_latest_of_all_moments(arrive_by: bool) -> None:
    schedule = schedule_of(SCHEDULE)
    network = build_network(schedule)
    offered = none = 0
    for seed in range(250):
        rng = random.Random(seed)
        rides = tuple(random_ride(rng, f"f{k}") for k in range(rng.randint(1, 3)))
        today = FIRST_DATE + timedelta(days=rng.randint(1, 5))
        midnight = datetime(today.year, today.month, today.day, tzinfo=TOKYO)
        wish = midnight + timedelta(seconds=STEP_S * rng.randint(0, 287))
        now = wish - timedelta(minutes=rng.choice((0, 30, 600, 3000)))
        mover = FlexMover(
            rides, schedule, network.stop_index, network.clock, Fixed(None, Profile.WALK, 1.33, 1800),  # type: ignore[arg-type]
            lambda now=now: int(now.timestamp()),
        )  # fmt: skip
        found = mover.offer(HOME, AWAY, int(wish.timestamp()), arrive_by=arrive_by)
        step = timedelta(seconds=-STEP_S if arrive_by else STEP_S)
        first = wish - timedelta(seconds=RIDE_S) if arrive_by else wish
        # What is wished for is of the day that one is picked up on, or still of the one before.
        of = first.astimezone(TOKYO).date()
        best = None
        for k in range(2 * 288):
            pickup = first + k * step
            if any(allowed(r, day, pickup, now) for r in rides for day in (of, of - timedelta(days=1))):
                best = pickup
                break
        got = None if found is None else found.moves[0].departure_at_s
        assert got == (None if best is None else int(best.timestamp())), seed
        offered += best is not None
        none += best is None
    assert offered > 50
    assert none > 50
