"""Feeds written as text in a test, one `# file.txt` line before each file's rows."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

BASE = """
# agency.txt
agency_id,agency_name,agency_url,agency_timezone
A,海浜バス,https://example.jp,Asia/Tokyo
# stops.txt
stop_id,stop_name,stop_lat,stop_lon
S1,海浜幕張駅,35.6483,140.0418
S2,幕張メッセ,35.6480,140.0345
S3,豊砂,35.6579,140.0272
# routes.txt
route_id,agency_id,route_short_name,route_long_name,route_type
R,A,1,メッセ線,3
# calendar.txt
service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date
W,1,1,1,1,1,0,0,20260401,20260430
# trips.txt
route_id,service_id,trip_id,trip_headsign
R,W,T1,豊砂
R,W,T2,豊砂
# stop_times.txt
trip_id,arrival_time,departure_time,stop_id,stop_sequence
T1,08:00:00,08:00:00,S1,1
T1,08:05:00,08:05:30,S2,2
T1,08:10:00,08:10:00,S3,3
T2,09:00:00,09:00:00,S1,1
T2,09:05:00,09:05:30,S2,2
T2,09:10:00,09:10:00,S3,3
"""


def files_of(text: str) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    name = ""
    for line in text.strip().splitlines():
        if line.startswith("# "):
            name = line[2:]
            files[name] = b""
        else:
            files[name] += line.encode() + b"\n"
    return files


Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a zip: BASE, with files replaced by text or bytes, or removed by None."""

    def write(text: str = "", *, base: str = BASE, **files: str | bytes | None) -> Path:
        held = files_of(base) | files_of(text)
        for stem, content in files.items():
            name = f"{stem}.txt"
            if content is None:
                held.pop(name)
            else:
                held[name] = content.encode() if isinstance(content, str) else content
        path = tmp_path / f"feed{len(list(tmp_path.iterdir()))}.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in held.items():
                archive.writestr(name, data)
        return path

    return write
