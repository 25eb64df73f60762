"""The words on a ticket, in four languages."""

from __future__ import annotations

from collections.abc import Mapping

from maas.tickets.model import Concession, Kind

__all__ = ["CONCESSIONS", "FACE", "KINDS", "WORDS"]

FACE: Mapping[str, Mapping[str, str]] = {
    "ja": {
        "from": "乗車", "to": "降車", "departs": "出発", "arrives": "到着", "place": "場所", "line": "路線",
        "vehicle": "車両", "offer": "内容", "starts": "開始", "price": "料金", "rider": "ご利用者",
        "booked_by": "予約受付", "proof": "確認するもの",
    },
    "en": {
        "from": "From", "to": "To", "departs": "Departs", "arrives": "Arrives", "place": "Place",
        "line": "Line", "vehicle": "Vehicle", "offer": "For", "starts": "Starts", "price": "Price",
        "rider": "Rider", "booked_by": "Booked by", "proof": "Proof of",
    },
    "zh": {
        "from": "上车", "to": "下车", "departs": "出发", "arrives": "到达", "place": "地点", "line": "线路",
        "vehicle": "车辆", "offer": "内容", "starts": "开始", "price": "价格", "rider": "乘客",
        "booked_by": "预订受理", "proof": "须证明",
    },
    "ko": {
        "from": "승차", "to": "하차", "departs": "출발", "arrives": "도착", "place": "장소", "line": "노선",
        "vehicle": "차량", "offer": "내용", "starts": "시작", "price": "요금", "rider": "이용자",
        "booked_by": "예약 접수", "proof": "확인할 것",
    },
}  # fmt: skip
"""What a face can have, in the order of printing."""

WORDS: Mapping[str, Mapping[str, str]] = {
    "ja": {
        "ticket": "乗車券・利用券", "passengers": "人数", "wheelchairs": "うち車いす", "valid": "有効期間",
        "number": "券番号", "concession": "割引", "show": "このコードを読み取り機にかざしてください。",
        "revoked": "この券は使えません", "people": "{count} 名", "proof": "証明の提示が必要",
    },
    "en": {
        "ticket": "Ticket", "passengers": "People", "wheelchairs": "of them in wheelchairs",
        "valid": "Valid", "number": "Number", "concession": "Concession",
        "show": "Hold this code before the reader.", "revoked": "This ticket is no longer good",
        "people": "{count}", "proof": "proof must be shown",
    },
    "zh": {
        "ticket": "车票・使用券", "passengers": "人数", "wheelchairs": "其中轮椅", "valid": "有效期",
        "number": "票号", "concession": "优惠", "show": "请将此码对准读码器。", "revoked": "此票已失效",
        "people": "{count} 人", "proof": "须出示证明",
    },
    "ko": {
        "ticket": "승차권・이용권", "passengers": "인원", "wheelchairs": "휠체어", "valid": "유효기간",
        "number": "번호", "concession": "할인", "show": "이 코드를 판독기에 대 주세요.",
        "revoked": "사용할 수 없는 표입니다", "people": "{count}명", "proof": "증명 제시 필요",
    },
}  # fmt: skip

KINDS: Mapping[str, Mapping[Kind, str]] = {
    "ja": {
        Kind.SHUTTLE: "自動運転シャトル", Kind.DEVICE: "パーソナルモビリティ", Kind.CYCLE: "シェアサイクル",
        Kind.TRANSIT: "鉄道・バス", Kind.SERVICE: "施設・サービス", Kind.OUTSIDE: "提携先",
        Kind.PASS: "定期・乗り放題",
    },
    "en": {
        Kind.SHUTTLE: "Self-driving shuttle", Kind.DEVICE: "Personal mobility", Kind.CYCLE: "Share cycle",
        Kind.TRANSIT: "Train and bus", Kind.SERVICE: "Service", Kind.OUTSIDE: "Partner", Kind.PASS: "Pass",
    },
    "zh": {
        Kind.SHUTTLE: "自动驾驶接驳车", Kind.DEVICE: "个人移动设备", Kind.CYCLE: "共享单车",
        Kind.TRANSIT: "铁路・巴士", Kind.SERVICE: "设施・服务", Kind.OUTSIDE: "合作方", Kind.PASS: "通票",
    },
    "ko": {
        Kind.SHUTTLE: "자율주행 셔틀", Kind.DEVICE: "퍼스널 모빌리티", Kind.CYCLE: "공유 자전거",
        Kind.TRANSIT: "철도・버스", Kind.SERVICE: "시설・서비스", Kind.OUTSIDE: "제휴처", Kind.PASS: "정기권",
    },
}  # fmt: skip

CONCESSIONS: Mapping[str, Mapping[Concession, str]] = {
    "ja": {
        Concession.CHILD: "小児", Concession.AGE_65: "65歳以上", Concession.DISABILITY: "障がい者割引",
        Concession.RETURNED_LICENCE: "免許返納", Concession.STUDENT: "学生", Concession.RESIDENT: "市民",
        Concession.SENIOR: "シニア", Concession.YOUTH: "青少年", Concession.OTHER: "割引対象",
    },
    "en": {
        Concession.CHILD: "Child", Concession.AGE_65: "65 and over", Concession.DISABILITY: "Disability",
        Concession.RETURNED_LICENCE: "Returned licence", Concession.STUDENT: "Student",
        Concession.RESIDENT: "Resident", Concession.SENIOR: "Senior", Concession.YOUTH: "Youth",
        Concession.OTHER: "Reduced fare",
    },
    "zh": {
        Concession.CHILD: "儿童", Concession.AGE_65: "65岁以上", Concession.DISABILITY: "残障优惠",
        Concession.RETURNED_LICENCE: "交还驾照", Concession.STUDENT: "学生", Concession.RESIDENT: "市民",
        Concession.SENIOR: "长者", Concession.YOUTH: "青少年", Concession.OTHER: "优惠对象",
    },
    "ko": {
        Concession.CHILD: "어린이", Concession.AGE_65: "65세 이상", Concession.DISABILITY: "장애인 할인",
        Concession.RETURNED_LICENCE: "면허 반납", Concession.STUDENT: "학생", Concession.RESIDENT: "시민",
        Concession.SENIOR: "경로", Concession.YOUTH: "청소년", Concession.OTHER: "할인 대상",
    },
}  # fmt: skip
