"""The tables of the feed house. Instants are milliseconds since 1970; JSON holds what nobody searches.

Files are kept once by what they hold (`feed_blob`), however many versions and feeds share them.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()
_ID = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows by itself only for INTEGER

feed = Table(
    "feed",
    metadata,
    Column("id", String(60), primary_key=True),
    Column("organisation", String(60), nullable=False, index=True),
    Column("content", Text, nullable=False),  # JSON of model.About
    Column("in_planner", Boolean, nullable=False),  # the router of this area plans with what is published
    Column("revision", Integer, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("changed_ms", BigInteger, nullable=False),
)
version = Table(
    "feed_version",
    metadata,
    Column("id", String(80), primary_key=True),  # feed@number
    Column("feed_id", String(60), ForeignKey("feed.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("encoding", String(20), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("author", String(120), nullable=False),
    Column("reason", Text, nullable=False),
    Column("source", Text, nullable=False),  # a file's name, an address, or draft:ID
    Column("facts", Text, nullable=False),
    UniqueConstraint("feed_id", "number"),
    Index("ix_feed_version_digest", "feed_id", "digest"),
)
file = Table(
    "feed_file",
    metadata,
    Column("version_id", String(80), ForeignKey("feed_version.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("sha256", String(64), ForeignKey("feed_blob.sha256"), nullable=False, index=True),
)
blob = Table(
    "feed_blob",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("packed", LargeBinary, nullable=False),  # raw DEFLATE
)
source = Table(
    "feed_source",  # what an address answered last, so that the next visit asks for news only
    metadata,
    Column("feed_id", String(60), ForeignKey("feed.id"), primary_key=True),
    Column("url", Text, nullable=False),
    Column("etag", Text, nullable=False),
    Column("last_modified", Text, nullable=False),
    Column("fetched_ms", BigInteger, nullable=False),
)
draft = Table(
    "feed_draft",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("feed_id", String(60), ForeignKey("feed.id"), nullable=False, index=True),
    Column("base_id", String(80), ForeignKey("feed_version.id")),  # none: it begins with an empty feed
    Column("title", Text, nullable=False),
    Column("state", String(10), nullable=False),  # open | released | discarded
    Column("revision", Integer, nullable=False),
    Column("author", String(120), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("changed_ms", BigInteger, nullable=False),
)
document = Table(
    "feed_document",
    metadata,
    Column("draft_id", String(40), ForeignKey("feed_draft.id"), primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("content", Text),  # JSON; none: taken out
    Column("version", Integer, nullable=False),
    Column("author", String(120), nullable=False),
    Column("changed_ms", BigInteger, nullable=False),
)
release = Table(
    "feed_release",
    metadata,
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("feed_id", String(60), ForeignKey("feed.id"), nullable=False, index=True),
    Column("version_id", String(80), ForeignKey("feed_version.id"), nullable=False),
    Column("state", String(10), nullable=False),  # scheduled | live | past | cancelled
    Column("at_ms", BigInteger, nullable=False),  # when it becomes, or became, live
    Column("author", String(120), nullable=False),
    Column("reason", Text, nullable=False),
    Column("override", Text, nullable=False),  # why it was published although it has errors
    Column("zip_sha256", String(64), nullable=False),
    Column("zip", LargeBinary, nullable=False),
    Column("report", Text, nullable=False),
    CheckConstraint("state IN ('scheduled', 'live', 'past', 'cancelled')", name="feed_release_state"),
)
Index(
    "feed_release_one_live", release.c.feed_id, unique=True,
    sqlite_where=release.c.state == "live", postgresql_where=release.c.state == "live",
)  # fmt: skip
quality_day = Table(
    "feed_quality_day",  # looks at the realtime, added up
    metadata,
    Column("feed_id", String(60), primary_key=True),
    Column("day", String(10), primary_key=True),  # YYYY-MM-DD by the area's clock
    Column("looks", Integer, nullable=False),
    Column("under_way", BigInteger, nullable=False),
    Column("told", BigInteger, nullable=False),
    Column("delay_looks", Integer, nullable=False),  # in which a delay was told
    Column("delay_s", BigInteger, nullable=False),  # the sum of their medians
    Column("oldest_s", Integer),
    Column("with_errors", Integer, nullable=False),
    Column("with_warnings", Integer, nullable=False),
)
notice = Table(
    "feed_notice",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("feed_id", String(60), ForeignKey("feed.id"), nullable=False, index=True),
    Column("content", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("from_ms", BigInteger, nullable=False),
    Column("until_ms", BigInteger),
    Column("author", String(120), nullable=False),
    Column("changed_ms", BigInteger, nullable=False),
)
event = Table(
    "feed_event",  # who did what; append-only
    metadata,
    Column("seq", _ID, primary_key=True, autoincrement=True),
    Column("feed_id", String(60), nullable=False, index=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("actor", String(120), nullable=False),
    Column("action", String(40), nullable=False),
    Column("detail", Text, nullable=False),
)
query = Table(
    "feed_query",  # what was asked of the planner, coarse; no person, no exact place or minute
    metadata,
    Column("number", _ID, primary_key=True, autoincrement=True),
    Column("day", String(10), nullable=False, index=True),  # YYYY-MM-DD of the departure asked for
    Column("slot_s", Integer, nullable=False),  # start of the quarter of an hour, seconds of the day
    Column("from_lat", Integer, nullable=False),  # cell, in thousandths of a degree
    Column("from_lon", Integer, nullable=False),
    Column("to_lat", Integer, nullable=False),
    Column("to_lon", Integer, nullable=False),
    Column("arrive_by", Boolean, nullable=False),
    Column("count", Integer, nullable=False),
    UniqueConstraint("day", "slot_s", "from_lat", "from_lon", "to_lat", "to_lon", "arrive_by",
                     name="uq_feed_query"),
)  # fmt: skip
