"""Live positions to many viewers: each message is made once and sent to everybody as it is."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from starlette.concurrency import run_in_threadpool

from fleet.errors import FleetError
from maas.api.fleet.live import FleetOf
from maas.api.fleet.operator_present import spot_view
from maas.errors import UserError
from maas.wiring.live import LiveFleet
from maas.wiring.spots import Spot
from maas.wiring.spread import ALL, CHANGED, MODES, pack

__all__ = ["Pump", "router"]

EVERY_S = 1.0
Message = str | bytes


class Pump:
    """Asks the fleet once a second while somebody watches, and hands the same message to all.

    `write(fleet, spots, whole)` makes a message of the vehicles that changed, or of all of them for somebody
    who has just come or was too slow to take every message.
    """

    def __init__(self, fleet_of: FleetOf, write: Callable[[LiveFleet, list[Spot], bool], Message]) -> None:
        self._fleet_of = fleet_of
        self._write = write
        self._tick = 0
        self._message: Message = ""
        self._next: asyncio.Future[None] | None = None
        self._viewers = 0
        self._task: asyncio.Task[None] | None = None

    async def whole(self) -> Message:
        """A message of all vehicles."""
        return await run_in_threadpool(self._all)

    async def watch(self, socket: WebSocket) -> None:
        """Send to one viewer until they go. Raises what the fleet refuses, and WebSocketDisconnect."""
        self._viewers += 1
        if self._task is None or self._task.done():
            self._next = asyncio.get_running_loop().create_future()
            self._task = asyncio.create_task(self._run())
        try:
            seen = self._tick
            await _send(socket, await self.whole())
            while True:
                if self._tick == seen:
                    assert self._next is not None
                    await asyncio.shield(self._next)
                missed, seen = self._tick - seen > 1, self._tick
                await _send(socket, await self.whole() if missed else self._message)
        finally:
            self._viewers -= 1

    async def _run(self) -> None:
        since, _ = await run_in_threadpool(self._changes, 0)
        while self._viewers:
            await asyncio.sleep(EVERY_S)
            ended = self._next
            assert ended is not None
            try:
                since, self._message = await run_in_threadpool(self._changes, since)
            except (FleetError, UserError) as error:
                if not ended.done():
                    ended.set_exception(error)
                    ended.exception()  # looked at, whether or not somebody waits for it
                return
            self._tick += 1
            self._next = asyncio.get_running_loop().create_future()
            ended.set_result(None)

    def _all(self) -> Message:
        fleet = self._fleet_of()
        return self._write(fleet, fleet.positions(), True)

    def _changes(self, since: int) -> tuple[int, Message]:
        fleet = self._fleet_of()
        revision, spots = fleet.changes(since)
        return revision, self._write(fleet, spots, False)


async def _send(socket: WebSocket, message: Message) -> None:
    if isinstance(message, bytes):
        await socket.send_bytes(message)
    elif message:
        await socket.send_text(message)


def _as_json(fleet: LiveFleet, spots: list[Spot], whole: bool) -> str:
    if not spots and not whole:
        return ""
    return json.dumps([spot_view(fleet, spot).model_dump() for spot in spots], separators=(",", ":"))


def _packed(fleet: LiveFleet, spots: list[Spot], whole: bool) -> bytes:
    return pack(fleet, spots, ALL if whole else CHANGED, fleet.clock())


def router(fleet_of: FleetOf) -> APIRouter:
    """The stream of live positions, which is public as the positions are."""
    routes = APIRouter(tags=["shuttle"])
    pumps = {"json": Pump(fleet_of, _as_json), "packed": Pump(fleet_of, _packed)}

    @routes.websocket("/v1/shuttle/stream")
    async def send_positions(socket: WebSocket, form: str = "json") -> None:
        """Where the vehicles are: all of them first, then each second those that moved.

        `form=packed`: a greeting with ids and modes, then frames of columns (maas/wiring/spread.py).
        """
        pump = pumps.get(form)
        await socket.accept()
        if pump is None:
            await socket.close(4400, "form is json or packed")
            return
        gone = asyncio.create_task(_until_gone(socket))
        try:
            if form == "packed":
                ids = [vehicle.id for vehicle in fleet_of().service.vehicles]
                await socket.send_text(json.dumps({"ids": ids, "modes": MODES}))
            watching = asyncio.create_task(pump.watch(socket))
            await asyncio.wait({gone, watching}, return_when=asyncio.FIRST_COMPLETED)
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
        except (FleetError, UserError) as error:
            await socket.close(1013, str(error)[:120])
        except (WebSocketDisconnect, RuntimeError):
            return  # RuntimeError: sent in the moment that they closed
        finally:
            gone.cancel()

    return routes


async def _until_gone(socket: WebSocket) -> None:
    with suppress(WebSocketDisconnect):
        while True:
            await socket.receive_text()
