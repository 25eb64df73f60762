"""Entitlements, trip histories, export and erasure."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from identity_world import START, House, build_house
from sqlalchemy import Connection, inspect, select, text

from maas.identity import (
    accounts,
    audit,
    consents,
    entitlements,
    guests,
    links,
    mail_links,
    my_data,
    roles,
    sessions,
    trips,
)
from maas.identity.entitlements import Proof, judge
from maas.identity.errors import BadIdentityInput, Conflict, NothingThere
from maas.identity.model import EntitlementKind, EntitlementRule, LinkKind, Method, Role
from maas.identity.people_tables import trip as trip_table
from maas.identity.ports import Json, Kept
from maas.identity.sweep import sweep
from maas.identity.trips import Trip

YEAR = timedelta(days=365)
NET = "192.0.2.1"


def prove(house: House, rider: str, kind: EntitlementKind, *, holds: bool = True, days: int = 365) -> None:
    proof = Proof(kind, holds, house.clock.now + timedelta(days=days))
    house.do(lambda work: entitlements.prove(work, rider, proof, Method.DOCUMENT))


def held(house: House, rider: str) -> frozenset[EntitlementKind]:
    return house.identity.read(lambda work: entitlements.held(work, rider))


def test_an_entitlement_is_a_yes_or_no_with_an_expiry(house: House) -> None:
    rider = house.person()
    prove(house, rider, EntitlementKind.AGE_65)
    prove(house, rider, EntitlementKind.STUDENT, holds=False)
    prove(house, rider, EntitlementKind.RESIDENT, days=10)
    assert held(house, rider) == {EntitlementKind.AGE_65, EntitlementKind.RESIDENT}
    house.clock.forward(days=10)
    assert held(house, rider) == {EntitlementKind.AGE_65}
    prove(house, rider, EntitlementKind.AGE_65, holds=False)  # the newest check counts
    assert held(house, rider) == frozenset()


def test_an_entitlement_is_revoked_before_its_time(house: House) -> None:
    rider = house.person()
    prove(house, rider, EntitlementKind.DISABILITY)
    [kept] = house.identity.read(lambda work: entitlements.list_entitlements(work, rider))
    house.do(lambda work: entitlements.revoke(work, rider, kept.id))
    assert held(house, rider) == frozenset()
    with pytest.raises(NothingThere):
        house.do(lambda work: entitlements.revoke(work, rider, kept.id))


@pytest.mark.parametrize("days", [-1, 0, 3_700])
def test_an_expiry_that_cannot_be_right_is_refused(cottage: House, days: int) -> None:
    rider = cottage.person()
    with pytest.raises(BadIdentityInput, match="expires"):
        prove(cottage, rider, EntitlementKind.CHILD, days=days)
    assert held(cottage, rider) == frozenset()


def test_there_is_no_column_for_a_document(house: House) -> None:
    columns = {
        column["name"] for column in inspect(house.identity.db.engine).get_columns("identity_entitlement")
    }
    assert columns == {
        "id", "account_id", "kind", "holds", "method", "proven_ms", "expires_ms", "revoked_ms",
    }  # fmt: skip


AGE = EntitlementRule("birthdate", EntitlementKind.AGE_65, "age_at_least", "65")
CHILD = EntitlementRule("birthdate", EntitlementKind.CHILD, "age_below", "12")


@pytest.mark.parametrize(
    ("rule", "value", "holds"),
    [
        (AGE, "1961-11-25", True),
        (AGE, "1961-11-26", False),
        (CHILD, "2014-11-26", True),
        (CHILD, "2014-11-25", False),
        (CHILD, "2016-02-29", True),
        (EntitlementRule("card", EntitlementKind.DISABILITY, "is_true"), True, True),
        (EntitlementRule("card", EntitlementKind.DISABILITY, "is_true"), False, False),
        (EntitlementRule("city", EntitlementKind.RESIDENT, "equals", "12106"), "12106", True),
        (EntitlementRule("city", EntitlementKind.RESIDENT, "equals", "12106"), "13101", False),
    ],
)
def test_an_attribute_becomes_a_yes_or_no(rule: EntitlementRule, value: object, holds: bool) -> None:
    [proof] = judge([rule], {rule.attribute: value}, START)
    assert (proof.kind, proof.holds) == (rule.kind, holds)
    assert proof.expires > START


@pytest.mark.parametrize("value", [None, 7, "", "25/11/1961", ["1961-11-25"], {"y": 1961}])
def test_a_malformed_attribute_proves_nothing(value: object) -> None:
    rules = [AGE, EntitlementRule("birthdate", EntitlementKind.DISABILITY, "is_true")]
    assert judge(rules, {"birthdate": value}, START) == []
    assert judge(rules, {}, START) == []


def test_a_child_s_yes_ends_on_the_birthday_that_ends_it() -> None:
    [proof] = judge([CHILD], {"birthdate": "2015-03-01"}, START)
    assert proof.expires == datetime(2027, 3, 1, tzinfo=UTC)


@given(born=st.dates(date(1900, 1, 1), date(2026, 11, 25)))
def test_nobody_is_a_child_and_65(born: date) -> None:
    proofs = judge([AGE, CHILD], {"birthdate": born.isoformat()}, START)
    assert sum(proof.holds for proof in proofs) <= 1


def consent_to_history(house: House, rider: str) -> None:
    house.do(
        lambda work: consents.grant(
            work, rider, purpose="trip_history", recipient=trips.RECIPIENT, data=["trips"],
            expires=work.now + 3 * YEAR, text_version="2026-11", text_language="ja",
        )
    )  # fmt: skip


def ride(house: House) -> Trip:
    start = house.clock.now - timedelta(minutes=17)
    return Trip("shuttle", start, house.clock.now, (35_648_123, 140_041_567), (-12_345, -140_034_999))


def test_trips_are_kept_only_with_consent(house: House) -> None:
    rider = house.person()
    assert house.identity.write(lambda work: trips.add(work, rider, ride(house))) is None
    consent_to_history(house, rider)
    assert house.identity.write(lambda work: trips.add(work, rider, ride(house))) is not None
    with house.identity.db.read() as connection:
        rows = connection.execute(select(trip_table)).all()
    assert len(rows) == 1
    assert rider not in str(rows)


def test_histories_fade_step_by_step(house: House) -> None:
    rider = house.person()
    consent_to_history(house, rider)
    made = ride(house)
    house.do(lambda work: trips.add(work, rider, made))

    def mine() -> list[Trip]:
        return house.identity.read(lambda work: trips.list_trips(work, rider))

    assert mine() == [made]
    house.identity.write(sweep)
    assert mine() == [made]
    house.clock.forward(days=31)
    assert house.identity.write(sweep).coarsened == 1
    assert mine() == [
        Trip("shuttle", START - timedelta(hours=1), START, (35_645_000, 140_040_000), (-15_000, -140_035_000))
    ]
    assert house.identity.write(sweep).coarsened == 0
    house.clock.forward(days=60)
    assert house.identity.write(sweep).unlinked == 1
    assert mine() == []
    with house.identity.db.read() as connection:
        [row] = connection.execute(select(trip_table)).all()
        assert row.pseudonym is None
        assert row.started_ms % 86_400_000 == 0
        assert connection.scalar(text("SELECT count(*) FROM identity_pseudonym")) == 0
    house.clock.forward(days=310)
    assert house.identity.write(sweep).deleted == 1


def test_a_rider_has_another_pseudonym_every_month(house: House) -> None:
    rider = house.person()
    consent_to_history(house, rider)
    for _ in range(2):
        for _ in range(2):
            house.do(lambda work: trips.add(work, rider, ride(house)))
        house.clock.forward(days=31)
    with house.identity.db.read() as connection:
        seen = list(connection.scalars(select(trip_table.c.pseudonym)))
    assert len(seen) == 4
    assert len(set(seen)) == 2


class Payments:
    """Another package that keeps something of people, some of it by law."""

    name = "payments"

    def __init__(self) -> None:
        self.cards = {"nobody": "****0000"}

    def export(self, connection: Connection, account_id: str) -> Json:
        assert connection.in_transaction()
        return {"card": self.cards.get(account_id)}

    def kept(self, connection: Connection, account_id: str, now: datetime) -> tuple[Kept, ...]:
        assert connection.in_transaction()
        return (
            (Kept("invoices", "法人税法施行規則 第59条（7年）", date(now.year + 7, 11, 25)),)
            if account_id
            else ()
        )

    def erase(self, connection: Connection, account_id: str, now: datetime) -> tuple[Kept, ...]:
        self.cards.pop(account_id, None)
        return self.kept(connection, account_id, now)


def settled_house(url: str) -> tuple[House, Payments, str]:
    house, payments = build_house(url), Payments()
    object.__setattr__(house.identity.kit, "exporters", (payments,))
    object.__setattr__(house.identity.kit, "erasers", (payments,))
    rider = house.person("hanako@example.jp", "渡辺 花子")
    payments.cards[rider] = "****4242"
    house.session(rider)
    consent_to_history(house, rider)
    house.do(lambda work: trips.add(work, rider, ride(house)))
    prove(house, rider, EntitlementKind.AGE_65)
    house.do(
        lambda work: links.add(
            work, rider, LinkKind.IC_CARD, "railway", "JE1001234567", label="青", network=NET
        )
    )
    house.do(lambda work: accounts.change(work, rider, phone="090-0000-0000"))
    house.do(lambda work: mail_links.request(work, "hanako@example.jp", then="/", language="ja", network=NET))
    return house, payments, rider


def test_all_my_data_in_one_machine_readable_document(sql_url: str) -> None:
    house, _, rider = settled_house(sql_url)
    found = json.loads(json.dumps(house.identity.write(lambda work: my_data.export(work, rider))))
    assert found["payments"] == {"card": "****4242"}
    own = found["identity"]
    assert own["account"]["email"] == "hanako@example.jp"
    assert own["entitlements"][0]["kind"] == "65+"
    assert own["links"][0]["label"] == "青"
    assert own["trips"][0]["mode"] == "shuttle"
    assert own["consents"][0]["purpose"] == "trip_history"
    assert "data.exported" in {entry["action"] for entry in own["audit"]}
    assert "JE1001234567" not in json.dumps(found)
    house.identity.db.close()


def test_an_erasure_leaves_what_the_law_asks_for_and_says_so(sql_url: str) -> None:
    house, payments, rider = settled_house(sql_url)
    before = house.identity.read(lambda work: my_data.kept(work, rider))
    assert [each.until for each in before] == [date(2029, 11, 27), date(2033, 11, 25)]
    after = house.identity.write(lambda work: my_data.erase(work, rider))
    assert after == before
    assert rider not in payments.cards
    with pytest.raises(NothingThere):
        house.identity.read(lambda work: accounts.get(work, rider))
    with house.identity.db.read() as connection:
        everything = [
            str(row)
            for table in inspect(house.identity.db.engine).get_table_names()
            for row in connection.execute(text(f"SELECT * FROM {table}"))
        ]
    for secret in ("hanako", "渡辺", "090-0000-0000", "青"):
        assert not [row for row in everything if secret in row]
    assert house.identity.read(audit.verify) > 0
    assert house.person("hanako@example.jp") != rider  # who comes back is somebody new
    house.identity.db.close()


def test_an_erasure_takes_claimed_guests_along_and_ends_sessions(house: House) -> None:
    rider = house.person()
    opened = house.identity.write(lambda work: sessions.open_session(work, rider, "email"))
    guest = house.identity.write(lambda work: guests.create_guest(work, language="ja", network=NET))
    house.do(lambda work: guests.claim_guest(work, rider, guest.claim_code, network=NET))
    house.do(lambda work: my_data.erase(work, rider))
    assert house.identity.read(lambda work: sessions.find(work, opened.cookie)) is None
    with pytest.raises(NothingThere):
        house.identity.read(lambda work: accounts.get(work, guest.account_id))


def test_an_administrator_does_not_vanish(house: House) -> None:
    person = house.person()
    house.do(lambda work: roles.grant(work, person, Role.ADMINISTRATOR))
    with pytest.raises(Conflict):
        house.do(lambda work: my_data.erase(work, person))
    assert house.identity.read(lambda work: accounts.get(work, person))
