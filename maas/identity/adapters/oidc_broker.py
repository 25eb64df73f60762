"""An OpenID Connect broker, spoken to over HTTP as a client with `private_key_jwt` and PKCE."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey, import_key

from maas.identity.errors import BrokerRefused
from maas.identity.model import BrokerSettings
from maas.identity.ports import BrokerAnswer, Randomness
from maas.identity.provider.client_auth import ASSERTION_TYPE
from maas.identity.sealing import b64, new_token

__all__ = ["OidcBroker"]

LEEWAY_S = 60
ASSERTION_S = 120


class OidcBroker:
    """Discovers the broker when first asked; nothing is asked of it before."""

    def __init__(self, settings: BrokerSettings, http: httpx.Client, random: Randomness) -> None:
        self._settings = settings
        self._http = http
        self._random = random
        key = import_key(dict(settings.private_jwk))
        if not isinstance(key, ECKey | RSAKey) or not key.is_private:
            raise BrokerRefused(
                "private_jwk: give a private EC or RSA key, whose public half the broker knows"
            )
        self._key = key
        self._algorithm = "ES256" if isinstance(key, ECKey) else "RS256"
        self._metadata: Mapping[str, Any] | None = None

    def authorization_url(self, *, state: str, nonce: str, verifier: str, redirect_uri: str) -> str:
        """The broker's page, with everything that ties the answer to this flow."""
        params = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": redirect_uri,
            "scope": " ".join(self._settings.scopes),
            "state": state,
            "nonce": nonce,
            "code_challenge": b64(hashlib.sha256(verifier.encode("ascii")).digest()),
            "code_challenge_method": "S256",
        }
        return f"{self._endpoint('authorization_endpoint')}?{urlencode(params)}"

    def answer(
        self, *, code: str, nonce: str, verifier: str, redirect_uri: str, now: datetime
    ) -> BrokerAnswer:
        """The person and their attributes, of the ID token and the userinfo endpoint together."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "client_id": self._settings.client_id,
            "code_verifier": verifier,
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": self._assertion(now),
        }
        given = self._json("POST", self._endpoint("token_endpoint"), data=form)
        claims = self._verified(str(given.get("id_token", "")), nonce, now)
        attributes = dict(claims)
        if "userinfo_endpoint" in self._discovered() and "access_token" in given:
            headers = {"Authorization": f"Bearer {given['access_token']}"}
            told = self._json("GET", self._endpoint("userinfo_endpoint"), headers=headers)
            if told.get("sub") != claims["sub"]:
                raise BrokerRefused("userinfo is about somebody else than the ID token")
            attributes |= told
        return BrokerAnswer(str(claims["sub"]), attributes)

    def _assertion(self, now: datetime) -> str:
        now_s = int(now.timestamp())
        header = {"alg": self._algorithm, "typ": "JWT"} | ({"kid": self._key.kid} if self._key.kid else {})
        claims = {
            "iss": self._settings.client_id,
            "sub": self._settings.client_id,
            "aud": self._endpoint("token_endpoint"),
            "jti": new_token(self._random, 16),
            "iat": now_s,
            "exp": now_s + ASSERTION_S,
        }
        return jwt.encode(header, claims, self._key, algorithms=[self._algorithm])

    def _verified(self, id_token: str, nonce: str, now: datetime) -> Mapping[str, Any]:
        """OpenID Connect Core section 3.1.3.7."""
        try:
            token = jwt.decode(id_token, self._keys(), algorithms=list(self._settings.signing_algorithms))
        except (JoseError, ValueError) as error:
            raise BrokerRefused(f"the ID token does not verify: {error}") from error
        claims = token.claims
        audience = claims.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        now_s = now.timestamp()
        for wrong, what in (
            (claims.get("iss") != self._settings.issuer, "iss is not the broker"),
            (self._settings.client_id not in audiences, "aud is not us"),
            (len(audiences) > 1 and claims.get("azp") != self._settings.client_id, "azp is not us"),
            (not isinstance(claims.get("exp"), int) or claims["exp"] + LEEWAY_S <= now_s, "expired"),
            (not isinstance(claims.get("iat"), int) or claims["iat"] - LEEWAY_S > now_s, "from the future"),
            (claims.get("nonce") != nonce, "nonce is not that of this flow"),
            (not isinstance(claims.get("sub"), str) or not claims["sub"], "sub is missing"),
        ):
            if wrong:
                raise BrokerRefused(f"the ID token does not verify: {what}")
        return claims

    def _keys(self) -> KeySet:
        """Read each time: a sign-in there is rare, and a key taken back must not live on here."""
        found = self._json("GET", self._endpoint("jwks_uri"))
        try:
            return KeySet.import_key_set(found)  # type: ignore[arg-type]
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise BrokerRefused(f"the broker's keys cannot be read: {error}") from error

    def _discovered(self) -> Mapping[str, Any]:
        if self._metadata is None:
            found = self._json("GET", f"{self._settings.issuer}/.well-known/openid-configuration")
            if found.get("issuer") != self._settings.issuer:
                raise BrokerRefused(f"discovery says {found.get('issuer')!r}, not {self._settings.issuer!r}")
            self._metadata = found
        return self._metadata

    def _endpoint(self, name: str) -> str:
        found = self._discovered().get(name)
        if not isinstance(found, str):
            raise BrokerRefused(f"the broker's discovery has no {name}")
        return found

    def _json(self, method: str, url: str, **options: Any) -> dict[str, Any]:
        try:
            response = self._http.request(method, url, **options)
            found = response.json()
        except (httpx.HTTPError, ValueError) as error:
            raise BrokerRefused(f"the broker did not answer ({type(error).__name__}); try again") from error
        if response.is_error or not isinstance(found, dict):
            said = found.get("error", "") if isinstance(found, dict) else ""
            raise BrokerRefused(f"the broker refused ({response.status_code} {said})")
        return found
