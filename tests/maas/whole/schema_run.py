"""The API under schemathesis as somebody of a role: `python tests/maas/whole/schema_run.py --examples 20`.

It serves the sample area (built at --area) and goes through every operation for every role: the fuzzing
phase with so many examples and the whole coverage phase, wrong requests too. CI does less of it.
"""

# ruff: noqa: E402, T201
from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[3])]

import httpx
from whole_world import Person, Whole, open_whole

from maas.identity.model import Role

TAKES_A_FILE = "/v1/feeds/{feed_id}/versions"  # a zip, which schemathesis cannot make
ENDS_THE_SESSION = ("/v1/session", "/v1/me/sessions", "/v1/me/erasure", "/v1/signin/email/use")
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
ROLES: dict[str, tuple[tuple[Role, str], ...] | None] = {
    "anonymous": None,
    "resident": (),
    "family proxy": (),
    "call-taker": ((Role.CALL_TAKER, ""),),
    "operator": ((Role.OPERATOR, "makuhari-shuttle"),),
    "publisher": ((Role.PUBLISHER, "jr"),),
    "shop": ((Role.SHOP, "aeon"),),
    "administrator": ((Role.ADMINISTRATOR, ""),),
}


@dataclass(frozen=True)
class Visitor:
    """Who asks: their cookie, and whom they act for."""

    person: Person | None
    headers: dict[str, str] = field(default_factory=dict)


def visitor(whole: Whole, role: str) -> Visitor:
    """Somebody freshly signed in; a family proxy acts for a parent who agreed to it."""
    granted = ROLES[role]
    if granted is None:
        return Visitor(None)
    person = whole.person(*granted)
    if role != "family proxy":
        return Visitor(person)
    parent = whole.person()
    wish = {"may_book_for": True, "may_see": True, "label": "daughter"}
    invited = parent.done("POST", "/v1/proxies", wish)
    person.done("POST", "/v1/proxies/accept", {"code": invited["code"]})
    return Visitor(person, {"X-On-Behalf-Of": parent.account})


def described(whole: Whole, folder: Path) -> Path:
    """The API's description as a file, so that schemathesis need not wait for a busy server to make it."""
    path = folder / "openapi.json"
    path.write_bytes(httpx.get(f"{whole.url}/openapi.json", timeout=300).content)
    return path


def run(whole: Whole, schema: Path, who: Visitor, *options: str) -> subprocess.CompletedProcess[str]:
    """Every operation but those that end the session or take a file; what schemathesis says of it."""
    headers = {"Origin": whole.url, **who.headers}
    if who.person is not None:
        headers["Cookie"] = f"maas={who.person.cookie}"
    command = [
        str(Path(sys.executable).parent / "schemathesis"), "run", str(schema), "--url", whole.url,
        "--seed", "4", "--no-color", "--checks", CHECKS, "--generation-database", "none",
        # It would send made-up tokens beside the cookie, and so be nobody.
        "--generation-with-security-parameters", "false",
        "--suppress-health-check", "all", "--continue-on-failure", "--request-timeout", "120", *options,
    ]  # fmt: skip
    for name, value in headers.items():
        command += ["--header", f"{name}: {value}"]
    for path in (*ENDS_THE_SESSION, TAKES_A_FILE):
        command += ["--exclude-path", path]
    return subprocess.run(command, capture_output=True, text=True, cwd=schema.parent, check=False)


def main() -> None:
    """Every role, both phases, and what each came to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--area", type=Path, required=True, help="the sample area as it was built")
    parser.add_argument("--examples", type=int, default=20)
    parser.add_argument("--role", choices=list(ROLES), action="append")
    asked = parser.parse_args()
    bad = 0
    with tempfile.TemporaryDirectory() as name, open_whole(asked.area, Path(name)) as whole:
        schema = described(whole, Path(name))
        for role in asked.role or ROLES:
            found = run(whole, schema, visitor(whole, role), "--phases", "fuzzing,coverage",
                        "--max-examples", str(asked.examples))  # fmt: skip
            bad += found.returncode != 0
            told = found.stdout if found.returncode else "\n".join(found.stdout.splitlines()[-6:])
            print(f"{role}\n{told}\n", flush=True)
    sys.exit(bad)


if __name__ == "__main__":
    main()
