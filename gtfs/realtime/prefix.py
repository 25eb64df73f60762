"""Realtime of one feed among several that were merged: its identifiers as the merged schedule has them."""

from __future__ import annotations

from dataclasses import replace

from gtfs.realtime.model import Informed, RealtimeFeed, TripRef

__all__ = ["prefixed"]


def prefixed(feed: RealtimeFeed, prefix: str) -> RealtimeFeed:
    """The message with `prefix` before every identifier of the timetable."""

    def name(text: str) -> str:
        return f"{prefix}{text}" if text else ""

    def ref(trip: TripRef | None) -> TripRef | None:
        if trip is None:
            return None
        return replace(trip, trip_id=name(trip.trip_id), route_id=name(trip.route_id))

    def about(informed: Informed) -> Informed:
        return replace(
            informed, agency_id=name(informed.agency_id), route_id=name(informed.route_id),
            trip=ref(informed.trip), stop_id=name(informed.stop_id),
        )  # fmt: skip

    trips = replace(
        feed.trips,
        trip_ids=tuple(map(name, feed.trips.trip_ids)),
        route_ids=tuple(map(name, feed.trips.route_ids)),
        stop_ids=tuple(map(name, feed.trips.stop_ids)),
        properties={k: replace(p, trip_id=name(p.trip_id)) for k, p in feed.trips.properties.items()},
    )
    vehicles = tuple(replace(v, trip=ref(v.trip), stop_id=name(v.stop_id)) for v in feed.vehicles)
    alerts = tuple(
        replace(alert, entity_id=name(alert.entity_id), informed=tuple(map(about, alert.informed)))
        for alert in feed.alerts
    )
    return replace(feed, trips=trips, vehicles=vehicles, alerts=alerts)
