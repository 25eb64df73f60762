"""`/v1/waiting`: a place in the queue of a slot that is sold out; who is offered it books it as a part."""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, ConfigDict, Field

from maas.api.booking.bundles import Desk, answers
from maas.api.identity.guards import Guards
from maas.booking.errors import UnknownBundle
from maas.identity.principal import Principal
from maas.services import waiting
from maas.services.waiting import Waiting

__all__ = ["router"]

PlacePath = Annotated[str, Path(pattern=r"^wtg_[0-9a-f]{32}$")]


class WaitIn(BaseModel):
    """The slot, and how many of it."""

    model_config = ConfigDict(extra="forbid")

    slot_id: str = Field(min_length=1, max_length=120, pattern=r"^[\x20-\x7e]*$")
    quantity: int = Field(1, ge=1, le=100)


class WaitingView(BaseModel):
    """A place in a queue. Once `offered`, hold it as a part of kind `service` with this key as `waiting`."""

    key: str
    slot_id: str
    quantity: int
    state: str = Field(description="waiting, offered, left, refused")
    position: int = Field(description="from 1; 0 when it is no longer waiting")


def router(desk: Desk, guards: Guards) -> APIRouter:
    """Routes for riders and those who book for them."""
    routes = APIRouter(tags=["bundles"], responses=answers(401, 403, 404))
    books = Depends(guards.rider(book=True, scope="bookings:write"))
    sees = Depends(guards.rider(book=False, scope="bookings:read"))
    database, clock = desk.booking.deps.database, desk.booking.deps.clock

    def mine(key: str, who: Principal) -> Waiting:
        with database.read() as connection:
            found = waiting.place_in_queue(connection, key)
        if found.holder != who.subject:
            raise UnknownBundle(f"you have no place {key!r} in a queue")
        return found

    @routes.post("/v1/waiting", status_code=201, responses=answers(409))
    def join_queue(asked: WaitIn, who: Principal = books) -> WaitingView:
        """Stand at the end of the queue; where enough is free and nobody waits, it is offered at once."""
        key = f"wtg_{secrets.token_hex(16)}"
        place = database.run(
            lambda c: waiting.join(
                c, asked.slot_id, asked.quantity, key, holder=str(who.subject), ttl_s=desk.waiting_s,
                now=clock(),
            )
        )  # fmt: skip
        return _view(place)

    @routes.get("/v1/waiting/{key}")
    def show_place(key: PlacePath, who: Principal = sees) -> WaitingView:
        """How it stands."""
        return _view(mine(key, who))

    @routes.delete("/v1/waiting/{key}")
    def leave_queue(key: PlacePath, who: Principal = books) -> WaitingView:
        """Give the place up, or what was offered for it."""
        mine(key, who)
        return _view(database.run(lambda c: waiting.leave(c, key, now=clock())))

    return routes


def _view(place: Waiting) -> WaitingView:
    return WaitingView(
        key=place.key, slot_id=place.slot_id, quantity=place.quantity, state=place.state.value,
        position=place.position,
    )  # fmt: skip
