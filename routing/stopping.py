"""How one gets on and off where a vehicle does not stop by itself."""

from __future__ import annotations

from gtfs.model.schedule import NONE, WAYSIDE, Schedule
from routing.journey import Leg

__all__ = ["stopped"]

_BY_PHONE, _WITH_DRIVER = 2, 3
"""pickup_type and drop_off_type."""


def stopped(schedule: Schedule, leg: Leg, trip: int, first: int, last: int, *, on: bool, off: bool) -> Leg:
    """The leg with how one boards at call `first` of the trip and alights at call `last`.

    `on` and `off` say whether one does either here, or stays seated. Waysides that are only passed are no
    calls that anybody is told; a ride from or to one is paid as from the stop before it, or to the one after.
    """
    times, kinds = schedule.stop_times, schedule.stops.location_type
    begin = int(times.offsets[trip])
    rows = range(begin + first, begin + last + 1)
    # Waysides come after all stops, so that feeds without any are told from others at a glance.
    hailing = [False] * len(rows)
    if kinds[-1] == WAYSIDE:
        hailing = (kinds[times.stop[rows.start : rows.stop]] == WAYSIDE).tolist()
    boarding = _word(int(times.pickup_type[rows[0]]), "wave" if hailing[0] else "") if on else ""
    alighting = _word(int(times.drop_off_type[rows[-1]]), "driver" if hailing[-1] else "") if off else ""
    if not (boarding or alighting or any(hailing)):
        return leg
    inner = zip(leg.calls[1:-1], hailing[1:-1], strict=True)
    return leg._replace(
        calls=(leg.calls[0], *(call for call, passed in inner if not passed), leg.calls[-1]),
        boarding=boarding,
        alighting=alighting,
        agency_phone=_phone(schedule, trip) if "phone" in (boarding, alighting) else "",
        paid_stops=(
            _stop_beside(schedule, rows[0], -1) if hailing[0] else "",
            _stop_beside(schedule, rows[-1], 1) if hailing[-1] else "",
        ),
    )


def _word(kind: int, usual: str) -> str:
    return {_BY_PHONE: "phone", _WITH_DRIVER: "driver"}.get(kind, usual)


def _phone(schedule: Schedule, trip: int) -> str:
    phones, agency = schedule.agencies.phones, int(schedule.routes.agency[schedule.trips.route[trip]])
    return phones[agency] if phones and agency != NONE else ""


def _stop_beside(schedule: Schedule, row: int, step: int) -> str:
    """The next call of the feed before (-1) or after (1) a wayside: there always is one."""
    stops = schedule.stop_times.stop
    while schedule.stops.location_type[stops[row]] == WAYSIDE:
        row += step
    return schedule.stops.ids[int(stops[row])]
