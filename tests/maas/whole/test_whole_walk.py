"""Every route of the API, walked by another resident who knows a victim's ids: nothing shown or changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from whole_world import TOKYO, Person, Whole

from maas.identity.model import Role

NAME, PHONE = "秘密の花子", "043-987-6543"
BY_POSSESSION = ("/v1/rides/", "/v1/missions/", "/v1/dock-holds/", "/v1/standing-orders/")
"""An id of these is drawn at random and is all that its rider needs; parts of bundles have such ids."""
LEAVE_OUT = {"delete /v1/session", "delete /v1/me/sessions", "post /v1/me/erasure"}  # end the walker itself


@dataclass
class Victim:
    """Somebody with one of everything, and the ids that an attacker has learnt."""

    person: Person
    ids: dict[str, str]
    secrets: list[str]

    def state(self) -> dict[str, Any]:
        """All that is theirs, as they see it."""
        seen = {
            path: self.person.get(path).json()
            for path in (
                "/v1/me", "/v1/bundles", "/v1/tickets", "/v1/me/payment-methods", "/v1/me/passes",
                "/v1/me/points", "/v1/me/points/history", "/v1/me/receipts", "/v1/consents",
                "/v1/entitlements", "/v1/proxies", "/v1/links", "/v1/me/passkeys", "/v1/me/applications",
                "/v1/disclosures",
            )
        }  # fmt: skip
        seen["sessions"] = [each["id"] for each in self.person.get("/v1/me/sessions").json()]
        return seen


@pytest.fixture(scope="module")
def victim(whole: Whole) -> Victim:
    someone, desk = whole.person(name=NAME), whole.person((Role.CALL_TAKER, ""))
    chief, shop = whole.person((Role.ADMINISTRATOR, "")), whole.person((Role.SHOP, "aeon"))
    someone.done("PATCH", "/v1/me", {"phone": PHONE})
    method = someone.save_card()
    desk.done("POST", f"/v1/admin/accounts/{someone.account}/entitlements",
              {"kind": "student", "holds": True, "expires": "2034-01-01T00:00:00+09:00"})  # fmt: skip
    at = (datetime.now(TOKYO) + timedelta(days=1)).replace(hour=14, minute=0, second=0, microsecond=0)
    shuttle = {
        "kind": "shuttle",
        "label": "ride",
        "from": "海浜幕張駅",
        "to": "幕張整形外科",
        "at": at.isoformat(),
    }
    bundle = someone.done("POST", "/v1/bundles", {"parts": [shuttle]})
    bundle = someone.done("POST", f"/v1/bundles/{bundle['id']}/confirm")
    day = datetime.now(TOKYO).date().isoformat()
    bought = someone.done("POST", "/v1/me/passes", {"product_id": "area-day", "first_day": day},
                          headers={"Idempotency-Key": "walk"})  # fmt: skip
    shop.done("POST", "/v1/points/grants", {"rule": "shopping", "units": 2, "evidence": "walk", "day": day,
                                            "account_id": someone.account})  # fmt: skip
    ticket = someone.get("/v1/tickets").json()[0]
    saving = someone.done("POST", "/v1/me/payment-methods", {"then": "/"})
    whole.system.booking.after.used(bundle["id"], "ride", use_key="walk", actor="test")
    ids = {
        "account_id": someone.account, "bundle_id": bundle["id"], "ticket_id": ticket["id"],
        "pass_id": bought["id"], "method_id": method, "setup_id": saving["id"],
        "session_id": someone.get("/v1/me/sessions").json()[0]["id"],
        "entitlement_id": someone.get("/v1/entitlements").json()[0]["id"],
        "ride_id": bundle["parts"][0]["ref"],
        "role_id": chief.get(f"/v1/admin/accounts/{chief.account}/roles").json()[0]["id"],
        "proxy_id": someone.done("POST", "/v1/proxies", {"may_book_for": True, "may_see": True}).get(
            "id", "prx_" + "0" * 32
        ),
        "account": "shop:aeon", "provider_id": "aeon", "offer_id": "aeon-basket", "feed_id": "feed",
    }  # fmt: skip
    return Victim(
        someone, ids, [NAME, PHONE, ticket["code"], bundle["id"], ticket["id"], bought["id"], method]
    )


def filled(path: str, ids: dict[str, str]) -> str:
    """A path with what the attacker knows; made-up values for the rest."""
    made_up = {"z": "14", "x": "1", "y": "1", "processor": "sandbox", "day": "2026-12-01", "number": "1",
               "system": "docks", "path": "gbfs.json", "kind": "trips", "key": "x", "draft_id": "x",
               "slot_id": "aeon@2026-12-01"}  # fmt: skip
    for name in [piece.partition("}")[0] for piece in path.split("{")[1:]]:
        path = path.replace(f"{{{name}}}", ids.get(name, made_up.get(name, "lnk_" + "0" * 32)))
    return path


BODIES: dict[str, Any] = {
    "post /v1/bundles": {"parts": [{"kind": "service", "label": "x", "slot_id": "x@2026-12-01"}]},
    "post /v1/bundles/{bundle_id}/changes": {
        "part": {"kind": "service", "label": "ride", "slot_id": "x@2026-12-01"},
    },
    "post /v1/ticket-uses": {"reader": "x", "uses": []},
    "put /v1/me/points/wish": {"per_bundle_max": 0},
    "put /v1/me/passes/{pass_id}/renewal": {"renews": False},
    "post /v1/statements/{account}/corrections": {"amount_minor": 1, "reason": "mine"},
    "post /v1/payees/{account}/payouts": {"month": "2026-10"},
    "put /v1/admin/accounts/{account_id}/employer": {"rule_id": None},
    "post /v1/admin/accounts/{account_id}/roles": {"role": "administrator"},
    "post /v1/admin/accounts/{account_id}/entitlements": {
        "kind": "65+", "holds": True, "expires": "2034-01-01T00:00:00+09:00",
    },
    "post /v1/sagas/{saga_id}/undo": {"reason": "x"},
}  # fmt: skip


def walked(
    whole: Whole, who: Person, victim: Victim, headers: dict[str, str]
) -> list[tuple[str, httpx.Response]]:
    found = []
    for path, operations in httpx.get(f"{whole.url}/openapi.json", timeout=300).json()["paths"].items():
        for method in operations:
            name = f"{method} {path}"
            if name in LEAVE_OUT or path.startswith(BY_POSSESSION):
                continue
            query = {"bundle_id": victim.ids["bundle_id"], "email": "x@example.jp", "month": "2026-11",
                     "subject": victim.ids["account_id"], "lang": "ja"}  # fmt: skip
            found.append((name, who.http.request(
                method, filled(path, victim.ids), params=query if method == "get" else None,
                json=BODIES.get(name, {}) if method not in ("get", "delete") else None, headers=headers,
            )))  # fmt: skip
    return found


@pytest.mark.parametrize("behalf", [False, True], ids=["as-oneself", "on-behalf-of-the-victim"])
def test_no_route_shows_or_changes_what_is_anothers(whole: Whole, victim: Victim, behalf: bool) -> None:
    attacker, before = whole.person(), victim.state()
    headers = {"X-On-Behalf-Of": victim.ids["account_id"]} if behalf else {}
    answers = walked(whole, attacker, victim, headers)
    assert len(answers) > 190
    for name, answer in answers:
        assert answer.status_code < 500, f"{name}: {answer.status_code} {answer.text[:300]}"
        said = answer.text
        for asked in victim.ids.values():  # what was sent may be named in a refusal
            said = said.replace(asked, "") if answer.status_code >= 400 else said
        shown = [secret for secret in victim.secrets if secret in said]
        assert not shown, f"{name} answers {answer.status_code} with {shown}"
        mine = any(f"{{{each}}}" in name for each in (
            "bundle_id", "ticket_id", "pass_id", "method_id", "setup_id", "session_id", "entitlement_id",
            "account_id", "proxy_id"))  # fmt: skip
        if mine:
            assert answer.status_code in (403, 404), f"{name}: {answer.status_code} {answer.text[:300]}"
    assert victim.state() == before


def test_nobody_at_all_sees_anything_of_the_victim(whole: Whole, victim: Victim) -> None:
    with httpx.Client(base_url=whole.url, headers={"Origin": whole.url}, timeout=300) as http:
        before = victim.state()
        for name, answer in walked(whole, Person("", http, ""), victim, {}):
            assert answer.status_code < 500, f"{name}: {answer.status_code}"
            if answer.status_code < 400:
                assert not [secret for secret in victim.secrets if secret in answer.text], name
        assert victim.state() == before
