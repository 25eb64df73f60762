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


def test_a_window_lists_every_best_departure_in_order(own_makuhari: Path):
    from datetime import UTC, datetime

    from maas.area.open import open_area
    from maas.journeys.model import JourneysRequest
    from maas.journeys.service import plan

    area = open_area(own_makuhari)
    asked = {"from": "海浜幕張", "to": "新習志野", "at": "2026-11-25T08:00:00+09:00", "window_s": 3600}
    now = datetime(2026, 11, 25, tzinfo=UTC)
    found = plan(area, JourneysRequest.model_validate(asked), now).journeys
    assert len(found) > 5
    for journey in found:
        rivals = [j for j in found if j.interchanges <= journey.interchanges and j is not journey]
        assert not any(j.departure >= journey.departure and j.arrival <= journey.arrival for j in rivals)
        assert 0 <= (journey.departure - datetime.fromisoformat(asked["at"])).total_seconds() < 3600
    back = plan(area, JourneysRequest.model_validate(asked | {"arrive_by": True}), now).journeys
    assert len(back) > 5
    for journey in back:
        assert 0 <= (datetime.fromisoformat(asked["at"]) - journey.arrival).total_seconds() < 3600
