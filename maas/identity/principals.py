"""From a session or an access token to who asks, with everything they may do."""

from __future__ import annotations

from dataclasses import replace

from maas.identity import accounts, consents, proxies, roles
from maas.identity.errors import NotAllowed, NotSignedIn
from maas.identity.model import AccountKind, Role
from maas.identity.principal import Principal
from maas.identity.provider import authorize, clients, scopes, tokens
from maas.identity.purposes import SIGN_IN
from maas.identity.sessions import Session
from maas.identity.sql import from_ms
from maas.identity.work import Work

__all__ = ["acting_for", "of_session", "of_token", "record_disclosure"]


def of_session(work: Work, session: Session) -> Principal:
    """Who sits at a browser. Raises NothingThere where the account was erased in this moment."""
    account = accounts.get(work, session.account_id)
    held = roles.memberships(work, account.id)
    return Principal(
        account_id=account.id,
        roles=roles.roles_of(account.kind, held),
        memberships=frozenset((each.role, each.organisation) for each in held),
        session_id=session.id,
        signed_in_at=from_ms(session.started_ms),
    )


def of_token(work: Work, token: str) -> Principal:
    """Who holds an access token: a machine, or an app for a person. Raises NotSignedIn.

    An app acts for the resident in a person, never for the operator or administrator in them: its scopes say
    what it may do, and a role would say more than the person agreed to. Of the scopes those count that the
    person's consent still covers: one that was taken back ends before the token does.
    """
    verified = tokens.verify_access(work, token)
    if verified.account_id is None:
        return Principal(
            account_id=None, roles=frozenset(), scopes=verified.scopes, client=verified.client_id,
            organisation=verified.organisation,
        )  # fmt: skip
    client = clients.find(work, verified.client_id)
    if client is None:
        raise NotSignedIn("the app is disabled")
    signed_in_ms = verified.signed_in_ms
    covered = authorize.consented(work, verified.account_id, client, tuple(verified.scopes))
    return Principal(
        account_id=verified.account_id,
        roles=frozenset({Role.RESIDENT}),
        scopes=frozenset(covered),
        client=verified.client_id,
        signed_in_at=None if signed_in_ms is None else from_ms(signed_in_ms),
    )


def record_disclosure(work: Work, principal: Principal, scope: str) -> None:
    """Write down that an app is about to read or write the person's data by this scope; see `consents`."""
    if principal.account_id is None or principal.client is None:
        return
    recipient = clients.recipient_of(principal.client)
    values = dict.fromkeys(scopes.data_of((scope,)))
    consents.disclose(work, principal.account_id, purpose=SIGN_IN, recipient=recipient, values=values)


def acting_for(work: Work, principal: Principal, rider_id: str, *, book: bool) -> Principal:
    """The principal with everything of the rider's in their hands; `book` False: only to see.

    A call-taker books and sees for callers and guests; a family proxy for whom invited them, as far as the
    invitation goes. Raises NotAllowed, which says the same where there is no such rider.
    """
    refusal = NotAllowed(
        f"you may not {'book' if book else 'look'} for {rider_id!r}; ask them for an invitation"
    )
    if principal.session_id is None or principal.account_id is None:
        raise refusal
    if rider_id == principal.account_id:
        return principal
    allows = proxies.may_book_for if book else proxies.may_see
    if not allows(work, principal.account_id, rider_id) and not _is_their_caller(work, principal, rider_id):
        raise refusal
    return replace(principal, on_behalf_of=rider_id)


def _is_their_caller(work: Work, principal: Principal, rider_id: str) -> bool:
    if Role.CALL_TAKER not in principal.roles:
        return False
    kind = accounts.kind_of(work, rider_id)
    return kind in (AccountKind.CALLER, AccountKind.GUEST)
