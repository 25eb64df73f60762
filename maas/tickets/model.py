"""What a ticket says, and how that is written in few bytes.

Claims of RFC 8392: 4 (exp), 5 (nbf), 7 (cti: the ticket's id). Ours, in one array under -65537:
`[kind, part, passengers, wheelchairs, concession, uses, scope]`, and where some pay less, an eighth:
`[[concession, count, proof], ...]`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any

import cbor2

from maas.tickets import base45
from maas.tickets.errors import BadTicket

__all__ = [
    "OWN_CLAIM",
    "PREFIX",
    "Claims",
    "Concession",
    "Kind",
    "Reduced",
    "claims_of",
    "packed",
    "text_of",
    "token_of",
]

PREFIX = "MT1:"
"""So that a reader tells our codes from others before it looks inside."""

OWN_CLAIM = -65_537
_EXP, _NBF, _CTI = 4, 5, 7
ID_BYTES = 8
TEXT_MAX = 1_000


class Kind(IntEnum):
    """What the ticket is for."""

    SHUTTLE = 1
    DEVICE = 2
    CYCLE = 3
    TRANSIT = 4
    SERVICE = 5
    OUTSIDE = 6
    PASS = 7


class Concession(IntEnum):
    """The right by which less was paid: what an inspector may ask to see."""

    NONE = 0
    CHILD = 1
    AGE_65 = 2
    DISABILITY = 3
    RETURNED_LICENCE = 4
    STUDENT = 5
    RESIDENT = 6
    SENIOR = 7
    YOUTH = 8
    OTHER = 9

    @classmethod
    def _missing_(cls, value: object) -> Concession | None:
        """One that came after this reader was made is some other one: nobody is refused for that."""
        return cls.OTHER if isinstance(value, int) and 9 < value < 256 else None


@dataclass(frozen=True, slots=True)
class Reduced:
    """How many pay less by which right, and whether they must show that they have it."""

    concession: Concession
    count: int
    proof: bool


@dataclass(frozen=True, slots=True)
class Claims:
    """A ticket's content. Times are whole seconds; `uses` 0 means as often as one likes.

    `scope` is `operator/line/vehicle`, as many segments as matter, `*` for any: `shuttle`, `bus/toyosuna`,
    `shuttle/*/v-3`.
    """

    id: bytes
    kind: Kind
    part: int
    valid_from: datetime
    valid_until: datetime
    scope: str
    passengers: int = 1
    wheelchairs: int = 0
    concession: Concession = Concession.NONE
    uses: int = 1
    reduced: tuple[Reduced, ...] = ()

    def good_for(self, place: str) -> bool:
        """Whether the scope covers a reader's place, which names operator, line and vehicle."""
        here = place.split("/")
        wanted = self.scope.split("/")
        return len(wanted) <= len(here) and all(
            word in ("*", found) for word, found in zip(wanted, here, strict=False)
        )


def packed(claims: Claims) -> bytes:
    """The claims as CBOR, always the same bytes."""
    own: list[Any] = [
        claims.kind.value, claims.part, claims.passengers, claims.wheelchairs, claims.concession.value,
        claims.uses, claims.scope,
    ]  # fmt: skip
    if claims.reduced:
        own.append([[each.concession.value, each.count, int(each.proof)] for each in claims.reduced])
    return cbor2.dumps(
        {
            _EXP: int(claims.valid_until.timestamp()),
            _NBF: int(claims.valid_from.timestamp()),
            _CTI: claims.id,
            OWN_CLAIM: own,
        },
        canonical=True,
    )


def claims_of(payload: bytes) -> Claims:
    """The claims in a verified payload. Raises BadTicket for another kind of token."""
    try:
        found: Any = cbor2.loads(payload)
        kind, part, passengers, wheelchairs, concession, uses, scope, *more = found[OWN_CLAIM]
        reduced = tuple(
            Reduced(Concession(each[0]), int(each[1]), bool(each[2])) for each in (more[0] if more else ())
        )
        return Claims(
            bytes(found[_CTI]), Kind(kind), int(part), datetime.fromtimestamp(found[_NBF], UTC),
            datetime.fromtimestamp(found[_EXP], UTC), str(scope), int(passengers), int(wheelchairs),
            Concession(concession), int(uses), reduced,
        )  # fmt: skip
    except (KeyError, IndexError, ValueError, TypeError, OverflowError, cbor2.CBORDecodeError):
        raise BadTicket(
            "it is signed by us, but it is no ticket of a version that this reader knows"
        ) from None


def text_of(token: bytes) -> str:
    """What the QR code says."""
    return PREFIX + base45.encode(token)


def token_of(text: str) -> bytes:
    """The token in a QR code's text. Raises BadTicket."""
    clean = text.strip("\r\n\t")
    if not clean.startswith(PREFIX) or len(clean) > TEXT_MAX:
        raise BadTicket(f"{clean[:20]!r} does not begin with {PREFIX}: it is not a ticket of ours")
    try:
        return base45.decode(clean[len(PREFIX) :])
    except ValueError as error:
        raise BadTicket(f"the code is damaged: {error}") from None
