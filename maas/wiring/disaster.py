"""The disaster switch: shuttles drawn in, parts of the area closed, riders told, in one act; undone in one.

What was done is a row of a table that is only added to: the last row is the state, the rows are the history.
Each act is in the audit trail, too.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Boolean, Column, Integer, MetaData, String, Table, Text, insert, select

from fleet.dispatch.conditions import Conditions
from fleet.dispatch.fleet_state import Mode
from fleet.dispatch.ports import Closure
from fleet.errors import NotOwner
from maas.errors import UserError
from maas.feeds.errors import FeedHouseError
from maas.feeds.model import SYSTEM
from maas.feeds.notices import NoticeContent, Notices
from maas.identity import audit
from maas.identity.compose import Identity
from maas.wiring.live import LiveFleet
from storage.database import Database

__all__ = ["Act", "Disaster", "Outlook", "Standing", "Switched", "create_schema"]

CAUSE = "disaster: "
"""Begins the cause of every vehicle and closure that the switch took out of service."""
SHOWN_MAX = 50
_LOCK = 727288
metadata = MetaData()
acts = Table(
    "city_disaster",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("switched_on", Boolean, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("body", Text, nullable=False),
)


class Switched(UserError):
    """The switch stands that way already."""

    status = 409
    slug = "switched-already"
    title = "The switch stands that way already"


@dataclass(frozen=True, slots=True)
class Act:
    """What the switch is to do. Polygons are [lon, lat] corners."""

    kind: str  # earthquake | tsunami | typhoon | flood | fire | other
    draw_in: bool
    closures: tuple[tuple[tuple[float, float], ...], ...] = ()
    message: dict[str, str] = field(default_factory=dict)  # language -> text for riders


@dataclass(frozen=True, slots=True)
class Standing:
    """How the switch stands since when, by whom; and what it did."""

    on: bool
    at: datetime
    actor: str
    act: Act | None
    drawn_in: tuple[str, ...] = ()
    breaches: int = 0
    notice_id: str = ""  # empty: riders could not be told by a notice


@dataclass(frozen=True, slots=True)
class Outlook:
    """Whom drawing in would touch now."""

    vehicles: int
    riders_on_board: int
    rides_promised: int


class Disaster:
    """The switch of one area. Safe to call from several threads."""

    def __init__(
        self, database: Database, identity: Identity, fleet: LiveFleet | None, notices: Notices, feed_id: str,
        clock: Callable[[], datetime],
    ) -> None:  # fmt: skip
        self._database = database
        self._identity = identity
        self._fleet = fleet
        self._notices = notices
        self._feed_id = feed_id
        self._clock = clock
        self._lock = threading.Lock()

    def history(self) -> list[Standing]:
        """Every act, the latest first."""
        with self._database.read() as connection:
            rows = connection.execute(select(acts).order_by(acts.c.seq.desc()).limit(SHOWN_MAX)).all()
        return [_standing(row) for row in rows]

    def now(self) -> Standing | None:
        """How it stands; None: it was never used."""
        return next(iter(self.history()), None)

    def outlook(self) -> Outlook:
        """Whom it would touch if it were switched on now."""
        if self._fleet is None:
            return Outlook(0, 0, 0)
        state = self._fleet.shuttle.state
        with state.lock:
            rides = [r for r in state.rides.values() if r.state.value in ("confirmed", "on_board")]
            on_board = sum(r.request.party.riders for r in rides if r.state.value == "on_board")
            vehicles = sum(d.mode is Mode.SERVICE for d in state.duties)
            return Outlook(vehicles, on_board, sum(r.state.value == "confirmed" for r in rides))

    def switch_on(self, act: Act, actor: str) -> Standing:
        """Draw in, close, tell. Raises Switched if it is on; the fleet comes first, whatever else fails."""
        with self._lock:
            before = self.now()
            if before is not None and before.on:
                raise Switched(f"it is on since {before.at.isoformat()}; switch it off before you change it")
            drawn_in, breaches = self._close(act)
            notice_id = ""
            with suppress(FeedHouseError):  # without a published feed there is nowhere to put a notice
                notice_id = self._notices.add(self._feed_id, self._notice(act), SYSTEM).id
            done = Standing(True, self._clock(), actor, act, drawn_in, breaches, notice_id)
            self._write(done)
            return done

    def switch_off(self, actor: str) -> Standing:
        """Open again, start what was drawn in, take the notice back. Raises Switched if it is off."""
        with self._lock:
            before = self.now()
            if before is None or not before.on:
                raise Switched("it is off; there is nothing to end")
            self._open()
            if before.notice_id:
                with suppress(FeedHouseError):  # somebody took it back already
                    self._notices.remove(self._feed_id, before.notice_id, SYSTEM)
            done = Standing(False, self._clock(), actor, before.act)
            self._write(done)
            return done

    def resume(self) -> None:
        """After a start: close again what was closed; a dispatcher begins without knowing of it."""
        standing = self.now()
        if standing is not None and standing.on and standing.act is not None:
            with suppress(NotOwner):  # another process holds the zone, and closed it
                self._close(standing.act)

    def _close(self, act: Act) -> tuple[tuple[str, ...], int]:
        if self._fleet is None:
            return (), 0
        shuttle, now_s = self._fleet.shuttle, self._fleet.now_s()
        with shuttle.state.lock:
            others = [c for c in shuttle.domain.conditions.closures if not c.id.startswith(CAUSE)]
            shut = [Closure(f"{CAUSE}{act.kind} {k + 1}", ring) for k, ring in enumerate(act.closures)]
            conditions = _with(shuttle.domain.conditions, (*others, *shut))
            breaches = len(shuttle.domain.update(conditions, now_s))
            drawn_in = []
            for duty in shuttle.state.duties if act.draw_in else ():
                if duty.mode is Mode.SERVICE:
                    breaches += len(shuttle.operations.draw_in(duty.id, now_s, CAUSE + act.kind))
                    drawn_in.append(duty.id)
        return tuple(drawn_in), breaches

    def _open(self) -> None:
        if self._fleet is None:
            return
        shuttle, now_s = self._fleet.shuttle, self._fleet.now_s()
        with shuttle.state.lock:
            kept = [c for c in shuttle.domain.conditions.closures if not c.id.startswith(CAUSE)]
            shuttle.domain.update(_with(shuttle.domain.conditions, tuple(kept)), now_s)
            for duty in shuttle.state.duties:
                if duty.mode in (Mode.DRAWING_IN, Mode.OFF) and duty.cause.startswith(CAUSE):
                    shuttle.state.plans.drop_visits(shuttle.state.plans.vehicle(duty.id))
                    shuttle.operations.start(duty.id, now_s)
        shuttle.control.share_out(now_s)

    def _notice(self, act: Act) -> NoticeContent:
        return NoticeContent(
            header=act.message, effect="NO_SERVICE" if act.draw_in else "MODIFIED_SERVICE",
            cause="WEATHER" if act.kind in ("typhoon", "flood") else "OTHER_CAUSE", active_from=self._clock(),
        )  # fmt: skip

    def _write(self, done: Standing) -> None:
        body = {"act": None if done.act is None else asdict(done.act), "drawn_in": done.drawn_in,
                "breaches": done.breaches, "notice_id": done.notice_id}  # fmt: skip
        row = {"switched_on": done.on, "at_ms": round(done.at.timestamp() * 1000), "actor": done.actor}
        self._database.run(
            lambda c: c.execute(insert(acts).values(**row, body=json.dumps(body, ensure_ascii=False)))
        )
        kind = "" if done.act is None else done.act.kind
        self._identity.write(
            lambda w: audit.append(
                w, "disaster.on" if done.on else "disaster.off", "city", kind=kind,
                drawn_in=list(done.drawn_in), breaches=done.breaches,
            ),
            actor=done.actor,
        )  # fmt: skip


def _with(conditions: Conditions, closures: tuple[Closure, ...]) -> Conditions:
    return msgspec.structs.replace(conditions, closures=closures)


def create_schema(database: Database) -> None:
    """Create what is missing; safe to run again and from several processes."""
    with database.write() as connection:
        if not database.is_sqlite:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        metadata.create_all(connection)


def _standing(row: Any) -> Standing:
    body = json.loads(row.body)
    act = body["act"]
    if act is not None:
        rings = tuple(tuple((lon, lat) for lon, lat in ring) for ring in act["closures"])
        act = Act(act["kind"], act["draw_in"], rings, act["message"])
    at = datetime.fromtimestamp(row.at_ms / 1000, UTC)
    return Standing(
        bool(row.switched_on),
        at,
        row.actor,
        act,
        tuple(body["drawn_in"]),
        body["breaches"],
        body["notice_id"],
    )
