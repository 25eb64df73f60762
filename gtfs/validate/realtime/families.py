"""Why a kind of fault matters and how to mend it, for families of rules; a rule says what is wrong."""

from __future__ import annotations

from enum import Enum

from gtfs.errors import Severity
from gtfs.validate.notice import Kind, words

__all__ = ["Family", "error", "warning"]


class Family(Enum):
    """Rules with the same consequence."""

    REFERENCE = (
        ("Riders are told nothing of this trip, stop or line, as nobody can tell which one is meant",
         "Use the identifiers of the static feed that is in force"),
        ("どの便・停留所・路線のことか分からず、利用者に案内されません",
         "現在有効な静的フィードのIDを使ってください"),
    )  # fmt: skip
    TIME = (
        ("Riders see an arrival that cannot be, and miss their vehicle",
         "Send POSIX seconds in UTC; within a trip times must rise"),
        ("ありえない到着時刻が表示され、乗り遅れにつながります",
         "UTCのPOSIX秒で送り、便の中では時刻を昇順にしてください"),
    )  # fmt: skip
    CALLS = (
        ("The delay is shown at the wrong stop, or not at all",
         "Send the calls in the order of the trip, each once, with stop_sequence"),
        ("遅れが別の停留所に表示されるか、表示されません",
         "停車順に、各停留所を一度だけ、stop_sequence を付けて送ってください"),
    )  # fmt: skip
    POSITION = (
        ("The vehicle is drawn in the wrong place on riders' maps",
         "Check receiver and units: degrees WGS 84, metres a second"),
        ("地図上で車両が誤った場所に表示されます",
         "受信機と単位（WGS 84の度、メートル毎秒）を確認してください"),
    )  # fmt: skip
    HEADER = (
        ("Apps cannot tell whether what they show is still true",
         "Fill in the header anew with each message, and send one at least every 30 s"),
        ("アプリが情報の新しさを判断できません",
         "メッセージごとにヘッダーを更新し、30秒以内の間隔で送ってください"),
    )  # fmt: skip
    FREQUENCY = (
        ("It cannot be told which run of a headway service is meant",
         "Name a run by trip_id, start_date and start_time as frequencies.txt allows them"),
        ("運行間隔による便のうち、どの運行か区別できません",
         "frequencies.txt に合う trip_id・start_date・start_time で示してください"),
    )  # fmt: skip
    ALERT = (
        ("The notice reaches nobody, or people whom it does not concern",
         "Name agency, route, trip or stop, and let them agree with one another"),
        ("お知らせが届かないか、関係のない人に届きます",
         "事業者・路線・便・停留所を示し、互いに矛盾しないようにしてください"),
    )  # fmt: skip
    IDENTITY = (
        ("Positions and predictions of one vehicle cannot be joined",
         "Give each vehicle one id, the same in all messages"),
        ("同じ車両の位置と予測を結び付けられません", "車両ごとに一つのIDを、全メッセージで使ってください"),
    )  # fmt: skip


def error(code: str, family: Family, en: str, ja: str) -> Kind:
    """A kind that breaks what readers rely on."""
    return _kind(code, Severity.ERROR, family, en, ja)


def warning(code: str, family: Family, en: str, ja: str) -> Kind:
    """A kind that makes a message less useful."""
    return _kind(code, Severity.WARNING, family, en, ja)


def _kind(code: str, severity: Severity, family: Family, en: str, ja: str) -> Kind:
    (why_en, mend_en), (why_ja, mend_ja) = family.value
    return Kind(code, severity, words(en, why_en, mend_en), words(ja, why_ja, mend_ja))
