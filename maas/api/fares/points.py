"""`/v1/me/points`: what is there, how it came, and what becomes of it; and who grants points to others."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from maas.api.identity.fields import ACCOUNT_ID
from maas.api.identity.guards import Guards
from maas.api.identity.problems import also
from maas.errors import BadRequest
from maas.fares import store
from maas.fares.errors import NotEarned
from maas.identity import accounts, audit
from maas.identity.compose import Identity
from maas.identity.model import Role
from maas.identity.principal import Principal
from maas.identity.work import Work
from maas.wiring.fares import Fares
from payments.ledger import audit as book

__all__ = ["router"]

RuleName = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[a-z0-9_-]+$")]
Evidence = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9:._-]+$")]
Units = Annotated[int, Field(ge=1, le=1000)]
_MOVES = {"points-earn", "points-burn", "points-spend", "points-back", "points-unearn", "points-donate",
          "points-expire"}  # fmt: skip


class LotView(BaseModel):
    """Points that expire together."""

    points: int
    until: date = Field(description="the last month's first day: they are good to its end")


class RuleView(BaseModel):
    """How points are earned."""

    name: str
    points_per_unit: int
    units_max_per_day: int
    points_max_per_month: int | None
    by: str = Field(
        description="ride: by itself; rider: claimed; provider: granted by a shop, operator or the city"
    )


class PointsView(BaseModel):
    """My points."""

    balance: int
    yen_per_point: int
    lots: list[LotView]
    per_bundle_max: int = Field(description="how many may pay for one bundle by themselves")
    rules: list[RuleView]
    causes: dict[str, str]


class MoveView(BaseModel):
    """Points that came or went."""

    at: datetime
    kind: str
    points: int
    detail: str


class Wish(BaseModel):
    """How many points may pay for one bundle by themselves; 0: none."""

    model_config = ConfigDict(extra="forbid")

    per_bundle_max: int = Field(ge=0, le=100_000)


class Claim(BaseModel):
    """A deed of mine: what, how much, which day, and an id of the record that shows it."""

    model_config = ConfigDict(extra="forbid")

    rule: RuleName
    units: Units
    evidence: Evidence
    day: date


class Grant(Claim):
    """Somebody's deed, told by who saw it."""

    account_id: str = Field(pattern=ACCOUNT_ID)


class Granted(BaseModel):
    """How many points that gave, within the limits."""

    points: int


class Donation(BaseModel):
    """Points for a cause."""

    model_config = ConfigDict(extra="forbid")

    points: int = Field(ge=1, le=1_000_000)
    cause: RuleName


def router(fares: Fares, identity: Identity, guards: Guards) -> APIRouter:
    """Mine, and granting."""
    routes = APIRouter(tags=["points"], responses=also(401, 403))
    me = Depends(guards.person)
    _mine(routes, fares, identity, me)
    _deeds(routes, fares, identity, guards, me)
    return routes


def _mine(routes: APIRouter, fares: Fares, identity: Identity, me: Principal) -> None:
    points, config = fares.points, fares.config

    @routes.get("/v1/me/points")
    def show_points(lang: Annotated[str, Query(max_length=16)] = "ja", who: Principal = me) -> PointsView:
        """What I have, until when, and how more is earned."""
        now = identity.clock()

        def look(work: Work) -> PointsView:
            lots = points.lots(work.connection, _id(who), now=now)
            return PointsView(
                balance=sum(lot.available for lot in lots), yen_per_point=points.rules.yen_per_point,
                lots=[LotView(points=lot.available, until=lot.month) for lot in lots],
                per_bundle_max=store.points_wish(work.connection, _id(who)),
                rules=[
                    RuleView(
                        name=rule.name, points_per_unit=rule.points_per_unit,
                        units_max_per_day=rule.units_max_per_day,
                        points_max_per_month=rule.points_max_per_month, by=_by(fares, rule.name),
                    )
                    for rule in points.rules.earn.values()
                ],
                causes={id_: text.get(lang) for id_, text in config.causes.items()},
            )  # fmt: skip

        return identity.read(look)

    @routes.get("/v1/me/points/history")
    def list_moves(who: Principal = me) -> list[MoveView]:
        """What came and went, the latest first."""
        mark = f"points:{_id(who)}:"

        def look(work: Work) -> list[MoveView]:
            found = []
            for move in book.touching(work.connection, mark, count=200):
                total = sum(leg.amount_minor for leg in move.legs if leg.account.startswith(mark))
                if move.kind in _MOVES and total:
                    detail = next((leg.part.partition("@")[0] for leg in move.legs if leg.part), "")
                    detail = "" if detail.startswith("spend:") else detail
                    found.append(MoveView(at=move.at, kind=move.kind, points=total, detail=detail))
            return found

        return identity.read(look)

    @routes.put("/v1/me/points/wish")
    def set_wish(asked: Wish, who: Principal = me) -> Wish:
        """Let points pay for bundles by themselves, up to so many for each."""
        identity.write(
            lambda work: store.set_points_wish(work.connection, _id(who), asked.per_bundle_max), who
        )
        return asked

    @routes.post("/v1/me/points/donations", responses=also(409))
    def donate(asked: Donation, who: Principal = me) -> Granted:
        """Give points to a cause; answers with what is left."""
        if asked.cause not in config.causes:
            raise BadRequest(f"cause: {asked.cause!r} is none of {', '.join(config.causes) or 'ours'}")
        key, now = f"donate:{secrets.token_hex(12)}", identity.clock()

        def give(work: Work) -> int:
            points.donate(work.connection, key, _id(who), asked.points, asked.cause, now=now)
            return points.balance(work.connection, _id(who), now=now)

        return Granted(points=identity.write(give, who))


def _deeds(routes: APIRouter, fares: Fares, identity: Identity, guards: Guards, me: Principal) -> None:
    points = fares.points
    provider = Depends(guards.requires(Role.SHOP, Role.OPERATOR, Role.ADMINISTRATOR, scope="points:grant"))

    def earn(who: Principal, member: str, claim: Claim, evidence: str) -> int:
        now = identity.clock()

        def grant(work: Work) -> int:
            accounts.get(work, member)
            points.open(work.connection, now=now)
            got = points.earn(work.connection, member, claim.rule, claim.units, evidence, claim.day, now=now)
            audit.append(work, "points.granted", member, rule=claim.rule, points=got)
            return got

        return identity.write(grant, who)

    @routes.post("/v1/me/points/claims", responses=also(409))
    def claim_points(asked: Claim, who: Principal = me) -> Granted:
        """Points for what I did by myself; the limits of day and month hold, a record counts once."""
        if _by(fares, asked.rule) != "rider":
            raise NotEarned(f"rule: {asked.rule!r} is not claimed; it is granted by who saw it, or by rides")
        return Granted(points=earn(who, _id(who), asked, f"{_id(who)}:{asked.evidence}"))

    @routes.post("/v1/points/grants", responses=also(404, 409))
    def grant_points(asked: Grant, who: Principal = provider) -> Granted:
        """Points for what somebody did, told by a shop, an operator, the city or their machine."""
        if _by(fares, asked.rule) != "provider":
            raise NotEarned(f"rule: {asked.rule!r} is not granted by a provider")
        return Granted(points=earn(who, asked.account_id, asked, f"{who.actor}:{asked.evidence}"))


def _by(fares: Fares, rule: str) -> str:
    when = fares.config.earn_when.get(rule)
    return "provider" if when is None else when.by


def _id(who: Principal) -> str:
    assert who.account_id is not None, "the guard lets accounts in only"
    return who.account_id
