"""What the one ID refuses: one tree below `maas.errors.UserError`, so that edges need not know it.

```
UserError
└── IdentityError
    ├── NotSignedIn           no session and no token, or one that has ended
    ├── NotAllowed            signed in, but without the role, scope or proxy that this takes
    ├── SignInAgain           the sign-in is too long ago for an act of this weight
    ├── CrossSite             a write with a cookie that does not come from our own pages
    ├── RateLimited           too many attempts; says when to come back
    ├── BadIdentityInput      a field that cannot be right
    ├── NothingThere          no account, client, passkey, link … has that id
    ├── CodeRefused           a link, claim, invitation or device code: unknown, used or expired
    ├── PasskeyRefused        a ceremony that does not verify
    │   └── PasskeySuspended  its counter went back: somebody may have copied it
    ├── Conflict              the address, card or role is taken already
    ├── ConsentMissing        personal data would leave without a matching consent
    ├── BrokerRefused         the identity broker said no, or said something that does not verify
    ├── MailNotSent           the mail server did not take the message
    ├── TamperedAudit         the audit trail's chain is broken
    ├── WrongServerKey        the database was made with another server key
    └── OAuthRefusal          an answer of the OAuth protocol (RFC 6749 section 5.2)
```
"""

from __future__ import annotations

from maas.errors import UserError

__all__ = [
    "BadIdentityInput", "BrokerRefused", "CodeRefused", "Conflict", "ConsentMissing", "CrossSite",
    "IdentityError", "MailNotSent", "NotAllowed", "NotSignedIn", "NothingThere", "OAuthRefusal",
    "PasskeyRefused", "PasskeySuspended", "RateLimited", "SignInAgain", "TamperedAudit",
    "WrongServerKey",
]  # fmt: skip


class IdentityError(UserError):
    """A refusal of this package.

    `keeps` says whether what was written before the refusal is committed all the same: a counted attempt,
    a code that is used up, a family of tokens that was revoked.
    """

    keeps = False

    @property
    def headers(self) -> dict[str, str]:
        """What the HTTP answer carries besides its problem."""
        return {}


class NotSignedIn(IdentityError):
    """Nobody is signed in, or the session or token has ended."""

    status = 401
    slug = "not-signed-in"
    title = "Sign in first"

    @property
    def headers(self) -> dict[str, str]:
        """RFC 6750 section 3 asks for the challenge."""
        return {"WWW-Authenticate": 'Bearer realm="maas"'}


class NotAllowed(IdentityError):
    """Signed in, but this takes another role, scope or proxy."""

    status = 403
    slug = "not-allowed"
    title = "You may not do this"


class SignInAgain(IdentityError):
    """An act of this weight takes a fresh sign-in."""

    status = 403
    slug = "sign-in-again"
    title = "Sign in again to do this"


class CrossSite(IdentityError):
    """The write did not come from one of our own pages."""

    status = 403
    slug = "cross-site"
    title = "The request does not come from our page"


class RateLimited(IdentityError):
    """Too many attempts in a while."""

    status = 429
    slug = "rate-limited"
    title = "Too many attempts"
    keeps = True

    def __init__(self, message: str, *, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s

    @property
    def headers(self) -> dict[str, str]:
        """When to come back."""
        return {"Retry-After": str(self.retry_after_s)}


class BadIdentityInput(IdentityError):
    """A field that cannot be right; nothing was changed."""

    status = 422
    slug = "identity-input"
    title = "This cannot be right"


class NothingThere(IdentityError):
    """Nothing of yours has that id."""

    status = 404
    slug = "unknown-identity"
    title = "Nothing has that id"


class CodeRefused(IdentityError):
    """A code or link that is unknown, was used before, or came too late; which of them is not told."""

    status = 410
    slug = "code-refused"
    title = "This code or link does not work any more"
    keeps = True


class PasskeyRefused(IdentityError):
    """The authenticator's answer does not verify."""

    status = 400
    slug = "passkey-refused"
    title = "The passkey was not accepted"
    keeps = True


class PasskeySuspended(PasskeyRefused):
    """The passkey's counter went back; it is not accepted any more."""

    status = 403
    slug = "passkey-suspended"
    title = "This passkey is suspended"


class Conflict(IdentityError):
    """What would be made is there already, or belongs to somebody else."""

    status = 409
    slug = "identity-conflict"
    title = "This is taken already"


class ConsentMissing(IdentityError):
    """Nothing personal leaves without a matching consent."""

    status = 403
    slug = "consent-missing"
    title = "Consent is missing"


class BrokerRefused(IdentityError):
    """The identity broker refused, or its answer does not verify."""

    status = 502
    slug = "broker-refused"
    title = "The identity broker did not confirm this"
    keeps = True


class MailNotSent(IdentityError):
    """The mail server did not take the message; asking again is safe."""

    status = 503
    slug = "mail-not-sent"
    title = "The mail could not be sent"


class TamperedAudit(IdentityError):
    """An entry of the trail was changed, removed or put in between, or the anchor is of another trail."""

    status = 409
    slug = "audit-tampered"
    title = "The audit trail has been tampered with"


class WrongServerKey(IdentityError):
    """Everything sealed or keyed in this database was made with another server key."""

    status = 503
    slug = "wrong-server-key"
    title = "The server key does not fit the database"


class OAuthRefusal(IdentityError):
    """An error of OAuth: `code` is its word (`invalid_grant` …), `str(error)` the description."""

    slug = "oauth"
    title = "The authorisation server refused"
    keeps = True

    def __init__(self, code: str, description: str, *, status: int = 400) -> None:
        super().__init__(description)
        self.code = code
        self.status = status
