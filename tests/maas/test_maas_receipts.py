"""What a receipt says of a ride: for whom it was paid, where it was not one adult alone."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from fleet.model.ride import Party
from maas.booking.model import Bundle, BundleState, Held, Part, PartState, Pay
from maas.booking.wishes import DeviceWish, ShuttleWish, Spot, TransitWish, Wish
from maas.settling.receipts import receipt
from payments.settlement.invoice import Business

ISSUER = Business("まちバス", "まち1-1", "T7000012050002")
NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)
A, B = Spot(name="A"), Spot(name="B")


def line(wish: Wish, kind: str, state: PartState = PartState.CONFIRMED, fee: int = 0) -> str:
    """The text of the one line of a receipt for a part."""
    part = Part(0, "ride", wish, state, Held("r", 320, category=kind), 320, fee_minor=fee)
    bundle = Bundle(
        "bdl_0000000000000001",
        "acc_1",
        "",
        BundleState.CONFIRMED,
        0,
        0,
        [part],
        pays=[Pay("pay_1", 320, 320)],
    )
    made = receipt(
        bundle, issuer=ISSUER, recipient="", zone=ZoneInfo("Asia/Tokyo"), now=NOW,
        riders={"s": "敬老パス", "senior": "シニア"},
    )  # fmt: skip
    return made.lines[0].text


@pytest.mark.parametrize(
    ("party", "categories", "told"),
    [
        (Party(), {}, "鉄道・バス"),
        (Party(adults=0, wheelchairs=1), {}, "鉄道・バス"),
        (Party(adults=2), {"Senior": 1}, "鉄道・バス（大人1名・シニア1名）"),
        (Party(adults=1), {"s": 1, "student": 0}, "鉄道・バス（敬老パス1名）"),
        (Party(adults=1, children=2, wheelchairs=1), {}, "鉄道・バス（大人2名・小児2名）"),
        (Party(adults=0, children=1), {}, "鉄道・バス（小児1名）"),
    ],
)
def test_a_receipt_says_who_rode(party: Party, categories: dict[str, int], told: str) -> None:
    assert line(TransitWish(A, B, 0, 0, party=party, categories=categories), "transit") == told


def test_a_fee_is_told_with_those_who_would_have_ridden() -> None:
    wish = ShuttleWish(A, B, party=Party(adults=2), categories={"senior": 1})
    told = line(wish, "shuttle", PartState.CANCELLED, 100)
    assert told == "自動運転シャトル（大人1名・シニア1名）（取消料）"
    assert line(DeviceWish(A), "device") == "パーソナルモビリティ"
