"""Every reason that the fleet gives has a word in every language of its console."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fleet.dispatch.conditions import Conditions, judge
from fleet.dispatch.reasons import FAULTS, Reason
from fleet.model.ride import PROMISES
from fleet.model.service import DomainLimits
from fleet.simulation.script import draw_script

LANGUAGES = ("ja", "easy", "en", "zh", "ko")


def catalogue(root: Path, language: str, name: str) -> dict[str, str]:
    """The words under one name of the console's catalogue."""
    text = (root / "web" / "src" / "fleet" / "i18n" / f"{language}.ts").read_text()
    block = re.search(rf"^  {name}: {{(.*?)}},$", text, re.DOTALL | re.MULTILINE)
    assert block is not None, name
    found = re.findall(r"(?:'([^']+)'|(\w+)): '([^']*)'", block.group(1))
    return {quoted or bare: word for quoted, bare, word in found}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_a_word(root: Path, language: str) -> None:
    words = catalogue(root, language, "reasons")
    assert set(words) == {reason.value for reason in Reason}
    assert all(words.values())
    assert len(set(words.values())) == len(words), "two reasons read alike"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_promise_that_can_be_broken_has_a_word(root: Path, language: str) -> None:
    assert set(catalogue(root, language, "promises")) == set(PROMISES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_limit_that_weather_breaks_has_a_word(root: Path, language: str) -> None:
    worst = Conditions(wind_m_s=60, rain_mm_h=200, visibility_m=0, temperature_c=-40, snow=True)
    _, causes = judge(DomainLimits(), worst)
    assert {cause.split()[0] for cause in causes} == set(catalogue(root, language, "weathers"))


def test_the_twin_draws_faults_that_vehicles_tell() -> None:
    script = draw_script(["v0"], 0, 86_400, 1, faults_per_day=200, weather=False)
    assert {fault.cause for fault in script.faults} <= {fault.value for fault in FAULTS}
