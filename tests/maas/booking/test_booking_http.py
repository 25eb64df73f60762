"""Bundles over HTTP on the sample area's own server: held, paid, confirmed, given back, by guests."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

TOKYO = ZoneInfo("Asia/Tokyo")


class Visitor:
    """A guest at a browser, with one saved card."""

    def __init__(self, server: str, card: str | None = "pm_sandbox_visa") -> None:
        self.url = server.replace("127.0.0.1", "localhost")
        self.http = httpx.Client(base_url=self.url, headers={"Origin": self.url}, timeout=60)
        made = self.http.post("/v1/signin/guest", json={})
        assert made.status_code == 201, made.text
        self.account = made.json()["account_id"]
        if card is not None:
            self.save(card)

    def __enter__(self) -> Visitor:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def save(self, card: str) -> None:
        begun = self.http.post("/v1/me/payment-methods", json={"then": "/"}).json()
        done = self.http.post(begun["url"], data={"method": card})
        assert done.status_code == 303, done.text
        saved = self.http.get(f"/v1/me/payment-methods/savings/{begun['id']}").json()
        assert saved["state"] == "done", saved

    def hold(self, *parts: dict[str, Any], key: str = "", status: int = 201) -> dict[str, Any]:
        headers = {"Idempotency-Key": key} if key else {}
        answer = self.http.post("/v1/bundles", json={"parts": list(parts), "lang": "en"}, headers=headers)
        assert answer.status_code == status, answer.text
        return dict(answer.json())

    def confirm(self, bundle: dict[str, Any], **asked: Any) -> httpx.Response:
        return self.http.post(f"/v1/bundles/{bundle['id']}/confirm", json=asked or None)

    def show(self, bundle: dict[str, Any]) -> dict[str, Any]:
        return dict(self.http.get(f"/v1/bundles/{bundle['id']}").json())


@pytest.fixture(scope="module")
def guest(server: str) -> Iterator[Visitor]:
    ride = {"from": "海浜幕張", "to": {"lat": 35.6579, "lon": 140.0272}}
    httpx.post(f"{server}/v1/rides/quotes", json=ride, timeout=400)  # a fresh machine compiles kernels first
    with Visitor(server) as one:
        yield one


def slot_of(server: str, offer: str, days: int = 2) -> str:
    start = datetime.now(TOKYO).replace(hour=0, minute=0) + timedelta(days=days)
    params = {"from": start.isoformat(), "to": (start + timedelta(days=7)).isoformat()}
    found = httpx.get(f"{server}/v1/services/{offer}/availability", params=params, timeout=60).json()
    return str(next(s["id"] for s in found["slots"] if s["free"] is None or s["free"] >= 3))


def service(server: str, offer: str) -> dict[str, Any]:
    return {"kind": "service", "label": "visit", "slot_id": slot_of(server, offer)}


@pytest.fixture(scope="module")
def paid_offer(server: str) -> str:
    """An offer of the sample with a price, slots, and free cancellation long before."""
    offers = httpx.get(f"{server}/v1/services", params={"limit": 100}, timeout=60).json()["offers"]
    for offer in offers:
        if offer["price_minor"] >= 500 and offer["kind"] in ("days", "times"):
            return str(offer["id"])
    raise AssertionError("the sample has no paid offer with slots")


def transit(label: str = "train") -> dict[str, Any]:
    leave = datetime.now(TOKYO) + timedelta(hours=30)
    end = {"lat": 35.6482, "lon": 140.0418}
    return {
        "kind": "transit", "label": label, "from": {"name": "東京", **end}, "to": {"name": "海浜幕張", **end},
        "departure": leave.isoformat(), "arrival": (leave + timedelta(minutes=40)).isoformat(),
        "route_name": "京葉線", "agency_name": "JR",
    }  # fmt: skip


def test_legs_of_a_journey_become_their_own_kinds_of_part(guest: Visitor) -> None:
    train = transit()
    ends = {"from": train["from"], "to": train["to"]}
    leave, arrive = datetime.fromisoformat(train["departure"]), datetime.fromisoformat(train["arrival"])
    times = {"departure": train["departure"], "arrival": train["arrival"]}
    legs = [
        {"mode": "walk", **ends, **times},
        {"mode": "shuttle", **ends, **times},
        {"mode": "device", **ends, **times},
        {"mode": "cycle", **ends, **times, "on_demand": {"service_id": "bikes", "start_id": "dock-7"}},
        {"mode": "cycle", **ends, **times},
        {"mode": "bicycle", **ends, **times},
        {"mode": "rail", **ends, **times, "trip_id": "t1", "route_name": "京葉線", "agency_name": "JR"},
    ]
    asked = {"legs": legs, "party": {"adults": 2}, "device": "scooter"}
    parts = guest.http.post("/v1/bundles/from-journey", json=asked).json()["parts"]
    assert [part["kind"] for part in parts] == ["shuttle", "device", "cycle", "transit"]
    seconds = int((arrive - leave).total_seconds())
    shuttle, device, cycle, rail = parts
    assert (shuttle["party"]["adults"], datetime.fromisoformat(shuttle["at"])) == (2, leave)
    assert (device["device"], device["use_s"], device["where"]["lat"]) == ("scooter", seconds, 35.6482)
    assert (cycle["dock_id"], cycle["use_s"]) == ("dock-7", seconds)
    assert (rail["trip_id"], rail["route_name"], rail["party"]["adults"]) == ("t1", "京葉線", 2)
    walked = guest.http.post("/v1/bundles/from-journey", json={"legs": legs[:1]})
    assert walked.status_code == 400


def test_a_shuttle_a_train_and_a_service_are_held_paid_and_confirmed(
    server: str, guest: Visitor, paid_offer: str
) -> None:
    ride = {
        "kind": "shuttle", "label": "ride", "from": "海浜幕張", "to": {"lat": 35.6579, "lon": 140.0272},
    }  # fmt: skip
    held = guest.hold(ride, transit(), service(server, paid_offer))
    assert held["state"] == "held", held
    assert [part["state"] for part in held["parts"]] == ["held"] * 3
    assert held["total"]["amount"] == sum(part["price"]["amount"] for part in held["parts"]) > 0
    assert datetime.fromisoformat(held["expires_at"]) > datetime.now(TOKYO)
    done = guest.confirm(held)
    assert (done.status_code, done.json()["state"]) == (200, "confirmed"), done.text
    assert guest.confirm(held).json() == done.json()  # a repeat changes nothing
    shown = guest.show(held)
    assert [part["state"] for part in shown["parts"]] == ["confirmed"] * 3
    ride_view = guest.http.get(f"/v1/rides/{shown['parts'][0]['ref']}").json()
    assert ride_view["state"] == "confirmed"
    listed = guest.http.get("/v1/bundles").json()["bundles"]
    assert held["id"] in [one["id"] for one in listed]


def test_the_same_key_answers_with_the_same_bundle_and_refuses_another(
    server: str, guest: Visitor, paid_offer: str
) -> None:
    part = service(server, paid_offer)
    first = guest.hold(part, key="once")
    assert guest.hold(part, key="once")["id"] == first["id"]
    other = guest.hold(part | {"quantity": 2}, key="once", status=409)
    assert other["type"].endswith("/key-reused")


def test_giving_back_is_shown_before_it_is_done(server: str, guest: Visitor, paid_offer: str) -> None:
    held = guest.hold(service(server, paid_offer), transit())
    assert guest.confirm(held).status_code == 200
    path = f"/v1/bundles/{held['id']}/cancel"
    seen = guest.http.post(path, params={"preview": True}, json={"parts": ["visit"]}).json()
    assert seen["preview"]
    assert seen["bundle"]["state"] == "confirmed"
    wrong = guest.http.post(path, json={"parts": ["visit"], "refund_minor": seen["refund_minor"] + 1})
    assert wrong.status_code == 409
    assert wrong.json()["refund_minor"] == seen["refund_minor"]
    done = guest.http.post(path, json={"parts": ["visit"], "refund_minor": seen["refund_minor"]})
    assert done.status_code == 200, done.text
    states = {part["label"]: part["state"] for part in done.json()["bundle"]["parts"]}
    assert states == {"visit": "cancelled", "train": "confirmed"}
    again = guest.http.post(path, json={"parts": ["visit"]})
    assert again.status_code == 409


def test_a_challenge_is_answered_at_the_bank_and_the_bundle_goes_on(server: str, paid_offer: str) -> None:
    with Visitor(server, "pm_sandbox_3ds") as guest:
        _pay_by_challenge(guest, service(server, paid_offer))


def _pay_by_challenge(guest: Visitor, part: dict[str, Any]) -> None:
    held = guest.hold(part)
    asked = guest.confirm(held, return_path="/trips")
    assert (asked.status_code, asked.json()["state"]) == (202, "paying"), asked.text
    url = asked.json()["challenge_url"]
    page = guest.http.get(url)
    assert re.search('value="approve"', page.text), page.text
    back = guest.http.post(url, data={"decision": "approve"})
    assert (back.status_code, back.headers["location"]) == (303, "/trips")
    for _ in range(40):
        if guest.show(held)["state"] == "confirmed":
            break
        time.sleep(0.25)
    assert guest.show(held)["state"] == "confirmed"


def test_a_declined_card_keeps_everything_held_for_another(server: str, paid_offer: str) -> None:
    with Visitor(server, "pm_sandbox_insufficient") as guest:
        _pay_with_another(guest, service(server, paid_offer))


def _pay_with_another(guest: Visitor, part: dict[str, Any]) -> None:
    held = guest.hold(part)
    refused = guest.confirm(held)
    assert refused.status_code == 402
    assert refused.json()["code"] == "insufficient_funds"
    assert guest.show(held)["state"] == "held"
    guest.save("pm_sandbox_visa")
    method = next(m for m in guest.http.get("/v1/me/payment-methods").json() if m["last4"] == "4242")
    done = guest.confirm(held, payment={"by": "card", "method_id": method["id"]})
    assert done.json()["state"] == "confirmed", done.text


def test_a_part_that_cannot_be_had_holds_nothing(server: str, guest: Visitor, paid_offer: str) -> None:
    before = guest.http.get("/v1/bundles").json()["bundles"]
    gone = {"kind": "service", "label": "x", "slot_id": f"{paid_offer}@2020-01-01"}
    refused = guest.hold(service(server, paid_offer), gone, status=409)
    assert refused["type"].endswith("/part-refused")
    assert guest.http.get("/v1/bundles").json()["bundles"] == before


def test_nobody_reaches_anothers_bundle(server: str, guest: Visitor, paid_offer: str) -> None:
    held = guest.hold(service(server, paid_offer))
    with Visitor(server, None) as other:
        for method, path in (("GET", ""), ("POST", "/confirm"), ("POST", "/cancel")):
            refused = other.http.request(method, f"/v1/bundles/{held['id']}{path}")
            assert refused.status_code == 404, (path, refused.text)
        assert other.http.get("/v1/sagas").status_code == 403
    assert httpx.get(f"{server}/v1/bundles").status_code == 401


def test_whoever_waits_is_told_and_books_what_became_free(server: str, guest: Visitor) -> None:
    slot = _scarce(server)
    all_of_it = {"kind": "service", "label": "all", "slot_id": slot["id"], "quantity": slot["free"]}
    held = guest.hold(all_of_it)
    with Visitor(server) as other:
        wish = {"slot_id": slot["id"], "quantity": 1}
        place = other.http.post("/v1/waiting", json=wish).json()
        assert (place["state"], place["position"]) == ("waiting", 1)
        assert guest.http.get(f"/v1/waiting/{place['key']}").status_code == 404
        guest.http.post(f"/v1/bundles/{held['id']}/cancel")
        assert other.http.get(f"/v1/waiting/{place['key']}").json()["state"] == "offered"
        part = {"kind": "service", "label": "mine", "waiting": place["key"]} | wish
        assert other.confirm(other.hold(part)).json()["state"] == "confirmed"


def _scarce(server: str) -> dict[str, Any]:
    """A slot of the sample of which few enough are left to take them all, without a limit for one person."""
    offers = httpx.get(f"{server}/v1/services", params={"limit": 100}, timeout=60).json()["offers"]
    start = datetime.now(TOKYO).replace(hour=0, minute=0) + timedelta(days=3)
    params = {"from": start.isoformat(), "to": (start + timedelta(days=3)).isoformat()}
    for offer in offers:
        detail = httpx.get(f"{server}/v1/services/{offer['id']}", timeout=60).json()
        if detail["per_person_max"] is not None or detail["outside"]:
            continue
        url = f"{server}/v1/services/{offer['id']}/availability"
        for slot in httpx.get(url, params=params, timeout=60).json()["slots"]:
            if slot["free"] is not None and 1 <= slot["free"] <= 100:
                return dict(slot)
    raise AssertionError("the sample has no scarce slot")
