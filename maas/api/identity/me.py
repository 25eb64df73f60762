"""My account: who I am, how I sign in, which apps have access, all my data, and no more of it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, RootModel

from maas.api.identity import cookies
from maas.api.identity.audit import AuditView, entry_view
from maas.api.identity.fields import Code, IdPath, Label, Language, Line, LocalPath, network_of
from maas.api.identity.guards import Guards
from maas.api.identity.problems import also
from maas.api.identity.signin import CeremonyView, PasskeyAnswer, Sent
from maas.api.identity.views import (
    AccountView,
    ApplicationView,
    ClaimedView,
    ErasureView,
    KeptView,
    PasskeyView,
    SessionView,
)
from maas.identity import accounts, audit, guests, mail_links, my_data, passkeys, sessions
from maas.identity.compose import Identity
from maas.identity.principal import Principal
from maas.identity.provider import grants

__all__ = ["router"]

PasskeyPath = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,1400}$")]
ClientPath = Annotated[str, Path(pattern=r"^[A-Za-z0-9._~-]{1,80}$")]


class Change(BaseModel):
    """What is given is changed; an empty text takes a value away."""

    model_config = ConfigDict(extra="forbid")

    name: Line | None = None
    phone: Annotated[Line | None, Field(max_length=40)] = None
    language: Language | None = None


class NewAddress(BaseModel):
    """An address to prove by the link that is sent there."""

    model_config = ConfigDict(extra="forbid")

    email: str = Field(max_length=254)
    then: LocalPath = "/"


class AddedPasskey(PasskeyAnswer):
    """One more passkey."""

    label: Label = ""


class Claim(BaseModel):
    """The code that a guest or caller was given."""

    model_config = ConfigDict(extra="forbid")

    code: Code


class Ended(BaseModel):
    """How many were ended or removed."""

    ended: int


class Everything(RootModel[dict[str, Any]]):
    """All data of the account, by package."""


def router(identity: Identity, guards: Guards) -> APIRouter:
    """Routes for a person at a browser; none of them answers to an app's token."""
    routes = APIRouter(tags=["my account"], responses=also(401, 403))
    _account(routes, identity, guards)
    _ways_in(routes, identity, guards)
    _data(routes, identity, guards)
    return routes


def _id(who: Principal) -> str:
    assert who.account_id is not None, "the guard lets accounts in only"
    return who.account_id


def _account(routes: APIRouter, identity: Identity, guards: Guards) -> None:
    me = Depends(guards.person)

    @routes.get("/v1/me")
    def show_me(who: Principal = me) -> AccountView:
        """My account."""
        return AccountView.of(identity.read(lambda work: accounts.get(work, _id(who))))

    @routes.patch("/v1/me", responses=also(422))
    def change_me(asked: Change, who: Principal = me) -> AccountView:
        """Change name, phone or language."""
        return AccountView.of(
            identity.write(
                lambda work: accounts.change(
                    work, _id(who), name=asked.name, phone=asked.phone, language=asked.language
                ),
                who,
            )
        )

    @routes.post("/v1/me/email", status_code=202, responses=also(422, 429, 503))
    def prove_address(asked: NewAddress, request: Request, who: Principal = me) -> Sent:
        """Send a link to a new address; opened in this browser, it makes the address mine."""
        network = network_of(request)

        def ask(work: Any) -> Any:
            language = accounts.get(work, _id(who)).language
            return mail_links.request(
                work, asked.email, then=asked.then, language=language, network=network, account_id=_id(who)
            )

        identity.mailer.send(identity.write(ask, who))
        return Sent(sent=True)

    @routes.post("/v1/me/claims", responses=also(410, 422, 429))
    def claim_bookings(asked: Claim, request: Request, who: Principal = me) -> ClaimedView:
        """Take over what was booked as a guest or by telephone."""
        network = network_of(request)
        done = identity.write(
            lambda work: guests.claim_guest(work, _id(who), asked.code, network=network), who
        )
        return ClaimedView(guest_id=done.guest_id, records=done.records)


def _ways_in(routes: APIRouter, identity: Identity, guards: Guards) -> None:
    me = Depends(guards.person)
    fresh_me = Depends(guards.fresh_person)

    @routes.get("/v1/me/sessions")
    def list_sessions(who: Principal = me) -> list[SessionView]:
        """Browsers that are signed in, newest first."""
        found = identity.read(lambda work: sessions.list_open(work, _id(who)))
        return [SessionView.of(each, who.session_id) for each in found]

    @routes.delete("/v1/me/sessions/{session_id}", responses=also(404))
    def end_session(session_id: IdPath, who: Principal = me) -> Ended:
        """Sign one browser out."""
        identity.write(lambda work: sessions.close(work, _id(who), session_id), who)
        return Ended(ended=1)

    @routes.delete("/v1/me/sessions")
    def end_all_sessions(response: Response, who: Principal = me) -> Ended:
        """Sign every browser out, this one too."""
        ended = identity.write(lambda work: sessions.close_all(work, _id(who)), who)
        cookies.clear(response, identity.settings)
        return Ended(ended=ended)

    @routes.get("/v1/me/passkeys")
    def list_passkeys(who: Principal = me) -> list[PasskeyView]:
        """My passkeys, oldest first."""
        return [PasskeyView.of(key) for key in identity.read(lambda w: passkeys.list_passkeys(w, _id(who)))]

    @routes.post("/v1/me/passkeys/begin", responses=also(409))
    def begin_adding(who: Principal = fresh_me) -> CeremonyView:
        """Options for one more passkey; takes a recent sign-in."""
        return CeremonyView.of(identity.write(lambda work: passkeys.begin_adding(work, _id(who)), who))

    @routes.post("/v1/me/passkeys/finish", status_code=201, responses=also(400, 409, 422))
    def finish_adding(asked: AddedPasskey, who: Principal = fresh_me) -> PasskeyView:
        """Keep the new passkey."""
        return PasskeyView.of(
            identity.write(
                lambda work: passkeys.finish_adding(
                    work, _id(who), asked.ceremony, asked.answer, label=asked.label
                ),
                who,
            )
        )

    @routes.delete("/v1/me/passkeys/{passkey_id}", responses=also(404, 409))
    def remove_passkey(passkey_id: PasskeyPath, who: Principal = me) -> Ended:
        """Forget a passkey; never the only way to sign in."""
        identity.write(lambda work: passkeys.remove(work, _id(who), passkey_id), who)
        return Ended(ended=1)

    @routes.get("/v1/me/applications")
    def list_applications(who: Principal = me) -> list[ApplicationView]:
        """Apps that have access to my account."""
        return [ApplicationView.of(app) for app in identity.read(lambda w: grants.applications(w, _id(who)))]

    @routes.delete("/v1/me/applications/{client_id}", responses=also(404))
    def revoke_application(client_id: ClientPath, who: Principal = me) -> Ended:
        """Take an app's access away, at once."""
        identity.write(lambda work: grants.revoke_application(work, _id(who), client_id), who)
        return Ended(ended=1)


def _data(routes: APIRouter, identity: Identity, guards: Guards) -> None:
    me = Depends(guards.person)
    fresh_me = Depends(guards.fresh_person)

    @routes.post("/v1/me/export")
    def export_everything(response: Response, who: Principal = fresh_me) -> Everything:
        """All my data in one machine-readable document; takes a recent sign-in."""
        response.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
        response.headers["Cache-Control"] = "no-store"
        return Everything(identity.write(lambda work: my_data.export(work, _id(who)), who))

    @routes.get("/v1/me/erasure")
    def preview_erasure(who: Principal = me) -> ErasureView:
        """What would stay if I erased everything, by which law and until when."""
        kept = identity.read(lambda work: my_data.kept(work, _id(who)))
        return ErasureView(kept=[KeptView.of(each) for each in kept])

    @routes.post("/v1/me/erasure", responses=also(409))
    def erase_everything(response: Response, who: Principal = fresh_me) -> ErasureView:
        """Erase my account and all that may be erased; cannot be undone; takes a recent sign-in."""
        kept = identity.write(lambda work: my_data.erase(work, _id(who)), who)
        cookies.clear(response, identity.settings)
        return ErasureView(kept=[KeptView.of(each) for each in kept])

    @routes.get("/v1/me/audit")
    def my_audit(after: Annotated[int, Query(ge=0, lt=2**62)] = 0, who: Principal = me) -> list[AuditView]:
        """Who did what with my account, oldest first; a hundred entries after number `after`."""
        found = identity.read(lambda work: audit.entries(work, subject=_id(who), after=after))
        return [entry_view(each) for each in found]
