"""An answer as text for a terminal."""

from __future__ import annotations

from typing import Protocol

from gtfs.model.fares import decimals
from maas.journeys.model import JourneysView, LegView, PassageView

__all__ = ["money", "price", "told"]


def told(answer: JourneysView) -> str:
    """One paragraph a journey, one line a leg."""
    lines: list[str] = []
    for number, journey in enumerate(answer.journeys, start=1):
        minutes = round(journey.duration_s / 60)
        changes = f"{journey.interchanges} change" + ("" if journey.interchanges == 1 else "s")
        lines.append(
            f"{number}. {journey.departure:%H:%M} → {journey.arrival:%H:%M}  {minutes} min, {changes}, "
            f"{round(journey.walk_m)} m on foot{price(journey.party_fare or journey.fare)}"
        )
        lines += [f"     {_leg(leg)}" for leg in journey.legs]
    return "\n".join([*lines, *answer.notes]) or "No journey"


class _Fare(Protocol):
    """What is told of any fare."""

    amount_minor: int
    ic_amount_minor: int
    currency: str


def price(fare: _Fare | None) -> str:
    """What it costs, as the end of a line: a comma first."""
    if fare is None:
        return ", fare not known"
    if not fare.amount_minor:
        return ""
    by_card = f" ({fare.ic_amount_minor:,} by IC card)" if fare.currency == "JPY" else ""
    cash = money(fare.amount_minor, fare.currency)
    return f", {cash}{'' if fare.ic_amount_minor == fare.amount_minor else by_card}"


def money(minor: int, currency: str) -> str:
    """An amount in words: 1,200 yen, 12.50 USD."""
    if currency == "JPY":
        return f"{minor:,} yen"
    places = decimals(currency)
    return f"{minor / 10**places:.{places}f} {currency}"


def _leg(leg: LegView) -> str:
    span = f"{leg.departure:%H:%M}–{leg.arrival:%H:%M}"
    if leg.mode == "walk":
        inside = ", ".join(_passage(part) for part in leg.passages)
        to = leg.destination.name or "the destination"
        return f"{span}  walk {round(leg.distance_m)} m to {to}" + (f": {inside}" if inside else "")
    seated = " (stay seated)" if leg.stay_seated else ""
    towards = f" for {leg.headsign}" if leg.headsign else ""
    return (
        f"{span}  {leg.mode} {leg.route_name or ''}{towards}{seated}: "
        f"{leg.origin.name} → {leg.destination.name}{_stopping(leg)}"
    )


def _stopping(leg: LegView) -> str:
    """How one gets on and off where the vehicle does not stop by itself."""
    call = f"phone ahead{f': {leg.agency_phone}' if leg.agency_phone else ''}"
    on = {"wave": "wave to the driver", "phone": call, "driver": "arrange it with the driver"}
    off = {"driver": "tell the driver where to get off", "phone": f"to get off {call}"}
    told = [on.get(leg.boarding or "", ""), off.get(leg.alighting or "", "")]
    return "".join(f" ({words})" for words in told if words)


def _passage(part: PassageView) -> str:
    """What riders look for in a station."""
    steps = f" ({abs(part.stairs)} {'up' if part.stairs > 0 else 'down'})" if part.stairs else ""
    level = f" to {part.level}" if part.level else ""
    sign = f" “{part.sign}”" if part.sign else ""
    return f"{part.kind.replace('_', ' ')}{steps}{level}{sign} {max(1, round(part.duration_s / 60))} min"
