"""Signing in by a link in a mail, for browsers without a passkey; and proving an address for an account.

A mail goes out whether the address has an account or not, and the account is made when the link is used:
nobody learns from us who has one. A link works once, for a quarter of an hour; we keep its hash only.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy import insert, select, update

from maas.identity import accounts, audit, rates, sessions
from maas.identity.errors import CodeRefused
from maas.identity.mail_texts import sign_in_mail
from maas.identity.model import AccountKind
from maas.identity.people_tables import mail_link
from maas.identity.ports import Message
from maas.identity.sealing import new_token, token_hash
from maas.identity.work import Work

__all__ = ["Used", "look", "request", "use"]


@dataclass(frozen=True, slots=True)
class Used:
    """A link that was used: the page of ours to go on to, and the new session.

    None where the browser was signed in already and the link only proved the address.
    """

    opened: sessions.Opened | None
    then: str


def request(
    work: Work, email: str, *, then: str, language: str, network: str, account_id: str | None = None
) -> Message:
    """The mail to send after the transaction; `then` is our path. Raises BadIdentityInput, RateLimited.

    With an account the link does not sign in: it makes the address the account's.
    """
    address = accounts.normal_email(email)
    settings = work.kit.settings
    rates.count(work, "mail-link-network", network, settings.begins_per_hour)
    rates.count(work, "mail-link", address, settings.links_per_hour)
    token = new_token(work.kit.random)
    work.connection.execute(
        insert(mail_link).values(
            hash=token_hash(token), email=address, account_id=account_id, then=then, language=language,
            expires_ms=work.until_ms(settings.link_s),
        )
    )  # fmt: skip
    audit.append(work, "mail_link.requested", "anonymous")
    url = f"{settings.issuer}/signin/link?{urlencode({'token': token})}"
    return sign_in_mail(address, url, language, name=settings.name, minutes=settings.link_s // 60)


def look(work: Work, token: str) -> str:
    """The language of a link that still works, without using it up (mail scanners open links, too).

    Raises CodeRefused.
    """
    row = work.connection.execute(
        select(mail_link.c.language).where(
            mail_link.c.hash == token_hash(token), mail_link.c.used_ms.is_(None),
            mail_link.c.expires_ms > work.now_ms,
        )
    ).first()  # fmt: skip
    if row is None:
        raise CodeRefused("the link was used, is too old, or is not ours; ask for a new one")
    return str(row.language)


def use(work: Work, token: str, *, signed_in: str | None = None) -> Used:
    """Use a link up: sign in, making the account if the address has none. Raises CodeRefused, Conflict.

    A link that proves an address counts only in a browser that is `signed_in` to the account that asked:
    nobody can have somebody else's address confirmed for an account of their own.
    """
    row = work.connection.execute(
        update(mail_link)
        .where(
            mail_link.c.hash == token_hash(token), mail_link.c.used_ms.is_(None),
            mail_link.c.expires_ms > work.now_ms,
        )
        .values(used_ms=work.now_ms)
        .returning(mail_link.c.email, mail_link.c.account_id, mail_link.c.then, mail_link.c.language)
    ).first()  # fmt: skip
    if row is None:
        raise CodeRefused("the link was used, is too old, or is not ours; ask for a new one")
    if row.account_id is not None:
        if row.account_id != signed_in:
            raise CodeRefused("the link: open it in the browser in which you asked for it")
        accounts.set_email(work, row.account_id, row.email)
        return Used(None, row.then)
    found = accounts.find_by_email(work, row.email)
    account = found or accounts.create(work, AccountKind.PERSON, language=row.language, email=row.email)
    return Used(sessions.open_session(work, account.id, "email"), row.then)
