"""People who are signed in at the tests' server: accounts with roles, and the cookie of their browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

from maas.identity import accounts, roles, sessions
from maas.identity.compose import open_identity
from maas.identity.model import AccountKind, Role
from storage.database import Database

_NUMBER = count(1)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is signed in. `cookie` is the value of the session's cookie."""

    account_id: str
    cookie: str

    @property
    def cookies(self) -> dict[str, str]:
        """For HTTP clients."""
        return {"maas": self.cookie}

    def browser_cookies(self, url: str) -> list[dict[str, object]]:
        """For a browser's context."""
        return [{"name": "maas", "value": self.cookie, "url": url, "httpOnly": True, "sameSite": "Lax"}]


SignIn = Callable[..., Person]


@pytest.fixture(scope="session")
def sign_in(server: str, server_home: Path) -> Iterator[SignIn]:
    """`sign_in(Role.SHOP, "aeon")`: a new person with a role for an organisation, signed in by passkey."""
    database = Database.open(f"sqlite:///{server_home / 'makuhari.sqlite'}")
    identity = open_identity(database, issuer=server)

    def signed_in(*held: Role, organisation: str = "") -> Person:
        email = f"person-{next(_NUMBER)}@example.jp"

        def work(w: object) -> Person:
            account = accounts.create(w, AccountKind.PERSON, language="ja", email=email)  # type: ignore[arg-type]
            for role in held:
                roles.grant(w, account.id, role, organisation)  # type: ignore[arg-type]
            opened = sessions.open_session(w, account.id, "passkey")  # type: ignore[arg-type]
            return Person(account.id, opened.cookie)

        return identity.write(work, actor="test")

    yield signed_in
    database.engine.dispose()
