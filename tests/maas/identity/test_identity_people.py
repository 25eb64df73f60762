"""Accounts, mail links, guests, roles, proxies, cards: what the domain allows and refuses."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import pytest
from identity_world import House, build_house
from sqlalchemy import Connection, select

from maas.identity import accounts, guests, links, mail_links, proxies, roles, sessions
from maas.identity.compose import create_administrator
from maas.identity.errors import BadIdentityInput, CodeRefused, Conflict, NothingThere, RateLimited
from maas.identity.model import LinkKind, Role
from maas.identity.people_tables import link as link_table
from maas.identity.people_tables import mail_link, session

NET = "192.0.2.1"


def ask_link(house: House, email: str, network: str = NET) -> str:
    message = house.identity.write(
        lambda work: mail_links.request(work, email, then="/", language="en", network=network)
    )
    url = next(word for word in message.text.split() if word.startswith("https://"))
    return parse_qs(urlsplit(url).query)["token"][0]


def test_a_link_signs_in_once_and_makes_the_account(house: House) -> None:
    token = ask_link(house, "Hanako@Example.JP ")
    house.identity.read(
        lambda work: mail_links.look(work, token)
    )  # a mail scanner looks, and uses nothing up
    used = house.identity.write(lambda work: mail_links.use(work, token))
    account = house.identity.read(lambda work: accounts.get(work, used.opened.session.account_id))
    assert account.email == "hanako@example.jp"
    with pytest.raises(CodeRefused):
        house.identity.write(lambda work: mail_links.use(work, token))
    other = ask_link(house, "hanako@example.jp")
    again = house.identity.write(lambda work: mail_links.use(work, other))
    assert again.opened.session.account_id == account.id


def test_a_link_is_short_lived(house: House) -> None:
    token = ask_link(house, "a@example.jp")
    house.clock.forward(seconds=901)
    with pytest.raises(CodeRefused):
        house.identity.write(lambda work: mail_links.use(work, token))


def test_secrets_lie_in_the_database_as_hashes_only(house: House) -> None:
    token = ask_link(house, "a@example.jp")
    used = house.identity.write(lambda work: mail_links.use(work, token))
    with house.identity.db.read() as connection:
        kept = [*connection.scalars(select(mail_link.c.hash)), *connection.scalars(select(session.c.hash))]
    assert token not in kept
    assert used.opened.cookie not in kept
    assert all(len(each) == 64 for each in kept)


def test_of_ten_browsers_that_open_one_link_at_once_one_is_signed_in(house: House) -> None:
    token = ask_link(house, "a@example.jp")

    def use(_: int) -> str:
        try:
            house.identity.write(lambda work: mail_links.use(work, token))
        except CodeRefused:
            return "refused"
        return "in"

    with ThreadPoolExecutor(10) as pool:
        assert Counter(pool.map(use, range(10))) == {"in": 1, "refused": 9}


def test_links_to_one_address_are_rate_limited_whether_it_has_an_account_or_not(house: House) -> None:
    house.person("known@example.jp")
    for address in ("known@example.jp", "unknown@example.jp"):
        for number in range(5):
            ask_link(house, address, network=f"192.0.2.{number}")
        with pytest.raises(RateLimited) as refused:
            ask_link(house, address, network="192.0.2.99")
        assert 0 < refused.value.retry_after_s <= 3_600
    house.clock.forward(hours=1)
    assert ask_link(house, "known@example.jp")


def test_known_and_unknown_addresses_get_the_same_mail(house: House) -> None:
    house.person("known@example.jp")
    texts = []
    for address in ("known@example.jp", "stranger@example.jp"):
        message = house.identity.write(
            lambda work, to=address: mail_links.request(work, to, then="/", language="ja", network=NET)
        )
        texts.append((message.subject, message.text.split("token=")[0], message.to == address))
    assert texts[0] == texts[1]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nobody",
        "a@b",
        "a@b.jp\r\nBcc: c@d.jp",
        "a b@c.jp",
        "a@c.jp,b@c.jp",
        "<a@c.jp>",
        "a" * 250 + "@c.jp",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(BadIdentityInput, match="email"):
        accounts.normal_email(text)


def test_one_address_one_account(house: House) -> None:
    house.person("a@example.jp")
    with pytest.raises(Conflict):
        house.person("a@example.jp")


def test_a_session_ends_by_sign_out_and_by_time(house: House) -> None:
    account_id = house.person()
    first = house.identity.write(lambda work: sessions.open_session(work, account_id, "passkey"))
    second = house.identity.write(lambda work: sessions.open_session(work, account_id, "passkey"))
    house.do(lambda work: sessions.close(work, account_id, first.session.id))
    assert house.identity.read(lambda work: sessions.find(work, first.cookie)) is None
    assert house.identity.read(lambda work: sessions.find(work, second.cookie)) == second.session
    house.clock.forward(days=30)
    assert house.identity.read(lambda work: sessions.find(work, second.cookie)) is None
    stranger = house.person()
    with pytest.raises(NothingThere):
        house.do(lambda work: sessions.close(work, stranger, second.session.id))


class Bookings:
    """A booking package, as far as claims go."""

    def __init__(self) -> None:
        self.owner = {"booking-1": ""}

    def claim(self, connection: Connection, guest_id: str, account_id: str) -> int:
        assert connection.in_transaction()
        moved = [booking for booking, owner in self.owner.items() if owner == guest_id]
        self.owner.update(dict.fromkeys(moved, account_id))
        return len(moved)


def test_a_guest_s_bookings_are_claimed_once_by_a_resident(sql_url: str) -> None:
    house = build_house(sql_url)
    bookings = Bookings()
    object.__setattr__(house.identity.kit, "claimers", (bookings,))
    guest = house.identity.write(lambda work: guests.create_guest(work, language="ko", network=NET))
    assert guest.opened is not None
    bookings.owner["booking-1"] = guest.account_id
    rider = house.person("a@example.jp")
    spoken = guest.claim_code.lower().replace("-", " ")  # as heard on the telephone
    claimed = house.identity.write(lambda work: guests.claim_guest(work, rider, spoken, network=NET))
    assert (claimed.guest_id, claimed.records) == (guest.account_id, 1)
    assert bookings.owner == {"booking-1": rider}
    assert house.identity.read(lambda work: accounts.owners(work, rider)) == (rider, guest.account_id)
    assert house.identity.read(lambda work: sessions.find(work, guest.opened.cookie)) is None
    late = house.person()
    with pytest.raises(CodeRefused):
        house.do(lambda work: guests.claim_guest(work, late, guest.claim_code, network=NET))
    house.identity.db.close()


def test_a_lost_claim_code_is_replaced_and_the_old_one_stops(house: House) -> None:
    caller = house.identity.write(
        lambda work: guests.create_caller(work, name="渡辺", phone="043-000-0000", language="ja")
    )
    new = house.identity.write(lambda work: guests.renew_claim(work, caller.account_id))
    rider = house.person()
    with pytest.raises(CodeRefused):
        house.do(lambda work: guests.claim_guest(work, rider, caller.claim_code, network=NET))
    assert house.identity.write(lambda work: guests.claim_guest(work, rider, new, network=NET))


def test_the_first_administrator_comes_from_the_command_line(house: House) -> None:
    made = create_administrator(house.identity, "chief@city.example.jp")
    held = house.identity.read(lambda work: roles.memberships(work, made))
    assert [(each.role, each.organisation) for each in held] == [(Role.ADMINISTRATOR, "")]
    with pytest.raises(Conflict):
        create_administrator(house.identity, "chief@city.example.jp")
    with pytest.raises(Conflict, match="last administrator"):
        house.do(lambda work: roles.revoke(work, made, held[0].id))


def test_roles_are_granted_for_an_organisation_and_revoked(house: House) -> None:
    person = house.person()
    with pytest.raises(BadIdentityInput, match="organisation"):
        house.do(lambda work: roles.grant(work, person, Role.OPERATOR))
    with pytest.raises(BadIdentityInput, match="role"):
        house.do(lambda work: roles.grant(work, person, Role.RESIDENT))
    held = house.identity.write(lambda work: roles.grant(work, person, Role.OPERATOR, "shuttles"))
    with pytest.raises(Conflict):
        house.do(lambda work: roles.grant(work, person, Role.OPERATOR, "shuttles"))
    house.do(lambda work: roles.revoke(work, person, held.id))
    assert house.identity.read(lambda work: roles.memberships(work, person)) == []
    assert house.identity.write(lambda work: roles.grant(work, person, Role.OPERATOR, "shuttles"))


def test_a_proxy_is_invited_accepted_and_revoked(house: House) -> None:
    grandmother, daughter, stranger = house.person(), house.person(), house.person()
    invitation = house.identity.write(
        lambda work: proxies.invite(work, grandmother, may_book_for=True, may_see=False, label="娘")
    )
    read = house.identity.read
    assert not read(lambda work: proxies.may_book_for(work, daughter, grandmother))
    with pytest.raises(CodeRefused):  # one cannot be one's own proxy
        house.do(lambda work: proxies.accept(work, grandmother, invitation.code, network=NET))
    house.do(lambda work: proxies.accept(work, daughter, invitation.code, network=NET))
    with pytest.raises(CodeRefused):
        house.do(lambda work: proxies.accept(work, stranger, invitation.code, network=NET))
    assert read(lambda work: proxies.may_book_for(work, daughter, grandmother))
    assert not read(lambda work: proxies.may_see(work, daughter, grandmother))
    assert not read(lambda work: proxies.may_book_for(work, grandmother, daughter))
    with pytest.raises(NothingThere):
        house.do(lambda work: proxies.revoke(work, stranger, invitation.proxy.id))
    house.do(lambda work: proxies.revoke(work, daughter, invitation.proxy.id))
    assert not read(lambda work: proxies.may_book_for(work, daughter, grandmother))


def test_an_invitation_grows_old(house: House) -> None:
    rider = house.person()
    invitation = house.identity.write(
        lambda work: proxies.invite(work, rider, may_book_for=True, may_see=True, label="")
    )
    house.clock.forward(days=8)
    late = house.person()
    with pytest.raises(CodeRefused):
        house.do(lambda work: proxies.accept(work, late, invitation.code, network=NET))


def test_a_card_is_linked_by_keyed_hash_and_unlinked(house: House) -> None:
    rider, other = house.person(), house.person()
    number = "JE10 0123 4567 8901"
    made = house.identity.write(
        lambda work: links.add(work, rider, LinkKind.IC_CARD, "railway", number, label="my card", network=NET)
    )
    tapped = house.identity.read(
        lambda work: links.find_account(work, LinkKind.IC_CARD, "railway", "je10-0123-4567-8901")
    )
    assert tapped == rider
    with pytest.raises(Conflict):
        house.do(
            lambda work: links.add(work, other, LinkKind.IC_CARD, "railway", number, label="", network=NET)
        )
    assert house.identity.write(
        lambda work: links.add(work, rider, LinkKind.IC_CARD, "bus", number, label="", network=NET)
    )
    with house.identity.db.read() as connection:
        rows = connection.execute(select(link_table)).all()
    assert not any("0123" in str(row) for row in rows)
    assert len({row.number_hash for row in rows}) == 2  # operators cannot compare their tables
    with pytest.raises(NothingThere):
        house.do(lambda work: links.remove(work, other, made.id))
    house.do(lambda work: links.remove(work, rider, made.id))
    assert (
        house.identity.read(lambda work: links.find_account(work, LinkKind.IC_CARD, "railway", number))
        is None
    )


def test_the_hash_of_a_card_depends_on_the_server_key(tmp_path: object) -> None:
    hashes = []
    for name, key in (("a", b"a" * 32), ("b", b"b" * 32)):
        house = build_house(f"sqlite:///{tmp_path}/{name}.sqlite", server_key=key)
        rider = house.person()
        house.do(
            lambda work, who=rider: links.add(
                work, who, LinkKind.CLINIC_CARD, "clinic", "12345", label="", network=NET
            )
        )
        with house.identity.db.read() as connection:
            hashes.append(connection.scalar(select(link_table.c.number_hash)))
        house.identity.db.close()
    assert hashes[0] != hashes[1]
