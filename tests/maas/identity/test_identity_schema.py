"""The API keeps to its own description under schemathesis."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from identity_server import Front, serving

from maas.identity.compose import create_administrator
from maas.identity.model import Role

ENDS_THE_SESSION = ("/v1/session", "/v1/me/sessions", "/v1/me/erasure", "/v1/signin/email/use")


@pytest.mark.slow
def test_no_request_breaks_the_server_or_the_description(
    front: Front, postgres_url: str, tmp_path: Path
) -> None:
    """As somebody who may do everything: a resident who is call-taker and administrator, too."""
    with serving(front, postgres_url, attempts_per_hour=1_000_000, links_per_hour=1_000_000) as served:
        web = served.browser()
        account = create_administrator(served.house.identity, "who@example.jp")
        served.appoint(account, Role.CALL_TAKER)
        assert web.sign_in("who@example.jp") == account
        cookie = "; ".join(f"{name}={value}" for name, value in web.http.cookies.items())
        command = [
            str(Path(sys.executable).parent / "schemathesis"), "run", f"{served.url}/openapi.json",
            "--header", f"Origin: {served.url}", "--header", f"Cookie: {cookie}",
            "--phases", "coverage", "--seed", "4", "--no-color",
            "--checks", "not_a_server_error,status_code_conformance,content_type_conformance,"
            "response_schema_conformance", "--generation-database", "none",
        ]  # fmt: skip
        for path in ENDS_THE_SESSION:
            command += ["--exclude-path", path]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=tmp_path, check=False)
        assert done.returncode == 0, done.stdout[-6_000:] + done.stderr[-2_000:]
        assert web.get("/v1/session").json()["signed_in"]  # it was somebody all the time
