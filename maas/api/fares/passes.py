"""`/v1/passes` and `/v1/me/passes`: all one can ride, bought with a saved card."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from maas.api.identity.desk import Asked
from maas.api.identity.fields import AccountPath, LocalPath
from maas.api.identity.guards import Guards
from maas.api.identity.problems import also
from maas.fares import store
from maas.fares.config import PassProduct
from maas.fares.errors import UnknownPass
from maas.fares.passes import Bought, Wanted
from maas.fares.renewals import Renewing
from maas.identity import accounts, audit
from maas.identity.compose import Identity
from maas.identity.model import Role
from maas.identity.principal import Principal
from maas.identity.work import Work
from maas.wiring.fares import Fares
from maas.wiring.payments import Paying

__all__ = ["router"]

PassPath = Annotated[str, Path(pattern=r"^pas_[0-9a-f]{32}$")]
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=40, pattern=r"^[\x21-\x7e]+$")]
Lang = Annotated[str, Query(max_length=16, description="language of names: ja, en, zh, ko")]


class ProductView(BaseModel):
    """A pass that is sold."""

    id: str
    name: str
    price_minor: int
    currency: str = "JPY"
    days: int
    operators: list[str]
    rides_max: int | None

    @classmethod
    def of(cls, product: PassProduct, lang: str) -> ProductView:
        """From the domain."""
        return cls(
            id=product.id, name=product.text.get(lang), price_minor=product.price_minor, days=product.days,
            operators=list(product.operators), rides_max=product.rides_max,
        )  # fmt: skip


class PassView(BaseModel):
    """A pass of mine. With `challenge_url` the rider answers their bank there; then look again."""

    id: str
    product: ProductView
    first_day: date
    last_day: date
    price_minor: int
    state: str = Field(description="paying, active, refused or returned")
    refund_minor: int
    challenge_url: str | None = None
    reason: str = ""
    renewal: str = Field(description="on, off, done (the next one was bought) or failed")
    renewal_reason: str = Field("", description="why it failed, or will be tried again")

    @classmethod
    def of(cls, bought: Bought, lang: str, renewing: Renewing | None = None) -> PassView:
        """From the domain."""
        how = renewing or Renewing()
        return cls(
            id=bought.id, product=ProductView.of(bought.product, lang), first_day=bought.first_day,
            last_day=bought.last_day, price_minor=bought.price_minor, state=bought.state,
            refund_minor=bought.refund_minor, challenge_url=bought.challenge_url or None,
            reason=bought.reason, renewal=how.state, renewal_reason=how.reason,
        )  # fmt: skip


class NewPass(BaseModel):
    """Which pass, from which day; the preferred card where none is named."""

    model_config = ConfigDict(extra="forbid")

    product_id: str = Field(max_length=60)
    first_day: date
    method_id: str | None = Field(None, pattern=r"^pmt_[0-9a-f]{32}$")
    return_path: LocalPath = "/"
    renews: bool = Field(False, description="buy the next one a day before it ends, until stopped")


class RenewalIn(BaseModel):
    """Whether the next pass is bought a day before this one ends."""

    model_config = ConfigDict(extra="forbid")

    renews: bool


class RefundView(BaseModel):
    """What giving a pass up now would return."""

    refund_minor: int


class Employer(Asked):
    """Which employer's rule pays; null: none."""

    rule_id: str | None = Field(None, max_length=60, pattern=r"^[a-z0-9_-]+$")


def router(fares: Fares, paying: Paying, identity: Identity, guards: Guards) -> APIRouter:
    """What is sold, what is mine."""
    routes = APIRouter(tags=["passes"])
    me = Depends(guards.requires(Role.RESIDENT, Role.GUEST))
    chief = Depends(guards.requires(Role.ADMINISTRATOR))
    passes, mine = fares.passes, also(401, 403)
    renewals = fares.renewals

    def shown(bought: Bought, who: Principal, lang: str) -> PassView:
        return PassView.of(bought, lang, renewals.of(_id(who)).get(bought.id))

    @routes.get("/v1/passes")
    def list_products(lang: Lang = "ja") -> list[ProductView]:
        """Passes that are sold here."""
        return [ProductView.of(product, lang) for product in fares.config.passes]

    @routes.get("/v1/me/passes", responses=mine)
    def list_passes(lang: Lang = "ja", who: Principal = me) -> list[PassView]:
        """My passes, the latest first."""
        how = renewals.of(_id(who))
        return [PassView.of(each, lang, how.get(each.id)) for each in passes.of(_id(who))]

    @routes.post("/v1/me/passes", status_code=201, responses={**mine, **also(404, 409), 402: _declined()})
    def buy_pass(asked: NewPass, key: Key, lang: Lang = "ja", who: Principal = me) -> PassView:
        """Buy a pass; the same key buys it once. It counts from the moment that `state` is active."""
        with identity.db.read() as connection:
            card = paying.payers.instrument(connection, _id(who), asked.method_id)
        wanted = Wanted(
            asked.product_id, asked.first_day, key, card.customer_id, card.method,
            identity.settings.issuer + asked.return_path,
        )  # fmt: skip
        bought = passes.buy(_id(who), wanted, now=identity.clock())
        if asked.renews and bought.state in ("active", "paying"):
            renewals.set(_id(who), bought.id, True, now=identity.clock())
        return shown(bought, who, lang)

    @routes.get("/v1/me/passes/{pass_id}", responses={**mine, **also(404)})
    def show_pass(pass_id: PassPath, lang: Lang = "ja", who: Principal = me) -> PassView:
        """One pass; one whose payment was answered since is brought on."""
        return shown(passes.go_on(_id(who), pass_id, now=identity.clock()), who, lang)

    @routes.put("/v1/me/passes/{pass_id}/renewal", responses={**mine, **also(404, 409)})
    def set_renewal(pass_id: PassPath, asked: RenewalIn, lang: Lang = "ja", who: Principal = me) -> PassView:
        """Let it renew, or stop that: then nothing more is charged."""
        renewals.set(_id(who), pass_id, asked.renews, now=identity.clock())
        return shown(passes.go_on(_id(who), pass_id, now=identity.clock()), who, lang)

    @routes.get("/v1/me/passes/{pass_id}/refund", responses={**mine, **also(404)})
    def quote_refund(pass_id: PassPath, who: Principal = me) -> RefundView:
        """What giving it up now would return: the days not begun, less the fee."""
        return RefundView(refund_minor=passes.refund_minor(_id(who), pass_id, now=identity.clock()))

    @routes.delete("/v1/me/passes/{pass_id}", responses={**mine, **also(404, 409)})
    def give_up_pass(pass_id: PassPath, lang: Lang = "ja", who: Principal = me) -> PassView:
        """Give a pass up."""
        now = identity.clock()
        renewals.set(_id(who), pass_id, False, now=now)
        return shown(passes.give_up(_id(who), pass_id, now=now), who, lang)

    @routes.put("/v1/admin/accounts/{account_id}/employer", responses={**mine, **also(404)})
    def set_employer(account_id: AccountPath, asked: Employer, who: Principal = chief) -> Employer:
        """Say which employer pays for an account's rides."""
        if asked.rule_id is not None and asked.rule_id not in {c.id for c in fares.config.corporate}:
            raise UnknownPass(f"rule_id: no employer is configured as {asked.rule_id!r}")

        def change(work: Work) -> None:
            accounts.get(work, account_id)
            store.employ(work.connection, account_id, asked.rule_id)
            audit.append(work, "employer.set", account_id, rule=asked.rule_id or "")

        identity.write(change, who)
        return asked

    return routes


def _id(who: Principal) -> str:
    assert who.account_id is not None, "the guard lets accounts in only"
    return who.account_id


def _declined() -> dict[str, object]:
    return {**also(404)[404], "description": "The card was declined"}
