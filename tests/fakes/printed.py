"""Journeys as text, every field that a rider would see, so that a test compares all of it at once."""

from __future__ import annotations

from collections.abc import Iterable

from routing.journey import Journey, Leg


def clock(seconds: int) -> str:
    """H:MM:SS of a service day, seconds left out when they are none; below zero is the evening before."""
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    return f"{sign}{hours}:{minutes:02}" + (f":{rest:02}" if rest else "")


def printed(journeys: Iterable[Journey]) -> str:
    """One paragraph a journey, one line a leg."""
    return "\n".join(_journey(j) for j in journeys)


def _journey(journey: Journey) -> str:
    head = (
        f"{journey.service_date} {clock(journey.departure_s)} to {clock(journey.arrival_s)}, "
        f"{journey.interchanges} changes"
    )
    return "\n".join([head, *(f"  {_leg(leg)}" for leg in journey.legs)])


def _leg(leg: Leg) -> str:
    if leg.mode == "walk":
        times = f"{clock(leg.departure_s)}-{clock(leg.arrival_s)}"
        return f"walk {leg.start.name} to {leg.end.name} {times} ({leg.distance_m:.0f} m)"
    calls = ", ".join(
        f"{c.stop.name}{f' [{c.stop.platform}]' if c.stop.platform else ''} "
        + clock(c.arrival_s)
        + ("" if c.arrival_s == c.departure_s else f"/{clock(c.departure_s)}")
        for c in leg.calls
    )
    towards = f" to {leg.headsign}" if leg.headsign else ""
    told = {"on": leg.boarding, "off": leg.alighting, "tel": leg.agency_phone}
    how = "".join(f" [{key}: {word}]" for key, word in told.items() if word)
    seated = "stay on: " if leg.stay_seated else ""
    return f"{seated}{leg.mode} {leg.route_name}{towards} ({leg.trip_id} of {leg.trip_service_date}): " + (
        calls + how
    )
