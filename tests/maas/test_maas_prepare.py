"""`maas area prepare`: days made fast from the command line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def own_makuhari(makuhari: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(makuhari, tmp_path_factory.mktemp("own") / "area"))


def test_a_day_is_prepared_once_and_days_alike_share_it(own_makuhari: Path, maas_command):
    shutil.rmtree(own_makuhari / "network" / "prepared", ignore_errors=True)
    first = maas_command("area", "prepare", own_makuhari, "--date", "2026-11-25", "--days", "2", "--json")
    assert [d["prepared"] for d in json.loads(first.stdout)] == [True, False]
    again = maas_command("area", "prepare", own_makuhari, "--date", "2026-11-25", "--days", "1")
    assert again.stdout == "2026-11-25: nothing to do\n"


def test_a_bad_date_is_told(own_makuhari: Path, maas_command):
    done = maas_command("area", "prepare", own_makuhari, "--date", "tomorrow", check=False)
    assert done.returncode == 2
    assert "--date 'tomorrow' is no date. Write it as 2026-11-25" in done.stderr
