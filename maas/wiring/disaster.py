"""The disaster switch: shuttles drawn in, parts of the area closed, riders told, in one act; undone in one.

What is meant is written first, then done, then written as done: rows of a table that is only added to, of
which the last is the state. Whichever process runs the fleet looks at them every other second and does what
is not done: asked of another process, left by one that died half-way, or unknown to a dispatcher that began
anew.
Each act is in the audit trail, too.
"""

from __future__ import annotations

import json
import logging
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
_EVERY_S = 2.0
_log = logging.getLogger(__name__)
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
    meant: bool = False  # not done yet: its process died, or another one has the fleet
    seq: int = 0


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
        self._done_for: tuple[int, object] = (0, None)  # the last act and the dispatcher that knows of it
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="disaster", daemon=True)

    def __enter__(self) -> Disaster:
        with suppress(NotOwner):  # another process has the zone, and does it
            self.follow()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(timeout=30)

    def history(self) -> list[Standing]:
        """Every act, the latest first; one that was meant and then done is told once."""
        found = self._rows(SHOWN_MAX)
        return [one for k, one in enumerate(found) if not (one.meant and k and found[k - 1].on is one.on)]

    def now(self) -> Standing | None:
        """How it stands; None: it was never used."""
        return next(iter(self._rows(1)), None)

    def _rows(self, most: int) -> list[Standing]:
        with self._database.read() as connection:
            rows = connection.execute(select(acts).order_by(acts.c.seq.desc()).limit(most)).all()
        return [_standing(row) for row in rows]

    def outlook(self) -> Outlook:
        """Whom it would touch if it were switched on now."""
        if self._fleet is None:
            return Outlook(0, 0, 0)
        try:
            state = self._fleet.shuttle.state
        except NotOwner:  # another process could say
            return Outlook(0, 0, 0)
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
            self._write(Standing(True, self._clock(), actor, act, meant=True))
            return self._carry_out()

    def switch_off(self, actor: str) -> Standing:
        """Open again, start what was drawn in, take the notice back. Raises Switched if it is off."""
        with self._lock:
            before = self.now()
            if before is None or not before.on:
                raise Switched("it is off; there is nothing to end")
            meant = Standing(False, self._clock(), actor, before.act, notice_id=before.notice_id, meant=True)
            self._write(meant)
            return self._carry_out()

    def follow(self) -> None:
        """Do what was meant elsewhere, and what this dispatcher does not know: after a start, a takeover."""
        with self._lock:
            standing = self.now()
            if standing is None:
                return
            if standing.meant:
                self._carry_out()
            elif self._fleet is not None and self._done_for != (standing.seq, self._dispatcher()):
                self._apply(standing)

    def _run(self) -> None:
        while not self._stop.wait(_EVERY_S):
            try:
                self.follow()
            except NotOwner:
                continue  # the process that has the zone does it
            except Exception:
                _log.exception("disaster switch: not carried out; it is tried again")

    def _carry_out(self) -> Standing:
        """Do what the last row means and write that it is done; only meant while others have the fleet."""
        meant = self.now()
        assert meant is not None, "somebody has just written it"
        try:
            drawn_in, breaches = self._apply(meant)
        except NotOwner:
            return meant
        notice_id = meant.notice_id
        with suppress(FeedHouseError):  # without a published feed there is nowhere to put a notice
            if meant.on and meant.act is not None:
                # Named by the act: who died between telling and writing it down tells nobody twice.
                named = f"no-disaster-{meant.seq}"
                notice_id = self._notices.add(self._feed_id, self._notice(meant.act), SYSTEM, named).id
            elif notice_id:  # unless somebody took it back already
                self._notices.remove(self._feed_id, notice_id, SYSTEM)
        told = notice_id if meant.on else ""
        self._write(Standing(meant.on, self._clock(), meant.actor, meant.act, drawn_in, breaches, told))
        done = self.now()
        assert done is not None, "it was written just now"
        self._done_for = done.seq, self._dispatcher()
        return done

    def _apply(self, standing: Standing) -> tuple[tuple[str, ...], int]:
        """Bring the fleet into line; the same however often it is done. Raises NotOwner."""
        drawn_in: tuple[str, ...] = ()
        breaches = 0
        if standing.on and standing.act is not None:
            drawn_in, breaches = self._close(standing.act)
        elif not standing.on:
            self._open()
        self._done_for = standing.seq, self._dispatcher()
        return drawn_in, breaches

    def _dispatcher(self) -> object:
        return None if self._fleet is None else self._fleet.shuttle

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
                "breaches": done.breaches, "notice_id": done.notice_id, "meant": done.meant}  # fmt: skip
        row = {"switched_on": done.on, "at_ms": round(done.at.timestamp() * 1000), "actor": done.actor}
        self._database.run(
            lambda c: c.execute(insert(acts).values(**row, body=json.dumps(body, ensure_ascii=False)))
        )
        if done.meant:
            return
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
        body.get("meant", False),
        row.seq,
    )
