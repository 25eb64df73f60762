"""After the confirmation: used, missed, given back, changed, disrupted; the money follows to the yen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

import msgspec
import pytest
from bundle_world import World, add_offer, check, open_world
from sqlalchemy import text

from maas.booking.draft import Draft, DraftPart, Means
from maas.booking.errors import PartRefused, PaymentDeclined, QuoteChanged
from maas.booking.model import Bundle, BundleState, Held, PartState
from maas.booking.ports import Ask, Standing
from maas.booking.wishes import ServiceWish, ShuttleWish, Spot
from maas.services import waiting

VISA = Means("cus", "pm_sandbox_visa")


@pytest.fixture
def world(sql_url: str) -> Iterator[World]:
    one = open_world(sql_url)
    yield one
    one.database.close()


def booked(world: World, slots: list[str], *kinds: str, card: str = "pm_sandbox_visa") -> Bundle:
    held = world.booking.hold(world.draft("k", "acc_me", slots, list(kinds)))
    return world.booking.confirm(held.id, "acc_me", Means("cus", card))


def states(bundle: Bundle) -> dict[str, str]:
    return {f"{part.label}/{part.no}": part.state.value for part in bundle.parts}


def test_the_money_is_taken_as_each_parts_rule_says(world: World) -> None:
    bundle = booked(world, add_offer(world, "tea", capacity=9, days=4), "shuttle", "device", "service")
    assert (bundle.total_minor, bundle.net_minor) == (300 + 550 + 800, 800)
    after = world.booking.after
    assert after.used(bundle.id, "p0", use_key="gate", actor="gate").net_minor == 1100
    assert after.used(bundle.id, "p0", use_key="gate", actor="gate").net_minor == 1100
    assert after.completed(bundle.id, "p1", actor="desk", price_minor=400).net_minor == 1500
    after.completed(bundle.id, "p0", actor="desk")
    done = after.completed(bundle.id, "p2", actor="desk")
    assert (done.state, done.net_minor) == (BundleState.COMPLETED, 1500)
    check(world)


def test_a_clinic_fixes_when_the_shuttle_must_be_there(world: World) -> None:
    slots = add_offer(world, "clinic", capacity=3, days=4)
    asked: list[Ask] = []
    hold = world.partners["shuttle"].hold

    def listen(ask: Ask, *, now: datetime) -> Held:
        asked.append(ask)
        return hold(ask, now=now)

    world.partners["shuttle"].hold = listen  # type: ignore[method-assign]
    ride = ShuttleWish(Spot(name="a"), Spot(name="b"))
    parts = (DraftPart("there", ride, "clinic", 600), DraftPart("clinic", ServiceWish(slots[0])))
    bundle = world.booking.hold(Draft("acc_me", "", "k", "d", parts))
    clinic = bundle.part("clinic")
    assert clinic is not None
    assert clinic.held is not None
    assert clinic.held.starts_ms is not None
    wish = asked[0].wish
    assert isinstance(wish, ShuttleWish)
    assert (wish.at_s, wish.arrive_by) == (clinic.held.starts_ms // 1000 - 600, True)
    world.booking.confirm(bundle.id, "acc_me", VISA)
    # Another day for the clinic: the shuttle goes along, and the old ones are given back.
    other = ServiceWish(slots[2])
    quote = world.booking.change_quote(bundle.id, "acc_me", "clinic", other)
    assert [line.label for line in quote.lines] == ["clinic", "there"]
    changed = world.booking.change(
        bundle.id, "acc_me", "clinic", other, actor="me", pay_minor=quote.pay_minor
    )
    assert states(changed) == {
        "there/0": "rebooked", "clinic/1": "rebooked", "clinic/2": "confirmed", "there/3": "confirmed",
    }  # fmt: skip
    moved = asked[-1].wish
    assert isinstance(moved, ShuttleWish)
    assert moved.at_s is not None
    assert wish.at_s is not None
    assert moved.at_s - wish.at_s == 2 * 86_400
    check(world)


def test_a_dearer_part_is_paid_in_addition_and_a_cheaper_one_gives_back(world: World) -> None:
    cheap = add_offer(world, "tea", capacity=9, days=4)
    dear = add_offer(world, "dinner", capacity=9, days=4, price=3000)
    bundle = booked(world, cheap[1:], "service")
    quote = world.booking.change_quote(bundle.id, "acc_me", "p0", ServiceWish(dear[2]))
    assert quote.pay_minor == 2200
    with pytest.raises(QuoteChanged):
        world.booking.change(bundle.id, "acc_me", "p0", ServiceWish(dear[2]), actor="me", pay_minor=2100)
    assert world.booking.get(bundle.id).net_minor == 800
    after = world.booking.change(bundle.id, "acc_me", "p0", ServiceWish(dear[2]), actor="me", pay_minor=2200)
    assert (after.net_minor, after.total_minor) == (3000, 3000)
    back = world.booking.change(bundle.id, "acc_me", "p0", ServiceWish(cheap[2]), actor="me", pay_minor=None)
    assert back.net_minor == 800
    taken = sum(pay.captured_minor for pay in back.pays)
    assert taken - sum(pay.refunded_minor for pay in back.pays) == 800


def test_a_card_that_declines_the_difference_changes_nothing(world: World) -> None:
    cheap = add_offer(world, "tea", capacity=9, days=4)
    dear = add_offer(world, "dinner", capacity=9, days=4, price=3000)
    bundle = booked(world, cheap[1:], "service", "shuttle")
    with world.database.write() as connection:
        body = connection.execute(text("SELECT body FROM booking_bundle")).scalar_one()
        declined = body.replace("pm_sandbox_visa", "pm_sandbox_insufficient")
        connection.execute(text("UPDATE booking_bundle SET body = :b"), {"b": declined})
    with pytest.raises(PaymentDeclined):
        world.booking.change(bundle.id, "acc_me", "p0", ServiceWish(dear[2]), actor="me", pay_minor=None)
    now = world.booking.get(bundle.id)
    assert states(now) == {"p0/0": "confirmed", "p1/1": "confirmed", "p0/2": "released"}
    assert now.net_minor == 800
    check(world)


def with_a_bank_that_asks(world: World, cheap: list[str], dear: list[str]) -> Bundle:
    """A change that is dearer than what was paid, on a card whose bank wants to hear from its holder."""
    held = world.booking.hold(world.draft("k", "acc_me", cheap[1:], ["service", "shuttle"]))
    world.booking.confirm(held.id, "acc_me", Means("cus", "pm_sandbox_3ds", "/trips"))
    world.answer_challenges(passed=True)
    assert world.booking.poke(world.booking.get(held.id)).state is BundleState.CONFIRMED
    waiting_ = world.booking.change(
        held.id, "acc_me", "p0", ServiceWish(dear[2]), actor="me", pay_minor=2200, return_url="/trips"
    )
    assert waiting_.challenge_url.startswith("/sandbox/challenges/")
    assert (waiting_.state, waiting_.awaits, waiting_.net_minor) == (BundleState.CONFIRMED, "payment", 800)
    assert states(waiting_) == {"p0/0": "confirmed", "p1/1": "confirmed", "p0/2": "held"}
    return waiting_


@pytest.mark.parametrize("passed", [True, False])
def test_a_bank_that_asks_about_the_difference_is_answered_first(world: World, passed: bool) -> None:
    cheap = add_offer(world, "tea", capacity=9, days=4)
    dear = add_offer(world, "dinner", capacity=9, days=4, price=3000)
    bundle = with_a_bank_that_asks(world, cheap, dear)
    assert world.booking.poke(bundle).awaits == "payment", "not answered yet"
    world.answer_challenges(passed=passed)
    now = world.booking.poke(bundle)
    assert (now.awaits, now.challenge_url) == ("", "")
    assert states(now)["p0/2"] == ("confirmed" if passed else "released")
    assert states(now)["p0/0"] == ("rebooked" if passed else "confirmed")
    assert now.net_minor == (3000 if passed else 800)
    assert now.reason == ("" if passed else "change:PaymentDeclined:authentication_failed")
    assert not world.open_sagas()
    check(world)


def test_a_bank_that_is_never_answered_changes_nothing(world: World) -> None:
    cheap = add_offer(world, "tea", capacity=9, days=4)
    dear = add_offer(world, "dinner", capacity=9, days=4, price=3000)
    bundle = with_a_bank_that_asks(world, cheap, dear)
    with world.database.write() as connection:
        body = connection.execute(text("SELECT body FROM booking_saga WHERE state = 'open'")).scalar_one()
        late = re.sub(r'"pay_until_ms": [0-9]+', '"pay_until_ms": 1', body)
        connection.execute(text("UPDATE booking_saga SET body = :b WHERE state = 'open'"), {"b": late})
    now = world.booking.poke(bundle)
    assert states(now) == {"p0/0": "confirmed", "p1/1": "confirmed", "p0/2": "released"}
    assert (now.awaits, now.net_minor) == ("", 800)
    world.answer_challenges(passed=True)
    assert not world.open_sagas()
    check(world)


def test_a_full_slot_changes_nothing(world: World) -> None:
    slots = add_offer(world, "tea", capacity=1, days=4)
    world.booking.hold(Draft("acc_x", "", "x", "d", (DraftPart("p", ServiceWish(slots[3])),)))
    bundle = booked(world, slots[1:], "service")
    with pytest.raises(PartRefused):
        world.booking.change(bundle.id, "acc_me", "p0", ServiceWish(slots[3]), actor="me", pay_minor=None)
    assert states(world.booking.get(bundle.id)) == {"p0/0": "confirmed"}
    check(world)


def test_who_is_disrupted_gets_another_or_everything_back(world: World) -> None:
    bundle = booked(world, add_offer(world, "tea", capacity=9, days=4), "outside", "service")
    assert bundle.net_minor == 2000
    again = world.booking.changes.disrupt(bundle.id, "p0", cause="the court is flooded")
    assert states(again) == {"p0/0": "rebooked", "p1/1": "confirmed", "p0/2": "confirmed"}
    assert again.net_minor == 2000
    check(world)
    world.partners["outside"].refuses = 1.0
    gone = world.booking.changes.disrupt(bundle.id, "p0", cause="and the hall is shut")
    assert gone.parts[2].state is PartState.DISRUPTED
    assert gone.parts[2].reason == "and the hall is shut"
    assert gone.net_minor == 800
    world.partners["outside"].refuses = 0.0
    check(world)


def test_what_providers_say_is_taken_over(world: World) -> None:
    bundle = booked(world, add_offer(world, "tea", capacity=9, days=4), "shuttle", "device")
    world.partners["shuttle"].book[bundle.parts[0].key(bundle.id)] = Standing.USED
    world.partners["device"].book[bundle.parts[1].key(bundle.id)] = Standing.BROKEN
    assert world.booking.follow() == 2
    now = world.booking.get(bundle.id)
    assert states(now) == {"p0/0": "used", "p1/1": "rebooked", "p1/2": "confirmed"}
    assert now.net_minor == 300
    assert world.booking.follow() == 0


def test_whoever_waits_is_offered_what_becomes_free_and_books_it(world: World) -> None:
    slots = add_offer(world, "tea", capacity=1, days=4)
    mine = booked(world, slots[2:], "service")
    wish = ServiceWish(mine.parts[0].wish.slot_id)  # type: ignore[union-attr]
    with pytest.raises(PartRefused):
        world.booking.hold(Draft("acc_you", "", "y", "d", (DraftPart("p", wish),)))
    world.database.run(
        lambda c: waiting.join(c, wish.slot_id, 1, "wait-1", holder="acc_you", ttl_s=900, now=world.now())
    )
    world.booking.give_back(mine.id, "acc_me", [], actor="me")
    taken = msgspec.structs.replace(wish, waiting="wait-1")
    bundle = world.booking.hold(Draft("acc_you", "", "y", "d", (DraftPart("p", taken),)))
    done = world.booking.confirm(bundle.id, "acc_you", VISA)
    assert done.state is BundleState.CONFIRMED
    with world.database.read() as connection:
        from maas.services.stock import get_hold

        assert get_hold(connection, "wait-1").state.value == "confirmed"
    with pytest.raises(PartRefused):
        world.booking.hold(Draft("acc_else", "", "z", "d", (DraftPart("p", taken),)))
