"""Who asks: an account, a machine, or an account acting for somebody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from maas.identity.model import Role

__all__ = ["Principal"]


@dataclass(frozen=True, slots=True)
class Principal:
    """The one who makes a request, after everything about them was verified.

    `account_id` is None for a machine. `memberships` are (role, organisation) pairs; an empty organisation
    means all. `scopes` is None for a browser session, which is not narrowed by scopes.
    """

    account_id: str | None
    roles: frozenset[Role]
    memberships: frozenset[tuple[Role, str]] = frozenset()
    scopes: frozenset[str] | None = None
    on_behalf_of: str | None = None
    client: str | None = None
    organisation: str | None = None
    session_id: str | None = None
    signed_in_at: datetime | None = None

    @property
    def actor(self) -> str:
        """How the audit trail calls them: an account at a browser, or the app or machine that acts."""
        return f"client:{self.client}" if self.client is not None else str(self.account_id)

    @property
    def behalf(self) -> str | None:
        """For whom the audit trail says it was done; of an app, the person who let it."""
        if self.on_behalf_of is not None or self.client is None:
            return self.on_behalf_of
        return self.account_id

    @property
    def subject(self) -> str | None:
        """Whose things this is about: the one acted for, else the account itself."""
        return self.on_behalf_of or self.account_id

    def organisations(self, role: Role) -> frozenset[str]:
        """For which organisations the account has the role; a machine acts for its client's own."""
        if self.account_id is None:
            return frozenset({self.organisation} if self.organisation else ())
        return frozenset(organisation for held, organisation in self.memberships if held is role)

    def acts_for(self, role: Role, organisation: str) -> bool:
        """Whether the role covers the organisation."""
        return bool({organisation, ""} & self.organisations(role))
