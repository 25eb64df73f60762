"""Signing in and out: passkey, link by mail, guest, the city's broker. Answers carry the session's cookie."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request, Response, Security
from pydantic import BaseModel, ConfigDict, Field

from maas.api.identity import cookies
from maas.api.identity.fields import Label, Language, LocalPath, Name, Token, network_of
from maas.api.identity.guards import Guards
from maas.api.identity.problems import also
from maas.api.identity.views import GuestView, PrincipalView, SignedInView
from maas.identity import guests, mail_links, passkeys, relying_party, sessions
from maas.identity.compose import Identity
from maas.identity.errors import NothingThere
from maas.identity.passkeys import Ceremony
from maas.identity.principal import Principal

__all__ = ["CeremonyView", "PasskeyAnswer", "Sent", "router"]


class Asked(BaseModel):
    """Refuses what it does not know, so that a mistyped field is noticed."""

    model_config = ConfigDict(extra="forbid")


class CeremonyView(BaseModel):
    """What the page hands to `navigator.credentials`, and the id to send back with the answer."""

    ceremony: str
    options: dict[str, Any]

    @classmethod
    def of(cls, begun: Ceremony) -> CeremonyView:
        """The view."""
        return cls(ceremony=begun.id, options=begun.options)


class PasskeyAnswer(Asked):
    """The authenticator's answer (`PublicKeyCredential.toJSON()`) to a ceremony."""

    ceremony: Token
    answer: dict[str, Any]


class SignUp(Asked):
    """The name that the browser lists the new passkey under."""

    name: Name


class NewPasskey(PasskeyAnswer):
    """The first passkey of a new account."""

    label: Label = ""
    language: Language = "ja"


class MailLink(Asked):
    """Where to send the link, and the page of ours to go on to."""

    email: str = Field(max_length=254)
    then: LocalPath = "/"
    language: Language = "ja"


class LinkToken(Asked):
    """The token of the link in the mail."""

    token: Token


class GuestRequest(Asked):
    """A guest's language."""

    language: Language = "ja"


class BrokerRequest(Asked):
    """The page of ours to go on to after the broker."""

    then: LocalPath = "/"


class Sent(BaseModel):
    """A mail is under way, whether the address is known to us or not."""

    sent: bool


class UsedView(BaseModel):
    """The page to go on to; `account_id` null where the link proved an address and did not sign in."""

    account_id: str | None
    then: str


class BrokerView(BaseModel):
    """Where to send the browser."""

    url: str


class SignedOut(BaseModel):
    """Whether somebody had been signed in."""

    was_signed_in: bool


def router(identity: Identity, guards: Guards) -> APIRouter:
    """Routes for browsers. Each is refused to other sites' pages, so that nobody is signed in unawares."""
    routes = APIRouter(tags=["signing in"], dependencies=[Depends(guards.same_site)])
    _passkeys(routes, identity)
    _others(routes, identity, guards)
    _session(routes, identity, guards)
    return routes


def _passkeys(routes: APIRouter, identity: Identity) -> None:
    @routes.post("/v1/signin/passkey/begin", responses=also(403, 429))
    def begin_sign_in(request: Request) -> CeremonyView:
        """Options for signing in with whatever passkey the browser has for us."""
        network = network_of(request)
        return CeremonyView.of(identity.write(lambda work: passkeys.begin_sign_in(work, network=network)))

    @routes.post("/v1/signin/passkey/finish", responses=also(400, 403, 422))
    def finish_sign_in(asked: PasskeyAnswer, response: Response) -> SignedInView:
        """Verify the answer and sign in."""
        opened = identity.write(lambda work: passkeys.finish_sign_in(work, asked.ceremony, asked.answer))
        cookies.keep_session(response, identity.settings, opened)
        return SignedInView.of(opened.session)

    @routes.post("/v1/signin/passkey/register/begin", responses=also(403, 422, 429))
    def begin_sign_up(asked: SignUp, request: Request) -> CeremonyView:
        """Options for the first passkey of a new account; nothing exists until it is finished."""
        network = network_of(request)
        begun = identity.write(lambda work: passkeys.begin_sign_up(work, name=asked.name, network=network))
        return CeremonyView.of(begun)

    @routes.post("/v1/signin/passkey/register/finish", status_code=201, responses=also(400, 403, 409, 422))
    def finish_sign_up(asked: NewPasskey, response: Response) -> SignedInView:
        """Make the account with its passkey, and sign in."""
        opened = identity.write(
            lambda work: passkeys.finish_sign_up(
                work, asked.ceremony, asked.answer, label=asked.label, language=asked.language
            )
        )
        cookies.keep_session(response, identity.settings, opened)
        return SignedInView.of(opened.session)


def _others(routes: APIRouter, identity: Identity, guards: Guards) -> None:
    @routes.post("/v1/signin/email", status_code=202, responses=also(403, 422, 429, 503))
    def ask_for_link(asked: MailLink, request: Request) -> Sent:
        """Mail a link that signs in once. The answer is the same for known and unknown addresses."""
        network = network_of(request)
        message = identity.write(
            lambda work: mail_links.request(
                work, asked.email, then=asked.then, language=asked.language, network=network
            )
        )
        identity.mailer.send(message)
        return Sent(sent=True)

    @routes.post("/v1/signin/email/use", responses=also(403, 409, 410, 422))
    def use_link(asked: LinkToken, request: Request, response: Response) -> UsedView:
        """Use the link of a mail."""
        session = guards.session(request)
        signed_in = None if session is None else session.account_id
        used = identity.write(lambda work: mail_links.use(work, asked.token, signed_in=signed_in))
        if used.opened is None:
            return UsedView(account_id=None, then=used.then)
        cookies.keep_session(response, identity.settings, used.opened)
        return UsedView(account_id=used.opened.session.account_id, then=used.then)

    @routes.post("/v1/signin/guest", status_code=201, responses=also(403, 422, 429))
    def become_guest(asked: GuestRequest, request: Request, response: Response) -> GuestView:
        """Book without an account. The claim code moves the bookings to an account later."""
        network = network_of(request)
        made = identity.write(
            lambda work: guests.create_guest(work, language=asked.language, network=network)
        )
        if made.opened is not None:
            cookies.keep_session(response, identity.settings, made.opened)
        return GuestView(account_id=made.account_id, claim_code=made.claim_code)

    @routes.post("/v1/signin/broker", responses=also(403, 404, 422, 429, 502))
    def begin_at_broker(asked: BrokerRequest, request: Request, response: Response) -> BrokerView:
        """Sign in, or (signed in already) prove entitlements, at the city's or My Number broker."""
        broker = identity.broker
        if broker is None:
            raise NothingThere("no identity broker is set up here; sign in with a passkey or by mail")
        session, network = guards.session(request), network_of(request)
        account_id = None if session is None or session.method == "guest" else session.account_id
        ticket = identity.write(
            lambda work: relying_party.begin(work, account_id=account_id, then=asked.then, network=network)
        )
        begun = relying_party.page_of(broker, ticket, identity.settings.issuer)
        cookies.keep_broker(response, identity.settings, begun.browser)
        return BrokerView(url=begun.url)


def _session(routes: APIRouter, identity: Identity, guards: Guards) -> None:
    whoever = Security(guards.optional_principal)

    @routes.get("/v1/session", responses=also(401))
    def who_am_i(who: Principal | None = whoever) -> PrincipalView:
        """Who is signed in, with what roles; also for nobody."""
        return PrincipalView.of(who)

    @routes.delete("/v1/session", responses=also(401, 403))
    def sign_out(response: Response, who: Principal | None = whoever) -> SignedOut:
        """Sign this browser out. Tokens end with DELETE /v1/me/applications or /oidc/revoke."""
        if who is None or who.session_id is None or who.account_id is None:
            return SignedOut(was_signed_in=False)
        account_id, session_id = who.account_id, who.session_id
        identity.write(lambda work: sessions.close(work, account_id, session_id), who)
        cookies.clear(response, identity.settings)
        return SignedOut(was_signed_in=True)
