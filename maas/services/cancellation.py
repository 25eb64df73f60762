"""What cancelling costs: free at first, then in steps, and the price of not coming.

Written on one line as `50% 24h; 80% 3h; no-show 100%`: free until 24 hours before the start, then half,
80 % from three hours before, everything from the start on. An empty text is free until the start and costs
everything afterwards.
"""

from __future__ import annotations

import itertools
import re
from datetime import datetime, timedelta
from fractions import Fraction

from pydantic import BaseModel, ConfigDict, Field, model_validator

from payments.money import Rounding, round_minor

_STEP = re.compile(r"^(\d{1,3})% (\d{1,4})h$")
_NO_SHOW = re.compile(r"^no-show (\d{1,3})%$")


class Step(BaseModel):
    """From `before_h` hours before the start on, cancelling costs `percent` of the price."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    before_h: int = Field(ge=0, le=9999)
    percent: int = Field(ge=0, le=100)


class Cancellation(BaseModel):
    """The rules of one offer; the nearer the start, the dearer, and not coming is dearest."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    steps: tuple[Step, ...] = Field((), max_length=10, description="free until the first of them")
    no_show_percent: int = Field(100, ge=0, le=100)

    @model_validator(mode="after")
    def _rising(self) -> Cancellation:
        hours = [step.before_h for step in self.steps]
        percents = [*(step.percent for step in self.steps), self.no_show_percent]
        if any(later >= sooner for sooner, later in itertools.pairwise(hours)):
            raise ValueError("steps must come nearer to the start one by one, such as 50% 24h; 80% 3h")
        if percents != sorted(percents):
            raise ValueError(
                f"the percents {percents} fall towards the start; a later step must not cost less, and not"
                " coming (no-show) must cost the most"
            )
        return self

    @property
    def free_until_h(self) -> int:
        """Hours before the start until which cancelling costs nothing."""
        return self.steps[0].before_h if self.steps else 0

    def percent_at(self, starts_at: datetime | None, now: datetime) -> int:
        """What cancelling at `now` costs, in percent of the price; nothing where there is no start."""
        if starts_at is None:
            return 0
        left = starts_at - now
        if left <= timedelta(0):
            return self.no_show_percent
        reached = [step.percent for step in self.steps if left <= timedelta(hours=step.before_h)]
        return reached[-1] if reached else 0

    def fee_minor(self, price_minor: int, starts_at: datetime | None, now: datetime) -> int:
        """The fee for cancelling at `now`, rounded down to a whole minor unit."""
        return _part_of(price_minor, self.percent_at(starts_at, now))

    def no_show_minor(self, price_minor: int) -> int:
        """What not coming costs."""
        return _part_of(price_minor, self.no_show_percent)

    def text(self) -> str:
        """The one-line form."""
        steps = [f"{step.percent}% {step.before_h}h" for step in self.steps]
        return "; ".join([*steps, f"no-show {self.no_show_percent}%"])


def parse_cancellation(text: str) -> Cancellation:
    """Read the one-line form. Raises ValueError that quotes the part and shows a right one."""
    no_show, steps = 100, []
    for part in (part.strip() for part in text.split(";")):
        if not part:
            continue
        if match := _NO_SHOW.match(part):
            no_show = int(match[1])
        elif match := _STEP.match(part):
            steps.append({"percent": int(match[1]), "before_h": int(match[2])})
        else:
            raise ValueError(
                f"{part!r} is no cancellation rule; write such as: 50% 24h; 80% 3h; no-show 100%"
            )
    return Cancellation.model_validate({"steps": steps, "no_show_percent": no_show})


def _part_of(price_minor: int, percent: int) -> int:
    """Rounded in favour of the one who pays."""
    return round_minor(Fraction(price_minor * percent, 100), Rounding.DOWN)
