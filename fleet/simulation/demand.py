"""Who wants to travel, when and where: from a file, or from a model with a seed."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from fleet.dispatch.hours import OpeningHours, service_day_start_s
from fleet.errors import Invalid
from fleet.model.ride import End, Party, RideRequest
from fleet.model.service import ShuttleService, clock_s

__all__ = ["Wish", "model_demand", "read_demand", "write_demand"]

COLUMNS = (
    "time", "origin", "destination", "adults", "children", "wheelchairs", "luggage", "arrive_by", "no_show",
    "asked",
)  # fmt: skip
_SHARE_BY_HOUR = np.array(
    [2, 1, 1, 1, 1, 2, 4, 9, 11, 8, 7, 7, 7, 6, 6, 7, 8, 10, 9, 7, 5, 4, 3, 2], np.float64
)
"""How demand spreads over a working day (relative); the double peak of a business district with a mall."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A rider of the simulation: asks at `ask_s` (epoch seconds) for `request`; may not come."""

    ask_s: int
    request: RideRequest
    no_show: bool = False


def model_demand(
    service: ShuttleService, day: date, riders: int, seed: int, *, ahead_share: float = 0.25
) -> list[Wish]:
    """`riders` wishes of one day within the opening hours, reproducible by `seed`.

    Stops draw riders by a Zipf-like weight in the order of the service's stops (the busiest first), hours
    by a working day's profile; `ahead_share` of them book ahead, half of those to arrive by a time.
    """
    random = np.random.default_rng([seed, day.toordinal()])
    start = service_day_start_s(day, ZoneInfo(service.timezone))
    hours = OpeningHours(service)
    weight = 1.0 / np.arange(2, len(service.stops) + 2) ** 0.6
    wishes: list[Wish] = []
    while len(wishes) < riders:
        hour = int(random.choice(24, p=_SHARE_BY_HOUR / _SHARE_BY_HOUR.sum()))
        at = start + hour * 3600 + int(random.integers(3600))
        a, b = random.choice(len(service.stops), 2, replace=False, p=weight / weight.sum())
        party = Party(
            adults=int(random.choice([1, 1, 1, 2, 2, 3])),
            children=int(random.random() < 0.12),
            luggage=int(random.random() < 0.1),
        )
        if random.random() < 0.03:
            party = Party(adults=int(random.random() < 0.5), wheelchairs=1)
        ahead = random.random() < ahead_share
        arrive_by = bool(ahead and random.random() < 0.5)
        no_show = bool(random.random() < 0.01)
        if not hours.is_open(at) or not hours.is_open(at + 1800):
            continue
        ends = End(stop_id=service.stops[a].id), End(stop_id=service.stops[b].id)
        if party.wheelchairs and not (service.stops[a].wheelchair and service.stops[b].wheelchair):
            continue
        ask = at - int(random.integers(1800, 6 * 3600)) if ahead else at
        wishes.append(
            Wish(max(ask, start), RideRequest(*ends, at, arrive_by=arrive_by, party=party), no_show)
        )
    return sorted(wishes, key=lambda w: w.ask_s)


def read_demand(path: Path, service: ShuttleService, day: date) -> list[Wish]:
    """Read wishes from a CSV with the columns `time,origin,destination` and optionally the others.

    `time` and `asked` (when the rider asks; an hour before an arrival, else at the time, if left out) are
    HH:MM[:SS] on the service day; a place is the id of a stop or `lat,lon` in quotes. Invalid names
    the file, the line, the column and the fix.
    """
    start = service_day_start_s(day, ZoneInfo(service.timezone))
    stops = {stop.id for stop in service.stops}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = {"time", "origin", "destination"} - set(reader.fieldnames or ())
            if missing:
                raise Invalid(
                    f"{path}, line 1", f"columns {sorted(missing)} are missing. Use {', '.join(COLUMNS)}"
                )
            wishes = [_row(f"{path}, line {reader.line_num}", row, start, stops) for row in reader]
    except FileNotFoundError:
        raise Invalid(str(path), "there is no such file. Give a CSV with time,origin,destination") from None
    except UnicodeDecodeError as error:
        raise Invalid(str(path), f"is not UTF-8: {error}. Save it as UTF-8") from None
    return sorted(wishes, key=lambda w: w.ask_s)


def _row(where: str, row: dict[str, str], start: int, stops: set[str]) -> Wish:
    at = start + _clock(where, "time", row["time"] or "")
    counts = {name: _whole(where, name, row.get(name) or d) for name, d in
              (("adults", "1"), ("children", "0"), ("wheelchairs", "0"), ("luggage", "0"))}  # fmt: skip
    ends = [_end(f"{where}, {name}", row[name] or "", stops) for name in ("origin", "destination")]
    arrive_by = (row.get("arrive_by") or "0") in ("1", "true", "yes")
    request = RideRequest(ends[0], ends[1], at, arrive_by=arrive_by, party=Party(**counts))
    ask = at - 3600 if arrive_by else at
    if row.get("asked"):
        ask = start + _clock(where, "asked", row["asked"])
    return Wish(ask, request, (row.get("no_show") or "0") in ("1", "true", "yes"))


def _clock(where: str, column: str, text: str) -> int:
    head, _, seconds = text.partition(":")
    minutes, _, rest = seconds.partition(":")
    return clock_s(f"{head}:{minutes}", f"{where}, {column}") + _whole(where, column, rest or "0")


def _whole(where: str, column: str, text: str) -> int:
    if not text.strip().isdigit():
        raise Invalid(f"{where}, {column}", f"{text!r} is no whole number of 0 or more")
    return int(text)


def _end(where: str, text: str, stops: set[str]) -> End:
    if text in stops:
        return End(stop_id=text)
    lat, comma, lon = text.partition(",")
    try:
        if comma:
            return End(float(lat), float(lon))
    except ValueError:
        pass
    raise Invalid(where, f"{text!r} is neither the id of a stop nor lat,lon. Mend it")


def write_demand(path: Path, wishes: list[Wish], day: date, zone: str) -> None:
    """Write wishes as `read_demand` reads them."""
    start = service_day_start_s(day, ZoneInfo(zone))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for wish in wishes:
            request, party = wish.request, wish.request.party
            at = request.at_s - start
            ends = [e.stop_id or f"{e.lat},{e.lon}" for e in (request.origin, request.destination)]
            clock, asked = (f"{s // 3600:02}:{s // 60 % 60:02}:{s % 60:02}" for s in (at, wish.ask_s - start))
            counts = (party.adults, party.children, party.wheelchairs, party.luggage)
            writer.writerow([clock, *ends, *counts, int(request.arrive_by), int(wish.no_show), asked])
