"""The words of our pages, in four languages."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["DATA", "TEXTS"]

TEXTS: Mapping[str, Mapping[str, str]] = {
    "ja": {
        "sign_in": "ログイン", "passkey": "パスキーでログイン", "or": "または",
        "mail": "メールでログイン用リンクを受け取る", "address": "メールアドレス", "send": "送信",
        "new": "はじめての方", "name": "パスキーの名前", "create": "パスキーで登録",
        "broker": "本人確認サービスでログイン", "sent": "メールを送りました。届いたリンクを開いてください。",
        "link": "このブラウザでログインしますか。", "confirm": "続ける",
        "consent": "{client} に渡す情報", "consent_who": "{organisation} が運営しています。",
        "allow": "許可する", "deny": "許可しない", "always": "必須",
        "device": "機器の接続", "device_ask": "機器の画面に表示されたコードを入力してください。",
        "code": "コード", "next": "次へ",
        "device_check": "機器の画面に {code} と表示されていますか。違う場合は許可しないでください。",
        "device_yes": "接続しました。機器に戻ってください。", "device_no": "接続しませんでした。",
        "sign_out": "ログアウト", "sign_out_ask": "ログアウトしますか。",
        "signed_out": "ログアウトしました。",
        "trouble": "うまくいきませんでした", "again": "ログインページへ",
        "no_passkey": "このブラウザではパスキーを使えません。メールでログインしてください。",
        "refused": "パスキーを確認できませんでした。もう一度お試しください。",
    },
    "en": {
        "sign_in": "Sign in", "passkey": "Sign in with a passkey", "or": "or",
        "mail": "Get a sign-in link by mail", "address": "Mail address", "send": "Send",
        "new": "New here", "name": "Name of the passkey", "create": "Sign up with a passkey",
        "broker": "Sign in with the identity service",
        "sent": "A mail is on its way. Open the link in it.",
        "link": "Sign in with this browser?", "confirm": "Continue",
        "consent": "What {client} will receive", "consent_who": "It is run by {organisation}.",
        "allow": "Allow", "deny": "Do not allow", "always": "required",
        "device": "Connect a device", "device_ask": "Enter the code that the device shows.",
        "code": "Code", "next": "Next",
        "device_check": "Does the device show {code}? If it does not, do not allow this.",
        "device_yes": "Connected. Go back to the device.", "device_no": "Not connected.",
        "sign_out": "Sign out", "sign_out_ask": "Sign out?", "signed_out": "You are signed out.",
        "trouble": "That did not work", "again": "To the sign-in page",
        "no_passkey": "This browser has no passkeys. Sign in by mail.",
        "refused": "The passkey was not accepted. Try again.",
    },
    "zh": {
        "sign_in": "登录", "passkey": "使用通行密钥登录", "or": "或",
        "mail": "通过邮件获取登录链接", "address": "电子邮箱", "send": "发送",
        "new": "首次使用", "name": "通行密钥名称", "create": "使用通行密钥注册",
        "broker": "使用身份认证服务登录", "sent": "邮件已发送，请打开其中的链接。",
        "link": "要在此浏览器中登录吗？", "confirm": "继续",
        "consent": "将提供给 {client} 的信息", "consent_who": "由 {organisation} 运营。",
        "allow": "允许", "deny": "不允许", "always": "必需",
        "device": "连接设备", "device_ask": "请输入设备屏幕上显示的代码。",
        "code": "代码", "next": "下一步",
        "device_check": "设备上显示的是 {code} 吗？如果不是，请不要允许。",
        "device_yes": "已连接，请返回设备。", "device_no": "未连接。",
        "sign_out": "退出登录", "sign_out_ask": "要退出登录吗？", "signed_out": "您已退出登录。",
        "trouble": "操作未成功", "again": "前往登录页面",
        "no_passkey": "此浏览器不支持通行密钥，请通过邮件登录。",
        "refused": "通行密钥未通过验证，请重试。",
    },
    "ko": {
        "sign_in": "로그인", "passkey": "패스키로 로그인", "or": "또는",
        "mail": "메일로 로그인 링크 받기", "address": "메일 주소", "send": "보내기",
        "new": "처음 이용하시는 분", "name": "패스키 이름", "create": "패스키로 가입",
        "broker": "본인확인 서비스로 로그인", "sent": "메일을 보냈습니다. 메일의 링크를 여세요.",
        "link": "이 브라우저에서 로그인할까요?", "confirm": "계속",
        "consent": "{client}에 전달할 정보", "consent_who": "{organisation}에서 운영합니다.",
        "allow": "허용", "deny": "허용 안 함", "always": "필수",
        "device": "기기 연결", "device_ask": "기기 화면에 표시된 코드를 입력하세요.",
        "code": "코드", "next": "다음",
        "device_check": "기기에 {code} 가 표시되어 있나요? 다르면 허용하지 마세요.",
        "device_yes": "연결되었습니다. 기기로 돌아가세요.", "device_no": "연결하지 않았습니다.",
        "sign_out": "로그아웃", "sign_out_ask": "로그아웃할까요?", "signed_out": "로그아웃되었습니다.",
        "trouble": "처리하지 못했습니다", "again": "로그인 페이지로",
        "no_passkey": "이 브라우저에서는 패스키를 사용할 수 없습니다. 메일로 로그인하세요.",
        "refused": "패스키를 확인하지 못했습니다. 다시 시도하세요.",
    },
}  # fmt: skip

DATA: Mapping[str, Mapping[str, str]] = {
    "ja": {
        "subject": "このアプリ専用の識別子", "name": "お名前", "language": "言語", "email": "メールアドレス",
        "phone": "電話番号", "entitlements": "割引の資格（有無と期限のみ）", "bookings": "予約",
        "offline": "利用していない間のアクセス",
    },
    "en": {
        "subject": "an identifier for this app alone", "name": "your name", "language": "your language",
        "email": "your mail address", "phone": "your phone number",
        "entitlements": "your concessions (yes or no, and until when)", "bookings": "your bookings",
        "offline": "access while you are away",
    },
    "zh": {
        "subject": "仅供该应用使用的标识符", "name": "姓名", "language": "语言", "email": "电子邮箱",
        "phone": "电话号码", "entitlements": "优惠资格（仅有无与期限）", "bookings": "预订",
        "offline": "在您离线时访问",
    },
    "ko": {
        "subject": "이 앱 전용 식별자", "name": "이름", "language": "언어", "email": "메일 주소",
        "phone": "전화번호", "entitlements": "할인 자격 (유무와 기한만)", "bookings": "예약",
        "offline": "이용하지 않는 동안의 접근",
    },
}  # fmt: skip
"""What the categories of data are called on the consent page."""
