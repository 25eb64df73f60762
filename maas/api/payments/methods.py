"""`/v1/me/payment-methods`: the cards of whoever is signed in, a guest too. No card number comes here."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, ConfigDict, Field

from maas.api.identity.fields import LocalPath
from maas.api.identity.guards import Guards
from maas.api.identity.problems import also
from maas.identity.compose import Identity
from maas.identity.model import Role
from maas.identity.principal import Principal
from maas.payers.service import Method, Saving
from maas.wiring.payments import Paying

__all__ = ["router"]

MethodPath = Annotated[str, Path(pattern=r"^pmt_[0-9a-f]{32}$")]
SetupPath = Annotated[str, Path(pattern=r"^pst_[0-9a-f]{32}$")]


class MethodView(BaseModel):
    """A saved card."""

    id: str
    brand: str = Field(description="as the processor calls it: visa, jcb, …")
    last4: str
    expires: str = Field(description="YYYY-MM, or empty")
    preferred: bool = Field(description="is charged where a payment names no card")

    @classmethod
    def of(cls, method: Method) -> MethodView:
        """From the domain."""
        return cls(
            id=method.id, brand=method.brand, last4=method.last4, expires=method.expires,
            preferred=method.preferred,
        )  # fmt: skip


class NewMethod(BaseModel):
    """Where the browser comes back to when the card is saved."""

    model_config = ConfigDict(extra="forbid")

    then: LocalPath = "/"


class SavingView(BaseModel):
    """A card being saved. Send the browser to `url`, or draw the processor's form with `client_secret`."""

    id: str
    state: Literal["open", "done"]
    url: str | None = None
    client_secret: str | None = None
    publishable_key: str | None = None
    method: MethodView | None = None


class Removed(BaseModel):
    """How many were removed."""

    removed: int


def router(paying: Paying, identity: Identity, guards: Guards) -> APIRouter:
    """Routes for an account at a browser; none of them answers to an app's token or for somebody else."""
    routes = APIRouter(tags=["payment methods"], responses=also(401, 403))
    me = Depends(guards.requires(Role.RESIDENT, Role.GUEST))
    payers = paying.payers

    def told(saving: Saving) -> SavingView:
        return SavingView(
            id=saving.id, state="open" if saving.method is None else "done", url=saving.url or None,
            client_secret=(saving.client_secret or None) if not saving.url else None,
            publishable_key=paying.publishable_key or None,
            method=None if saving.method is None else MethodView.of(saving.method),
        )  # fmt: skip

    @routes.get("/v1/me/payment-methods")
    def list_payment_methods(who: Principal = me) -> list[MethodView]:
        """My cards, the preferred one first."""
        return [MethodView.of(each) for each in payers.methods(_id(who))]

    @routes.post("/v1/me/payment-methods", status_code=201)
    def begin_payment_method(asked: NewMethod, who: Principal = me) -> SavingView:
        """Begin saving a card on the processor's own page."""
        return told(payers.begin(_id(who), asked.then, now=identity.clock()))

    @routes.get("/v1/me/payment-methods/savings/{setup_id}", responses=also(404))
    def show_saving(setup_id: SetupPath, who: Principal = me) -> SavingView:
        """Whether the card was saved; asks the processor, so it is right however the browser came back."""
        return told(payers.finish(_id(who), setup_id, now=identity.clock()))

    @routes.put("/v1/me/payment-methods/{method_id}/preferred", responses=also(404))
    def prefer_payment_method(method_id: MethodPath, who: Principal = me) -> MethodView:
        """Pay with this card from now on, where nothing else is said."""
        return MethodView.of(payers.prefer(_id(who), method_id))

    @routes.delete("/v1/me/payment-methods/{method_id}", responses=also(404))
    def remove_payment_method(method_id: MethodPath, who: Principal = me) -> Removed:
        """Forget a card, here and at the processor."""
        payers.forget(_id(who), method_id)
        return Removed(removed=1)

    return routes


def _id(who: Principal) -> str:
    assert who.account_id is not None, "the guard lets accounts in only"
    return who.account_id
