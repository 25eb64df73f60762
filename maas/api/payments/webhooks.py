"""`/v1/payments/webhooks/{processor}`: what a processor tells us, verified by its signature.

An event is a hint only: what is true is asked of the processor. A repeat or an old one does no harm.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Header, Path, Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from maas.api.identity.problems import also
from maas.identity.errors import NothingThere
from maas.identity.ports import Clock
from maas.wiring.payments import Paying
from payments.errors import BadSignature

__all__ = ["router"]

BYTES_MAX = 256 * 1024
Signature = Annotated[str, Header(max_length=2000)]


class Heard(BaseModel):
    """Whether the event was new."""

    fresh: bool


def router(paying: Paying, clock: Clock, on_paid: Callable[[str], None]) -> APIRouter:
    """The one route; Stripe signs in `Stripe-Signature`, the sandbox in `Sandbox-Signature`.

    `on_paid` is told the reference of the order whose money a new event is about.
    """
    routes = APIRouter(tags=["payments"])
    name = paying.payments.processor.name

    @routes.post("/v1/payments/webhooks/{processor}", responses=also(400, 404))
    async def hear(
        processor: Annotated[str, Path(pattern="^[a-z]{1,20}$")],
        request: Request,
        stripe_signature: Signature = "",
        sandbox_signature: Signature = "",
    ) -> Heard:
        """Take an event of the processor that is in use."""
        if processor != name:
            raise NothingThere(f"payments do not go through {processor!r} here")
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > BYTES_MAX:
                raise BadSignature(f"the message is larger than {BYTES_MAX} bytes", code="malformed")
        signature = stripe_signature if name == "stripe" else sandbox_signature
        return Heard(fresh=await run_in_threadpool(lambda: take(bytes(body), signature)))

    def take(body: bytes, signature: str) -> bool:
        event = paying.payments.hear(body, signature, now=clock())
        order = "" if event is None else paying.payments.order_of(event)
        if order:
            on_paid(order)
        return event is not None

    return routes
