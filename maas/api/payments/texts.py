"""The words of the sandbox's pages, in four languages."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["CARDS", "TEXTS"]

TEXTS: Mapping[str, Mapping[str, str]] = {
    "ja": {
        "cards": "テスト用カードを選ぶ", "save": "このカードを登録", "which": "カード",
        "note": "テスト環境です。実際のカード番号は入力しないでください。お金は動きません。",
        "challenge": "本人確認（3Dセキュア・テスト）", "ask": "{amount} の支払いを承認しますか。",
        "approve": "承認する", "deny": "承認しない", "over": "この確認はすでに終わっています。",
        "back": "戻る", "unknown": "このページの期限が切れているか、見つかりません。",
    },
    "en": {
        "cards": "Pick a test card", "save": "Save this card", "which": "Card",
        "note": "This is a test. Do not type a real card number. No money moves.",
        "challenge": "Confirm it is you (3-D Secure test)", "ask": "Do you approve a payment of {amount}?",
        "approve": "Approve", "deny": "Do not approve", "over": "This was answered already.",
        "back": "Go back", "unknown": "This page has expired or does not exist.",
    },
    "zh": {
        "cards": "选择测试卡", "save": "保存此卡", "which": "银行卡",
        "note": "这是测试环境，请勿输入真实卡号，不会产生任何扣款。",
        "challenge": "身份验证（3D 安全验证测试）", "ask": "是否同意支付 {amount}？",
        "approve": "同意", "deny": "不同意", "over": "该验证已完成。",
        "back": "返回", "unknown": "此页面已过期或不存在。",
    },
    "ko": {
        "cards": "테스트 카드 선택", "save": "이 카드 저장", "which": "카드",
        "note": "테스트 환경입니다. 실제 카드 번호를 입력하지 마세요. 돈은 움직이지 않습니다.",
        "challenge": "본인 확인 (3D 보안 테스트)", "ask": "{amount} 결제를 승인하시겠습니까?",
        "approve": "승인", "deny": "승인 안 함", "over": "이미 처리된 확인입니다.",
        "back": "돌아가기", "unknown": "이 페이지는 만료되었거나 없습니다.",
    },
}  # fmt: skip

CARDS: Mapping[str, Mapping[str, str]] = {
    "ja": {
        "pm_sandbox_visa": "支払える", "pm_sandbox_3ds": "本人確認（3Dセキュア）を求める",
        "pm_sandbox_slow": "承認に5秒かかる", "pm_sandbox_single": "一度だけ請求できる",
        "pm_sandbox_declined": "拒否される", "pm_sandbox_insufficient": "残高不足",
        "pm_sandbox_expired": "有効期限切れ",
    },
    "en": {
        "pm_sandbox_visa": "works", "pm_sandbox_3ds": "asks for 3-D Secure",
        "pm_sandbox_slow": "takes five seconds", "pm_sandbox_single": "can be charged only once",
        "pm_sandbox_declined": "is declined", "pm_sandbox_insufficient": "has not enough money",
        "pm_sandbox_expired": "has expired",
    },
    "zh": {
        "pm_sandbox_visa": "可正常支付", "pm_sandbox_3ds": "需要 3D 安全验证",
        "pm_sandbox_slow": "授权需要五秒", "pm_sandbox_single": "只能扣款一次",
        "pm_sandbox_declined": "会被拒绝", "pm_sandbox_insufficient": "余额不足",
        "pm_sandbox_expired": "已过期",
    },
    "ko": {
        "pm_sandbox_visa": "정상 결제", "pm_sandbox_3ds": "3D 보안 확인을 요구",
        "pm_sandbox_slow": "승인에 5초 걸림", "pm_sandbox_single": "한 번만 청구 가능",
        "pm_sandbox_declined": "거절됨", "pm_sandbox_insufficient": "잔액 부족",
        "pm_sandbox_expired": "유효기간 만료",
    },
}  # fmt: skip
"""What each test card does."""
