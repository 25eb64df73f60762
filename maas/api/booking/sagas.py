"""`/v1/sagas`: what goes no further by itself, for operators who see its journal and set it right."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from maas.api.booking.asked import EventIn
from maas.api.booking.bundles import BundlePath, Desk, answers
from maas.api.booking.views import BundleView, bundle_view
from maas.api.identity.guards import Guards
from maas.booking.service import Repair
from maas.booking.store import Saga
from maas.identity import audit
from maas.identity.model import Role
from maas.identity.principal import Principal

__all__ = ["router"]

SagaPath = Annotated[str, Path(pattern=r"^bdl_[0-9a-f]{32}-[0-9]{1,6}$")]
LabelPath = Annotated[str, Path(pattern=r"^[A-Za-z0-9_.-]{1,40}$")]
Word = Annotated[str, Field(min_length=1, max_length=400, description="why; it is kept")]


class SagaView(BaseModel):
    """A saga: where it is, since when, and what went wrong."""

    id: str
    bundle_id: str
    kind: str = Field(description="book, cancel, change, settle")
    phase: str
    state: str = Field(description="open, stuck, done")
    attempts: int
    error: str
    begun_at: AwareDatetime
    next_try_at: AwareDatetime | None


class LineView(BaseModel):
    """One line of its journal."""

    at: AwareDatetime
    what: str
    actor: str
    detail: dict[str, Any]


class SagaDetailView(SagaView):
    """With its bundle and journal."""

    bundle: BundleView
    journal: list[LineView]


class SagasView(BaseModel):
    """Those that an operator should look at, oldest first."""

    sagas: list[SagaView]


class RepairIn(BaseModel):
    """Why an operator steps in."""

    model_config = ConfigDict(extra="forbid")

    reason: Word


def router(desk: Desk, guards: Guards) -> APIRouter:
    """Routes for operators and administrators, or machines with `bundles:repair`."""
    routes = APIRouter(tags=["sagas"], responses=answers(401, 403))
    allowed = Depends(guards.requires(Role.OPERATOR, Role.ADMINISTRATOR, scope="bundles:repair"))
    booking = desk.booking

    def detail(repair: Repair, lang: str = "") -> SagaDetailView:
        return SagaDetailView(
            **_saga(repair.saga, desk.zone).model_dump(), bundle=bundle_view(repair.bundle, desk.zone, lang),
            journal=[
                LineView(
                    at=datetime.fromtimestamp(x.at_ms / 1000, desk.zone), what=x.what, actor=x.actor,
                    detail=x.detail,
                )
                for x in repair.lines
            ],
        )  # fmt: skip

    def written(who: Principal, what: str, repair: Repair, reason: str) -> None:
        desk.identity.write(
            lambda work: audit.append(
                work, what, repair.bundle.subject, saga=repair.saga.id, phase=repair.saga.phase, reason=reason
            ),
            by=who,
        )

    @routes.get("/v1/sagas")
    def list_sagas(
        who: Principal = allowed, older_s: Annotated[int, Query(ge=0, le=86_400)] = 60
    ) -> SagasView:
        """What is stuck, or was tried several times since `older_s` ago."""
        del who
        return SagasView(sagas=[_saga(one, desk.zone) for one in booking.stuck(older_s=older_s)])

    @routes.get("/v1/sagas/{saga_id}", responses=answers(404))
    def show_saga(saga_id: SagaPath, who: Principal = allowed) -> SagaDetailView:
        """Everything about one."""
        del who
        return detail(booking.repair_of(saga_id))

    @routes.post("/v1/sagas/{saga_id}/retry", responses=answers(404, 409))
    def retry_saga(saga_id: SagaPath, asked: RepairIn, who: Principal = allowed) -> SagaDetailView:
        """Go on where it stopped."""
        found = booking.repair_of(saga_id)
        written(who, "saga.retry", found, asked.reason)
        booking.repairs.retry(found.bundle, actor=who.actor)
        return detail(booking.repair_of(saga_id))

    @routes.post("/v1/sagas/{saga_id}/undo", responses=answers(404, 409))
    def undo_saga(saga_id: SagaPath, asked: RepairIn, who: Principal = allowed) -> SagaDetailView:
        """Give everything back; not once the bundle is confirmed."""
        found = booking.repair_of(saga_id)
        written(who, "saga.undo", found, asked.reason)
        booking.repairs.undo(found.bundle, actor=who.actor, reason=asked.reason)
        return detail(booking.repair_of(saga_id))

    @routes.post("/v1/sagas/{saga_id}/mark", responses=answers(404, 409))
    def mark_saga(saga_id: SagaPath, asked: RepairIn, who: Principal = allowed) -> SagaDetailView:
        """End it as it stands: the rest was done by hand."""
        found = booking.repair_of(saga_id)
        written(who, "saga.mark", found, asked.reason)
        booking.repairs.mark(found.bundle, actor=who.actor, reason=asked.reason)
        return detail(booking.repair_of(saga_id))

    @routes.post("/v1/bundles/{bundle_id}/parts/{label}/events", responses=answers(404, 409))
    def tell_of_part(
        bundle_id: BundlePath, label: LabelPath, told: EventIn, who: Principal = allowed
    ) -> BundleView:
        """A part was used, is over, was missed, or cannot be kept: the money and the other parts follow."""
        match told.what:
            case "used":
                bundle = booking.after.used(bundle_id, label, use_key=told.key or "desk", actor=who.actor)
            case "completed":
                bundle = booking.after.completed(
                    bundle_id, label, actor=who.actor, price_minor=told.price_minor
                )
            case "missed":
                bundle = booking.after.missed(bundle_id, label, actor=who.actor)
            case "disrupted":
                bundle = booking.changes.disrupt(bundle_id, label, cause=told.cause or "operator")
        desk.identity.write(
            lambda work: audit.append(
                work, f"part.{told.what}", bundle.subject, bundle=bundle_id, part=label
            ),
            by=who,
        )
        return bundle_view(bundle, desk.zone, "")

    return routes


def _saga(saga: Saga, zone: tzinfo) -> SagaView:
    return SagaView(
        id=saga.id, bundle_id=saga.bundle_id, kind=saga.kind, phase=saga.phase, state=saga.state,
        attempts=saga.attempts, error=saga.error,
        begun_at=datetime.fromtimestamp(saga.created_ms / 1000, zone),
        next_try_at=datetime.fromtimestamp(saga.wake_ms / 1000, zone) if saga.state == "open" else None,
    )  # fmt: skip
