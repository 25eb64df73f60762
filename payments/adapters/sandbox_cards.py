"""What the sandbox's test cards do, and how one of its authorisations looks at an instant."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from payments.ledger.model import from_us, to_us
from payments.ports import Authorisation, AuthorisationState

DECLINES = {
    "pm_sandbox_declined": "card_declined",
    "pm_sandbox_insufficient": "insufficient_funds",
    "pm_sandbox_expired": "expired_card",
}
METHODS = {"pm_sandbox_visa", "pm_sandbox_3ds", "pm_sandbox_slow", "pm_sandbox_single", *DECLINES}
SAVED = {
    "pm_sandbox_visa": ("visa", "4242"),
    "pm_sandbox_3ds": ("visa", "3220"),
    "pm_sandbox_slow": ("mastercard", "0005"),
    "pm_sandbox_single": ("jcb", "0505"),
    "pm_sandbox_declined": ("visa", "0002"),
    "pm_sandbox_insufficient": ("visa", "9995"),
    "pm_sandbox_expired": ("visa", "0069"),
}
"""Method -> brand and last digits as a payer is shown them; the order is that of the sandbox's page."""
HOLD_DAYS = 7
SLOW_S = 5
FEE_PER_MILLE = 36  # what a card costs the platform, so that reconciliation has fees to explain


def view(row: Any, now: datetime) -> Authorisation:
    """The row as of now: a slow decision made, an old hold expired."""
    state, now_us = AuthorisationState(row.state), to_us(now)
    if state is AuthorisationState.PROCESSING and now_us >= row.ready_at_us:
        state = AuthorisationState.HELD
    open_states = (AuthorisationState.HELD, AuthorisationState.CHALLENGE)
    if state in open_states and now_us >= row.expires_at_us:
        state = AuthorisationState.VOIDED
    challenge = f"/sandbox/challenges/{row.id}" if state is AuthorisationState.CHALLENGE else ""
    return Authorisation(
        row.id, row.key, state, row.amount_minor, row.captured_minor, row.currency, row.reference,
        challenge, row.decline_code, from_us(row.expires_at_us), row.method != "pm_sandbox_single",
    )  # fmt: skip
