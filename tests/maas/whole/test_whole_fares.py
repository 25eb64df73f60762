"""Passes, points and the city's ride over HTTP, through bundles to the ledger."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from whole_world import TOKYO, Person, Whole

from maas.identity.model import Role
from payments.ledger import Ledger
from payments.ledger.audit import audit


def trip(hours: int = 30) -> dict[str, Any]:
    at = (datetime.now(TOKYO) + timedelta(days=1)).replace(hour=11, minute=hours, second=0, microsecond=0)
    return {
        "kind": "shuttle", "label": "ride", "from": "海浜幕張駅", "to": "幕張整形外科", "at": at.isoformat(),
    }  # fmt: skip


def held(who: Person, part: dict[str, Any]) -> dict[str, Any]:
    return dict(who.done("POST", "/v1/bundles", {"parts": [part]}))


def balance(whole: Whole, account: str) -> int:
    with whole.system.database.read() as connection:
        found = Ledger().balances(connection, [account])
    return found[account].posted_minor if account in found else 0


def today() -> str:
    return datetime.now(TOKYO).date().isoformat()


def test_an_old_rider_pays_two_hundred_and_the_city_the_rest(whole: Whole) -> None:
    rider, desk = whole.person(), whole.person((Role.CALL_TAKER, ""))
    desk.done("POST", f"/v1/admin/accounts/{rider.account}/entitlements",
              {"kind": "65+", "holds": True, "expires": "2034-01-01T00:00:00+09:00"})  # fmt: skip
    rider.save_card()
    bundle = held(rider, trip(5))
    (part,) = bundle["parts"]
    assert (part["price"]["amount"], bundle["total"]["amount"]) == (200, 200)
    city = balance(whole, "city:chiba")
    rider.done("POST", f"/v1/bundles/{bundle['id']}/confirm")
    booking = whole.system.booking
    booking.after.used(bundle["id"], "ride", use_key="u1", actor="test")
    assert balance(whole, "city:chiba") - city == -(part["full_price_minor"] - 200)
    assert rider.get(f"/v1/bundles/{bundle['id']}").json()["paid_minor"] == 200
    with whole.system.database.read() as connection:
        assert audit(connection) == []


def test_a_day_pass_is_bought_once_rides_free_and_is_given_back(whole: Whole) -> None:
    rider, other = whole.person(), whole.person()
    tomorrow = (datetime.now(TOKYO).date() + timedelta(days=1)).isoformat()
    wish, key = {"product_id": "area-month", "first_day": tomorrow}, {"Idempotency-Key": "one"}
    assert rider.send("POST", "/v1/me/passes", wish, headers=key).status_code == 409  # no card
    rider.save_card()
    bought = rider.done("POST", "/v1/me/passes", wish, headers=key)
    assert bought["state"] == "active"
    assert rider.done("POST", "/v1/me/passes", wish, headers=key)["id"] == bought["id"]
    assert [each["id"] for each in rider.get("/v1/me/passes").json()] == [bought["id"]]
    assert other.get(f"/v1/me/passes/{bought['id']}").status_code == 404
    assert other.send("DELETE", f"/v1/me/passes/{bought['id']}").status_code == 404
    bundle = held(rider, trip(10))
    assert (bundle["total"]["amount"], bundle["parts"][0]["discounts"][0]["rule"]) == (0, "pass:area-month")
    assert rider.done("POST", f"/v1/bundles/{bundle['id']}/confirm")["state"] == "confirmed"
    before = balance(whole, "operator:makuhari-shuttle")
    refund = rider.get(f"/v1/me/passes/{bought['id']}/refund").json()["refund_minor"]
    assert refund == 7800 - 220  # before its first day: all but the fee
    given = rider.done("DELETE", f"/v1/me/passes/{bought['id']}")
    assert (given["state"], given["refund_minor"]) == ("returned", refund)
    assert rider.done("DELETE", f"/v1/me/passes/{bought['id']}")["state"] == "returned"
    assert balance(whole, "operator:makuhari-shuttle") < before
    assert held(rider, trip(15))["total"]["amount"] > 0


def test_a_pass_waits_for_the_bank_and_a_declined_one_is_refused(whole: Whole) -> None:
    rider = whole.person()
    rider.save_card("pm_sandbox_3ds")
    wish = {"product_id": "area-day", "first_day": today(), "return_path": "/passes"}
    waiting = rider.done("POST", "/v1/me/passes", wish, headers={"Idempotency-Key": "a"})
    assert waiting["state"] == "paying"
    back = rider.http.post(waiting["challenge_url"], data={"decision": "approve"})
    assert back.headers["location"] == "/passes"
    assert rider.get(f"/v1/me/passes/{waiting['id']}").json()["state"] == "active"
    card = rider.save_card("pm_sandbox_declined")
    refused = rider.done(
        "POST", "/v1/me/passes", wish | {"method_id": card}, headers={"Idempotency-Key": "b"}
    )
    assert (refused["state"], refused["reason"]) == ("refused", "card_declined")
    unknown = rider.send(
        "POST", "/v1/me/passes", wish | {"product_id": "x"}, headers={"Idempotency-Key": "c"}
    )
    assert unknown.status_code == 404


def test_points_are_earned_within_limits_pay_for_rides_and_come_back(whole: Whole) -> None:
    rider, shop = whole.person(), whole.person((Role.SHOP, "aeon"))
    claim = {"rule": "walk", "units": 3, "evidence": "steps-1", "day": today()}
    assert rider.done("POST", "/v1/me/points/claims", claim) == {"points": 15}
    assert rider.done("POST", "/v1/me/points/claims", claim) == {"points": 15}  # the same record
    assert (
        rider.done("POST", "/v1/me/points/claims", claim | {"evidence": "steps-2", "units": 9})["points"]
        == 10
    )
    assert rider.send("POST", "/v1/me/points/claims", claim | {"rule": "volunteer"}).status_code == 403
    grant = {
        "rule": "volunteer",
        "units": 2,
        "evidence": "beach",
        "day": today(),
        "account_id": rider.account,
    }
    assert rider.send("POST", "/v1/points/grants", grant).status_code == 403
    assert shop.done("POST", "/v1/points/grants", grant) == {"points": 200}
    assert shop.send("POST", "/v1/points/grants", grant | {"rule": "walk"}).status_code == 403
    assert rider.get("/v1/me/points").json()["balance"] == 225

    rider.save_card()
    rider.done("PUT", "/v1/me/points/wish", {"per_bundle_max": 150})
    first, second = held(rider, trip(20)), held(rider, trip(25))
    full = first["parts"][0]["full_price_minor"]
    assert first["total"]["amount"] == full - 150
    assert second["total"]["amount"] == full - 75  # the others are promised to the first
    rider.done("POST", f"/v1/bundles/{first['id']}/confirm")
    shown = rider.get("/v1/me/points").json()
    assert shown["balance"] == 225 - 150 + 20  # off-peak, by itself
    rider.done("POST", f"/v1/bundles/{first['id']}/cancel")
    assert rider.get("/v1/me/points").json()["balance"] == 225
    kinds = [each["kind"] for each in rider.get("/v1/me/points/history").json()]
    assert {"points-earn", "points-burn", "points-back", "points-unearn"} <= set(kinds)
    left = rider.done("POST", "/v1/me/points/donations", {"points": 25, "cause": "beach"})
    assert left == {"points": 200}
    assert rider.send("POST", "/v1/me/points/donations", {"points": 999, "cause": "beach"}).status_code == 409
    with whole.system.database.read() as connection:
        assert audit(connection) == []


def test_an_employer_pays_for_its_people(whole: Whole) -> None:
    rider, chief = whole.person(), whole.person((Role.ADMINISTRATOR, ""))
    path = f"/v1/admin/accounts/{rider.account}/employer"
    assert rider.send("PUT", path, {"rule_id": "techno-garden"}).status_code == 403
    assert chief.send("PUT", path, {"rule_id": "nobody"}).status_code == 404
    chief.done("PUT", path, {"rule_id": "techno-garden"})
    at = datetime.now(TOKYO) + timedelta(days=1)
    while at.weekday() > 4:
        at += timedelta(days=1)
    part = trip() | {"at": at.replace(hour=11, minute=40).isoformat()}
    (shown,) = held(rider, part)["parts"]
    assert {each["rule"]: each["amount_minor"] for each in shown["discounts"]} == {
        "corporate:employer:techno-garden": 300
    }
