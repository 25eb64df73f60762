"""Telemetry in by HTTP and WebSocket; usage figures out."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, Depends, Request, WebSocket, WebSocketDisconnect
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from fleet.dispatch.hours import service_day_start_s
from fleet.errors import FleetError
from fleet.vehicles.intake import Outcome
from fleet.vehicles.telemetry import decode
from maas.api.fleet.live import FleetOf, Guard, may_operate
from maas.errors import BadRequest, UserError
from maas.wiring.live import LiveFleet
from maas.wiring.system import System

__all__ = ["router"]

BYTES_MAX = 262_144


class OutcomeView(BaseModel):
    """What became of one message."""

    id: str
    verdict: str
    dropped: list[str] = []
    detail: str = ""


class UsageView(BaseModel):
    """What one vehicle did on a service day."""

    kind: str
    id: str
    km: float
    hours_on_duty: float
    energy_kwh: float
    boardings: int
    faults: int


def router(system: System | None, guard: Guard, fleet_of: FleetOf) -> APIRouter:
    """Routes of telemetry."""
    routes = APIRouter(tags=["telemetry"])
    guarded = [Depends(guard)]

    @routes.post("/v1/fleet/telemetry", status_code=202, dependencies=guarded)
    async def receive(request: Request) -> list[OutcomeView]:
        """One message or an array of them (see docs/telemetry.md); what became of each."""
        body = await request.body()
        return await run_in_threadpool(_receive, fleet_of(), body, "http")

    @routes.get("/v1/fleet/telemetry/counts", dependencies=guarded)
    def count_messages() -> dict[str, dict[str, int]]:
        """Messages by transport and verdict since the start; `dropped:field` are fields not believed."""
        return fleet_of().intake.summary()

    @routes.get("/v1/fleet/usage", dependencies=guarded)
    def show_usage(day: str) -> list[UsageView]:
        """Kilometres, hours, energy and boardings of each vehicle on a service day (YYYY-MM-DD)."""
        return _usage(fleet_of(), day)

    @routes.websocket("/v1/fleet/telemetry/stream")
    async def receive_stream(socket: WebSocket) -> None:
        """Each text frame is a message or an array; each is answered by an array of outcomes."""
        if not may_operate(system, socket.headers.get("authorization", "")):
            await socket.close(4401, "send the operator token as Authorization: Bearer TOKEN")
            return
        await socket.accept()
        try:
            while True:
                data = await socket.receive_text()
                try:
                    told = await run_in_threadpool(_receive, fleet_of(), data.encode(), "websocket")
                    await socket.send_json([view.model_dump() for view in told])
                except (FleetError, UserError) as error:
                    await socket.send_json(
                        [OutcomeView(id="", verdict="malformed", detail=str(error)).model_dump()]
                    )
        except WebSocketDisconnect:
            return

    return routes


def _receive(fleet: LiveFleet, body: bytes, source: str) -> list[OutcomeView]:
    try:
        if len(body) > BYTES_MAX:
            raise BadRequest(f"telemetry: {len(body)} bytes; send {BYTES_MAX} at most at a time")
        messages = decode(body)
    except (FleetError, UserError):
        fleet.intake.malformed(source)
        raise
    now_s = fleet.clock()
    return [_view(outcome) for outcome in fleet.intake.receive(messages, now_s, source)]


def _view(outcome: Outcome) -> OutcomeView:
    return OutcomeView(
        id=outcome.id, verdict=outcome.verdict.value, dropped=list(outcome.dropped), detail=outcome.detail
    )


def _usage(fleet: LiveFleet, text: str) -> list[UsageView]:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise BadRequest(f"day: {text!r} is no day. Write it as 2026-11-25") from None
    start = service_day_start_s(day, fleet.zone)
    battery = {unit.id: fleet.service.model_of(unit).battery_wh for unit in fleet.service.vehicles}
    fleet.history.flush()
    return [UsageView(**row) for row in fleet.history.usage(start, start + 86_400, battery)]
