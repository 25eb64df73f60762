"""The page on which a person connects a kiosk or TV box by the code that it shows."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from maas.api.identity import pages
from maas.api.identity.forms import Form, Query, Values
from maas.api.identity.guards import Guards
from maas.api.identity.routes import PageRoute, see
from maas.api.identity.texts import TEXTS
from maas.identity.compose import Identity
from maas.identity.errors import CodeRefused
from maas.identity.model import language_of
from maas.identity.provider import device
from maas.identity.purposes import SIGN_IN
from maas.identity.sessions import Session

__all__ = ["router"]


def router(identity: Identity, guards: Guards) -> APIRouter:
    """`/device`: type the code, compare it, decide."""
    routes = APIRouter(route_class=PageRoute, include_in_schema=False)

    @routes.get("/device")
    def enter(request: Request, query: Query) -> Response:
        """The form; who is not signed in does that first."""
        code = query.get("user_code", "")[:20]
        if _person(guards, request) is None:
            return _sign_in_first(code)
        return pages.device_entry(language_of(request.headers.get("accept-language")), code)

    @routes.post("/device", dependencies=[Depends(guards.same_site)])
    def decide(request: Request, form: Form) -> Response:
        """First the code, then the decision; each looks the device up anew."""
        code, session = form.get("user_code", "")[:20], _person(guards, request)
        if session is None:
            return _sign_in_first(code)
        language = language_of(request.headers.get("accept-language"))
        try:
            if "decision" in form:
                return _decided(identity, session, code, form, language)
            return _asked(identity, session, code, language)
        except CodeRefused as error:
            return pages.device_entry(language, code, str(error))

    return routes


def _person(guards: Guards, request: Request) -> Session | None:
    session = guards.session(request)
    return None if session is None or session.method == "guest" else session


def _sign_in_first(code: str) -> Response:
    then = f"/device?{urlencode({'user_code': code})}" if code else "/device"
    return see(f"/signin?{urlencode({'then': then})}")


def _asked(identity: Identity, session: Session, code: str, language: str) -> Response:
    found = identity.write(
        lambda work: device.waiting(work, code, account_id=session.account_id), actor=session.account_id
    )
    purpose = identity.kit.purposes[SIGN_IN]
    fields = {"user_code": code, "text_version": purpose.version, "language": language}
    return pages.consent(
        language, found.client, found.scopes, fields, action="/device", text=purpose.shown(language),
        warning=TEXTS[language]["device_check"].format(code=code.upper()),
    )  # fmt: skip


def _decided(identity: Identity, session: Session, code: str, form: Values, language: str) -> Response:
    yes = form["decision"] == "allow"
    identity.write(
        lambda work: device.decide(
            work, code, session, chosen=frozenset(form.many) if yes else None,
            text_version=form.get("text_version", ""), language=form.get("language", ""),
        ),
        actor=session.account_id,
    )  # fmt: skip
    return pages.answered(language, yes=yes)
