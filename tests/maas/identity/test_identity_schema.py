"""The API keeps to its own description under schemathesis, as each role."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from identity_server import Front, serving

from maas.identity.compose import create_administrator
from maas.identity.model import Role

ENDS_THE_SESSION = ("/v1/session", "/v1/me/sessions", "/v1/me/erasure", "/v1/signin/email/use")


@pytest.mark.parametrize("role", ["resident", "administrator"])
def test_no_request_breaks_the_server_or_the_description(
    front: Front, postgres_url: str, role: str, tmp_path: Path
) -> None:
    with serving(front, postgres_url, attempts_per_hour=1_000_000, links_per_hour=1_000_000) as served:
        web = served.browser()
        headers = [f"Origin: {served.url}"]
        if role == "administrator":
            create_administrator(served.house.identity, "who@example.jp")
        account = web.sign_in("who@example.jp")
        headers.append("Cookie: " + "; ".join(f"{k}={v}" for k, v in web.http.cookies.items()))
        if role == "administrator":
            served.appoint(account, Role.CALL_TAKER)
        command = [
            str(Path(sys.executable).parent / "schemathesis"), "run", f"{served.url}/openapi.json",
            "--max-examples", "2", "--phases", "coverage,fuzzing", "--seed", "4",
            "--checks", "not_a_server_error,status_code_conformance,content_type_conformance,"
            "response_schema_conformance", "--no-color", "--generation-database", "none",
        ]  # fmt: skip
        for header in headers:
            command += ["--header", header]
        for path in ENDS_THE_SESSION:
            command += ["--exclude-path", path]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=tmp_path, check=False)
        assert done.returncode == 0, done.stdout[-6_000:] + done.stderr[-2_000:]
        assert web.get("/v1/session").json()["signed_in"]  # it was somebody all the time
