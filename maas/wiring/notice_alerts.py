"""Notices of service changes as alerts of GTFS-Realtime, beside what the vehicles themselves cause."""

from __future__ import annotations

from datetime import UTC, datetime

from gtfs.model.schedule import NONE
from gtfs.realtime.model import Alert, Informed, TripRef, VehiclePosition
from maas.bridges.open_status import TripTold
from maas.feeds.notices import Notice, Notices

__all__ = ["NoticeSource"]


class NoticeSource:
    """Implements `maas.wiring.open_data.Source` for the notices of one feed."""

    def __init__(self, notices: Notices, feed: str) -> None:
        self._notices = notices
        self._feed = feed

    @property
    def feed(self) -> str:
        """Name of the static feed."""
        return self._feed

    def trips(self, now_s: int) -> list[TripTold]:  # noqa: ARG002 - a notice moves no trip
        """None."""
        return []

    def positions(self, now_s: int) -> list[VehiclePosition]:  # noqa: ARG002
        """None."""
        return []

    def alerts(self, now_s: int) -> list[Alert]:
        """What riders of the feed are told now."""
        return [_alert(n) for n in self._notices.shown(self._feed, datetime.fromtimestamp(now_s, UTC))]


def _alert(notice: Notice) -> Alert:
    content = notice.content
    informed = [
        *(Informed(route_id=route) for route in content.routes),
        *(Informed(stop_id=stop) for stop in content.stops),
        *(Informed(trip=TripRef(trip_id=trip)) for trip in content.trips),
    ]
    until = NONE if content.active_until is None else int(content.active_until.timestamp())
    return Alert(
        notice.id,
        tuple(informed) or (Informed(route_type=3),),
        content.header,
        content.text,
        {"ja": content.url} if content.url else {},
        ((int(content.active_from.timestamp()), until),),
        content.cause,
        content.effect,
    )
