"""The whole API keeps to its own description and never fails, whoever asks: schemathesis as each role."""

from __future__ import annotations

from pathlib import Path

import pytest
from schema_run import ROLES, ask_everything, described, run, visitor
from whole_world import Whole


@pytest.fixture(scope="module")
def schema(whole: Whole, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return described(whole, tmp_path_factory.mktemp("schema"))


@pytest.mark.slow
def test_no_request_of_any_role_breaks_the_server_or_the_description(whole: Whole, schema: Path) -> None:
    visitors = [visitor(whole, role) for role in ROLES]
    assert list(ask_everything(whole, schema, visitors)) == []
    for who in visitors:
        if who.person is not None:
            assert who.person.get("/v1/session").json()["signed_in"]  # it was somebody all the time


@pytest.mark.slow
def test_every_boundary_value_of_every_operation_is_answered_as_described(whole: Whole, schema: Path) -> None:
    """As who may do the most; the same with wrong requests and for each role: `schema_run.py`.

    Without the twin, which thinks for seconds about each question; the other test asks it once.
    """
    less = ("--phases", "coverage", "--mode", "positive", "--exclude-path", "/v1/fleet/what-if")
    done = run(whole, schema, visitor(whole, "administrator"), *less)
    assert done.returncode == 0, done.stdout[-8_000:] + done.stderr[-2_000:]
