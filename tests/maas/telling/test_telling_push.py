"""Messages reach a push service sealed and signed; who took consent back or signed out is told nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey
from push_service import Browser, PushService, b64, push_service, unb64
from sqlalchemy import select

from maas.booking import store
from maas.booking.model import Bundle, BundleState, Held, Part, PartState
from maas.booking.schema import create_schema as create_booking
from maas.booking.store import Case, Saga
from maas.booking.wishes import ShuttleWish, Spot, TransitWish
from maas.identity import accounts, consents, my_data, sessions
from maas.identity.compose import Identity, open_identity
from maas.identity.errors import BadIdentityInput
from maas.identity.model import AccountKind
from maas.identity.purposes import PURPOSES, PUSH
from maas.identity.sql import to_ms
from maas.telling import tables as t
from maas.telling.adapters.web_push import PUSH_SERVICES, WebPush, is_push_service, new_key
from maas.telling.errors import BadDevice
from maas.telling.model import Device, What
from maas.telling.personal import PersonalPushes
from maas.telling.service import Telling, device_hash, kept_key
from maas.telling.tables import create_schema
from maas.telling.watch import news_of
from storage.database import Database

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)  # 10:00 in Chiba
VERSION = PURPOSES[PUSH].version


@dataclass
class Rides:
    """Rides by reference: (pickup, walk)."""

    known: dict[str, tuple[int, int]] = field(default_factory=dict)

    def pickup(self, ref: str) -> tuple[int, int] | None:
        return self.known.get(ref)


def minutes(count: float) -> int:
    return to_ms(NOW + timedelta(minutes=count))


def ride(
    state: PartState = PartState.CONFIRMED, at: float = 20, no: int = 0, reason: str = "", **more: object
) -> Part:
    stop = {"name": {"ja": "駅", "en": "Station"}}
    held = Held("ride-1", 300, minutes(at), minutes(at + 5), told={"pickup_stop": stop})
    wish = ShuttleWish(Spot(name="a"), Spot(name="b"))
    return Part(no, "leg1", wish, state, held, reason=reason, **more)  # type: ignore[arg-type]


def bundle(*parts: Part, created: float = -600) -> Bundle:
    return Bundle("bdl_1", "acc", "", BundleState.CONFIRMED, minutes(created), 0, list(parts))


def told(one: Bundle, rides: Rides, at: float = 0) -> list[tuple[What, str]]:
    return [(news.what, news.mark) for news in news_of(one, rides, minutes(at))]


def test_one_is_told_five_minutes_before_one_has_to_leave() -> None:
    rides = Rides({"ride-1": (minutes(20) // 1000, 240)})
    assert told(bundle(ride()), rides, 10.9) == []
    assert told(bundle(ride()), rides, 11) == [(What.COMING, "")]
    assert told(bundle(ride()), rides, 21.5) == []


def test_a_pickup_that_moves_is_told_again_only_when_it_has_moved_on() -> None:
    rides = Rides({"ride-1": (minutes(22) // 1000, 0)})
    assert told(bundle(ride()), rides) == []
    rides.known["ride-1"] = minutes(24) // 1000, 0
    first = told(bundle(ride()), rides)
    assert [what for what, _ in first] == [What.CHANGED]
    rides.known["ride-1"] = minutes(24.5) // 1000, 0
    assert told(bundle(ride()), rides) == first
    rides.known["ride-1"] = minutes(31) // 1000, 0
    assert told(bundle(ride()), rides) != first


def test_a_ride_that_is_lost_or_replaced_by_its_operator_is_told_but_not_ones_own_change() -> None:
    lost = bundle(ride(PartState.DISRUPTED, reason="fault"))
    (news,) = news_of(lost, Rides(), minutes(0))
    assert (news.what, news.facts.gone) == (What.CHANGED, True)
    instead = ride(at=30, no=1, replaces=0)
    (news,) = news_of(bundle(ride(PartState.REBOOKED, reason="fault"), instead), Rides(), minutes(0))
    assert (news.facts.gone, news.facts.at_ms) == (False, minutes(30))
    assert told(bundle(ride(PartState.REBOOKED), instead), Rides()) == []


def test_a_train_is_told_half_an_hour_before_unless_it_was_booked_just_now() -> None:
    wish = TransitWish(Spot(name="海浜幕張"), Spot(name="東京"), 0, 0)
    held = Held("train", 500, minutes(30), told={"from": "海浜幕張"})
    train = Part(0, "train", wish, PartState.CONFIRMED, held)
    assert told(bundle(train), Rides(), -0.1) == []
    assert told(bundle(train), Rides()) == [(What.SOON, "")]
    assert told(bundle(train, created=-0.5), Rides()) == [(What.SOON, "")]
    assert told(bundle(train, created=0), Rides(), 1) == []


@pytest.mark.parametrize(
    ("endpoint", "taken"),
    [
        ("https://fcm.googleapis.com/fcm/send/x", True),
        ("https://updates.push.services.mozilla.com/wpush/v2/x", True),
        ("https://db5p.notify.windows.com/w/x", True),
        ("http://fcm.googleapis.com/x", False),
        ("https://fcm.googleapis.com.evil.example/x", False),
        ("https://evilpush.apple.com/x", False),
        ("https://me@fcm.googleapis.com/x", False),
        ("https://169.254.169.254/latest", False),
        ("http://127.0.0.1:9/x", False),
        ("https://[::1/x", False),
    ],
)
def test_nobody_can_make_us_post_elsewhere(endpoint: str, taken: bool) -> None:
    assert is_push_service(endpoint, PUSH_SERVICES) is taken


class World:
    """A database with one person who sits at a browser, and a push service that takes what is sent to it."""

    def __init__(self, url: str, service: PushService) -> None:
        self.now = NOW
        self.service = service
        self.database = Database.open(url)
        create_schema(self.database)
        create_booking(self.database)
        pushes = (PersonalPushes(),)
        self.identity: Identity = open_identity(
            self.database, clock=lambda: self.now, exporters=pushes, erasers=pushes, claimers=pushes
        )
        self.key = kept_key(self.identity, new_key)
        pusher = WebPush(self.key, "mailto:maas@localhost")
        accepts = partial(is_push_service, hosts=("127.0.0.1",))
        self.telling = Telling(self.identity, pusher, accepts, ZoneInfo("Asia/Tokyo"))
        self.browser = Browser(f"{service.url}/device")
        self.account = self.identity.write(lambda w: accounts.create(w, AccountKind.GUEST, language="ja").id)
        opened = self.identity.write(lambda w: sessions.open_session(w, self.account, "guest"))
        self.session = opened.session.id

    def subscribe(self, version: str = VERSION, **other: str) -> list[str]:
        keys = self.browser.keys | {k: v for k, v in other.items() if k in ("p256dh", "auth")}
        device = Device(other.get("endpoint", self.browser.endpoint), keys["p256dh"], keys["auth"], "en")
        return self.identity.write(
            lambda w: self.telling.subscribe(w, self.account, self.session, device, text_version=version)
        )

    def book(self) -> None:
        one = bundle(ride(at=4))
        one.subject = self.account
        saga = Saga("bdl_1-1", one.id, "book", "done", state="done")
        self.identity.db.run(lambda c: store.new(c, [Case(saga, one, request_key="k", digest="d")]))

    def round(self) -> int:
        rides = Rides({"ride-1": (minutes(4) // 1000, 60)})
        self.telling.watch(lambda one: news_of(one, rides, to_ms(self.now)))
        return self.telling.send()


@pytest.fixture
def world(sql_url: str) -> Iterator[World]:
    with push_service() as service:
        made = World(sql_url, service)
        yield made
        made.database.close()


def test_the_message_is_sealed_for_the_device_and_signed_by_us(world: World) -> None:
    world.subscribe()
    world.book()
    assert world.round() == 1
    ((path, headers, body),) = world.service.posts
    assert path == "/device"
    assert (headers["content-encoding"], headers["urgency"]) == ("aes128gcm", "high")
    assert 60 <= int(headers["ttl"]) <= 600
    assert b"Station" not in body
    message = world.browser.opened(body)
    assert message["title"] == "Your vehicle is coming"
    assert message["body"] == "10:04 at Station"
    assert message["url"] == "/?view=trips&bundle=bdl_1"
    assert set(message) == {"title", "body", "tag", "url"}, "nothing of the rider"
    signed, key = headers["authorization"].removeprefix("vapid ").split(", ")
    point = unb64(key.removeprefix("k="))
    public = ECKey.import_key({"kty": "EC", "crv": "P-256", "x": b64(point[1:33]), "y": b64(point[33:])})
    claims = jwt.decode(signed.removeprefix("t="), public).claims
    assert claims["aud"] == world.service.url
    assert key == f"k={world.telling.public_key}"
    assert 0 < claims["exp"] - NOW.timestamp() <= 86_400


def test_each_thing_is_told_once_and_again_only_where_the_service_could_not(world: World) -> None:
    world.subscribe()
    world.book()
    world.service.answer = 503
    assert world.round() == 0
    assert world.round() == 0, "not at once again"
    assert len(world.service.posts) == 1
    world.service.answer, world.now = 201, NOW + timedelta(seconds=31)
    assert world.round() == 1
    world.now += timedelta(seconds=120)
    assert world.round() == 0
    assert len(world.service.posts) == 2


def test_what_comes_too_late_is_not_sent(world: World) -> None:
    world.subscribe()
    world.book()
    world.service.answer = 503
    world.round()
    world.service.answer, world.now = 201, NOW + timedelta(minutes=10)
    assert world.telling.send() == 0
    assert len(world.service.posts) == 1


def test_a_device_that_is_gone_is_forgotten(world: World) -> None:
    world.subscribe()
    world.book()
    world.service.answer = 410
    world.round()
    assert world.identity.read(lambda w: world.telling.devices(w, world.account)) == []


@pytest.mark.parametrize("how", ["signed out", "consent taken back", "told to stop", "erased", "never asked"])
def test_nobody_is_told_who_does_not_wish_it(world: World, how: str) -> None:
    if how != "never asked":
        world.subscribe()
    world.book()
    name = device_hash(world.browser.endpoint)
    act = {
        "signed out": lambda w: sessions.close(w, world.account, world.session),
        "consent taken back": lambda w: consents.revoke(w, world.account, purpose=PUSH, recipient="maas"),
        "told to stop": lambda w: world.telling.unsubscribe(w, world.account, name),
        "erased": lambda w: my_data.erase(w, world.account),
        "never asked": lambda w: sessions.list_open(w, world.account),
    }[how]
    world.identity.write(act, actor="test")
    assert world.round() == 0
    assert world.service.posts == []
    world.telling.sweep(world.now)
    with world.database.read() as connection:
        assert connection.execute(select(t.device)).all() == []


def test_stopping_the_last_device_takes_the_consent_back(world: World) -> None:
    (name,) = world.subscribe()
    world.identity.write(lambda w: world.telling.unsubscribe(w, world.account, name), actor="test")
    acts = world.identity.read(lambda w: consents.history(w, world.account))
    assert [(act.act, act.purpose) for act in acts] == [("grant", PUSH), ("revoke", PUSH)]


def test_what_cannot_be_a_device_is_refused(world: World) -> None:
    with pytest.raises(BadDevice, match="push services"):
        world.subscribe(endpoint="https://example.com/x")
    with pytest.raises(BadDevice, match="p256dh"):
        world.subscribe(p256dh="A" * 87)
    with pytest.raises(BadDevice, match="auth"):
        world.subscribe(auth="AAAA")
    with pytest.raises(BadIdentityInput, match="text_version"):
        world.subscribe(version="2020-01")


def test_our_key_stays_the_same_and_lies_sealed(world: World) -> None:
    assert kept_key(world.identity, new_key) == world.key
    with world.database.read() as connection:
        assert world.key not in bytes(connection.execute(select(t.key.c.sealed)).scalar_one())


def test_all_my_data_holds_devices_and_what_they_were_told(world: World) -> None:
    world.subscribe()
    world.book()
    world.round()
    found = world.identity.write(lambda w: my_data.export(w, world.account), actor="test")["notifications"]
    assert [d["endpoint"] for d in found["devices"]] == [world.browser.endpoint]
    assert [n["what"] for n in found["told"]] == ["coming"]
