"""A token says what was issued, others can check it, and nothing else passes for one."""

from __future__ import annotations

from datetime import UTC, timedelta

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycose.keys import OKPKey
from pycose.keys.curves import Ed25519
from pycose.messages import Sign1Message
from tickets_world import NOW, Office

from maas.tickets import base45
from maas.tickets.errors import BadTicket
from maas.tickets.keys import public_keys
from maas.tickets.model import OWN_CLAIM, Claims, Concession, Kind, Reduced, claims_of, packed, token_of
from maas.tickets.paper import facts, qr_svg


@pytest.mark.parametrize(
    ("plain", "text"),
    [
        (b"AB", "BB8"),
        (b"Hello!!", "%69 VD92EX0"),
        (b"base-45", "UJCLQE7W581"),
        (b"ietf!", "QED8WEX0"),
        (b"", ""),
    ],
)
def test_base45_is_that_of_the_rfc(plain: bytes, text: str) -> None:
    assert base45.encode(plain) == text
    assert base45.decode(text) == plain


@given(st.binary(max_size=200))
def test_base45_comes_back(data: bytes) -> None:
    assert base45.decode(base45.encode(data)) == data


@pytest.mark.parametrize("text", ["A", "GGW", ":::", "ab0", "É00", "BB8A"])
def test_base45_refuses_what_no_bytes_encode_to(text: str) -> None:
    with pytest.raises(ValueError, match=r"base45|no byte"):
        base45.decode(text)


def test_an_independent_library_checks_a_token(booth: Office) -> None:
    made = booth.issue()
    keys = booth.database.run(lambda c: booth.tickets.key_set(c, now=NOW))
    tagged = cbor2.loads(token_of(made.text))
    assert tagged.tag == 18
    protected, unprotected, payload, signature = tagged.value  # its decode() wants cbor2 before 6
    parts = [protected, dict(unprotected), payload, signature]
    message = Sign1Message.from_cose_obj(parts, True)
    kid = message.phdr[next(name for name in message.phdr if name.identifier == 4)]
    raw = next(k for k in public_keys(keys).items() if k[0] == kid)[1].public_bytes_raw()
    message.key = OKPKey(crv=Ed25519, x=raw)
    assert message.verify_signature()
    message.key = OKPKey(crv=Ed25519, x=bytes(32))
    assert not message.verify_signature()


def test_a_code_stays_small(booth: Office) -> None:
    """49 modules a side: read from a phone in the sun and from a receipt."""
    assert 'viewBox="0 0 57 57"' in qr_svg(booth.issue())  # and four of quiet zone on each side
    made = booth.issue(scope="shuttle/on-demand/shuttle-12", passengers=20, concession=Concession.DISABILITY)
    assert 'viewBox="0 0 61 61"' in qr_svg(made)


def test_a_reader_lets_in_once_and_says_who(booth: Office) -> None:
    made, reader = booth.issue(concession=Concession.AGE_65), booth.reader()
    verdict = reader.admit(made.text, now=NOW)
    assert (verdict.accepted, verdict.code, verdict.warning) == (True, "ok", "")
    claims = verdict.claims
    assert claims is not None
    assert (claims.kind, claims.passengers, claims.wheelchairs, claims.concession) == (
        Kind.SHUTTLE, 2, 1, Concession.AGE_65,
    )  # fmt: skip
    again = reader.admit(made.text, now=NOW + timedelta(minutes=1))
    assert (again.accepted, again.code) == (False, "used")


@pytest.mark.parametrize(
    ("after_min", "code"), [(-13, "early"), (-11, "ok"), (0, "ok"), (51, "ok"), (53, "late")]
)
def test_the_window_is_kept_with_two_minutes_for_clocks(booth: Office, after_min: int, code: str) -> None:
    assert booth.reader().check(booth.issue().text, now=NOW + timedelta(minutes=after_min)).code == code


@pytest.mark.parametrize(
    ("scope", "place", "good"),
    [
        ("shuttle", "shuttle/on-demand/shuttle-3", True),
        ("shuttle/*/shuttle-3", "shuttle/on-demand/shuttle-3", True),
        ("shuttle/*/shuttle-4", "shuttle/on-demand/shuttle-3", False),
        ("bus/toyosuna", "bus/toyosuna/bus-1", True),
        ("bus/toyosuna", "bus/baytown/bus-1", False),
        ("bus/toyosuna", "bus", False),
        ("shuttle", "shuttles/on-demand", False),
    ],
)
def test_a_ticket_is_good_where_it_says(booth: Office, scope: str, place: str, good: bool) -> None:
    verdict = booth.reader(place=place).check(booth.issue(scope=scope).text, now=NOW)
    assert verdict.code == ("ok" if good else "elsewhere")


def test_a_changed_bit_is_a_forgery(booth: Office) -> None:
    made, reader = booth.issue(), booth.reader()
    token = token_of(made.text)
    for at in range(len(token)):
        changed = bytearray(token)
        changed[at] ^= 1
        verdict = reader.check("MT1:" + base45.encode(bytes(changed)), now=NOW)
        assert not verdict.accepted, at


def test_another_office_signs_nothing_that_passes_here(booth: Office, tmp_path) -> None:  # type: ignore[no-untyped-def]
    from tickets_world import open_office

    other = open_office(f"sqlite:///{tmp_path / 'other.sqlite'}")
    verdict = booth.reader().check(other.issue().text, now=NOW)
    other.database.close()
    assert verdict.code == "unknown_key"


def test_a_list_of_revoked_tickets_is_no_ticket(booth: Office) -> None:
    listed = booth.database.run(lambda c: booth.tickets.revocations(c, now=NOW))
    assert booth.reader().check("MT1:" + base45.encode(listed), now=NOW).code == "not_a_ticket"


@given(st.one_of(st.text(max_size=80), st.binary(max_size=80).map(lambda b: "MT1:" + base45.encode(b))))
def test_whatever_a_stranger_shows_is_refused_and_breaks_nothing(text: str) -> None:
    try:
        found = token_of(text)
    except BadTicket:
        return
    from maas.tickets import cose

    with pytest.raises(BadTicket):
        cose.verified(found, {})


def test_a_reader_without_a_network_knows_who_pays_less_and_must_show_proof(booth: Office) -> None:
    reduced = (Reduced(Concession.SENIOR, 2, True), Reduced(Concession.CHILD, 1, False))
    made, plain = booth.issue(passengers=4, reduced=reduced), booth.issue(passengers=4)
    claims = booth.reader().check(made.text, now=NOW).claims
    assert claims is not None
    assert claims.reduced == reduced
    assert dict(facts(made, "en", UTC))["Concession"] == "Senior 2 (proof must be shown), Child 1"
    assert dict(facts(made, "ja", UTC))["割引"] == "シニア 2 名 (証明の提示が必要), 小児 1 名"
    assert "Concession" not in dict(facts(plain, "en", UTC))
    own = cbor2.loads(cbor2.loads(token_of(plain.text)).value[2])[OWN_CLAIM]
    assert len(own) == 7, "a ticket of full fares is written as before"
    assert 'viewBox="0 0 57 57"' in qr_svg(made), "no larger for it"


def test_a_right_that_came_after_the_reader_is_some_right() -> None:
    claims = Claims(
        b"12345678", Kind.TRANSIT, 0, NOW, NOW, "bus", reduced=(Reduced(Concession.OTHER, 1, True),)
    )
    later = cbor2.loads(packed(claims))
    later[OWN_CLAIM][7][0][0] = 23
    assert claims_of(cbor2.dumps(later)) == claims
    later[OWN_CLAIM][7][0] = [7]
    with pytest.raises(BadTicket):
        claims_of(cbor2.dumps(later))
