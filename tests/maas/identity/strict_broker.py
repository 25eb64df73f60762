"""oidc-provider-mock as the city's identity broker, behind a gate that demands what the mock only lets pass.

Run as a script: PORT, and the client's public key as JSON. The gate checks `private_key_jwt` (RFC 7523) and
PKCE (RFC 7636) by itself, with joserfc and hashlib, and refuses a token request in which either is wrong.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
import time
import warnings
from base64 import urlsafe_b64encode
from typing import Any
from urllib.parse import parse_qs, urlencode

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the mock uses a deprecated module of Authlib
    import oidc_provider_mock

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from werkzeug.serving import make_server

SUBJECT = "citizen-7"
CLAIMS = {
    "birthdate": "1950-04-01",
    "city_code": "12106",
    "disability": False,
    "email": "secret@city.example",
}


class Gate:
    """WSGI middleware; remembers the challenge of each code."""

    def __init__(self, app: Any, issuer: str, key: ECKey) -> None:
        self._app, self._issuer, self._key = app, issuer, key
        self._challenges: dict[str, str] = {}
        self._seen: set[str] = set()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        if environ["PATH_INFO"] == "/oauth2/authorize":
            return self._authorize(environ, start_response)
        if environ["PATH_INFO"] == "/oauth2/token":
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
            wrong = self._wrong(form)
            if wrong:
                start_response("400 Bad Request", [("Content-Type", "application/json")])
                return [json.dumps({"error": wrong}).encode()]
            # The mock knows secrets only, and takes any: who the client is was found out here.
            proof = ("client_assertion", "client_assertion_type")
            known = {name: value for name, value in form.items() if name not in proof}
            body = urlencode(known | {"client_secret": "any"}).encode()
            environ["wsgi.input"], environ["CONTENT_LENGTH"] = io.BytesIO(body), str(len(body))
        return self._app(environ, start_response)

    def _authorize(self, environ: dict[str, Any], start_response: Any) -> Any:
        asked = parse_qs(environ["QUERY_STRING"])
        if asked.get("code_challenge_method") != ["S256"]:
            start_response("400 Bad Request", [("Content-Type", "text/plain")])
            return [b"code_challenge_method"]

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            location = dict(headers).get("Location", "")
            for code in parse_qs(location.partition("?")[2]).get("code", []):
                self._challenges[code] = asked["code_challenge"][0]
            return start_response(status, headers, *more)

        return self._app(environ, start)

    def _wrong(self, form: dict[str, str]) -> str | None:
        try:
            claims = jwt.decode(form.get("client_assertion", ""), self._key, algorithms=["ES256"]).claims
        except (JoseError, ValueError):
            return "invalid_client"
        right = claims["iss"] == claims["sub"] == form["client_id"]
        right = right and claims["aud"] in (self._issuer, f"{self._issuer}/oauth2/token")
        right = right and claims["exp"] > time.time() and claims["jti"] not in self._seen
        self._seen.add(str(claims["jti"]))
        if not right:
            return "invalid_client"
        proof = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        kept = self._challenges.get(form.get("code", ""))
        if urlsafe_b64encode(proof).rstrip(b"=").decode() != kept:
            return "invalid_grant"
        return None


def main(port: int, key: str) -> None:
    """Serve until the process is ended."""
    user = oidc_provider_mock.User(sub=SUBJECT, claims=CLAIMS)
    app = oidc_provider_mock.app(user_claims=[user])
    gate = Gate(app, f"http://127.0.0.1:{port}", ECKey.import_key(json.loads(key)))
    make_server("127.0.0.1", port, gate, threaded=True).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
