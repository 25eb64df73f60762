"""What our mails say, in four languages."""

from __future__ import annotations

from maas.identity.ports import Message

__all__ = ["sign_in_mail"]

_SUBJECT = {
    "ja": "{name} ログイン用リンク",
    "en": "Your sign-in link for {name}",
    "zh": "{name} 登录链接",
    "ko": "{name} 로그인 링크",
}
_TEXT = {
    "ja": "次のリンクを開くとログインできます。{minutes}分以内に、一度だけ使えます。\n\n{url}\n\n"
    "心当たりがない場合は、このメールを無視してください。\n",
    "en": "Open this link to sign in. It works once, for {minutes} minutes.\n\n{url}\n\n"
    "If you did not ask for it, ignore this mail.\n",
    "zh": "打开以下链接即可登录。链接在{minutes}分钟内有效，仅可使用一次。\n\n{url}\n\n"
    "如非本人操作，请忽略此邮件。\n",
    "ko": "다음 링크를 열면 로그인됩니다. {minutes}분 안에 한 번만 사용할 수 있습니다.\n\n{url}\n\n"
    "요청하지 않으셨다면 이 메일을 무시하세요.\n",
}


def sign_in_mail(to: str, url: str, language: str, *, name: str, minutes: int) -> Message:
    """The mail with a sign-in link."""
    return Message(to, _SUBJECT[language].format(name=name), _TEXT[language].format(url=url, minutes=minutes))
