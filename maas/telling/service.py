"""Who wants to be told, and the telling: consent first, each thing once, nothing that comes too late."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

import msgspec
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from sqlalchemy import ColumnElement, Connection, Row, delete, select, update

from maas.booking import store
from maas.booking import tables as booking
from maas.booking.model import Bundle
from maas.identity import consents
from maas.identity.compose import Identity
from maas.identity.people_tables import session
from maas.identity.purposes import PUSH
from maas.identity.sql import to_ms, was_inserted
from maas.identity.work import Work
from maas.telling import tables as t
from maas.telling.errors import BadDevice
from maas.telling.model import Device, Facts, News, Pushed, What
from maas.telling.ports import Pusher
from maas.telling.texts import LANGUAGES, text_of
from storage.sql import put

__all__ = ["RECIPIENT", "Telling", "device_hash", "kept_key"]

RECIPIENT = "maas"
DATA = ("bookings",)
_YEAR = timedelta(days=365)
_BACK_MS, _AHEAD_MS = 3_600_000, 24 * 3_600_000
_CLAIM_MS = 30_000  # nobody else sends it meanwhile
_AGAIN_MS = 15_000  # first wait where a push service cannot; doubled each time
_KEEP_MS = 7 * 86_400_000
_LIMIT = 200
_DEVICES_MAX = 20


@dataclass(frozen=True, slots=True)
class _Due:
    news: News
    account_id: str
    tries: int


class Telling:
    """The front of this package. Thread-safe; several processes do not tell twice."""

    def __init__(
        self, identity: Identity, pusher: Pusher, accepts: Callable[[str], bool], zone: tzinfo
    ) -> None:
        self._identity = identity
        self._pusher = pusher
        self._accepts = accepts
        self._zone = zone

    @property
    def public_key(self) -> str:
        """What browsers subscribe with."""
        return self._pusher.public_key

    def subscribe(
        self, work: Work, account_id: str, session_id: str, device: Device, *, text_version: str
    ) -> list[str]:
        """Tell this device from now on; the consent is written down with it. All that are told now.

        Raises BadDevice for an address or key that cannot be, BadIdentityInput where another text was shown.
        """
        _check(device, self._accepts)
        consents.grant(
            work, account_id, purpose=PUSH, recipient=RECIPIENT, data=DATA, expires=work.now + _YEAR,
            text_version=text_version, text_language=device.language,
        )  # fmt: skip
        name = device_hash(device.endpoint)
        values = {
            "endpoint": device.endpoint, "p256dh": device.p256dh, "auth": device.auth,
            "account_id": account_id, "session_id": session_id, "language": device.language,
            "at_ms": work.now_ms,
        }  # fmt: skip
        put(work.connection, t.device, {"hash": name}, values)
        mine = select(t.device.c.hash).where(t.device.c.account_id == account_id)
        newest = mine.order_by(t.device.c.at_ms.desc()).limit(_DEVICES_MAX)
        work.connection.execute(
            delete(t.device).where(t.device.c.account_id == account_id, t.device.c.hash.not_in(newest))
        )
        return self.devices(work, account_id)

    def unsubscribe(self, work: Work, account_id: str, name: str) -> list[str]:
        """Tell that device no more; with the last one the consent ends, too. Those that are left."""
        gone = work.connection.execute(
            delete(t.device).where(t.device.c.account_id == account_id, t.device.c.hash == name)
        )
        if gone.rowcount and not self.devices(work, account_id) and self._may(work, account_id):
            consents.revoke(work, account_id, purpose=PUSH, recipient=RECIPIENT, data=DATA)
        return self.devices(work, account_id)

    def devices(self, work: Work, account_id: str) -> list[str]:
        """Hashes of the account's devices that are told: consent stands, and their browser is signed in."""
        if not self._may(work, account_id):
            return []
        return [device_hash(one.endpoint) for one in _listening(work.connection, account_id, work.now_ms)]

    def watch(self, look: Callable[[Bundle], Iterable[News]]) -> int:
        """Write down what there is to tell of the bundles of those who listen; how much was new."""
        now_ms = to_ms(self._identity.clock())
        with self._identity.db.read() as connection:
            bundles = _watched(connection, now_ms)
        found = [(bundle.subject, one) for bundle in bundles for one in look(bundle)]
        if not found:
            return 0
        return self._identity.db.run(lambda c: sum(_noted(c, subject, one, now_ms) for subject, one in found))

    def send(self, limit: int = 50) -> int:
        """Tell what is due; how many messages were taken."""
        now = self._identity.clock()
        due = self._identity.db.run(lambda c: _claimed(c, to_ms(now), limit))
        return sum(self._tell(one, now) for one in due)

    def sweep(self, now: datetime) -> None:
        """Forget devices whose browser was signed out or whose owner took the consent back, and old news."""

        def work(w: Work) -> None:
            rows = w.connection.execute(select(t.device.c.account_id).distinct()).scalars().all()
            for account_id in rows:
                listening = self.devices(w, account_id)
                w.connection.execute(
                    delete(t.device).where(
                        t.device.c.account_id == account_id, t.device.c.hash.not_in(listening)
                    )
                )
            w.connection.execute(delete(t.news).where(t.news.c.until_ms < to_ms(now) - _KEEP_MS))

        self._identity.write(work, actor="system")

    def _may(self, work: Work, account_id: str) -> bool:
        return consents.allowed(work, account_id, PUSH, RECIPIENT, DATA, work.now)

    def _tell(self, due: _Due, now: datetime) -> int:
        def listening(work: Work) -> Sequence[Device]:
            if not self._may(work, due.account_id):
                return []
            return _listening(work.connection, due.account_id, work.now_ms)

        became = {
            device.endpoint: self._push(device, due.news, now) for device in self._identity.read(listening)
        }
        gone = [device_hash(endpoint) for endpoint, pushed in became.items() if pushed is Pushed.GONE]
        late = any(pushed is Pushed.LATER for pushed in became.values())

        def settle(connection: Connection) -> None:
            connection.execute(delete(t.device).where(t.device.c.hash.in_(gone)))
            again = to_ms(now) + _AGAIN_MS * 2 ** min(due.tries, 6)
            values = {"next_ms": again, "tries": due.tries + 1} if late else {"state": "told"}
            connection.execute(update(t.news).where(*_key(due.news)).values(**values))

        self._identity.db.run(settle)
        return sum(pushed is Pushed.TAKEN for pushed in became.values())

    def _push(self, device: Device, news: News, now: datetime) -> Pushed:
        title, body = text_of(news.what, news.facts, device.language, self._zone)
        tag = hashlib.sha256(f"{news.bundle_id}:{news.part}:{news.what}".encode()).hexdigest()[:32]
        content = {"title": title, "body": body, "tag": tag, "url": f"/?view=trips&bundle={news.bundle_id}"}
        ttl_s = max(60, (news.until_ms - to_ms(now)) // 1000)
        return self._pusher.push(
            device, json.dumps(content, ensure_ascii=False).encode(), ttl_s=ttl_s, topic=tag, now=now
        )


def device_hash(endpoint: str) -> str:
    """How a device is called without giving its address away."""
    return hashlib.sha256(endpoint.encode()).hexdigest()


def kept_key(identity: Identity, made: Callable[[], bytes]) -> bytes:
    """Our private key for push services: made at the first start, sealed under the server key ever after."""
    seals = identity.kit.seals

    def work(w: Work) -> bytes:
        was_inserted(w.connection, t.key, {"one": 1, "sealed": seals.seal("push", made())})
        return bytes(w.connection.execute(select(t.key.c.sealed)).scalar_one())

    return seals.open("push", identity.write(work, actor="system"))


def _check(device: Device, accepts: Callable[[str], bool]) -> None:
    if not accepts(device.endpoint):
        raise BadDevice("endpoint: it is at none of the push services that this server posts to")
    if device.language not in LANGUAGES:
        raise BadDevice(f"language: {device.language!r}; there is {', '.join(LANGUAGES)}")
    try:
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), _bytes(device.p256dh))
        right = len(_bytes(device.auth)) == 16
    except (ValueError, binascii.Error):
        right = False
    if not right:
        raise BadDevice("keys: p256dh is a point of P-256 and auth 16 bytes, both in base64url")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _listening(connection: Connection, account_id: str, now_ms: int) -> list[Device]:
    """Devices whose browser is still signed in."""
    d = t.device.c
    rows = connection.execute(
        select(t.device)
        .join(session, session.c.id == d.session_id)
        .where(d.account_id == account_id, session.c.ended_ms.is_(None), session.c.expires_ms > now_ms)
        .order_by(d.hash)
    )
    return [Device(row.endpoint, row.p256dh, row.auth, row.language) for row in rows]


def _watched(connection: Connection, now_ms: int) -> list[Bundle]:
    """Bundles of a day around now whose riders have a device."""
    p, b = booking.part.c, booking.bundle.c
    listeners = select(t.device.c.account_id)
    query = (
        select(p.bundle_id)
        .join(booking.bundle, b.id == p.bundle_id)
        .where(
            p.state.in_(("confirmed", "disrupted", "rebooked")), b.subject.in_(listeners),
            p.starts_ms.between(now_ms - _BACK_MS, now_ms + _AHEAD_MS),
        )
        .distinct()
        .limit(_LIMIT)
    )  # fmt: skip
    return store.find(connection, list(connection.execute(query).scalars()))


def _noted(connection: Connection, account_id: str, one: News, now_ms: int) -> bool:
    return was_inserted(
        connection, t.news,
        {
            "bundle_id": one.bundle_id, "part": one.part, "what": one.what.value, "mark": one.mark,
            "account_id": account_id, "facts": msgspec.json.encode(one.facts).decode(),
            "until_ms": one.until_ms, "next_ms": now_ms, "tries": 0, "state": "due",
        },
    )  # fmt: skip


def _claimed(connection: Connection, now_ms: int, limit: int) -> list[_Due]:
    """What is due, put off for everybody else; what has lost its worth is only marked so."""
    n = t.news.c
    connection.execute(update(t.news).where(n.state == "due", n.until_ms <= now_ms).values(state="late"))
    rows = connection.execute(
        select(t.news).where(n.state == "due", n.next_ms <= now_ms).order_by(n.next_ms).limit(limit)
    ).all()
    found = []
    for row in rows:
        mine = connection.execute(
            update(t.news)
            .where(*_key(_news(row)), n.state == "due", n.next_ms == row.next_ms)
            .values(next_ms=now_ms + _CLAIM_MS)
        )
        if mine.rowcount == 1:
            found.append(_Due(_news(row), row.account_id, row.tries))
    return found


def _news(row: Row[tuple[object, ...]]) -> News:
    facts = msgspec.json.decode(row.facts, type=Facts)
    return News(row.bundle_id, row.part, What(row.what), row.mark, facts, row.until_ms)


def _key(news: News) -> tuple[ColumnElement[bool], ...]:
    n = t.news.c
    return n.bundle_id == news.bundle_id, n.part == news.part, n.what == news.what.value, n.mark == news.mark
