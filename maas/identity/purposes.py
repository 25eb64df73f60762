"""What consents are asked for, and the very words that are shown.

A changed text gets a new version; consents remember version, language and a digest of what was shown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from maas.identity.errors import BadIdentityInput

__all__ = ["PURPOSES", "PUSH", "SIGN_IN", "TRIP_HISTORY", "Purpose"]

SIGN_IN = "sign_in"
TRIP_HISTORY = "trip_history"
PUSH = "push"


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why somebody would receive personal data; `data` are the categories that can be asked for."""

    id: str
    version: str
    data: tuple[str, ...]
    text: Mapping[str, str]

    def shown(self, language: str) -> str:
        """The text in one of our languages. Raises BadIdentityInput for another."""
        if language not in self.text:
            raise BadIdentityInput(f"language: {language!r}; the text exists in {', '.join(self.text)}")
        return self.text[language]

    def digest(self, language: str) -> str:
        """SHA-256 of the shown text, in hex."""
        return hashlib.sha256(self.shown(language).encode()).hexdigest()


PURPOSES: dict[str, Purpose] = {
    purpose.id: purpose
    for purpose in (
        Purpose(
            SIGN_IN, "2026-11",
            ("subject", "name", "language", "email", "phone", "entitlements", "bookings", "offline"),
            {
                "ja": "このアプリへのログインのため、選んだ情報だけを渡します。いつでも取り消せます。",
                "en": "To sign you in, this app receives only what you choose here. You can take it back.",
                "zh": "为了登录该应用，仅提供您在此选择的信息。您可以随时撤回。",
                "ko": "이 앱에 로그인하기 위해 여기서 선택한 정보만 전달합니다. 언제든지 철회할 수 있습니다.",
            },
        ),
        Purpose(
            "operator_service", "2026-11", ("name", "phone", "entitlements", "bookings", "position"),
            {
                "ja": "予約した移動やサービスを行う事業者に、その実施に必要な情報を渡します。",
                "en": "The operator that carries out your booking receives what it needs to do so.",
                "zh": "向执行您预订的运营商提供所需的信息。",
                "ko": "예약한 서비스를 수행하는 사업자에게 필요한 정보를 전달합니다.",
            },
        ),
        Purpose(
            TRIP_HISTORY, "2026-11", ("trips",),
            {
                "ja": "移動の履歴を仮名で保存し、交通の改善に使います。"
                "履歴は時間とともに粗くなり、消えます。",
                "en": "Your trips are kept under a pseudonym to improve transport. They fade, then vanish.",
                "zh": "以假名保存您的出行记录，用于改善交通。记录会随时间变得模糊并最终删除。",
                "ko": "이동 기록을 가명으로 보관하여 교통 개선에 사용합니다. "
                "기록은 시간이 지나면 흐려지고 삭제됩니다.",
            },
        ),
        Purpose(
            PUSH, "2026-11", ("bookings",),
            {
                "ja": "予約した移動の知らせ（迎えが来る、時刻が変わった、もうすぐ時間）をこの端末に送ります。"
                "知らせは暗号にして、ブラウザーの会社の通知の仕組みを通ります。いつでもやめられます。",
                "en": "This device is told of your trips: the vehicle is coming, a time has changed, a "
                "ticket is needed soon. Messages are encrypted and pass through your browser maker's "
                "push service. You can stop it at any time.",
                "zh": "向此设备发送您行程的通知：车辆即将到达、时间有变、即将用到车票。"
                "通知经过加密，并通过浏览器厂商的推送服务传送。您可以随时停止。",
                "ko": "예약한 이동에 대한 알림(차량 도착, 시간 변경, 곧 출발)을 이 기기로 보냅니다. "
                "알림은 암호화되어 브라우저 회사의 푸시 서비스를 거칩니다. 언제든지 그만둘 수 있습니다.",
            },
        ),
        Purpose(
            "recommendation", "2026-11", ("interests", "entitlements", "language"),
            {
                "ja": "あなたが伝えた好みを使って、おすすめを選びます。理由も表示します。",
                "en": "What you said of yourself is used to choose suggestions. The reason is always shown.",
                "zh": "使用您提供的偏好来选择推荐，并始终显示理由。",
                "ko": "알려 주신 취향을 사용하여 추천을 고릅니다. 이유도 항상 표시합니다.",
            },
        ),
    )
}  # fmt: skip
