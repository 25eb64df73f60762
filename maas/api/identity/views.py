"""The one ID as JSON. Instants are ISO 8601 in UTC; a secret is in it only where it says shown once."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel

from maas.identity.accounts import Account
from maas.identity.entitlements import Entitlement
from maas.identity.links import Link
from maas.identity.model import AccountKind, EntitlementKind, LinkKind, Method, Role
from maas.identity.passkeys import Passkey
from maas.identity.ports import Kept
from maas.identity.principal import Principal
from maas.identity.provider.grants import Application
from maas.identity.proxies import Proxy
from maas.identity.roles import Membership
from maas.identity.sessions import Session
from maas.identity.sql import from_ms


class MembershipView(BaseModel):
    """A role; an empty organisation means all."""

    role: Role
    organisation: str


class PrincipalView(BaseModel):
    """Who is asking, as the server sees them; nobody where `signed_in` is false."""

    signed_in: bool
    account_id: str | None = None
    client: str | None = None
    roles: list[Role] = []
    memberships: list[MembershipView] = []
    scopes: list[str] | None = None
    signed_in_at: datetime | None = None

    @classmethod
    def of(cls, who: Principal | None) -> PrincipalView:
        """The view."""
        if who is None:
            return cls(signed_in=False)
        return cls(
            signed_in=True,
            account_id=who.account_id,
            client=who.client,
            roles=sorted(who.roles),
            memberships=[MembershipView(role=r, organisation=o) for r, o in sorted(who.memberships)],
            scopes=None if who.scopes is None else sorted(who.scopes),
            signed_in_at=who.signed_in_at,
        )


class SignedInView(BaseModel):
    """A browser was signed in; its cookie is in the answer's header."""

    account_id: str
    expires: datetime

    @classmethod
    def of(cls, session: Session) -> SignedInView:
        """The view."""
        return cls(account_id=session.account_id, expires=from_ms(session.expires_ms))


class AccountView(BaseModel):
    """An account as its owner sees it."""

    id: str
    kind: AccountKind
    email: str | None
    name: str | None
    phone: str | None
    language: str
    created: datetime

    @classmethod
    def of(cls, account: Account) -> AccountView:
        """The view."""
        return cls(
            id=account.id, kind=account.kind, email=account.email, name=account.name, phone=account.phone,
            language=account.language, created=from_ms(account.created_ms),
        )  # fmt: skip


class GuestView(BaseModel):
    """A guest or caller. The claim code is shown once: with it their bookings move to an account."""

    account_id: str
    claim_code: str


class ClaimCodeView(BaseModel):
    """A new claim code, shown once; older ones stopped working."""

    claim_code: str


class ClaimedView(BaseModel):
    """Whose bookings belong to the account now, and how many records moved."""

    guest_id: str
    records: int


class SessionView(BaseModel):
    """A browser that is signed in."""

    id: str
    method: str
    started: datetime
    expires: datetime
    this_one: bool

    @classmethod
    def of(cls, session: Session, current: str | None) -> SessionView:
        """The view."""
        return cls(
            id=session.id, method=session.method, started=from_ms(session.started_ms),
            expires=from_ms(session.expires_ms), this_one=session.id == current,
        )  # fmt: skip


class PasskeyView(BaseModel):
    """A passkey; a suspended one does not sign in any more."""

    id: str
    label: str
    backed_up: bool
    created: datetime
    used: datetime | None
    suspended: bool

    @classmethod
    def of(cls, key: Passkey) -> PasskeyView:
        """The view."""
        return cls(
            id=key.id, label=key.label, backed_up=key.backed_up, created=from_ms(key.created_ms),
            used=None if key.used_ms is None else from_ms(key.used_ms), suspended=key.suspended,
        )  # fmt: skip


class ApplicationView(BaseModel):
    """An app that has access to the account."""

    client_id: str
    name: str
    organisation: str
    scopes: list[str]
    since: datetime

    @classmethod
    def of(cls, app: Application) -> ApplicationView:
        """The view."""
        return cls(
            client_id=app.client_id, name=app.name, organisation=app.organisation, scopes=list(app.scopes),
            since=from_ms(app.since_ms),
        )  # fmt: skip


class KeptView(BaseModel):
    """What an erasure leaves in place because a law asks for it; until None: for ever."""

    what: str
    law: str
    until: date | None

    @classmethod
    def of(cls, kept: Kept) -> KeptView:
        """The view."""
        return cls(what=kept.what, law=kept.law, until=kept.until)


class ErasureView(BaseModel):
    """What stays, or would stay, of an erased account."""

    kept: list[KeptView]


class EntitlementView(BaseModel):
    """A right to a concession: yes or no, how it was proven, and until when."""

    id: str
    kind: EntitlementKind
    holds: bool
    method: Method
    proven: datetime
    expires: datetime

    @classmethod
    def of(cls, one: Entitlement) -> EntitlementView:
        """The view."""
        return cls(
            id=one.id, kind=one.kind, holds=one.holds, method=one.method, proven=one.proven,
            expires=one.expires,
        )  # fmt: skip


class ProxyView(BaseModel):
    """Who may act for whom; `proxy_id` is null until the invitation is accepted."""

    id: str
    rider_id: str
    proxy_id: str | None
    may_book_for: bool
    may_see: bool
    label: str

    @classmethod
    def of(cls, proxy: Proxy) -> ProxyView:
        """The view."""
        return cls(
            id=proxy.id, rider_id=proxy.rider_id, proxy_id=proxy.proxy_id, may_book_for=proxy.may_book_for,
            may_see=proxy.may_see, label=proxy.label,
        )  # fmt: skip


class InvitationView(BaseModel):
    """A proxy to be, and the code to tell them, shown once."""

    proxy: ProxyView
    code: str


class LinkView(BaseModel):
    """A card or membership of an operator; its number is not kept."""

    id: str
    kind: LinkKind
    operator: str
    label: str
    linked: datetime

    @classmethod
    def of(cls, link: Link) -> LinkView:
        """The view."""
        return cls(
            id=link.id, kind=link.kind, operator=link.operator, label=link.label,
            linked=from_ms(link.linked_ms),
        )  # fmt: skip


class RoleView(BaseModel):
    """A granted role."""

    id: str
    role: Role
    organisation: str

    @classmethod
    def of(cls, held: Membership) -> RoleView:
        """The view."""
        return cls(id=held.id, role=held.role, organisation=held.organisation)
