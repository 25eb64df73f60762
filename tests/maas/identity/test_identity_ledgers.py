"""What cannot be edited: the audit trail, the consents; and what they decide."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from identity_world import House
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from maas.identity import audit, consents
from maas.identity.errors import BadIdentityInput, ConsentMissing, TamperedAudit
from maas.identity.work import Work

SHOP = "shop:bento"


def grant(house: House, rider: str, data: list[str], *, days: float = 30, recipient: str = SHOP) -> None:
    house.do(
        lambda work: consents.grant(
            work, rider, purpose="operator_service", recipient=recipient, data=data,
            expires=work.now + timedelta(days=days), text_version="2026-11", text_language="en",
        )
    )  # fmt: skip


def may(house: House, rider: str, *data: str, recipient: str = SHOP) -> bool:
    return house.identity.read(
        lambda work: consents.allowed(work, rider, "operator_service", recipient, data, work.now)
    )


@pytest.mark.parametrize("table", ["identity_audit", "identity_consent", "identity_disclosure"])
def test_the_database_refuses_to_change_what_was_written(house: House, table: str) -> None:
    rider = house.person()
    grant(house, rider, ["name"])
    house.do(
        lambda work: consents.disclose(
            work, rider, purpose="operator_service", recipient=SHOP, values={"name": "渡辺"}
        )
    )
    verbs = ["UPDATE {} SET at_ms = 0", "DELETE FROM {}"]
    verbs.append(
        "INSERT OR REPLACE INTO {} SELECT * FROM {}" if house.identity.db.is_sqlite else "TRUNCATE {}"
    )
    for verb in verbs:
        with pytest.raises(DatabaseError, match="append-only"), house.identity.db.write() as connection:
            connection.execute(text(verb.replace("{}", table)))


def tamper(house: House, *statements: str) -> None:
    """As somebody with the database's own powers: triggers off, then the change."""
    with house.identity.db.write() as connection:
        if house.identity.db.is_sqlite:
            for verb in ("update", "delete", "replace"):
                connection.execute(text(f"DROP TRIGGER identity_audit_no_{verb}"))
        else:
            connection.execute(text("ALTER TABLE identity_audit DISABLE TRIGGER ALL"))
        for statement in statements:
            connection.execute(text(statement))


@pytest.mark.parametrize(
    "statements",
    [
        ("UPDATE identity_audit SET actor = 'somebody else' WHERE seq = 3",),
        ("UPDATE identity_audit SET detail = '{}' WHERE seq = 2",),
        ("DELETE FROM identity_audit WHERE seq = 3",),
        ("DELETE FROM identity_audit WHERE seq = (SELECT max(seq) FROM identity_audit)",),
        (
            "DELETE FROM identity_audit WHERE seq = (SELECT max(seq) FROM identity_audit)",
            "UPDATE identity_audit_head SET seq = (SELECT max(seq) FROM identity_audit)",
        ),
        ("DELETE FROM identity_audit WHERE seq = 3", "UPDATE identity_audit SET seq = seq - 1 WHERE seq > 3"),
    ],
)
def test_tampering_behind_the_triggers_is_found(house: House, statements: tuple[str, ...]) -> None:
    for _ in range(4):
        house.person()
    assert house.identity.read(audit.verify) >= 5
    tamper(house, *statements)
    with pytest.raises(TamperedAudit):
        house.identity.read(audit.verify)


def test_writers_at_once_make_one_chain(house: House) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: house.person(), range(40)))
    entries = house.identity.read(lambda work: audit.entries(work, count=1_000))
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    assert house.identity.read(audit.verify) == len(entries)


def test_a_refused_write_leaves_no_trace(house: House) -> None:
    before = house.identity.read(audit.verify)

    def act(work: Work) -> None:
        audit.append(work, "something", "somebody")
        raise BadIdentityInput("no")

    with pytest.raises(BadIdentityInput):
        house.do(act)
    assert house.identity.read(audit.verify) == before


def test_consent_is_for_this_purpose_this_recipient_these_data_and_a_while(house: House) -> None:
    rider = house.person()
    assert not may(house, rider, "name")
    grant(house, rider, ["name", "phone"])
    assert may(house, rider, "name", "phone")
    assert not may(house, rider, "name", "position")
    assert not may(house, rider, "name", recipient="shop:other")
    house.clock.forward(days=31)
    assert not may(house, rider, "name")


def test_the_last_word_on_each_category_counts(house: House) -> None:
    rider = house.person()
    grant(house, rider, ["name", "phone"])
    house.do(
        lambda work: consents.revoke(work, rider, purpose="operator_service", recipient=SHOP, data=["phone"])
    )
    assert may(house, rider, "name")
    assert not may(house, rider, "phone")
    grant(house, rider, ["phone"], days=1)
    assert may(house, rider, "name", "phone")
    house.do(lambda work: consents.revoke(work, rider, purpose="operator_service", recipient=SHOP))
    assert not may(house, rider, "name")
    acts = house.identity.read(lambda work: consents.history(work, rider))
    assert [act.act for act in acts] == ["grant", "revoke", "grant", "revoke"]
    assert all(len(act.text_sha256) == 64 and act.text_version == "2026-11" for act in acts)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"text_version": "2025-01"}, "text_version"),
        ({"text_language": "fr"}, "language"),
        ({"purpose": "advertising"}, "purpose"),
        ({"data": ["trips"]}, "data"),
        ({"data": []}, "data"),
        ({"expires": None}, "expires"),
    ],
)
def test_a_consent_to_something_else_than_was_shown_is_refused(
    cottage: House, changed: dict[str, object], said: str
) -> None:
    rider = cottage.person()
    given: dict[str, object] = {
        "purpose": "operator_service", "recipient": SHOP, "data": ["name"], "text_version": "2026-11",
        "text_language": "en", "expires": cottage.clock.now + timedelta(days=1),
    } | changed  # fmt: skip
    given["expires"] = given["expires"] or cottage.clock.now
    with pytest.raises(BadIdentityInput, match=said):
        cottage.do(lambda work: consents.grant(work, rider, **given))  # type: ignore[arg-type]
    assert cottage.identity.read(lambda work: consents.history(work, rider)) == []


def test_nothing_leaves_through_the_gate_without_consent_and_what_leaves_is_written_down(
    house: House,
) -> None:
    rider = house.person()
    grant(house, rider, ["name"])
    values = {"name": "渡辺", "phone": "043-000-0000"}
    left = house.identity.write(
        lambda work: consents.disclose(work, rider, purpose="operator_service", recipient=SHOP, values=values)
    )
    assert left == {"name": "渡辺"}
    record = house.identity.read(lambda work: consents.disclosures(work, rider))
    assert [(each.recipient, each.data) for each in record] == [(SHOP, ("name",))]
    with pytest.raises(ConsentMissing, match="phone"):
        house.do(lambda work: consents.require(work, rider, "operator_service", SHOP, ["name", "phone"]))


CATEGORIES = ("name", "phone", "entitlements")
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["grant", "revoke", "wait"]),
        st.lists(st.sampled_from(CATEGORIES), min_size=1, unique=True),
        st.integers(1, 5),
    ),
    max_size=12,
)


@given(acts=ACTS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_ledger_agrees_with_a_naive_model(cottage: House, acts: list[tuple[str, list[str], int]]) -> None:
    rider, model = cottage.person(), dict.fromkeys(CATEGORIES, cottage.clock.now)
    for act, data, days in acts:
        if act == "wait":
            cottage.clock.forward(days=days)
        elif act == "grant":
            grant(cottage, rider, data, days=days)
            model |= dict.fromkeys(data, cottage.clock.now + timedelta(days=days))
        else:
            cottage.do(
                lambda work, some=data: consents.revoke(
                    work, rider, purpose="operator_service", recipient=SHOP, data=some
                )
            )
            model |= dict.fromkeys(data, cottage.clock.now)
        for category in CATEGORIES:
            assert may(cottage, rider, category) == (model[category] > cottage.clock.now)
