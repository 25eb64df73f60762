"""Passes that renew by themselves: once a period, told where the card says no, never after a stop."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from whole_world import TOKYO, Person, Whole

from maas.fares.renewals import Failed, Renewals
from maas.fares.tables import renewal
from payments.ledger.audit import audit


def bought(who: Person, product: str = "area-day", key: str = "k") -> dict[str, Any]:
    wish = {"product_id": product, "first_day": datetime.now(TOKYO).date().isoformat(), "renews": True}
    return dict(who.done("POST", "/v1/me/passes", wish, headers={"Idempotency-Key": key}))


def mine(who: Person) -> list[tuple[str, str, str]]:
    """(first day, state, renewal) of the passes, the earliest first."""
    found = who.get("/v1/me/passes").json()
    return sorted((p["first_day"], p["state"], p["renewal"]) for p in found)


def a_day_passes(whole: Whole, who: Person) -> None:
    """What is not due yet comes due: the books of this server know no other day than today."""
    soon = {"d": datetime.now(TOKYO).date() + timedelta(days=1), "a": who.account}
    with whole.system.database.write() as connection:
        connection.execute(
            update(renewal)
            .where(renewal.c.account_id == soon["a"], renewal.c.state == "on")
            .values(next_day=soon["d"], due_ms=0)
        )


def days(*after: int) -> list[str]:
    today = datetime.now(TOKYO).date()
    return [(today + timedelta(days=n)).isoformat() for n in after]


@pytest.fixture
def renewals(whole: Whole) -> Renewals:
    return whole.system.fares.renewals


def test_a_pass_renews_once_a_period_however_often_it_is_swept(whole: Whole, renewals: Renewals) -> None:
    rider = whole.person()
    rider.save_card()
    first, now = bought(rider), datetime.now(TOKYO)
    assert (first["state"], first["renewal"]) == ("active", "on")
    today, tomorrow = days(0, 1)
    for _ in range(3):
        renewals.sweep(now=now)
    assert mine(rider) == [(today, "active", "done"), (tomorrow, "active", "on")]
    a_day_passes(whole, rider)
    for _ in range(2):
        renewals.sweep(now=now)
    assert mine(rider)[1:] == [(tomorrow, "active", "done"), (tomorrow, "active", "on")]
    # Stopped, it is over; what was bought stands.
    last = next(p for p in rider.get("/v1/me/passes").json() if p["renewal"] == "on")
    told = rider.done("PUT", f"/v1/me/passes/{last['id']}/renewal", {"renews": False})
    assert (told["state"], told["renewal"]) == ("active", "off")
    a_day_passes(whole, rider)
    renewals.sweep(now=now)
    assert len(mine(rider)) == 3
    with whole.system.database.read() as connection:
        assert audit(connection) == []


def test_a_card_that_says_no_is_told_and_tried_on_three_days(
    whole: Whole, renewals: Renewals, monkeypatch: pytest.MonkeyPatch
) -> None:
    rider = whole.person()
    rider.save_card()
    bought(rider)
    now = datetime.now(TOKYO)
    card = rider.save_card("pm_sandbox_declined")
    rider.done("PUT", f"/v1/me/payment-methods/{card}/preferred")
    heard: list[Failed] = []
    monkeypatch.setattr(renewals, "_tell", heard.append)
    for again in (False, False, True, True, True, True):
        if again:
            a_day_passes(whole, rider)
        renewals.sweep(now=now)
    (told,) = [one for one in rider.get("/v1/me/passes").json() if one["renewal"] != "off"]
    assert (told["renewal"], told["renewal_reason"]) == ("failed", "card_declined")
    mine_heard = [one for one in heard if one.account_id == rider.account]
    assert [(one.reason, one.last) for one in mine_heard] == [
        ("card_declined", False), ("card_declined", False), ("card_declined", True),
    ]  # fmt: skip
    assert sum(state == "active" for _, state, _ in mine(rider)) == 1
    # With a card that works it can be begun again.
    rider.done("DELETE", f"/v1/me/payment-methods/{card}")
    told = rider.done("PUT", f"/v1/me/passes/{told['id']}/renewal", {"renews": True})
    assert told["renewal"] == "on"
    renewals.sweep(now=datetime.now(TOKYO))
    assert sum(state == "active" for _, state, _ in mine(rider)) == 2


def test_a_bank_that_wants_its_customer_cannot_be_answered_by_a_renewal(
    whole: Whole, renewals: Renewals
) -> None:
    rider = whole.person()
    rider.save_card()
    bought(rider)
    now = datetime.now(TOKYO)
    card = rider.save_card("pm_sandbox_3ds")
    rider.done("PUT", f"/v1/me/payment-methods/{card}/preferred")
    renewals.sweep(now=now)
    (told,) = [one for one in rider.get("/v1/me/passes").json() if one["renewal"] == "on"]
    assert told["renewal_reason"] == "authentication_required"


def test_a_pass_that_is_given_up_does_not_renew(whole: Whole, renewals: Renewals) -> None:
    rider, other = whole.person(), whole.person()
    rider.save_card()
    first, now = bought(rider, "area-month"), datetime.now(TOKYO)
    path = f"/v1/me/passes/{first['id']}/renewal"
    assert other.send("PUT", path, {"renews": False}).status_code == 404
    assert rider.done("DELETE", f"/v1/me/passes/{first['id']}")["renewal"] == "off"
    assert rider.send("PUT", path, {"renews": True}).status_code == 409
    a_day_passes(whole, rider)
    renewals.sweep(now=now)
    assert len(mine(rider)) == 1
