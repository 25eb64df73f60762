"""What the feed house's tests share: an open house with a clock of its own, and feeds written as text."""

from __future__ import annotations

import io
import socket
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import uvicorn
from fastapi import FastAPI

from maas.feeds import store
from maas.feeds.fetch import Fetcher
from maas.feeds.house import House
from maas.feeds.model import About, Actor
from maas.feeds.schema import create_schema
from storage.database import Database

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)  # a Wednesday, noon in Makuhari
CLERK = Actor("clerk", frozenset({"baybus"}))
RIVAL = Actor("rival", frozenset({"other"}))
ADMIN = Actor("admin", None)
ABOUT = About(title={"ja": "ベイバス", "en": "Bay Bus"}, publisher="ベイバス", profile="gtfs")

FILES = {
    "agency.txt": "agency_id,agency_name,agency_url,agency_timezone,agency_lang\n"
    "A,ベイバス,https://example.jp,Asia/Tokyo,ja\n",
    "stops.txt": "stop_id,stop_name,stop_lat,stop_lon,x_shelter\n"
    "S1,海浜幕張駅,35.64830,140.04180,1\nS2,幕張メッセ,35.64800,140.03450,0\nS3,豊砂,35.65790,140.02720,\n",
    "routes.txt": "route_id,agency_id,route_short_name,route_long_name,route_type\nR,A,1,メッセ線,3\n",
    "calendar.txt": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,"
    "start_date,end_date\n"
    "W,1,1,1,1,1,0,0,20261101,20261231\nH,0,0,0,0,0,1,1,20261101,20261231\n",
    "calendar_dates.txt": "service_id,date,exception_type\nW,20261103,2\nH,20261103,1\n"
    "W,20261123,2\nH,20261123,1\n",
    "trips.txt": "route_id,service_id,trip_id,trip_headsign,direction_id\n"
    "R,W,T1,豊砂,0\nR,W,T2,豊砂,0\nR,H,T3,豊砂,0\n",
    "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
    "T1,08:00:00,08:00:00,S1,1\nT1,08:05:00,08:05:00,S2,2\nT1,08:10:00,08:10:00,S3,3\n"
    "T2,21:00:00,21:00:00,S1,1\nT2,21:05:00,21:05:00,S2,2\nT2,21:10:00,21:10:00,S3,3\n"
    "T3,09:00:00,09:00:00,S1,1\nT3,09:05:00,09:05:00,S2,2\nT3,09:10:00,09:10:00,S3,3\n",
    "fare_attributes.txt": "fare_id,price,currency_type,payment_method,transfers\nF,230,JPY,0,0\n",
    "fare_rules.txt": "fare_id,route_id\nF,R\n",
    "feed_info.txt": "feed_publisher_name,feed_publisher_url,feed_lang,feed_start_date,feed_end_date,"
    "feed_version\n"
    "ベイバス,https://example.jp,ja,20261101,20261231,1\n",
    "x_notes.txt": "a,b\n1,\"two, three\"\n",
    "licence.md": "# 使ってよい\n",
}  # fmt: skip


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **span: float) -> None:
        self.now += timedelta(**span)


def packed(level: int = 6, **changed: str | bytes | None) -> bytes:
    """The feed as a zip, files (by stem, or by name) replaced or taken out."""
    out = io.BytesIO()
    named = {n if "." in n else f"{n}.txt": v for n, v in changed.items()}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, text in (FILES | named).items():
            if text is not None:
                archive.writestr(name, text)
    return out.getvalue()


def feed_zip(folder: Path, level: int = 6, **changed: str | bytes | None) -> Path:
    path = folder / f"feed-{len(list(folder.iterdir()))}.zip"
    path.write_bytes(packed(level, **changed))
    return path


def open_house(url: str, *, feed: str = "baybus", private: bool = True, bytes_max: int = 1 << 24) -> House:
    """A house with one empty feed of the organisation `baybus`."""
    database = Database.open(url)
    create_schema(database)
    fetcher = Fetcher(private=private, bytes_max=bytes_max, sleep=lambda _: None)
    house = House(database, Clock(), fetcher)
    database.run(
        lambda c: store.create_feed(c, feed, "baybus", ABOUT, in_planner=True, now=NOW, actor="clerk")
    )
    return house


@contextmanager
def served(app: FastAPI) -> Iterator[httpx.Client]:
    """A real server of the application in a thread, and a client of it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", ws="none", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server ended before it answered"
        time.sleep(0.01)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join(20)
