"""The operational design domain: what the weather, the hour and the streets allow, and what follows from it.

Level 4 holds only within its domain. Outside it no new riders are taken, those who would soon be fetched
are told, and vehicles finish the riders on board and are drawn in. Between, rain and wind make them slow
down; a closed street changes every way at the next moment.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from fleet.dispatch.fleet_state import FleetState, Mode
from fleet.dispatch.operations import Operations
from fleet.dispatch.ports import Closure
from fleet.dispatch.quoting import Quoting
from fleet.dispatch.reasons import Reason
from fleet.dispatch.repair import Repair
from fleet.errors import Invalid
from fleet.model.ride import Breach, RideState
from fleet.model.service import DomainLimits

__all__ = ["Conditions", "Domain", "Verdict", "judge"]


class Conditions(msgspec.Struct, frozen=True):
    """What is measured or known about the road and the sky."""

    wind_m_s: float = 0.0
    rain_mm_h: float = 0.0
    snow: bool = False
    visibility_m: float = 10_000.0
    temperature_c: float = 15.0
    closures: tuple[Closure, ...] = ()  # closed streets and event crowds


class Verdict(StrEnum):
    """What the domain allows."""

    NORMAL = "normal"
    SLOW = "slow"
    SUSPENDED = "suspended"


def judge(limits: DomainLimits, conditions: Conditions) -> tuple[Verdict, list[str]]:
    """The verdict and its causes, each naming value and limit."""
    wind, rain, sight, heat = (
        conditions.wind_m_s, conditions.rain_mm_h, conditions.visibility_m, conditions.temperature_c,
    )  # fmt: skip
    low, high = limits.temperature_c_min, limits.temperature_c_max
    checks = (
        (wind > limits.wind_m_s_max, f"wind {wind:g} > {limits.wind_m_s_max:g} m/s"),
        (rain > limits.rain_mm_h_max, f"rain {rain:g} > {limits.rain_mm_h_max:g} mm/h"),
        (conditions.snow and not limits.snow, "snow"),
        (sight < limits.visibility_m_min, f"visibility {sight:g} < {limits.visibility_m_min:g} m"),
        (not low <= heat <= high, f"temperature {heat:g} outside {low:g} to {high:g} deg C"),
    )
    causes = [text for broken, text in checks if broken]
    if causes:
        return Verdict.SUSPENDED, causes
    if conditions.rain_mm_h > limits.slow_rain_mm_h:
        return Verdict.SLOW, [f"rain {conditions.rain_mm_h:g} > {limits.slow_rain_mm_h:g} mm/h"]
    if conditions.wind_m_s > limits.slow_wind_m_s:
        return Verdict.SLOW, [f"wind {conditions.wind_m_s:g} > {limits.slow_wind_m_s:g} m/s"]
    return Verdict.NORMAL, []


class Domain:
    """Holds dispatch within the operational design domain. Safe to call from several threads."""

    def __init__(self, state: FleetState, operations: Operations, repair: Repair, quoting: Quoting) -> None:
        self._state = state
        self._operations = operations
        self._repair = repair
        self._quoting = quoting
        self.conditions = Conditions()
        self.verdict = Verdict.NORMAL
        self.causes: list[str] = []

    def update(self, conditions: Conditions, now_s: int) -> list[Breach]:
        """Take new conditions in; the promises that they break."""
        _check(conditions)
        state = self._state
        with state.lock:
            verdict, causes = judge(state.service.domain, conditions)
            share = state.service.domain.slow_share if verdict is Verdict.SLOW else 1.0
            breaches: list[Breach] = []
            if verdict is Verdict.SUSPENDED and self.verdict is not Verdict.SUSPENDED:
                breaches = self._suspend(now_s, "; ".join(causes))
            if (share, conditions.closures) != (state.speed_share, state.closures):
                why = "; ".join(causes) or Reason.CLOSED_STREET.value
                breaches += self._new_ways(share, conditions.closures, now_s, why)
            if verdict is not Verdict.SUSPENDED and self.verdict is Verdict.SUSPENDED:
                for duty in state.duties:
                    if duty.mode in (Mode.DRAWING_IN, Mode.OFF) and duty.cause.startswith("domain: "):
                        state.plans.drop_visits(state.plans.vehicle(duty.id))
                        self._operations.start(duty.id, now_s)
            self.conditions, self.verdict, self.causes = conditions, verdict, causes
            state.suspended = "; ".join(causes) if verdict is Verdict.SUSPENDED else ""
            state.tell("domain", str(verdict), now_s)
            return breaches

    def tick(self, now_s: int) -> list[Breach]:
        """While dispatch rests: tell riders whose pickup comes near that it will not be.

        Call it each minute.
        """
        with self._state.lock:
            if self.verdict is not Verdict.SUSPENDED:
                return []
            return self._give_up(now_s, "; ".join(self.causes))

    def _suspend(self, now_s: int, cause: str) -> list[Breach]:
        """End what is held, give up what is near, send every vehicle home with the riders on board first.

        Later rides stay in their plans: the wind may drop before their time comes.
        """
        state = self._state
        for ride in [r for r in state.rides.values() if r.state is RideState.HELD]:
            self._quoting.end(ride, RideState.BROKEN, now_s, f"domain: {cause}")
        breaches = self._give_up(now_s, cause)
        for duty in state.duties:
            if duty.mode is Mode.SERVICE:
                self._operations.rest(duty.id, now_s, f"domain: {cause}")
        return breaches

    def _give_up(self, now_s: int, cause: str) -> list[Breach]:
        state = self._state
        near_s = now_s + state.service.domain.notice_s
        breaches = []
        waiting = [r for r in state.rides.values() if r.state is RideState.CONFIRMED]
        for ride in waiting:
            if ride.promise.pickup_from_s < near_s:
                breaches.append(Breach(ride.id, "not_served", 0, f"domain: {cause}", now_s))
                self._quoting.end(ride, RideState.BROKEN, now_s, f"domain: {cause}")
        self._repair.keep(breaches, now_s)
        return breaches

    def _new_ways(self, share: float, closures: tuple[Closure, ...], now_s: int, cause: str) -> list[Breach]:
        state = self._state
        state.speed_share, state.closures = share, closures
        state.matrix = state.ways.matrix(share, closures)
        state.plans.use(state.matrix)
        breaches: list[Breach] = []
        for v in state.plans.settle_all():
            breaches += self._repair.mend(v, now_s, cause)
        return breaches


def _check(conditions: Conditions) -> None:
    for name, low, high in (
        ("wind_m_s", 0.0, 120.0), ("rain_mm_h", 0.0, 400.0), ("visibility_m", 0.0, 100_000.0),
        ("temperature_c", -60.0, 60.0),
    ):  # fmt: skip
        value = getattr(conditions, name)
        if not low <= value <= high:
            raise Invalid(name, f"{value} is not between {low:g} and {high:g}")
    for closure in conditions.closures:
        if len(closure.polygon) < 3:
            raise Invalid(f"closures.{closure.id}", "needs three or more [lon, lat] corners")
