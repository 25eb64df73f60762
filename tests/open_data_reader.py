"""What a reader of open data does: fetch, decode, and hold GBFS against its schemas."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import jsonschema
from google.transit import gtfs_realtime_pb2 as pb

from gtfs.model.schedule import NONE
from gtfs.realtime.apply import Timetable


def message(client: httpx.Client, area: str, kind: str, feed: str = "") -> pb.FeedMessage:
    """A GTFS-Realtime message."""
    answer = client.get(f"/feeds/{area}/realtime/{kind}.pb", params={"feed": feed} if feed else {})
    assert answer.status_code == 200, answer.text
    return pb.FeedMessage.FromString(answer.content)


def gbfs(client: httpx.Client, area: str, system: str, path: str) -> dict[str, Any]:
    """The `data` of a GBFS file."""
    answer = client.get(f"/feeds/{area}/gbfs/{system}/{path}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["data"]
    return found


def gbfs_faults(client: httpx.Client, area: str, schemas: Path) -> tuple[int, list[str]]:
    """Files that the manifest leads to, and what their schemas say against them."""
    seen: list[str] = []
    faults: list[str] = []

    def check(url: str, version: str) -> Any:
        name = url.rsplit("/", 1)[1]
        document = client.get(url).json()
        rules = json.loads((schemas / f"v{version}" / name).read_text(encoding="utf-8"))
        kind = jsonschema.validators.validator_for(rules)
        seen.append(url)
        faults.extend(
            f"{url}: {error.message}"
            for error in kind(rules, format_checker=jsonschema.FormatChecker()).iter_errors(document)
        )
        return document["data"]

    for dataset in check(str(client.base_url.join(f"/feeds/{area}/gbfs/manifest.json")), "3.0")["datasets"]:
        for version in dataset["versions"]:
            discovery = check(version["url"], version["version"])
            parts = discovery.values() if version["version"] == "2.3" else [discovery]
            for url in sorted({feed["url"] for part in parts for feed in part["feeds"]}):
                check(url, version["version"])
    return len(seen), faults


def bus_trip_near(timetable: Timetable, now_s: int) -> tuple[str, float, float]:
    """A bus trip of the day, with its first stop."""
    schedule = timetable.schedule
    for trip, route in enumerate(schedule.trips.route.tolist()):
        if schedule.routes.types[route] == 3 and timetable.day_near(trip, now_s) != NONE:
            stop = int(schedule.stop_times.stop[schedule.stop_times.offsets[trip]])
            return schedule.trips.ids[trip], float(schedule.stops.lat[stop]), float(schedule.stops.lon[stop])
    raise AssertionError("no bus runs on that day")
