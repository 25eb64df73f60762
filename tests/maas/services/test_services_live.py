"""Services and the one ID on the sample area's own server."""

from __future__ import annotations

import httpx

STATION = {"lat": "35.6482", "lon": "140.0418"}


def test_offers_are_found_by_words_in_any_language(server: str) -> None:
    found = httpx.get(f"{server}/v1/services", params={"lang": "en", "q": "hotel"}, timeout=60).json()
    assert found["total"] >= 1
    every = httpx.get(f"{server}/v1/services", timeout=60).json()
    assert every["total"] == 29


def test_suggestions_need_a_consent(server: str) -> None:
    refused = httpx.post(
        f"{server}/v1/services/recommendations", json={"says": {"interests": ["food"]}}, timeout=60
    )
    assert refused.status_code in (403, 422)
    assert refused.headers["content-type"] == "application/problem+json"


def test_only_a_provider_sees_its_bookings(server: str) -> None:
    refused = httpx.get(f"{server}/v1/providers/aeon", timeout=60)
    assert refused.status_code == 401


def test_the_server_is_an_openid_provider_at_its_own_address(server: str) -> None:
    told = httpx.get(f"{server}/.well-known/openid-configuration", timeout=60).json()
    assert told["issuer"].rsplit(":", 1)[1] == server.rsplit(":", 1)[1]
    assert "S256" in told["code_challenge_methods_supported"]
    assert httpx.get(f"{server}/signin", timeout=60).status_code == 200
    assert httpx.get(f"{server}/v1/me", timeout=60).status_code == 401
    assert httpx.get(f"{server}/v1/fleet/alarms", timeout=60).status_code == 401
