"""News in words, short enough for a lock screen."""

from __future__ import annotations

from datetime import datetime, tzinfo

from maas.places.model import in_language
from maas.telling.model import Facts, What

__all__ = ["LANGUAGES", "text_of"]

LANGUAGES = ("ja", "en", "zh", "ko")
_GONE = "gone"
_WORDS: dict[str, dict[str, tuple[str, str]]] = {
    What.COMING: {
        "ja": ("まもなく迎えに来ます", "{at} {place}"),
        "en": ("Your vehicle is coming", "{at} at {place}"),
        "zh": ("车辆即将到达", "{at} {place}"),
        "ko": ("차량이 곧 도착합니다", "{at} {place}"),
    },
    What.CHANGED: {
        "ja": ("予約の時刻が変わりました", "新しい時刻 {at} {place}"),
        "en": ("Your trip has changed", "Now {at} at {place}"),
        "zh": ("您的行程有变化", "新时间 {at} {place}"),
        "ko": ("예약 시간이 바뀌었습니다", "새 시간 {at} {place}"),
    },
    What.SOON: {
        "ja": ("もうすぐ時間です", "{at} {place}：切符を開けます"),
        "en": ("Your ticket is needed soon", "{at} {place}: open it here"),
        "zh": ("即将用到车票", "{at} {place}：点此打开"),
        "ko": ("곧 승차권이 필요합니다", "{at} {place}: 여기서 엽니다"),
    },
    _GONE: {
        "ja": ("予約の一部がなくなりました", "{at} {place}：お金は戻ります"),
        "en": ("Part of your trip cannot take place", "{at} {place}: you get your money back"),
        "zh": ("部分行程已取消", "{at} {place}：将退款"),
        "ko": ("예약 일부가 취소되었습니다", "{at} {place}: 환불됩니다"),
    },
}


def text_of(what: What, facts: Facts, language: str, zone: tzinfo) -> tuple[str, str]:
    """Title and body; Japanese where the language is not one of ours."""
    words = _WORDS[_GONE if facts.gone else what]
    title, body = words.get(language, words["ja"])
    at = datetime.fromtimestamp(facts.at_ms / 1000, zone)
    place = in_language(facts.place, language) if facts.place else ""
    return title, body.format(at=f"{at:%H:%M}", place=place).strip()
