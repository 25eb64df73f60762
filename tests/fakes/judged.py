"""Small feeds as text, judged: a good one to start from, and what an edit of it raises."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from gtfs.schedule.csv_table import read_table
from gtfs.schedule.feed import Feed
from gtfs.validate import Profile, Report, validate

TODAY = date(2026, 11, 25)
GOOD = {
    "agency.txt": """agency_id,agency_name,agency_url,agency_timezone,agency_lang,agency_phone,agency_email
A,Seaside Bus,https://example.jp,Asia/Tokyo,ja,043-123-4567,info@example.jp
""",
    "stops.txt": """stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station,zone_id
ST,Kaihin Station,35.6483,140.0418,1,,
S1,Kaihin Stop 1,35.6484,140.0419,0,ST,Z1
S2,Messe,35.6480,140.0345,0,,Z1
S3,Toyosuna,35.6579,140.0272,0,,Z2
""",
    "routes.txt": """route_id,agency_id,route_short_name,route_long_name,route_type,route_color,route_text_color
R,A,10,Messe Line,3,0039A6,FFFFFF
""",
    "calendar.txt": """service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date
W,1,1,1,1,1,1,1,20261101,20270331
""",
    "trips.txt": """route_id,service_id,trip_id,trip_headsign,block_id,shape_id
R,W,T1,Toyosuna,,
R,W,T2,Toyosuna,,
""",
    "stop_times.txt": """trip_id,arrival_time,departure_time,stop_id,stop_sequence,timepoint
T1,08:00:00,08:00:00,S1,1,1
T1,08:05:00,08:05:30,S2,2,1
T1,08:10:00,08:10:00,S3,3,1
T2,09:00:00,09:00:00,S1,1,1
T2,09:05:00,09:05:30,S2,2,1
T2,09:10:00,09:10:00,S3,3,1
""",
    "feed_info.txt": """feed_publisher_name,feed_publisher_url,feed_lang,feed_start_date,feed_end_date,feed_version,feed_contact_email
Seaside Bus,https://example.jp,ja,20261101,20270331,1,info@example.jp
""",
}

Edit = str | bytes | tuple[str, str] | None
"""A whole new file, an (old, new) replacement in the good one, or None to leave it out."""
Places = list[tuple[str, int, str, str]]


def edited(edits: Mapping[str, Edit]) -> dict[str, bytes]:
    """Files of the good feed with edits; an edit that changes nothing is a mistake of the test."""
    files: dict[str, bytes] = {name: text.encode() for name, text in GOOD.items()}
    for name, edit in edits.items():
        if edit is None:
            files.pop(name)
        elif isinstance(edit, tuple):
            before = files[name].decode()
            assert edit[0] in before, f"{edit[0]!r} is not in {name}"
            files[name] = before.replace(*edit).encode()
        else:
            files[name] = edit.encode() if isinstance(edit, str) else edit
    return files


def feed_of(files: Mapping[str, bytes]) -> Feed:
    """A feed of files, read as the reader would."""
    feed = Feed("test.zip", {})
    for name, data in files.items():
        if not name.endswith(".txt") or "/" in name:
            feed.raw[name] = data
            continue
        table, lines, problems = read_table(name, data)
        stem = name.removesuffix(".txt")
        feed.tables[stem] = table
        feed.problems += problems
        if lines is not None:
            feed.lines[stem] = lines
    return feed


def judged(
    edits: Mapping[str, Edit] | None = None,
    *,
    profile: Profile = Profile.GTFS,
    today: date = TODAY,
    only: str | None = None,
) -> Report:
    """The report on the good feed with edits, of all rules or of one; no rule may have failed."""
    chosen = None if only is None else [only]
    report = validate(feed_of(edited(edits or {})), today=today, profile=profile, only=chosen)
    failed = report.notice("runtime_exception_in_validator_error")
    assert failed is None, failed and failed.samples
    return report


def places(report: Report, code: str) -> Places:
    """(file, line, field, value) of the samples of a code; the total must be theirs."""
    notice = report.notice(code)
    if notice is None:
        return []
    assert notice.total == len(notice.samples)
    for sample in notice.samples:
        assert "{" not in sample.message(notice.kind, "ja")
        assert sample.message(notice.kind, "en")
    return [(s.file, s.line, s.field, s.value) for s in notice.samples]
