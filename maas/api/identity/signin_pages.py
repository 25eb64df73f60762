"""The sign-in page, the page behind the link in a mail, the way back from the broker, and our two files."""

from __future__ import annotations

from importlib.resources import files

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from maas.api.identity import cookies, pages
from maas.api.identity.fields import local_path, network_of
from maas.api.identity.forms import Form, Query
from maas.api.identity.guards import Guards
from maas.api.identity.routes import PageRoute, see
from maas.identity import mail_links, relying_party
from maas.identity.compose import Identity
from maas.identity.errors import BadIdentityInput, BrokerRefused, NothingThere
from maas.identity.model import BrokerSettings, language_of
from maas.identity.ports import Broker
from maas.identity.sessions import Session

__all__ = ["router"]

_FILES = {"style.css": "text/css", "signin.js": "text/javascript"}


def router(identity: Identity, guards: Guards) -> APIRouter:
    """`/signin` and what belongs to it."""
    routes = APIRouter(route_class=PageRoute, include_in_schema=False)
    _entry(routes, identity)
    _links(routes, identity, guards)
    _broker(routes, identity, guards)

    @routes.get("/identity/{name}")
    def show_file(name: str) -> Response:
        """Our stylesheet and our script."""
        if name not in _FILES:
            raise NothingThere(f"there is no file {name[:40]!r} here")
        text = (files("maas.api.identity") / "assets" / name).read_text(encoding="utf-8")
        return Response(text, media_type=_FILES[name], headers={"X-Content-Type-Options": "nosniff"})

    return routes


def _then(value: str | None) -> str:
    try:
        return local_path(value or "/")
    except ValueError:
        return "/"  # a link that somebody forged leads home, not elsewhere


def _language(request: Request, wanted: str | None = None) -> str:
    return language_of(wanted or request.headers.get("accept-language"))


def _entry(routes: APIRouter, identity: Identity) -> None:
    @routes.get("/signin")
    def show(request: Request, query: Query) -> Response:
        """All the ways to sign in."""
        return pages.sign_in(
            _language(request, query.get("lang")), then=_then(query.get("then")),
            broker=identity.broker is not None, email=query.get("email", "")[:254],
        )  # fmt: skip


def _links(routes: APIRouter, identity: Identity, guards: Guards) -> None:
    same_site = Depends(guards.same_site)

    @routes.post("/signin/email", dependencies=[same_site])
    def ask_for_link(request: Request, form: Form) -> Response:
        """Mail a link."""
        language, then = _language(request), _then(form.get("then"))
        address, network = form.get("email", ""), network_of(request)
        try:
            message = identity.write(
                lambda work: mail_links.request(work, address, then=then, language=language, network=network)
            )
        except BadIdentityInput as error:
            return pages.sign_in(
                language, then=then, broker=identity.broker is not None, email=address[:254], wrong=str(error)
            )
        identity.mailer.send(message)
        return pages.sent(language)

    @routes.get("/signin/link")
    def show_link(query: Query) -> Response:
        """Ask before the link is used up."""
        token = query.get("token", "")
        return pages.link(identity.read(lambda work: mail_links.look(work, token)), token)

    @routes.post("/signin/link", dependencies=[same_site])
    def use_link(request: Request, form: Form) -> Response:
        """Use the link up, and go on."""
        session = guards.session(request)
        signed_in = None if session is None else session.account_id
        used = identity.write(lambda work: mail_links.use(work, form.get("token", ""), signed_in=signed_in))
        answer = see(used.then)
        if used.opened is not None:
            cookies.keep_session(answer, identity.settings, used.opened)
        return answer


def _broker(routes: APIRouter, identity: Identity, guards: Guards) -> None:
    @routes.post("/signin/broker", dependencies=[Depends(guards.same_site)])
    def begin(request: Request, form: Form) -> Response:
        """Off to the broker."""
        broker, _ = _set_up(identity)
        session, network = guards.session(request), network_of(request)
        ticket = identity.write(
            lambda work: relying_party.begin(
                work, account_id=_linking(session), then=_then(form.get("then")), network=network
            )
        )
        begun = relying_party.page_of(broker, ticket, identity.settings.issuer)
        answer = see(begun.url)
        cookies.keep_broker(answer, identity.settings, begun.browser)
        return answer

    @routes.get("/signin/broker/callback")
    def come_back(request: Request, query: Query) -> Response:
        """Back from the broker: verify, prove, sign in."""
        broker, settings = _set_up(identity)
        browser = cookies.broker_of(request, identity.settings)
        flow = identity.write(lambda w: relying_party.take(w, state=query.get("state", ""), browser=browser))
        if "code" not in query:
            raise BrokerRefused(f"the broker said no ({query.get('error', 'without a reason')[:60]})")
        if query.get("iss", settings.issuer) != settings.issuer:
            raise BrokerRefused("iss: the answer comes from another broker")
        answer = broker.answer(
            code=query["code"], nonce=flow.nonce, verifier=flow.verifier,
            redirect_uri=relying_party.redirect_uri(identity.settings.issuer), now=identity.clock(),
        )  # fmt: skip
        opened = identity.write(lambda work: relying_party.complete(work, settings, flow, answer))
        home = see(flow.then)
        cookies.keep_session(home, identity.settings, opened)
        return home


def _set_up(identity: Identity) -> tuple[Broker, BrokerSettings]:
    if identity.broker is None or identity.settings.broker is None:
        raise NothingThere("no identity broker is set up here; sign in with a passkey or by mail")
    return identity.broker, identity.settings.broker


def _linking(session: Session | None) -> str | None:
    """The account that a broker's identity is to be linked to; a guest signs in anew."""
    return None if session is None or session.method == "guest" else session.account_id
