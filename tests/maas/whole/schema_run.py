"""The API under schemathesis as somebody of each role.

CI asks every operation once as each role, and its boundary values as one (test_whole_schema.py). More, wrong
requests too, by command: `python tests/maas/whole/schema_run.py --area AREA --examples 20 [--role shop]`.
"""

# ruff: noqa: E402, T201
from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[3])]

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import CHECKS as KNOWN_CHECKS
from schemathesis.checks import load_all_checks
from schemathesis.core.failures import FailureGroup
from whole_world import Person, Whole, open_whole

from maas.identity.model import Role

TAKES_A_FILE = "/v1/feeds/{feed_id}/versions"  # a zip, which schemathesis cannot make
LEFT_OUT = ("/v1/session", "/v1/me/sessions", "/v1/me/erasure", "/v1/signin/email/use", TAKES_A_FILE)
"""Those that end the session of who asks, and the upload of a zip."""
CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance",
    "response_schema_conformance",
)  # fmt: skip
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
    """Who asks: their session, and whom they act for."""

    person: Person | None
    headers: dict[str, str] = field(default_factory=dict)


def visitor(whole: Whole, role: str) -> Visitor:
    """Somebody freshly signed in; a family proxy acts for a parent who agreed to it."""
    granted, headers = ROLES[role], {"Origin": whole.url}
    if granted is None:
        return Visitor(None, headers)
    person = whole.person(*granted)
    headers["Cookie"] = f"maas={person.cookie}"
    if role == "family proxy":
        parent = whole.person()
        wish = {"may_book_for": True, "may_see": True, "label": "daughter"}
        invited = parent.done("POST", "/v1/proxies", wish)
        person.done("POST", "/v1/proxies/accept", {"code": invited["code"]})
        headers["X-On-Behalf-Of"] = parent.account
    return Visitor(person, headers)


def described(whole: Whole, folder: Path) -> Path:
    """The API's description as a file, so that schemathesis need not wait for a busy server to make it."""
    path = folder / "openapi.json"
    path.write_bytes(httpx.get(f"{whole.url}/openapi.json", timeout=300).content)
    return path


def ask_everything(whole: Whole, schema: Path, visitors: Sequence[Visitor]) -> Iterator[str]:
    """Ask every operation once, the same of all visitors; what is wrong with the answers."""
    load_all_checks()
    checks = KNOWN_CHECKS.get_by_names(list(CHECKS))
    loaded = schemathesis.openapi.from_path(schema)
    loaded.config.generation.update(with_security_parameters=False)  # made-up tokens would make us nobody
    for found in loaded.get_all_operations():
        operation = found.ok()
        if operation.path not in LEFT_OUT:
            yield from _ask(whole, operation, visitors, checks)


def _ask(whole: Whole, operation: Any, visitors: Sequence[Visitor], checks: list[Any]) -> list[str]:
    told: list[str] = []

    @seed(4)
    @settings(
        max_examples=1, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(operation.as_strategy())
    def ask(case: schemathesis.Case) -> None:
        for who in visitors:
            answer = case.call(base_url=whole.url, headers=who.headers, timeout=300)
            try:
                case.validate_response(answer, checks=checks, headers=who.headers)
            except (FailureGroup, AssertionError) as error:
                told.append(f"{case.method} {case.path} as {who.headers}: {error}")

    ask()
    return told


def run(whole: Whole, schema: Path, who: Visitor, *options: str) -> subprocess.CompletedProcess[str]:
    """schemathesis by command; what it says."""
    command = [
        str(Path(sys.executable).parent / "schemathesis"), "run", str(schema), "--url", whole.url,
        "--seed", "4", "--no-color", "--checks", ",".join(CHECKS), "--generation-database", "none",
        "--generation-with-security-parameters", "false",
        "--suppress-health-check", "all", "--continue-on-failure", "--request-timeout", "300", *options,
    ]  # fmt: skip
    for name, value in who.headers.items():
        command += ["--header", f"{name}: {value}"]
    for path in LEFT_OUT:
        command += ["--exclude-path", path]
    return subprocess.run(command, capture_output=True, text=True, cwd=schema.parent, check=False)


def main() -> None:
    """Every role, both phases, and what each came to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--area", type=Path, required=True, help="the sample area as it was built")
    parser.add_argument("--examples", type=int, default=20)
    parser.add_argument("--phases", default="fuzzing,coverage")
    parser.add_argument("--role", choices=list(ROLES), action="append")
    asked = parser.parse_args()
    bad = 0
    with tempfile.TemporaryDirectory() as name, open_whole(asked.area, Path(name)) as whole:
        schema = described(whole, Path(name))
        for role in asked.role or ROLES:
            found = run(whole, schema, visitor(whole, role), "--phases", asked.phases,
                        "--max-examples", str(asked.examples))  # fmt: skip
            bad += found.returncode != 0
            told = found.stdout if found.returncode else "\n".join(found.stdout.splitlines()[-6:])
            print(f"{role}\n{told}\n", flush=True)
    sys.exit(bad)


if __name__ == "__main__":
    main()
