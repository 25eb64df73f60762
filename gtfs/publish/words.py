"""Changes as sentences, Japanese and English, for a clerk and for the notice at the stop."""

from __future__ import annotations

from gtfs.publish.changes import Change, Kind
from gtfs.publish.day_types import DayType

__all__ = ["LANGUAGES", "told"]

LANGUAGES = ("ja", "en")
_DAYS = {
    "ja": {DayType.WEEKDAY: "平日", DayType.SATURDAY: "土曜", DayType.HOLIDAY: "日祝"},
    "en": {
        DayType.WEEKDAY: "weekdays",
        DayType.SATURDAY: "Saturdays",
        DayType.HOLIDAY: "Sundays and holidays",
    },
}
_TEXTS: dict[Kind, tuple[str, str]] = {
    Kind.STOP_GONE: ("停留所「{name}」（{id}）がなくなります", "Stop {name} ({id}) is no more"),
    Kind.STOP_NEW: ("停留所「{name}」（{id}）が新しくできます", "Stop {name} ({id}) is new"),
    Kind.STOP_MOVED: (
        "停留所「{name}」（{id}）が約{distance_m} m移動します",
        "Stop {name} ({id}) moves by about {distance_m} m",
    ),
    Kind.STOP_RENAMED: ("停留所「{before}」は「{after}」に改称します", "Stop {before} is now called {after}"),
    Kind.STOP_UNSERVED: (
        "停留所「{name}」（{id}）には{day}、どの便も停まらなくなります",
        "On {day} nothing calls at stop {name} ({id}) any more",
    ),
    Kind.LINE_GONE: ("路線「{name}」が廃止されます", "Line {name} is withdrawn"),
    Kind.LINE_NEW: ("路線「{name}」が新設されます", "Line {name} is new"),
    Kind.LINE_RENAMED: ("路線「{before}」は「{after}」に改称します", "Line {before} is now called {after}"),
    Kind.TRIPS_GONE: (
        "{name}（{direction}方面）{day}：{count}便がなくなります（{before}便→{after}便）：{times}",
        "{name} towards {direction}, {day}: {count} departures go ({before} → {after}): {times}",
    ),
    Kind.TRIPS_NEW: (
        "{name}（{direction}方面）{day}：{count}便が増えます（{before}便→{after}便）：{times}",
        "{name} towards {direction}, {day}: {count} new departures ({before} → {after}): {times}",
    ),
    Kind.FIRST_DEPARTURE: (
        "{name}（{direction}方面）{day}の始発が{before}から{after}に変わります",
        "{name} towards {direction}, {day}: the first departure is {after}, it was {before}",
    ),
    Kind.LAST_DEPARTURE: (
        "{name}（{direction}方面）{day}の最終が{before}から{after}に変わります",
        "{name} towards {direction}, {day}: the last departure is {after}, it was {before}",
    ),
    Kind.FARE: ("運賃（{name}）が{before}から{after}に変わります", "Fare {name}: {after}, it was {before}"),
    Kind.PERIOD: ("有効期間が{before}から{after}に変わります", "Valid {after}, it was {before}"),
}  # fmt: skip


def told(change: Change, lang: str) -> str:
    """The change in `lang`; English for a language that is neither ja nor en."""
    japanese = lang == "ja"
    text = _TEXTS[change.kind][0 if japanese else 1]
    days = _DAYS["ja" if japanese else "en"]
    times = ("、" if japanese else ", ").join(change.samples)
    if change.count > len(change.samples) > 0:
        times += "…"
    return text.format(
        id=change.id, name=change.name or change.id, before=change.before or "–", after=change.after or "–",
        distance_m=change.distance_m, count=change.count, direction=change.direction, times=times,
        day="" if change.day_type is None else days[change.day_type],
    )  # fmt: skip
