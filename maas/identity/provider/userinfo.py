"""What a client learns of a person: claims by scope, every one of them through the consent gate."""

from __future__ import annotations

from typing import Any

from maas.identity import accounts, consents, entitlements
from maas.identity.accounts import Account
from maas.identity.errors import NotAllowed, NotSignedIn
from maas.identity.provider import clients, scopes, tokens
from maas.identity.purposes import SIGN_IN
from maas.identity.work import Work

__all__ = ["claims"]


def claims(work: Work, token: str) -> dict[str, Any]:
    """The claims for an access token, as its scopes ask and the person's consent allows at this moment.

    Raises NotSignedIn, or NotAllowed for a machine's token.
    """
    verified = tokens.verify_access(work, token)
    if verified.account_id is None or scopes.OPENID not in verified.scopes:
        raise NotAllowed("userinfo is about people: the token must come from a sign-in with scope openid")
    client = clients.find(work, verified.client_id)
    if client is None:
        raise NotSignedIn("the client is disabled")
    account = accounts.get(work, verified.account_id)
    wanted = scopes.data_of(verified.scopes)
    values = {
        category: found
        for category, found in _values(work, account).items()
        if category in wanted and found is not None
    }
    leaving = consents.disclose(work, account.id, purpose=SIGN_IN, recipient=client.recipient, values=values)
    answer: dict[str, Any] = {"sub": tokens.pairwise(work, client, account.id)}
    for found in leaving.values():
        answer.update(found)
    return answer


def _values(work: Work, account: Account) -> dict[str, dict[str, Any] | None]:
    """By category, the OpenID claims it stands for; None where there is nothing to tell."""
    proven = entitlements.list_entitlements(work, account.id)
    return {
        "name": {"name": account.name} if account.name else None,
        "language": {"locale": account.language},
        "email": {"email": account.email, "email_verified": True} if account.email else None,
        "phone": {"phone_number": account.phone, "phone_number_verified": False} if account.phone else None,
        "entitlements": {
            "entitlements": [
                {"kind": each.kind.value, "holds": each.holds, "expires": each.expires.isoformat()}
                for each in proven
            ]
        },
    }
