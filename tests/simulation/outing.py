"""Processes that book an outing of six parts and are killed on the way; started by `test_simulation_kill`.

Run as `python outing.py`: it loads everything once and then, for each line of JSON on its standard input,
forks a process of its own that opens the database, the dispatcher with its journal, the devices, the docks,
and a partner over HTTP; and books, gives back, or goes on with what others left. A process that is to die
sends itself SIGKILL at a probe. The answer is one line: how it ended, and how many probes it passed.
"""

# ruff: noqa: T201
from __future__ import annotations

import json
import os
import signal
import sys
import time
import traceback
from datetime import UTC, date, datetime
from typing import Any

import httpx
import numpy as np
from bundle_world import TOKYO
from device_town import LAT, LON, make_personal
from fleet_town import GridWalks, GridWays, make_service

from fleet.adapters.journal_sql import SqlJournal, ZoneLease
from fleet.adapters.missions_sql import SqlMissionJournal
from fleet.adapters.tables import create_schema as create_fleet
from fleet.dispatch.hours import service_day_start_s
from fleet.dispatch.shuttle import Shuttle
from fleet.errors import Unknown
from fleet.model.cycles import Dock
from fleet.model.mission import DeviceRequest, Mission
from fleet.model.ride import End, Ride, RideRequest
from fleet.model.service import Hours
from fleet.personal.cycles import Cycles
from maas.adapters.openactive import OpenBookingClient
from maas.booking.adapters.cycle import Docks
from maas.booking.adapters.device import Devices
from maas.booking.adapters.outside import Partners
from maas.booking.adapters.shuttle import Shuttles
from maas.booking.adapters.stock import Stock
from maas.booking.adapters.transit import Transit, one_price
from maas.booking.draft import Draft, DraftPart, Means
from maas.booking.engine import Deps, Rules
from maas.booking.errors import BookingError
from maas.booking.model import Bundle
from maas.booking.pricing import CombinedPrices, NoTickets
from maas.booking.service import Booking
from maas.booking.wishes import (
    CycleWish,
    DeviceWish,
    OutsideWish,
    ServiceWish,
    ShuttleWish,
    Spot,
    TransitWish,
)
from maas.services.catalogue import Catalogue
from maas.services.model import Offer, Provider
from maas.services.outside_openactive import OpenActiveBooking
from payments.adapters.sandbox import SandboxProcessor
from payments.service import Payments
from storage.database import Database

SHUTTLES, CHAIRS = 40, 300
SELLER = "https://partner.example/seller"
COURT = Offer.model_validate(
    {
        "id": "court", "provider_id": "gym", "category": "wellness", "kind": "times", "slot_minutes": 60,
        "hours": "Mo-Su 09:00-21:00", "name": {"ja": "コート"}, "price_minor": 1500, "lat": 35.6,
        "lon": 140.0,
        "outside": {
            "system": "partner", "opportunity": "https://partner.example/slots/s1",
            "offer": "https://partner.example/offers/adult",
        },
    }
)  # fmt: skip
GYM = Provider.model_validate({"id": "gym", "name": {"ja": "体育館"}, "account": "shop:gym"})


def now() -> datetime:
    return datetime.now(UTC)


def open_shuttles(journal: SqlJournal | None) -> Shuttle:
    """A dispatcher that works around the clock."""
    service = make_service(SHUTTLES, hours=(Hours(tuple(range(7)), "00:00", "26:00"),))
    places = [*service.stops, *service.depots, *service.chargers]
    ways = GridWays(np.array([p.lat for p in places]), np.array([p.lon for p in places]))
    now_s = int(now().timestamp())
    today: date = datetime.fromtimestamp(now_s - 3 * 3600, TOKYO).date()
    shuttle = Shuttle.open(
        service, ways, GridWalks(service.stops), epoch_s=service_day_start_s(today, TOKYO), journal=journal,
        now_s=now_s,
    )  # fmt: skip
    for unit in service.vehicles:
        shuttle.operations.start(unit.id, now_s)
    return shuttle


def warm_up() -> None:
    """Load the compiled kernels once, so that no child has to."""
    now_s = int(now().timestamp())
    wish = RideRequest(End(stop_id="s00"), End(stop_id="s55"), now_s + 900)
    assert open_shuttles(None).quoting.quote(wish, now_s)
    make_personal(CHAIRS).quote(DeviceRequest(LAT + 0.001, LON, now_s + 4000), now_s)


class Fleet:
    """A dispatcher and a desk of devices of this process, with what their journals hold."""

    def __init__(self, database: Database) -> None:
        create_fleet(database)
        self.rides = SqlJournal(self._lease(database, "shuttles"))
        self.missions = SqlMissionJournal(self._lease(database, "devices"))
        self.shuttle = open_shuttles(self.rides)
        self.personal = make_personal(CHAIRS, journal=self.missions)
        token = os.urandom(6).hex()
        self.shuttle.state.token = lambda: os.urandom(8).hex()
        self.personal.state.token = lambda: os.urandom(8).hex() + token
        self.cycles = Cycles.open([Dock("dock", "駅前", LAT, LON, 10)], "Asia/Tokyo")

    def ride(self, ride_id: str) -> Ride:
        try:
            return self.shuttle.state.ride(ride_id)
        except Unknown:
            found = self.rides.ride(ride_id)
            if found is None:
                raise
            return found

    def mission(self, mission_id: str) -> Mission:
        try:
            return self.personal.state.mission(mission_id)
        except Unknown:
            found = self.missions.mission(mission_id)
            if found is None:
                raise
            return found

    @staticmethod
    def _lease(database: Database, zone: str) -> ZoneLease:
        lease = ZoneLease(database, zone, f"p{os.getpid()}", ttl_s=0.05)
        while not lease.acquire():
            time.sleep(0.01)
        return lease


class Process:
    """One life: everything opened anew."""

    def __init__(self, url: str, partner: str, die_at: int | None) -> None:
        self.points, self.die_at = 0, die_at
        database = Database.open(url)
        self.fleet = Fleet(database)
        client = OpenBookingClient(httpx.Client(timeout=5, trust_env=False), partner)
        systems = {"partner": OpenActiveBooking(client, system="partner", seller=SELLER)}
        outside = {
            "shuttle": Shuttles(lambda: self.fleet.shuttle, self.fleet.ride),
            "device": Devices(lambda: self.fleet.personal, self.fleet.mission),
            "cycle": Docks(lambda: self.fleet.cycles, "operator:cycles"),
            "outside": Partners(systems, lambda _: (COURT, GYM)),
        }
        self.booking = Booking(
            Deps(
                database, Payments(database, SandboxProcessor(database)), outside,
                {"transit": Transit(one_price(570)), "service": Stock(Catalogue())},
                CombinedPrices((), TOKYO), NoTickets(), now, f"p{os.getpid()}",
                Rules(lease_s=0.0, retry_s=0.0, poll_s=0.0), self._probe,
            )
        )  # fmt: skip

    def _probe(self, _point: str) -> None:
        self.points += 1
        if self.points == self.die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def book(self, run: str, slot: str) -> dict[str, Any]:
        """Hold six parts, pay, confirm, and give one of each sort back."""
        subject, now_s = f"acc_{run}", int(now().timestamp())
        parts = (
            DraftPart("shuttle", ShuttleWish(Spot(stop_id="s00"), Spot(stop_id="s55"), now_s + 900)),
            DraftPart("device", DeviceWish(Spot(LAT + 0.001, LON), at_s=now_s + 4000)),
            DraftPart("cycle", CycleWish("dock", now_s)),
            DraftPart("train", TransitWish(Spot(), Spot(), now_s + 9000, now_s + 9900, agency_name="JR")),
            DraftPart("visit", ServiceWish(slot)),
            DraftPart("court", OutsideWish("court")),
        )
        bundle = self._confirmed(subject, run, parts)
        bundle = self.booking.give_back(bundle.id, subject, ["shuttle", "court", "visit"], actor=subject)
        return {"state": bundle.state.value}

    def change(self, run: str, slot: str, dearer: str) -> dict[str, Any]:
        """Book a ride, a visit and a court (none of whose deaths count here), change each, give back two."""
        subject, now_s = f"acc_{run}", int(now().timestamp())
        die_at, self.die_at = self.die_at, None
        parts = (
            DraftPart("shuttle", ShuttleWish(Spot(stop_id="s00"), Spot(stop_id="s55"), now_s + 900)),
            DraftPart("visit", ServiceWish(slot)),
            DraftPart("court", OutsideWish("court")),
        )
        bundle = self._confirmed(subject, run, parts)
        self.points, self.die_at = 0, die_at
        later = ShuttleWish(Spot(stop_id="s00"), Spot(stop_id="s55"), now_s + 2700)
        for label, wish in (
            ("visit", ServiceWish(dearer)), ("shuttle", later), ("court", OutsideWish("court", quantity=2)),
        ):  # fmt: skip
            bundle = self.booking.change(
                bundle.id, subject, label, wish, actor=subject, pay_minor=None, return_url="/trips"
            )
        bundle = self.booking.give_back(bundle.id, subject, ["shuttle", "visit"], actor=subject)
        return {"state": bundle.state.value}

    def _confirmed(self, subject: str, run: str, parts: tuple[DraftPart, ...]) -> Bundle:
        bundle = self.booking.hold(Draft(subject, "", run, "digest", parts))
        return self.booking.confirm(bundle.id, subject, Means("cus", "pm_sandbox_visa"))

    def go_on(self) -> dict[str, Any]:
        """What a worker does after a restart, until there is nothing left to do."""
        rounds = 0
        while self.booking.work():
            rounds += 1
            assert rounds < 100, "it never ends"
        return {"rounds": rounds}

    def seen(self) -> dict[str, Any]:
        """What the fleet's own journals know, by our key: open rides and missions."""
        rides = [r for r in self.fleet.shuttle.state.rides.values() if r.state.open]
        missions = [m for m in self.fleet.personal.state.missions.values() if m.state.open]
        return {
            "shuttle": {r.request.rider: r.state.value for r in rides},
            "device": {m.request.rider: m.state.value for m in missions},
        }


def live(order: dict[str, Any]) -> dict[str, Any]:
    """One process's life, from its order to its answer."""
    process = Process(order["url"], order["partner"], order.get("die_at"))
    if order["act"] != "go on":
        try:
            if order["act"] == "change":
                answer = process.change(order["run"], order["slot"], order["dearer"])
            else:
                answer = process.book(order["run"], order["slot"])
        except BookingError as error:
            answer = {"refused": str(error)}
        return {**answer, "points": process.points}
    return {**process.go_on(), "seen": process.seen()}


def main() -> None:
    """Fork for every line; a child tells through a pipe what became of it, unless it died."""
    warm_up()
    print("ready", flush=True)
    for line in sys.stdin:
        reads, writes = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reads)
            try:
                answer = live(json.loads(line))
            except BaseException:
                answer = {"error": traceback.format_exc()}
            os.write(writes, json.dumps(answer).encode())
            os._exit(0)
        os.close(writes)
        with os.fdopen(reads) as told:
            said = told.read()
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        print(json.dumps({"killed": killed, **json.loads(said or "{}")}), flush=True)


if __name__ == "__main__":
    main()
