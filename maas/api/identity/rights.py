"""What I allow and what I have: consents, disclosures, entitlements, proxies, cards."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from maas.api.identity.fields import Code, IdPath, Label, Language, Line, network_of
from maas.api.identity.guards import Guards
from maas.api.identity.me import Ended
from maas.api.identity.problems import also
from maas.api.identity.views import EntitlementView, InvitationView, LinkView, ProxyView
from maas.identity import consents, entitlements, links, proxies
from maas.identity.compose import Identity
from maas.identity.consents import Act
from maas.identity.model import LinkKind
from maas.identity.principal import Principal

__all__ = ["router"]

Word = Annotated[Line, Field(min_length=1)]


class Asked(BaseModel):
    """Refuses what it does not know."""

    model_config = ConfigDict(extra="forbid")


class PurposeView(BaseModel):
    """What a consent can be for, and the words to show before it is given."""

    id: str
    version: str
    data: list[str]
    text: dict[str, str]


class NewConsent(Asked):
    """A consent to what was shown: its version and language, and until when."""

    purpose: Annotated[Word, Field(max_length=40)]
    recipient: Word
    data: list[Word] = Field(min_length=1, max_length=20)
    expires: AwareDatetime
    text_version: Annotated[Word, Field(max_length=20)]
    text_language: Language


class Revocation(Asked):
    """Consent taken back, for some categories or (null) all of them."""

    purpose: Annotated[Word, Field(max_length=40)]
    recipient: Word
    data: list[Word] | None = Field(None, min_length=1, max_length=20)


class ConsentView(BaseModel):
    """A line of the ledger."""

    id: int
    act: str
    purpose: str
    recipient: str
    data: list[str]
    at: datetime
    expires: datetime | None
    text_version: str
    text_language: str
    text_sha256: str
    actor: str

    @classmethod
    def of(cls, act: Act) -> ConsentView:
        """The view."""
        return cls(
            id=act.id, act=act.act, purpose=act.purpose, recipient=act.recipient, data=list(act.data),
            at=act.at, expires=act.expires, text_version=act.text_version, text_language=act.text_language,
            text_sha256=act.text_sha256, actor=act.actor,
        )  # fmt: skip


class DisclosureView(BaseModel):
    """Which categories of my data went to whom, for what."""

    purpose: str
    recipient: str
    data: list[str]
    at: datetime


class NewProxy(Asked):
    """What a member of the family may do; at least one of the two."""

    may_book_for: bool
    may_see: bool
    label: Label = ""


class Invited(Asked):
    """The code that the rider told."""

    code: Code


class NewLink(Asked):
    """A card or membership. Of the number a keyed hash is kept, and nothing else."""

    kind: LinkKind
    operator: Annotated[Word, Field(max_length=80)]
    number: Annotated[Word, Field(max_length=60)]
    label: Label = ""


def router(identity: Identity, guards: Guards) -> APIRouter:
    """Routes for a person at a browser."""
    routes = APIRouter(tags=["my rights"], responses=also(401, 403))
    _consents(routes, identity, guards)
    _proxies(routes, identity, guards)
    _links(routes, identity, guards)
    return routes


def _id(who: Principal) -> str:
    assert who.account_id is not None, "the guard lets accounts in only"
    return who.account_id


def _consents(routes: APIRouter, identity: Identity, guards: Guards) -> None:
    me = Depends(guards.person)

    @routes.get("/v1/purposes")
    def list_purposes() -> list[PurposeView]:
        """Every purpose, with the texts that count now; for everybody."""
        return [
            PurposeView(id=one.id, version=one.version, data=list(one.data), text=dict(one.text))
            for one in identity.kit.purposes.values()
        ]

    @routes.get("/v1/consents")
    def list_consents(who: Principal = me) -> list[ConsentView]:
        """Every consent I gave or took back, oldest first."""
        return [ConsentView.of(act) for act in identity.read(lambda work: consents.history(work, _id(who)))]

    @routes.post("/v1/consents", status_code=201, responses=also(422))
    def give_consent(asked: NewConsent, who: Principal = me) -> ConsentView:
        """Agree to a purpose."""
        return ConsentView.of(
            identity.write(
                lambda work: consents.grant(
                    work, _id(who), purpose=asked.purpose, recipient=asked.recipient, data=asked.data,
                    expires=asked.expires, text_version=asked.text_version,
                    text_language=asked.text_language,
                ),
                who,
            )
        )  # fmt: skip

    @routes.post("/v1/consents/revoke", status_code=201, responses=also(422))
    def take_back(asked: Revocation, who: Principal = me) -> ConsentView:
        """Take a consent back; from now on nothing more leaves."""
        return ConsentView.of(
            identity.write(
                lambda work: consents.revoke(
                    work, _id(who), purpose=asked.purpose, recipient=asked.recipient, data=asked.data
                ),
                who,
            )
        )

    @routes.get("/v1/disclosures")
    def list_disclosures(who: Principal = me) -> list[DisclosureView]:
        """Everything of mine that left, oldest first."""
        return [
            DisclosureView(purpose=one.purpose, recipient=one.recipient, data=list(one.data), at=one.at)
            for one in identity.read(lambda work: consents.disclosures(work, _id(who)))
        ]

    @routes.get("/v1/entitlements")
    def list_entitlements(who: Principal = me) -> list[EntitlementView]:
        """What was proven of me and still holds, yes or no."""
        found = identity.read(lambda work: entitlements.list_entitlements(work, _id(who)))
        return [EntitlementView.of(each) for each in found]


def _proxies(routes: APIRouter, identity: Identity, guards: Guards) -> None:
    me = Depends(guards.person)

    @routes.get("/v1/proxies")
    def list_proxies(who: Principal = me) -> list[ProxyView]:
        """Who may act for me, and for whom I may act."""
        return [ProxyView.of(each) for each in identity.read(lambda w: proxies.list_proxies(w, _id(who)))]

    @routes.post("/v1/proxies", status_code=201, responses=also(422))
    def invite_proxy(asked: NewProxy, who: Principal = me) -> InvitationView:
        """Invite somebody to act for me; the code is shown once."""
        made = identity.write(
            lambda work: proxies.invite(
                work, _id(who), may_book_for=asked.may_book_for, may_see=asked.may_see, label=asked.label
            ),
            who,
        )
        return InvitationView(proxy=ProxyView.of(made.proxy), code=made.code)

    @routes.post("/v1/proxies/accept", responses=also(410, 422, 429))
    def accept_invitation(asked: Invited, request: Request, who: Principal = me) -> ProxyView:
        """Become somebody's proxy."""
        network = network_of(request)
        return ProxyView.of(
            identity.write(lambda work: proxies.accept(work, _id(who), asked.code, network=network), who)
        )

    @routes.delete("/v1/proxies/{proxy_id}", responses=also(404))
    def end_proxy(proxy_id: IdPath, who: Principal = me) -> Ended:
        """End it, on either side."""
        identity.write(lambda work: proxies.revoke(work, _id(who), proxy_id), who)
        return Ended(ended=1)


def _links(routes: APIRouter, identity: Identity, guards: Guards) -> None:
    me = Depends(guards.person)

    @routes.get("/v1/links")
    def list_links(who: Principal = me) -> list[LinkView]:
        """My cards and memberships."""
        return [LinkView.of(each) for each in identity.read(lambda work: links.list_links(work, _id(who)))]

    @routes.post("/v1/links", status_code=201, responses=also(409, 422, 429))
    def add_link(asked: NewLink, request: Request, who: Principal = me) -> LinkView:
        """Link a card or membership."""
        network = network_of(request)
        made = identity.write(
            lambda work: links.add(
                work, _id(who), asked.kind, asked.operator, asked.number, label=asked.label, network=network
            ),
            who,
        )
        return LinkView.of(made)

    @routes.delete("/v1/links/{link_id}", responses=also(404))
    def remove_link(link_id: IdPath, who: Principal = me) -> Ended:
        """Unlink it; nothing of it stays."""
        identity.write(lambda work: links.remove(work, _id(who), link_id), who)
        return Ended(ended=1)
