"""Browser sessions: a random cookie whose hash we keep."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import insert, select, update

from maas.identity import audit
from maas.identity.errors import NothingThere
from maas.identity.people_tables import account, session
from maas.identity.sealing import new_id, new_token, token_hash
from maas.identity.work import Work

__all__ = ["Opened", "Session", "close", "close_all", "find", "list_open", "open_session"]


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is signed in. `method` is passkey, email, broker or guest."""

    id: str
    account_id: str
    method: str
    started_ms: int
    expires_ms: int


@dataclass(frozen=True, slots=True)
class Opened:
    """A new session and the cookie's value, which is known here and in the browser only."""

    session: Session
    cookie: str


def open_session(work: Work, account_id: str, method: str) -> Opened:
    """Sign a browser in. A new cookie every time: an old one cannot be planted before the sign-in."""
    cookie = new_token(work.kit.random)
    made = Session(
        new_id(work.kit.random, "ses"), account_id, method, work.now_ms,
        work.until_ms(work.kit.settings.session_s),
    )  # fmt: skip
    work.connection.execute(
        insert(session).values(
            hash=token_hash(cookie), id=made.id, account_id=account_id, method=method,
            started_ms=made.started_ms, expires_ms=made.expires_ms,
        )
    )  # fmt: skip
    audit.append(work, "session.opened", account_id, method=method, session=made.id)
    return Opened(made, cookie)


def find(work: Work, cookie: str) -> Session | None:
    """The session of a cookie, if it is open and its account was neither erased nor claimed by another."""
    row = work.connection.execute(
        select(session)
        .join(account, account.c.id == session.c.account_id)
        .where(
            session.c.hash == token_hash(cookie), session.c.ended_ms.is_(None),
            session.c.expires_ms > work.now_ms, account.c.erased_ms.is_(None), account.c.claimed_by.is_(None),
        )
    ).first()  # fmt: skip
    if row is None:
        return None
    return Session(row.id, row.account_id, row.method, row.started_ms, row.expires_ms)


def list_open(work: Work, account_id: str) -> list[Session]:
    """Every open session of the account, newest first."""
    rows = work.connection.execute(
        select(session)
        .where(
            session.c.account_id == account_id, session.c.ended_ms.is_(None),
            session.c.expires_ms > work.now_ms,
        )
        .order_by(session.c.started_ms.desc(), session.c.id)
    )  # fmt: skip
    return [Session(row.id, row.account_id, row.method, row.started_ms, row.expires_ms) for row in rows]


def close(work: Work, account_id: str, session_id: str) -> None:
    """Sign one browser out. Raises NothingThere."""
    ended = work.connection.execute(
        update(session)
        .where(session.c.id == session_id, session.c.account_id == account_id, session.c.ended_ms.is_(None))
        .values(ended_ms=work.now_ms)
    )
    if ended.rowcount != 1:
        raise NothingThere(f"no open session of yours has the id {session_id!r}")
    audit.append(work, "session.closed", account_id, session=session_id)


def close_all(work: Work, account_id: str) -> int:
    """Sign every browser out; how many there were."""
    ended = work.connection.execute(
        update(session)
        .where(session.c.account_id == account_id, session.c.ended_ms.is_(None))
        .values(ended_ms=work.now_ms)
    )
    audit.append(work, "session.closed_all", account_id, sessions=ended.rowcount)
    return ended.rowcount
