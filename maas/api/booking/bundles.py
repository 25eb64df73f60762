"""`/v1/bundles`: hold an outing, pay once, look, give back; for oneself or for whom one may book."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import tzinfo
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Response

from maas.api.booking.asked import (
    BundleIn,
    CancelIn,
    Card,
    ChangeIn,
    ConfirmIn,
    JourneyIn,
    OnSite,
    PartsView,
)
from maas.api.booking.resolve import Resolver
from maas.api.booking.views import (
    BundlesView,
    BundleView,
    CancelView,
    ChangeView,
    bundle_view,
    cancel_view,
    change_view,
)
from maas.api.identity.guards import Guards
from maas.api.problems import Problem
from maas.booking.draft import Draft, Means
from maas.booking.model import Bundle, BundleState
from maas.booking.service import Booking
from maas.identity import audit
from maas.identity.compose import Identity
from maas.identity.errors import NotAllowed
from maas.identity.model import Role
from maas.identity.principal import Principal
from maas.payers.service import Payers

__all__ = ["BundlePath", "Desk", "answers", "router"]

BundlePath = Annotated[str, Path(pattern=r"^bdl_[0-9a-f]{32}$")]
RequestKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        max_length=100,
        pattern=r"^[\x21-\x7e]*$",
        description="the same key answers with the same bundle, so that a lost answer can be asked for again",
    ),
]
Lang = Annotated[str, Query(max_length=16, description="language of names: ja, en, zh, ko")]
_TEXTS = {
    202: "The rider or the bank has to answer; ask again",
    401: "Nobody is signed in",
    402: "The card was declined; everything stays held, another may be tried",
    403: "Not allowed for this account",
    404: "You have no such bundle",
    409: "It is not possible in the present state; `reason` or the type says why",
}


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that the routes need; made once by the composition root."""

    booking: Booking
    identity: Identity
    payers: Payers
    resolver: Resolver
    zone: tzinfo
    waiting_s: int = 900  # to take up what a queue offers


def answers(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What an operation may answer beside the usual, for the OpenAPI document."""
    schema = {"application/problem+json": {"schema": Problem.model_json_schema()}}
    return {status: {"content": schema, "description": _TEXTS[status]} for status in statuses}


def router(desk: Desk, guards: Guards) -> APIRouter:
    """Routes for riders, guests, family proxies (X-On-Behalf-Of) and call-takers."""
    routes = APIRouter(tags=["bundles"], responses=answers(401, 403))
    booking = desk.booking
    books = Depends(guards.rider(book=True, scope="bookings:write"))
    sees = Depends(guards.rider(book=False, scope="bookings:read"))

    def shown(bundle: Bundle, lang: str) -> BundleView:
        return bundle_view(bundle, desk.zone, lang)

    @routes.post("/v1/bundles", status_code=201, responses=answers(404, 409))
    def hold_bundle(asked: BundleIn, key: RequestKey = "", who: Principal = books) -> BundleView:
        """Keep every part, or none: priced, each for itself, until `expires_at`."""
        draft = Draft(
            _subject(who), _booker(who), key or secrets.token_hex(16),
            hashlib.sha256(asked.model_dump_json().encode()).hexdigest(),
            tuple(desk.resolver.part(part, asked.lang) for part in asked.parts),
        )  # fmt: skip
        bundle = booking.hold(draft)
        _written(desk, who, "bundle.hold", bundle)
        return shown(bundle, asked.lang)

    @routes.post("/v1/bundles/from-journey")
    def parts_of_journey(journey: JourneyIn, who: Principal = books) -> PartsView:
        """The parts of a planned journey, ready to be sent to POST /v1/bundles; nothing is held."""
        del who
        return desk.resolver.parts_of(journey)

    @routes.get("/v1/bundles")
    def list_bundles(
        who: Principal = sees,
        lang: Lang = "",
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        offset: Annotated[int, Query(ge=0, le=100_000)] = 0,
    ) -> BundlesView:
        """Mine, newest first."""
        found = booking.of(_subject(who), limit=limit, offset=offset)
        return BundlesView(bundles=[shown(bundle, lang) for bundle in found])

    @routes.get("/v1/bundles/{bundle_id}", responses=answers(404))
    def show_bundle(bundle_id: BundlePath, lang: Lang = "", who: Principal = sees) -> BundleView:
        """How it stands; one that waits for the bank is looked after in passing."""
        bundle = booking.get(bundle_id, _subject(who))
        if bundle.state is BundleState.PAYING or bundle.awaits:
            bundle = booking.poke(bundle)
        return shown(bundle, lang)

    @routes.post(
        "/v1/bundles/{bundle_id}/confirm",
        responses={202: {"model": BundleView, "description": _TEXTS[202]}, **answers(402, 404, 409)},
    )
    def confirm_bundle(
        bundle_id: BundlePath,
        response: Response,
        asked: ConfirmIn | None = None,
        lang: Lang = "",
        who: Principal = books,
    ) -> BundleView:
        """Pay once and book everything, or nothing; safe to repeat.

        202: not decided yet. With `challenge_url` the rider answers their bank there; then ask again.
        """
        means = means_of(
            desk, who, asked or ConfirmIn.model_validate({}), booking.get(bundle_id, _subject(who))
        )
        bundle = booking.confirm(bundle_id, _subject(who), means)
        _written(desk, who, "bundle.confirm", bundle)
        response.status_code = 202 if bundle.state is BundleState.PAYING else 200
        return shown(bundle, lang)

    @routes.post("/v1/bundles/{bundle_id}/cancel", responses=answers(404, 409))
    def cancel_bundle(
        bundle_id: BundlePath,
        asked: CancelIn | None = None,
        preview: bool = False,
        lang: Lang = "",
        who: Principal = books,
    ) -> CancelView:
        """Give parts back, or with `preview` see what that costs by their own rules."""
        wish = asked or CancelIn.model_validate({})
        quote = booking.give_back_quote(bundle_id, _subject(who), wish.parts)
        if preview:
            return cancel_view(quote, booking.get(bundle_id), desk.zone, lang, preview=True)
        refund = quote.refund_minor if wish.refund_minor is None else wish.refund_minor
        bundle = booking.give_back(bundle_id, _subject(who), wish.parts, actor=who.actor, refund_minor=refund)
        _written(desk, who, "bundle.cancel", bundle)
        return cancel_view(quote, bundle, desk.zone, lang, preview=False)

    @routes.post(
        "/v1/bundles/{bundle_id}/changes",
        responses={202: {"model": ChangeView, "description": _TEXTS[202]}, **answers(402, 404, 409)},
    )
    def change_bundle(
        bundle_id: BundlePath,
        asked: ChangeIn,
        response: Response,
        preview: bool = False,
        lang: Lang = "",
        who: Principal = books,
    ) -> ChangeView:
        """Another wish for a confirmed part, or with `preview` see what it comes to.

        202: the bank asks about the difference. With `challenge_url` the rider answers there; then ask for
        the bundle until it is not `busy`: the part was replaced, or `reason` says why nothing has changed.
        """
        part = desk.resolver.part(asked.part, asked.lang)
        subject = _subject(who)
        change = booking.change_quote(bundle_id, subject, part.label, part.wish)
        if preview:
            return change_view(change, booking.get(bundle_id), desk.zone, lang, preview=True)
        shown = change.pay_minor if asked.pay_minor is None else asked.pay_minor
        # Only riders themselves can answer their bank; nobody does so for a call-taker or a proxy.
        back = desk.identity.settings.issuer + asked.return_path if who.behalf is None else ""
        bundle = booking.change(
            bundle_id, subject, part.label, part.wish, actor=who.actor, pay_minor=shown, return_url=back
        )
        _written(desk, who, "bundle.change", bundle)
        response.status_code = 202 if bundle.awaits else 200
        return change_view(change, bundle, desk.zone, lang, preview=False)

    return routes


def means_of(desk: Desk, who: Principal, asked: ConfirmIn, bundle: Bundle) -> Means:
    """How it is paid. Raises NotAllowed, and what `Payers.instrument` raises."""
    if isinstance(asked.payment, OnSite):
        if Role.CALL_TAKER not in who.roles:
            raise NotAllowed("only a call-taker books what is paid on site; name a saved card")
        return Means("", "", on_site=True)
    if bundle.total_minor == 0 or bundle.state is not BundleState.HELD:
        return Means("", "")
    card: Card = asked.payment
    payer = who.account_id if card.payer == "booker" else _subject(who)
    with desk.booking.deps.database.read() as connection:
        instrument = desk.payers.instrument(connection, str(payer), card.method_id)
    return Means(instrument.customer_id, instrument.method, desk.identity.settings.issuer + asked.return_path)


def _subject(who: Principal) -> str:
    assert who.subject is not None, "the guard lets accounts in only"
    return who.subject


def _booker(who: Principal) -> str:
    """Who books for another; empty where riders book for themselves."""
    return who.actor if who.behalf is not None else ""


def _written(desk: Desk, who: Principal, what: str, bundle: Bundle) -> None:
    """One line in the audit trail of the one ID."""
    desk.identity.write(
        lambda work: audit.append(work, what, bundle.subject, bundle=bundle.id, state=bundle.state.value),
        by=who,
    )
