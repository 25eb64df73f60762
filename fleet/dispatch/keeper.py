"""What has to be done again and again while a zone is open, whoever drives the clock."""

from __future__ import annotations

from collections.abc import Callable

from fleet.dispatch.idle import Forecast, Idle
from fleet.dispatch.optimise import Optimiser, Round
from fleet.dispatch.shuttle import Shuttle

__all__ = ["Keeper"]


class Keeper:
    """Keeps a zone running: holds end, loops are laid, idle vehicles directed, plans improved.

    The twin calls it under the simulated clock, a server under that on the wall.
    """

    def __init__(self, shuttle: Shuttle, seed: int = 0) -> None:
        state = shuttle.state
        self._shuttle = shuttle
        self.forecast = Forecast(len(state.service.stops), state.service.timezone)
        self.idle = Idle(state, shuttle.operations, self.forecast)
        self.optimiser = Optimiser(state, seed)
        state.listeners.append(self._heard)

    def direct(self, now_s: int) -> None:
        """Everything that is due by the minute."""
        shuttle = self._shuttle
        with shuttle.state.lock:
            shuttle.quoting.expire(now_s)
            shuttle.domain.tick(now_s)
            shuttle.loops.tick(now_s)
            shuttle.inspections.direct(now_s)
            shuttle.standing.tick(now_s)
            self.idle.direct(now_s)

    def improve(
        self,
        budget_s: float,
        now_s: int,
        rounds_max: int | None = None,
        should_stop: Callable[[], bool] | None = None,
    ) -> Round | None:
        """One round of better plans; see `Optimiser.run_once`."""
        return self.optimiser.run_once(budget_s, now_s, rounds_max=rounds_max, should_stop=should_stop)

    def _heard(self, what: str, identity: str, now_s: int) -> None:
        if what == "asked":
            self.forecast.seen(self._shuttle.state.stop_location(identity), now_s)
        elif what == "held":
            plans, ride = self._shuttle.state.plans, self._shuttle.state.rides[identity]
            self.optimiser.taken(plans.vehicle(ride.vehicle_id))
