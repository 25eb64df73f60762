"""Issuing, revoking, turning keys, and finding double use, on both databases."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from tickets_world import NOW, PLACE, Office, wanted

from maas.tickets.errors import UnknownTicket
from maas.tickets.personal import PersonalTickets
from maas.tickets.reader import Reader
from maas.tickets.service import Seen

HOLDER = wanted().holder
OTHER = "acc_" + "9" * 32


def test_tickets_are_kept_as_issued(office: Office) -> None:
    first, second = (office.issue(part=part) for part in (2, 1))
    with office.database.read() as connection:
        mine = office.tickets.of(connection, HOLDER, first.bundle_id)
        assert [each.claims.part for each in mine] == [1, 2]
        assert office.tickets.find(connection, second.id) == second
        assert office.tickets.of(connection, OTHER) == []
        with pytest.raises(UnknownTicket):
            office.tickets.find(connection, "0" * 16)


def test_an_issue_that_is_rolled_back_never_was(office: Office) -> None:
    with suppress(RuntimeError), office.database.write() as connection:
        office.tickets.issue(connection, [wanted()], now=NOW)
        raise RuntimeError("the caller's own trouble")
    made = office.issue()  # signed by a key that exists, not by the one that was rolled back
    assert office.reader().check(made.text, now=NOW).accepted


def test_a_revoked_ticket_is_refused_by_readers_that_fetched_since(office: Office) -> None:
    kept, gone = office.issue(part=1), office.issue(part=2)
    before = office.reader()
    count = office.database.run(lambda c: office.tickets.revoke(c, gone.bundle_id, [2], "cancelled", now=NOW))
    assert count == 1
    after = office.reader(now=NOW + timedelta(minutes=1))
    assert before.check(gone.text, now=NOW).accepted  # it cannot know
    assert after.check(gone.text, now=NOW).code == "revoked"
    assert after.check(kept.text, now=NOW).accepted
    assert office.reader(now=NOW + timedelta(days=1)).revoked.ids == frozenset()  # type: ignore[union-attr]


def test_an_old_list_warns_and_lets_people_ride(office: Office) -> None:
    made = office.issue(valid_until=NOW + timedelta(days=30))
    reader = office.reader()
    late = reader.check(made.text, now=NOW + timedelta(hours=30))
    assert late.accepted
    assert "30 h old" in late.warning
    assert "no list" in Reader(PLACE, reader.keys, None, reader.log).check(made.text, now=NOW).warning


def test_keys_take_turns_and_readers_know_the_next_one_ahead(office: Office) -> None:
    old = office.issue(valid_until=NOW + timedelta(days=1))
    reader = office.reader()
    office.database.run(lambda c: office.tickets.rotate(c, now=NOW))
    new = office.issue()
    assert reader.check(new.text, now=NOW).accepted  # fetched before the turn
    office.database.run(lambda c: office.tickets.rotate(c, now=NOW))
    newest = office.issue()
    assert reader.check(newest.text, now=NOW).code == "unknown_key"
    fresh = office.reader()
    assert all(fresh.check(each.text, now=NOW).accepted for each in (old, new, newest))
    sweep = office.database.run
    assert sweep(lambda c: office.tickets.sweep(c, now=NOW + timedelta(days=89))) is None
    assert sweep(lambda c: office.tickets.sweep(c, now=NOW + timedelta(days=91))) is not None


def test_double_use_is_found_when_readers_have_told(office: Office) -> None:
    made, fine = office.issue(), office.issue(uses=2, part=2)
    seen = [Seen(made.id, NOW, PLACE), Seen(fine.id, NOW, PLACE)]

    def tell(reader: str, what: list[Seen]) -> list[object]:
        return list(office.database.run(lambda c: office.tickets.take(c, reader, what, now=NOW)))

    assert tell("shuttle-3", seen) == []
    assert tell("shuttle-3", seen) == []  # told again: the same uses
    other = Seen(made.id, NOW + timedelta(minutes=3), "shuttle/on-demand/shuttle-4")
    (double,) = office.database.run(
        lambda c: office.tickets.take(c, "shuttle-4", [other, Seen("f" * 16, NOW, PLACE)], now=NOW)
    )
    assert (double.ticket_id, double.allowed) == (made.id, 1)
    assert [reader for reader, _ in double.uses] == ["shuttle-3", "shuttle-4"]
    assert tell("gate", [Seen(fine.id, NOW + timedelta(hours=1), PLACE)]) == []
    with office.database.read() as connection:
        assert office.tickets.latest_doubles(connection, 10) == [double]


def test_a_claim_moves_tickets_and_an_erasure_leaves_numbers(office: Office) -> None:
    made, personal = office.issue(), PersonalTickets()
    with office.database.write() as connection:
        assert personal.claim(connection, HOLDER, OTHER) == 1
        assert [each["id"] for each in personal.export(connection, OTHER)] == [made.id]
        personal.erase(connection, OTHER, NOW)
        assert personal.export(connection, OTHER) == []
        assert office.tickets.find(connection, made.id).face == {}
    assert office.reader().check(made.text, now=NOW).accepted
