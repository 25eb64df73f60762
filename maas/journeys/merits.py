"""What each journey of an answer is best at, so that a rider sees at once why it is there."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from maas.journeys.model import JourneyView, Merit, WayNeed

__all__ = ["award", "beaten", "ease_s"]

Measure = Callable[[JourneyView], float | None]


_CHANGE_S, _WALK_M_S = 600, 1.33
_EASE = frozenset({WayNeed.FEW_CHANGES, WayNeed.FEW_STEPS, WayNeed.LUGGAGE})


def ease_s(journey: JourneyView) -> float:
    """How long a journey feels to who tires: each change is ten minutes more, walking counts double."""
    return journey.duration_s + _CHANGE_S * journey.interchanges + journey.walk_m / _WALK_M_S


def award(journeys: Sequence[JourneyView], *, arrive_by: bool, needs: Sequence[WayNeed] = ()) -> None:
    """Fill in `best_at`. A merit that all share tells nobody anything and is left out; ties share one."""
    measures: dict[Merit, Measure] = {
        Merit.EARLIEST: (
            (lambda j: -j.departure.timestamp()) if arrive_by else (lambda j: j.arrival.timestamp())
        ),
        Merit.FASTEST: lambda j: j.duration_s,
        Merit.CHEAPEST: lambda j: None if j.fare is None else j.fare.amount_minor,
        Merit.LEAST_WALKING: lambda j: round(j.walk_m),
        Merit.FEWEST_CHANGES: lambda j: j.interchanges,
        Merit.GREENEST: lambda j: j.co2_g,
    }
    if not _EASE.isdisjoint(needs):
        measures[Merit.EASIEST] = ease_s
    for merit, measure in measures.items():
        values = [measure(journey) for journey in journeys]
        known = [value for value in values if value is not None]
        # The cheapest of those whose price is known may not be the cheapest of all.
        if len(known) < len(journeys) or not known or min(known) == max(known):
            continue
        for journey, value in zip(journeys, values, strict=True):
            if value == min(known):
                journey.best_at.append(merit)


def beaten(journey: JourneyView, others: Sequence[JourneyView]) -> bool:
    """Whether one of the others is better in something that riders are told, and worse in nothing."""
    mine = _told(journey)
    for other in others:
        theirs = _told(other)
        if [one is None for one in theirs] != [one is None for one in mine]:
            continue  # what is not known of one may be better
        pairs = [(a, b) for a, b in zip(theirs, mine, strict=True) if a is not None and b is not None]
        if all(a <= b for a, b in pairs) and any(a < b for a, b in pairs):
            return True
    return False


def _told(journey: JourneyView) -> tuple[float | None, ...]:
    """What counts for a rider, less is better; None where it is not known."""
    return (
        -journey.departure.timestamp(),
        journey.arrival.timestamp(),
        journey.interchanges,
        round(journey.walk_m),
        None if journey.fare is None else journey.fare.amount_minor,
        journey.co2_g,
    )
