"""What the search may be tuned by."""

from __future__ import annotations

from dataclasses import dataclass

from fleet.improve.model import ImproveError


@dataclass(frozen=True, slots=True)
class Settings:
    """The defaults were measured on the public benchmarks (`benchmarks/results/dispatch.md`).

    mean_removed: units taken out in a round, on average, at least; longest_string: most of them from one
    route, at least; string_share: so much of a mean route if that is longer, up to string_most;
    related_share: share of rounds that take out near units singly rather than strings; heat_first, heat_last:
    first and last temperature in mean costs of a unit; heat_after_fewer: the first one after vehicles were
    emptied, which leaves a plan in a corner that little heat cannot leave; fleet_share: most of the budget
    spent on using fewer vehicles; spare: so many more units may be left out in a round on the way, after
    vehicles were emptied; price_first, price_most: for so many mean costs of a unit at first, and at most;
    out_share: the price is then set so that this share of plans leaves somebody out, falling to none at
    spare_until of a cooling; bring_share: then so much of the budget, at most, to find places for them;
    keep_within: routes of plans up to so many times the best cost are kept for recombination;
    recombine_every, recombine_share: how often, and for how long at most, in shares of the budget;
    recombine_units: not where vehicles have more units each on average, since long routes hardly ever fit
    each other.
    """

    mean_removed: float = 9.0
    longest_string: float = 6.0
    string_share: float = 0.6
    string_most: float = 20.0
    related_share: float = 0.2
    heat_first: float = 0.5
    heat_after_fewer: float = 4.0
    heat_last: float = 0.02
    fleet_share: float = 0.3
    spare: int = 3
    spare_until: float = 0.6
    bring_share: float = 0.03
    price_first: float = 4.0
    price_most: float = 16.0
    out_share: float = 0.5
    keep_within: float = 1.02
    recombine_every: float = 0.24
    recombine_share: float = 0.04
    recombine_units: float = 16.0

    def __post_init__(self) -> None:
        if self.mean_removed < 1 or self.longest_string < 1:
            raise ImproveError("settings: mean_removed and longest_string must be at least 1")
        if not 0 <= self.related_share <= 1 or not 0 <= self.fleet_share <= 1:
            raise ImproveError("settings: related_share and fleet_share are shares, 0 to 1")
        if not 0 < self.heat_last <= min(self.heat_first, self.heat_after_fewer):
            raise ImproveError("settings: 0 < heat_last <= heat_first and heat_after_fewer")
        if self.string_share < 0 or self.string_most < 1:
            raise ImproveError("settings: string_share >= 0, string_most >= 1")
        if self.spare < 0 or not 0 < self.spare_until <= 1 or self.bring_share < 0:
            raise ImproveError("settings: spare >= 0, 0 < spare_until <= 1, bring_share >= 0")
        if not 0 < self.price_first <= self.price_most:
            raise ImproveError("settings: 0 < price_first <= price_most")
        if not 0 <= self.out_share < 1:
            raise ImproveError("settings: out_share is a share, 0 to below 1")
        if self.recombine_every <= 0 or self.recombine_share < 0 or self.keep_within < 1:
            raise ImproveError("settings: recombine_every > 0, recombine_share >= 0, keep_within >= 1")
