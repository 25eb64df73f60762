"""Who may call: FastAPI dependencies for every router of the house.

Made once from the open `Identity` and handed to the routers, which use its methods as dependencies:

```python
def router(trips: Trips, guards: Guards) -> APIRouter:
    routes = APIRouter(tags=["trips"])

    @routes.get("/v1/trips")  # anybody who is signed in, a guest too
    def mine(who: Annotated[Principal, Depends(guards.current_principal)]) -> TripsView: ...

    @routes.post("/v1/fleet/stops")  # the role in a browser session, or a token with the scope
    def close(who: Annotated[Principal, Depends(guards.requires(Role.OPERATOR, scope="fleet:write"))]): ...

    @routes.post("/v1/bookings")  # for oneself, or (X-On-Behalf-Of) for whom one may book
    def book(who: Annotated[Principal, Depends(guards.rider(book=True, scope="bookings:write"))]): ...
```

`Principal.subject` is whose things the request is about, `Principal.actor` who made it; hand the principal to
`Identity.write(act, by=who)` and both stand in the audit trail. Whether an operator or shop may touch *this*
organisation is asked with `who.acts_for(role, organisation)`: a role alone does not say for whom.

Refusals: NotSignedIn (401) with nobody there, NotAllowed (403) with the wrong one, CrossSite (403) for a
cookie's write from another site, SignInAgain (403) where the sign-in is too old.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any

from fastapi import Header, Request, Security
from fastapi.security import APIKeyCookie, HTTPBearer

from maas.api.identity.cookies import SESSION, session_of
from maas.api.identity.fields import ACCOUNT_ID
from maas.api.identity.origin import check_origin
from maas.identity import principals, sessions
from maas.identity.compose import Identity
from maas.identity.errors import NotAllowed, NotSignedIn, SignInAgain
from maas.identity.model import Role
from maas.identity.principal import Principal
from maas.identity.sessions import Session

__all__ = ["Guards"]

_COOKIE = APIKeyCookie(name=SESSION, scheme_name="session", auto_error=False)
_BEARER = HTTPBearer(scheme_name="token", bearerFormat="JWT", auto_error=False)
Cookie = Annotated[Any, Security(_COOKIE)]
Bearer = Annotated[Any, Security(_BEARER)]
OnBehalfOf = Annotated[
    str | None,
    Header(alias="X-On-Behalf-Of", pattern=ACCOUNT_ID, description="the account that this is done for"),
]
Dependency = Callable[..., Principal]


class Guards:
    """The dependencies, bound to one `Identity`."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity

    def session(self, request: Request) -> Session | None:
        """The browser's session, without asking anything of it: for pages."""
        cookie = session_of(request, self._identity.settings)
        if cookie is None:
            return None
        return self._identity.read(lambda work: sessions.find(work, cookie))

    def same_site(self, request: Request) -> None:
        """Refuse a write from another site's page, also where nobody is signed in (a forged sign-in)."""
        check_origin(request, self._identity.settings, with_cookie=False)

    def optional_principal(self, request: Request, _cookie: Cookie, _bearer: Bearer) -> Principal | None:
        """Who asks, or None for somebody unknown. A bad token is refused, an ended session is nobody."""
        authorization = request.headers.get("authorization")
        if authorization is not None:
            return self._of_token(authorization)
        session = self.session(request)
        if session is None:
            return None
        check_origin(request, self._identity.settings, with_cookie=True)
        return self._identity.read(lambda work: principals.of_session(work, session))

    def current_principal(self, request: Request, cookie: Cookie, bearer: Bearer) -> Principal:
        """Who asks: a person or guest at a browser, an app for a person, or a machine."""
        found = self.optional_principal(request, cookie, bearer)
        if found is None:
            raise NotSignedIn("sign in at /signin, or send an access token as Authorization: Bearer …")
        return found

    def requires(self, *roles: Role, scope: str | None = None) -> Dependency:
        """A dependency: one of the roles in a browser session, or a token with the scope."""

        def allowed(request: Request, cookie: Cookie, bearer: Bearer) -> Principal:
            found = self.current_principal(request, cookie, bearer)
            by_role = found.scopes is None and bool(found.roles & set(roles))
            by_scope = found.scopes is not None and scope in found.scopes
            if not (by_role or by_scope):
                needed = " or ".join(role.value for role in roles) or "a machine"
                raise NotAllowed(f"this takes {needed}" + (f", or a token with {scope}" if scope else ""))
            return found

        return allowed

    def person(self, request: Request, cookie: Cookie) -> Principal:
        """A person who signed in with this browser: no guest, and no app on their behalf."""
        found = self.current_principal(request, cookie, None)
        if found.session_id is None or Role.RESIDENT not in found.roles:
            raise NotAllowed("this is for a person at a browser; sign in at /signin")
        return found

    def fresh_person(self, request: Request, cookie: Cookie) -> Principal:
        """A person whose sign-in is recent, for what cannot be taken back or opens a door for good."""
        found = self.person(request, cookie)
        recent = timedelta(seconds=self._identity.settings.recent_s)
        if found.signed_in_at is None or self._identity.clock() - found.signed_in_at > recent:
            raise SignInAgain(f"your sign-in is older than {recent}; sign in again at /signin")
        return found

    def rider(self, *, book: bool, scope: str) -> Dependency:
        """A dependency: an account (guests too) or an app with the scope, for itself; or for somebody else.

        The header X-On-Behalf-Of names whom: allowed to family proxies and call-takers at a browser; with
        `book` False they need only be allowed to see. What an app reaches so is in the record of disclosures.
        """

        def riding(
            request: Request, cookie: Cookie, bearer: Bearer, on_behalf_of: OnBehalfOf = None
        ) -> Principal:
            found = self.current_principal(request, cookie, bearer)
            if found.account_id is None or (found.scopes is not None and scope not in found.scopes):
                raise NotAllowed(f"this is for riders, and for their apps with {scope}")
            if found.scopes is not None:
                self._identity.write(lambda work: principals.record_disclosure(work, found, scope), found)
            if on_behalf_of is None:
                return found
            return self._identity.read(
                lambda work: principals.acting_for(work, found, on_behalf_of, book=book)
            )

        return riding

    def _of_token(self, authorization: str) -> Principal:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            raise NotSignedIn("Authorization: send Bearer and an access token")
        return self._identity.read(lambda work: principals.of_token(work, token.strip()))
