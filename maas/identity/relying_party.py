"""Signing in and proving entitlements at the city's or My Number identity broker, whose client we are.

A sign-in there is begun in one browser and must come back in the same one; state, nonce and PKCE verifier
work once. What the broker says becomes yes or no at once; its attributes and its identifier for the person
are not kept (of the identifier only a keyed hash).
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import insert, select, update

from maas.identity import accounts, audit, entitlements, rates, sessions
from maas.identity.errors import BrokerRefused, Conflict
from maas.identity.model import AccountKind, BrokerSettings, Method
from maas.identity.ports import Broker, BrokerAnswer
from maas.identity.provider_tables import broker_flow, broker_subject
from maas.identity.sealing import new_token, token_hash
from maas.identity.sql import was_inserted
from maas.identity.work import Work

__all__ = ["Begun", "Flow", "Ticket", "begin", "complete", "page_of", "redirect_uri", "take"]

FLOW_S = 600


@dataclass(frozen=True, slots=True)
class Ticket:
    """The secrets of a flow that was begun: state, nonce and verifier go to the broker, in their ways."""

    state: str
    nonce: str
    verifier: str
    browser: str


@dataclass(frozen=True, slots=True)
class Begun:
    """Where to send the browser, and the cookie that ties the flow to it."""

    url: str
    browser: str


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow that came back to the browser that began it; it is used up."""

    nonce: str
    verifier: str
    account_id: str | None
    then: str


def redirect_uri(issuer: str) -> str:
    """Where the broker sends the browser back to; registered there."""
    return f"{issuer}/signin/broker/callback"


def begin(work: Work, *, account_id: str | None, then: str, network: str) -> Ticket:
    """Begin a flow; for a signed-in account it links the broker's identity to it. Raises RateLimited."""
    rates.count(work, "broker", network, work.kit.settings.begins_per_hour)
    state, nonce, verifier, browser = (new_token(work.kit.random) for _ in range(4))
    secret = json.dumps({"nonce": nonce, "verifier": verifier}).encode()
    work.connection.execute(
        insert(broker_flow).values(
            hash=token_hash(state), browser_hash=token_hash(browser),
            sealed=work.kit.seals.seal("broker-flow", secret), account_id=account_id, then=then,
            expires_ms=work.until_ms(FLOW_S),
        )
    )  # fmt: skip
    return Ticket(state, nonce, verifier, browser)


def page_of(broker: Broker, ticket: Ticket, issuer: str) -> Begun:
    """Where to send the browser. Asks the broker, so never inside a transaction. Raises BrokerRefused."""
    url = broker.authorization_url(
        state=ticket.state, nonce=ticket.nonce, verifier=ticket.verifier, redirect_uri=redirect_uri(issuer)
    )
    return Begun(url, ticket.browser)


def take(work: Work, *, state: str, browser: str) -> Flow:
    """Use a flow up. Raises BrokerRefused where it is not this browser's, was used, or is too old."""
    row = work.connection.execute(
        update(broker_flow)
        .where(
            broker_flow.c.hash == token_hash(state), broker_flow.c.browser_hash == token_hash(browser),
            broker_flow.c.used_ms.is_(None), broker_flow.c.expires_ms > work.now_ms,
        )
        .values(used_ms=work.now_ms)
        .returning(broker_flow.c.sealed, broker_flow.c.account_id, broker_flow.c.then)
    ).first()  # fmt: skip
    if row is None:
        raise BrokerRefused("state: not begun in this browser, used already, or too old; begin again")
    secret = json.loads(work.kit.seals.open("broker-flow", row.sealed))
    return Flow(secret["nonce"], secret["verifier"], row.account_id, row.then)


def complete(work: Work, broker: BrokerSettings, flow: Flow, answer: BrokerAnswer) -> sessions.Opened:
    """Sign the person in, keep what is proven. Raises Conflict where the identity is another account's."""
    account_id = _account_of(work, broker, flow, answer.subject)
    for proof in entitlements.judge(broker.rules, answer.attributes, work.now):
        entitlements.prove(work, account_id, proof, Method.BROKER)
    return sessions.open_session(work, account_id, "broker")


def _account_of(work: Work, broker: BrokerSettings, flow: Flow, subject: str) -> str:
    hashed = work.kit.seals.keyed("broker-subject", broker.issuer, subject)
    known = work.connection.execute(
        select(broker_subject.c.account_id).where(broker_subject.c.hash == hashed)
    ).scalar()
    if known is not None:
        if flow.account_id not in (None, known):
            raise Conflict("this identity is linked to another account; sign in to that one")
        return str(known)
    account_id = flow.account_id or accounts.create(work, AccountKind.PERSON, language="ja").id
    row = {"hash": hashed, "account_id": account_id, "linked_ms": work.now_ms}
    if not was_inserted(work.connection, broker_subject, row):
        raise Conflict("this identity was linked in this moment; sign in again")
    audit.append(work, "broker.linked", account_id)
    return account_id
