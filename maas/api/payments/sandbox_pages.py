"""The sandbox's own pages: pick a test card, answer a 3-D Secure challenge. There as a bank's page would be.

Their addresses hold ids that cannot be guessed; nothing here asks who is signed in, as a bank's page does
not. They work without a script and lead back only to pages of ours.
"""

from __future__ import annotations

from html import escape
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import HTMLResponse, Response

from maas.api.identity.fields import local_path
from maas.api.identity.forms import Form
from maas.api.identity.guards import Guards
from maas.api.identity.pages import page
from maas.api.identity.routes import PageRoute, see
from maas.api.payments.texts import CARDS, TEXTS
from maas.identity.compose import Identity
from maas.identity.model import language_of
from maas.wiring.payments import Paying
from payments.adapters import sandbox_setups
from payments.adapters.sandbox import SandboxProcessor
from payments.adapters.sandbox_cards import SAVED
from payments.errors import Refused
from payments.hold import HoldState
from payments.money import Money
from payments.ports import AuthorisationState

__all__ = ["router"]

SetupId = Annotated[str, Path(pattern=r"^seti_sb_[0-9a-f]{24}$")]
AuthId = Annotated[str, Path(pattern=r"^auth_sb_[0-9a-f]{24}$")]


def router(paying: Paying, sandbox: SandboxProcessor, identity: Identity, guards: Guards) -> APIRouter:
    """`/sandbox/cards/{id}` and `/sandbox/challenges/{id}`."""
    routes = APIRouter(route_class=PageRoute, include_in_schema=False)
    _cards(routes, paying, identity, guards)
    _challenges(routes, paying, sandbox, identity, guards)
    return routes


def _cards(routes: APIRouter, paying: Paying, identity: Identity, guards: Guards) -> None:
    @routes.get("/sandbox/cards/{setup_id}")
    def choose(request: Request, setup_id: SetupId) -> Response:
        """The test cards, each with what it does."""
        language = _language(request)
        if paying.payers.owner_of(setup_id) is None:
            return _gone(language)
        t, cards = TEXTS[language], CARDS[language]
        choices = "".join(
            f'<li><label><input type="radio" name="method" value="{method}"'
            f"{' checked' if number == 0 else ''}> {brand} •••• {last4}: {cards[method]}</label></li>"
            for number, (method, (brand, last4)) in enumerate(SAVED.items())
        )
        body = (
            f'<p class="warning" role="note">{t["note"]}</p>'
            f'<form method="post" action="/sandbox/cards/{setup_id}"><fieldset><legend>{t["which"]}</legend>'
            f'<ul>{choices}</ul></fieldset><button class="first">{t["save"]}</button></form>'
        )
        return page(language, t["cards"], body)

    @routes.post("/sandbox/cards/{setup_id}", dependencies=[Depends(guards.same_site)])
    def save(request: Request, setup_id: SetupId, form: Form) -> Response:
        """Save the card and go back."""
        try:
            sandbox_setups.choose(identity.db, setup_id, form.get("method", ""))
        except Refused:
            return _gone(_language(request))
        return see(paying.payers.then_of(setup_id))


def _challenges(
    routes: APIRouter, paying: Paying, sandbox: SandboxProcessor, identity: Identity, guards: Guards
) -> None:
    @routes.get("/sandbox/challenges/{auth_id}")
    def ask(request: Request, auth_id: AuthId) -> Response:
        """What the cardholder is asked."""
        language = _language(request)
        t = TEXTS[language]
        try:
            seen = sandbox.authorisation(auth_id)
        except Refused:
            return _gone(language)
        if seen.state is not AuthorisationState.CHALLENGE:
            back = escape(_back(paying, identity, auth_id))
            return page(
                language, t["challenge"],
                f'<p role="status">{t["over"]}</p><p><a href="{back}">{t["back"]}</a></p>',
            )  # fmt: skip
        amount = str(Money(seen.amount_minor, seen.currency))
        body = (
            f'<p class="warning" role="note">{t["note"]}</p><p>{escape(t["ask"].format(amount=amount))}</p>'
            f'<form method="post" action="/sandbox/challenges/{auth_id}">'
            f'<button class="first" name="decision" value="approve">{t["approve"]}</button>'
            f'<button name="decision" value="deny">{t["deny"]}</button></form>'
        )
        return page(language, t["challenge"], body)

    @routes.post("/sandbox/challenges/{auth_id}", dependencies=[Depends(guards.same_site)])
    def answer(request: Request, auth_id: AuthId, form: Form) -> Response:
        """Decide, let the payment know, and go back; a second answer changes nothing."""
        decision = form.get("decision")
        if decision not in ("approve", "deny"):
            return _gone(_language(request), status=422)
        try:
            sandbox.answer_challenge(auth_id, passed=decision == "approve")
        except Refused:
            return ask(request, auth_id)
        hold = paying.payments.find_by_authorisation(auth_id)
        if hold is not None and hold.state is HoldState.CHALLENGE:
            paying.payments.refresh(hold.id, now=identity.clock())
        return see(_back(paying, identity, auth_id))


def _back(paying: Paying, identity: Identity, auth_id: str) -> str:
    """The page of ours that the payment named; home where it named none or another site."""
    hold = paying.payments.find_by_authorisation(auth_id)
    url = "/" if hold is None else hold.request.return_url
    if url.startswith(identity.settings.issuer + "/"):
        parts = urlsplit(url)
        url = parts.path + (f"?{parts.query}" if parts.query else "")
    try:
        return local_path(url)
    except ValueError:
        return "/"


def _gone(language: str, *, status: int = 404) -> HTMLResponse:
    t = TEXTS[language]
    body = f'<p role="alert">{t["unknown"]}</p><p><a href="/">{t["back"]}</a></p>'
    return page(language, t["cards"], body, status=status)


def _language(request: Request) -> str:
    return language_of(request.query_params.get("lang") or request.headers.get("accept-language"))
