"""The authorisation endpoint and the consent page: from an app's request to a code in its redirect URI.

The request travels as its own query string through sign-in and consent and is checked again at each step;
nothing of it is kept on the way, so that nobody can finish what another browser began.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from maas.api.identity import pages
from maas.api.identity.forms import Form, Query, parsed
from maas.api.identity.guards import Guards
from maas.api.identity.routes import PageRoute, see
from maas.identity.compose import Identity
from maas.identity.model import language_of
from maas.identity.provider import authorize
from maas.identity.provider.authorize import AuthorizationRequest
from maas.identity.purposes import SIGN_IN
from maas.identity.sessions import Session
from maas.identity.sql import to_ms
from maas.identity.work import Work

__all__ = ["router"]

_SINCE = "since"  # beside the app's own parameters: when a sign-in that it demands was asked for


def router(identity: Identity, guards: Guards) -> APIRouter:
    """`/oidc/authorize` and `/consent`."""
    routes = APIRouter(tags=["OpenID provider"], route_class=PageRoute, include_in_schema=False)
    steps = _Steps(identity)

    @routes.get("/oidc/authorize")
    def ask(request: Request, query: Query) -> Response:
        """Begin, or go on after signing in."""
        return steps.go_on(query, guards.session(request))

    @routes.post("/oidc/authorize")
    def ask_by_form(request: Request, form: Form) -> Response:
        """The same by POST (OpenID Connect Core, 3.1.2.1).

        On as GET, because a form from the app's page does not bring our cookie along.
        """
        return see(f"{request.url.path}?{urlencode(form)}")

    @routes.get("/consent")
    def show(request: Request, query: Query) -> Response:
        """Ask the person what the app may receive."""
        return steps.show(query, guards.session(request), request.headers.get("accept-language"))

    @routes.post("/consent", dependencies=[Depends(guards.same_site)])
    def decide(request: Request, form: Form) -> Response:
        """What the person chose."""
        return steps.decide(form, form.many, guards.session(request))

    return routes


class _Steps:
    """Where a request stands: at the sign-in, at the consent, or answered."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity

    def go_on(self, query: Mapping[str, str], session: Session | None) -> RedirectResponse:
        """The next page, or the app with its code."""

        def step(work: Work) -> str:
            request = authorize.parse(work, query)
            if authorize.needs_sign_in(work, request, session, query.get(_SINCE, "")) or session is None:
                return self._sign_in(work, request, query)
            if authorize.missing_data(work, request, session.account_id):
                return f"/consent?{urlencode(query)}"
            return authorize.give_code(work, request, session)

        return see(self._identity.write(step, actor=_actor(session)))

    def show(self, query: Mapping[str, str], session: Session | None, accepted: str | None) -> Response:
        """The consent page; who is not signed in (any more) starts again."""
        found = self._identity.read(lambda work: self._standing(work, query, session))
        if found is None or session is None:
            return see(f"/oidc/authorize?{urlencode(query)}")
        language = language_of(found.ui_locales or accepted)
        purpose = self._identity.kit.purposes[SIGN_IN]
        fields = {"request": urlencode(query), "text_version": purpose.version, "language": language}
        return pages.consent(
            language, found.client, found.scopes, fields, action="/consent", text=purpose.shown(language),
            goes_to=found.redirect_uri,
        )  # fmt: skip

    def decide(self, form: Mapping[str, str], chosen: tuple[str, ...], session: Session | None) -> Response:
        """Write the consents down and give the code; or tell the app that the person said no."""
        query = parsed(form.get("request", ""))

        def step(work: Work) -> str | None:
            request = self._standing(work, query, session)
            if request is None or session is None:
                return None
            if form.get("decision") != "allow":
                raise authorize.refuse(work, request, "access_denied", "the person said no")
            authorize.write_consents(
                work, session.account_id, request.client, request.scopes, chosen,
                text_version=form.get("text_version", ""), language=form.get("language", ""),
            )  # fmt: skip
            return authorize.give_code(work, request, session)

        url = self._identity.write(step, actor=_actor(session))
        return see(url or f"/oidc/authorize?{urlencode(query)}")

    def _standing(
        self, work: Work, query: Mapping[str, str], session: Session | None
    ) -> AuthorizationRequest | None:
        """The request, checked again; None where the person has to sign in (again) first."""
        request = authorize.parse(work, query)
        if authorize.needs_sign_in(work, request, session, query.get(_SINCE, "")):
            return None
        return request

    def _sign_in(self, work: Work, request: AuthorizationRequest, query: Mapping[str, str]) -> str:
        since = authorize.fresh_since(work.kit.seals, request, to_ms(work.now))
        then = f"/oidc/authorize?{urlencode({**query, _SINCE: since})}"
        page = {"then": then, "email": request.login_hint, "lang": request.ui_locales}
        return f"/signin?{urlencode({name: value for name, value in page.items() if value})}"


def _actor(session: Session | None) -> str:
    return "anonymous" if session is None else session.account_id
