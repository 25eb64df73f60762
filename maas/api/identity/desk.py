"""For the people who serve others: call-takers at the telephone, administrators at the desk."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from maas.api.identity.audit import AnchorView, AuditView, VerifiedView, entry_view
from maas.api.identity.fields import AccountPath, IdPath, Language, Line
from maas.api.identity.guards import Guards
from maas.api.identity.me import Ended
from maas.api.identity.problems import also
from maas.api.identity.views import AccountView, ClaimCodeView, EntitlementView, GuestView, RoleView
from maas.identity import accounts, audit, entitlements, guests, keys, roles
from maas.identity.compose import Identity
from maas.identity.entitlements import Proof
from maas.identity.errors import NothingThere
from maas.identity.model import EntitlementKind, Method, Role
from maas.identity.principal import Principal
from maas.identity.work import Work

__all__ = ["router"]

_SUBJECT = r"^[A-Za-z0-9:._~-]{1,120}$"


class Asked(BaseModel):
    """Refuses what it does not know."""

    model_config = ConfigDict(extra="forbid")


class NewCaller(Asked):
    """Somebody at the telephone, as far as they like to say who they are."""

    name: Line | None = None
    phone: Annotated[Line | None, Field(max_length=40)] = None
    language: Language = "ja"


class CallerView(BaseModel):
    """A caller as a call-taker sees them."""

    account_id: str
    name: str | None
    phone: str | None
    language: str


class NewRole(Asked):
    """A role; operators, publishers and shops act for one organisation."""

    role: Role
    organisation: Annotated[Line, Field(max_length=80)] = ""


class Checked(Asked):
    """What a look at a document came to. The document is not kept."""

    kind: EntitlementKind
    holds: bool
    expires: AwareDatetime


class KeyView(BaseModel):
    """The key that signs from now on."""

    kid: str


def router(identity: Identity, guards: Guards) -> APIRouter:
    """Routes for call-takers and administrators at a browser."""
    routes = APIRouter(tags=["desk"], responses=also(401, 403, 422))
    _callers(routes, identity, guards)
    _accounts(routes, identity, guards)
    _entitlements(routes, identity, guards)
    _trail(routes, identity, guards)
    return routes


def _callers(routes: APIRouter, identity: Identity, guards: Guards) -> None:
    taker = Depends(guards.requires(Role.CALL_TAKER))

    @routes.get("/v1/callers")
    def find_callers(
        q: Annotated[str, Query(max_length=80, description="a part of the name, or of the number")],
        who: Principal = taker,
    ) -> list[CallerView]:
        """Callers by name or number; who looked at whom is in the audit trail."""
        found = identity.write(lambda work: guests.find_callers(work, q), who)
        return [CallerView.model_validate(one, from_attributes=True) for one in found]

    @routes.post("/v1/callers", status_code=201)
    def add_caller(asked: NewCaller, who: Principal = taker) -> GuestView:
        """An account for a caller without a phone or sign-in; read the claim code to them."""
        made = identity.write(
            lambda work: guests.create_caller(
                work, name=asked.name, phone=asked.phone, language=asked.language
            ),
            who,
        )
        return GuestView(account_id=made.account_id, claim_code=made.claim_code)

    @routes.post("/v1/callers/{account_id}/claim-code", responses=also(404))
    def renew_claim_code(account_id: AccountPath, who: Principal = taker) -> ClaimCodeView:
        """A new claim code for a caller or guest who lost theirs."""
        return ClaimCodeView(
            claim_code=identity.write(lambda work: guests.renew_claim(work, account_id), who)
        )


def _accounts(routes: APIRouter, identity: Identity, guards: Guards) -> None:
    chief = Depends(guards.requires(Role.ADMINISTRATOR))

    @routes.get("/v1/admin/accounts", responses=also(404))
    def find_account(email: Annotated[str, Query(max_length=254)], who: Principal = chief) -> AccountView:
        """The account of a mail address; the look-up is audited."""

        def look(work: Work) -> AccountView:
            found = accounts.find_by_email(work, accounts.normal_email(email))
            if found is None:
                raise NothingThere("no account has this address")
            audit.append(work, "account.looked_up", found.id)
            return AccountView.of(found)

        return identity.write(look, who)

    @routes.get("/v1/admin/accounts/{account_id}/roles", responses=also(404))
    def list_roles(account_id: AccountPath, who: Principal = chief) -> list[RoleView]:
        """The roles of an account; the look-up is audited."""

        def look(work: Work) -> list[RoleView]:
            found = accounts.get(work, account_id)
            audit.append(work, "account.looked_up", found.id)
            return [RoleView.of(each) for each in roles.memberships(work, account_id)]

        return identity.write(look, who)

    @routes.post("/v1/admin/accounts/{account_id}/roles", status_code=201, responses=also(404, 409))
    def grant_role(account_id: AccountPath, asked: NewRole, who: Principal = chief) -> RoleView:
        """Give a role."""
        return RoleView.of(
            identity.write(lambda work: roles.grant(work, account_id, asked.role, asked.organisation), who)
        )

    @routes.delete("/v1/admin/accounts/{account_id}/roles/{role_id}", responses=also(404, 409))
    def revoke_role(account_id: AccountPath, role_id: IdPath, who: Principal = chief) -> Ended:
        """Take a role away; never the last administrator's."""
        identity.write(lambda work: roles.revoke(work, account_id, role_id), who)
        return Ended(ended=1)


def _entitlements(routes: APIRouter, identity: Identity, guards: Guards) -> None:
    desk = Depends(guards.requires(Role.ADMINISTRATOR, Role.CALL_TAKER))

    @routes.post("/v1/admin/accounts/{account_id}/entitlements", status_code=201, responses=also(404))
    def prove_entitlement(account_id: AccountPath, asked: Checked, who: Principal = desk) -> EntitlementView:
        """Write down what a look at a document came to; an older one of the kind ends."""
        proof = Proof(asked.kind, asked.holds, asked.expires)
        return EntitlementView.of(
            identity.write(lambda work: entitlements.prove(work, account_id, proof, Method.DOCUMENT), who)
        )

    @routes.delete("/v1/admin/accounts/{account_id}/entitlements/{entitlement_id}", responses=also(404))
    def revoke_entitlement(account_id: AccountPath, entitlement_id: IdPath, who: Principal = desk) -> Ended:
        """End an entitlement before its time."""
        identity.write(lambda work: entitlements.revoke(work, account_id, entitlement_id), who)
        return Ended(ended=1)


def _trail(routes: APIRouter, identity: Identity, guards: Guards) -> None:
    chief = Depends(guards.requires(Role.ADMINISTRATOR))

    @routes.get("/v1/admin/audit", dependencies=[chief])
    def read_trail(
        subject: Annotated[str | None, Query(pattern=_SUBJECT)] = None,
        after: Annotated[int, Query(ge=0, lt=2**62)] = 0,
        count: Annotated[int, Query(ge=1, le=1_000)] = 100,
    ) -> list[AuditView]:
        """The trail after a number, oldest first; of everything, or of one account or client."""
        found = identity.read(lambda work: audit.entries(work, subject=subject, after=after, count=count))
        return [entry_view(each) for each in found]

    @routes.post("/v1/admin/audit/verify", dependencies=[chief], responses=also(409))
    def verify_trail(kept: AnchorView | None = None) -> VerifiedView:
        """Walk the whole chain, through an anchor that was kept elsewhere; answers 409 where it is broken."""

        def walk(work: Work) -> VerifiedView:
            entries = audit.verify(work, None if kept is None else kept.plain())
            end = audit.anchor(work)
            return VerifiedView(entries=entries, anchor=AnchorView(seq=end.seq, digest=end.digest))

        return identity.read(walk)

    @routes.post("/v1/admin/keys/rotate")
    def rotate_keys(who: Principal = chief) -> KeyView:
        """The next signing key takes over now; the old one is published until its last token has expired."""
        return KeyView(kid=identity.write(keys.rotate, who))
