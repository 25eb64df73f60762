"""How long the feed says it is valid, and whom to ask about it."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import INFO, WARNING, day_text, kind
from gtfs.validate.values import WRONG

WEEK = kind(
    "feed_expiration_date7_days",
    WARNING,
    (
        "the feed ends in {days} days",
        "After that day riders see no departures at all.",
        "Publish the next timetable now.",
    ),
    (
        "フィードの有効期限まで {days} 日です",
        "期限を過ぎると時刻表が表示されなくなります。",
        "次の時刻表を今すぐ公開してください。",
    ),
)
MONTH = kind(
    "feed_expiration_date30_days",
    WARNING,
    (
        "the feed ends in {days} days",
        "Trips in the coming weeks cannot be planned.",
        "Publish a timetable that covers at least the next 30 days.",
    ),
    (
        "フィードの有効期限まで {days} 日です",
        "来月の移動を計画できません。",
        "少なくとも30日先までの時刻表を公開してください。",
    ),
)
FUTURE = kind(
    "future_feed",
    INFO,
    (
        "the feed begins on a day to come",
        "Until then nothing is shown.",
        "Keep what is valid today in the feed, or in one beside it.",
    ),
    (
        "フィードの開始日が未来です",
        "それまで時刻表は表示されません。",
        "現在有効な時刻表も含めるか、別に公開してください。",
    ),
)
HALF = kind(
    "missing_feed_info_date",
    WARNING,
    (
        "{field} is missing although the other date is given",
        "Apps cannot tell how long to trust the timetable.",
        "Give both feed_start_date and feed_end_date.",
    ),
    (
        "もう一方の日付があるのに {field} がありません",
        "時刻表をいつまで信じてよいか分かりません。",
        "feed_start_date と feed_end_date を両方書いてください。",
    ),
)
CONTACT = kind(
    "missing_feed_contact_email_and_url", WARNING,
    ("neither feed_contact_email nor feed_contact_url is given", "Nobody can report a mistake, so it stays.", "Give an address where data users can write to."),
    ("feed_contact_email も feed_contact_url もありません", "誤りに気付いた人が連絡できず、誤りが残ります。", "データ利用者の連絡先を書いてください。"),
)  # fmt: skip
KINDS = (WEEK, MONTH, FUTURE, HALF, CONTACT)


def check(context: Context, report: Report) -> None:
    """Every row of `feed_info.txt`, against today."""
    info = context.table("feed_info")
    starts, ends = info.days("feed_start_date"), info.days("feed_end_date")
    start_given, end_given = info.given("feed_start_date"), info.given("feed_end_date")
    contact = info.given("feed_contact_email") | info.given("feed_contact_url")
    for row in range(info.height):
        left = int(ends[row]) - context.today_day
        if ends[row] > WRONG and left <= 30:
            report.rows(
                WEEK if left <= 7 else MONTH,
                info,
                [row],
                "feed_end_date",
                days=left,
                end=day_text(int(ends[row])),
            )
        if starts[row] > context.today_day:
            report.rows(FUTURE, info, [row], "feed_start_date")
        if start_given[row] != end_given[row]:
            report.rows(HALF, info, [row], "feed_end_date" if start_given[row] else "feed_start_date")
        if not contact[row]:
            report.rows(CONTACT, info, [row])
