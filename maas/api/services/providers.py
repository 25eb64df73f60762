"""What providers keep: their offers one by one or as a table, their slots, and the bookings of the day."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Header, Query, Response
from sqlalchemy import Connection

from maas.api.services.counter import Actor, Counter, Instant, SlotPath, SlugPath, also, span
from maas.api.services.provider_views import (
    BookingsView,
    ImportView,
    Missed,
    OwnOffersView,
    OwnSlotsView,
    OwnSlotView,
    ProblemView,
    ProviderView,
    SavedView,
    SlotChange,
    SlotChangesView,
    Visit,
)
from maas.api.services.views import BookingView, booking_view
from maas.errors import BadRequest
from maas.services import stock, store
from maas.services.desk import bookings_of, change_slot, provider_of_hold, slot_states
from maas.services.errors import NotYours, UnknownService
from maas.services.exchange import ImportReport, export_offers, import_offers, save_offer
from maas.services.model import Offer, Provider, Versioned

_ETAG = re.compile(r'^(?:W/)?"(\d{1,9})"$')
IfMatch = Annotated[str | None, Header(description="the ETag that was read", max_length=40)]
IfNoneMatch = Annotated[str | None, Header(description="* to create", max_length=40)]


def router(counter: Counter, guard: Callable[..., Any]) -> APIRouter:
    """Routes for providers. `guard` is a dependency that gives the signed-in `Actor` or refuses with 401."""
    routes = APIRouter(prefix="/v1/providers/{provider_id}", tags=["providers"], responses=also(401, 403))
    acting = Depends(guard)
    _provider_routes(routes, counter, acting)
    _offer_routes(routes, counter, acting)
    _table_routes(routes, counter, acting)
    _slot_routes(routes, counter, acting)
    _booking_routes(routes, counter, acting)
    return routes


def list_router(counter: Counter, guard: Callable[..., Any]) -> APIRouter:
    """The route that tells somebody whom they may act for."""
    routes = APIRouter(tags=["providers"], responses=also(401, 403))
    acting = Depends(guard)

    @routes.get("/v1/providers")
    def list_providers(actor: Actor = acting) -> list[Provider]:
        """The providers that the signed-in person keeps, in order of their ids."""
        with counter.database.read() as connection:
            found = store.providers(connection)
        return [p for p in found.values() if actor.providers is None or p.id in actor.providers]

    return routes


def _provider_routes(routes: APIRouter, counter: Counter, acting: Any) -> None:
    @routes.get("")
    def show_provider(provider_id: SlugPath, response: Response, actor: Actor = acting) -> ProviderView:
        """The provider, with its version as ETag."""
        actor.require(provider_id)
        with counter.database.read() as connection:
            found = store.get_provider(connection, provider_id)
        response.headers["ETag"] = f'"{found.version}"'
        return ProviderView(provider=found.provider, version=found.version)

    @routes.put("", responses=also(412, 428))
    def put_provider(
        provider_id: SlugPath,
        provider: Provider,
        response: Response,
        if_match: IfMatch = None,
        if_none_match: IfNoneMatch = None,
        actor: Actor = acting,
    ) -> ProviderView:
        """Change a provider, or create it. Who receives its money is changed by administrators only."""
        actor.require(provider_id)
        if provider.id != provider_id:
            raise BadRequest(f"id {provider.id!r} and the address {provider_id!r} differ; write the same")
        expected = _expected(if_match, if_none_match)

        def work(connection: Connection) -> store.StoredProvider:
            before = store.providers(connection).get(provider_id)
            if actor.providers is not None and (before is None or before.account != provider.account):
                raise NotYours("account: ask an administrator to change who receives the money")
            now = counter.clock()
            return store.put_provider(connection, provider, expected=expected, now=now, actor=actor.id)

        stored = counter.database.run(work)
        response.headers["ETag"] = f'"{stored.version}"'
        response.status_code = 200 if expected else 201
        return ProviderView(provider=stored.provider, version=stored.version)


def _offer_routes(routes: APIRouter, counter: Counter, acting: Any) -> None:
    @routes.get("/offers")
    def list_offers(provider_id: SlugPath, actor: Actor = acting) -> OwnOffersView:
        """Every offer of the provider, drafts and withdrawn ones too."""
        actor.require(provider_id)
        with counter.database.read() as connection:
            store.get_provider(connection, provider_id)
            return OwnOffersView(offers=store.offers_of(connection, provider_id))

    @routes.get("/offers/{offer_id}")
    def show_offer(
        provider_id: SlugPath, offer_id: SlugPath, response: Response, actor: Actor = acting
    ) -> Versioned:
        """One offer, with its version as ETag."""
        actor.require(provider_id)
        found = _own(counter, provider_id, offer_id)
        response.headers["ETag"] = found.etag
        return found

    @routes.put("/offers/{offer_id}", responses=also(409, 412, 428))
    def put_offer(
        provider_id: SlugPath,
        offer_id: SlugPath,
        offer: Offer,
        response: Response,
        if_match: IfMatch = None,
        if_none_match: IfNoneMatch = None,
        actor: Actor = acting,
    ) -> SavedView:
        """Change an offer (If-Match) or create it (If-None-Match: *), and bring its slots to it."""
        actor.require(provider_id)
        if (offer.id, offer.provider_id) != (offer_id, provider_id):
            raise BadRequest(
                f"id and provider_id must be {offer_id!r} and {provider_id!r}, as in the address"
            )
        expected = _expected(if_match, if_none_match)
        if expected:
            _own(counter, provider_id, offer_id)
        stored, slots = counter.database.run(
            lambda c: save_offer(
                c, offer, expected=expected, horizon=counter.horizon, now=counter.clock(), actor=actor.id
            )
        )
        response.headers["ETag"] = stored.etag
        response.status_code = 200 if expected else 201
        return SavedView(
            offer=stored.offer, version=stored.version,
            slots=SlotChangesView(
                opened=slots.opened, changed=slots.changed, closed=slots.closed,
                problems=[ProblemView(field=p.field, message=p.message) for p in slots.problems],
            ),
        )  # fmt: skip


def _table_routes(routes: APIRouter, counter: Counter, acting: Any) -> None:
    @routes.get("/offers.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
    def export_table(provider_id: SlugPath, actor: Actor = acting) -> Response:
        """Every offer as a table for a spreadsheet."""
        actor.require(provider_id)
        with counter.database.read() as connection:
            store.get_provider(connection, provider_id)
            table = export_offers(connection, provider_id)
        headers = {"Content-Disposition": f'attachment; filename="{provider_id}-offers.csv"'}
        # The mark at the start tells spreadsheets that it is UTF-8.
        return Response(table.encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers=headers)

    @routes.post("/offers.csv", responses=also(409))
    def import_table(
        provider_id: SlugPath,
        data: Annotated[bytes, Body(media_type="text/csv", description="as the export writes it")],
        actor: Actor = acting,
    ) -> ImportView:
        """Keep every right row of a table; the others are reported with line, column and fix."""
        actor.require(provider_id)
        report = counter.database.run(lambda c: _import(c, data, provider_id, counter, actor))
        return ImportView(
            created=list(report.created), changed=list(report.changed), unchanged=list(report.unchanged),
            problems=[ProblemView(field=p.field, message=p.message, line=p.line) for p in report.problems],
        )  # fmt: skip


def _slot_routes(routes: APIRouter, counter: Counter, acting: Any) -> None:
    @routes.get("/offers/{offer_id}/slots")
    def list_slots(
        provider_id: SlugPath,
        offer_id: SlugPath,
        start: Annotated[Instant | None, Query(alias="from", description="now if left out")] = None,
        to: Annotated[Instant | None, Query(description="two weeks later if left out")] = None,
        actor: Actor = acting,
    ) -> OwnSlotsView:
        """The slots of an offer with what is held, booked, used and waited for."""
        actor.require(provider_id)
        _own(counter, provider_id, offer_id)
        begin, finish = span(start, to, counter.clock(), days=14)
        with counter.database.read() as connection:
            found = slot_states(connection, offer_id, begin, finish)
        return OwnSlotsView(slots=[OwnSlotView.model_validate(s, from_attributes=True) for s in found])

    @routes.put("/offers/{offer_id}/slots/{slot_id}", responses=also(409))
    def put_slot(
        provider_id: SlugPath,
        offer_id: SlugPath,
        slot_id: SlotPath,
        change: SlotChange,
        actor: Actor = acting,
    ) -> OwnSlotView:
        """Change one slot by itself: fewer rooms tonight, another price, closed."""
        actor.require(provider_id)
        _own(counter, provider_id, offer_id)
        state = counter.database.run(
            lambda c: change_slot(
                c,
                offer_id,
                slot_id,
                capacity=change.capacity,
                price_minor=change.price_minor,
                is_open=change.open,
                now=counter.clock(),
                actor=actor.id,
            )
        )
        return OwnSlotView.model_validate(state, from_attributes=True)


def _booking_routes(routes: APIRouter, counter: Counter, acting: Any) -> None:
    @routes.get("/bookings")
    def list_bookings(
        provider_id: SlugPath,
        start: Annotated[Instant | None, Query(alias="from", description="now if left out")] = None,
        to: Annotated[Instant | None, Query(description="two days later if left out")] = None,
        actor: Actor = acting,
    ) -> BookingsView:
        """Who comes when, without who they are."""
        actor.require(provider_id)
        begin, finish = span(start, to, counter.clock(), days=2)
        with counter.database.read() as connection:
            store.get_provider(connection, provider_id)
            found = bookings_of(connection, provider_id, begin, finish)
        return BookingsView(bookings=[booking_view(one) for one in found])

    @routes.post("/visits", responses=also(409))
    def redeem(provider_id: SlugPath, visit: Visit, actor: Actor = acting) -> BookingView:
        """A booking or coupon is used, once. Repeating with the same use_key is no second use."""
        actor.require(provider_id)

        def work(connection: Connection) -> BookingView:
            _own_booking(connection, provider_id, visit.key)
            return booking_view(stock.redeem(connection, visit.key, visit.use_key, actor=actor.id))

        return counter.database.run(work)

    @routes.post("/no-shows", responses=also(409))
    def missed(provider_id: SlugPath, missed: Missed, actor: Actor = acting) -> BookingView:
        """Nobody came; the terms say what that costs."""
        actor.require(provider_id)

        def work(connection: Connection) -> BookingView:
            _own_booking(connection, provider_id, missed.key)
            return booking_view(stock.no_show(connection, missed.key, now=counter.clock(), actor=actor.id))

        return counter.database.run(work)


def _import(
    connection: Connection, data: bytes, provider_id: str, counter: Counter, actor: Actor
) -> ImportReport:
    store.get_provider(connection, provider_id)
    return import_offers(
        connection, data, provider_id, horizon=counter.horizon, now=counter.clock(), actor=actor.id
    )


def _own(counter: Counter, provider_id: str, offer_id: str) -> Versioned:
    """The offer, if it is this provider's; others' drafts do not exist for it."""
    with counter.database.read() as connection:
        found = store.find_offer(connection, offer_id)
    if found is None or found.offer.provider_id != provider_id:
        raise UnknownService(f"{provider_id!r} has no offer {offer_id!r}; list its offers")
    return found


def _own_booking(connection: Connection, provider_id: str, key: str) -> None:
    if provider_of_hold(connection, key) != provider_id:
        raise UnknownService(f"{provider_id!r} has no booking under the key {key!r}")


def _expected(if_match: str | None, if_none_match: str | None) -> int | None:
    """The version that a change is made from; 0 to create; None where nothing was said."""
    if if_match is not None:
        match = _ETAG.match(if_match.strip())
        if match is None:
            raise BadRequest(f'If-Match {if_match!r}: send the ETag that was read, such as "3"')
        return int(match[1])
    if if_none_match is not None:
        if if_none_match.strip() != "*":
            raise BadRequest(f"If-None-Match {if_none_match!r}: send * to create")
        return 0
    return None
