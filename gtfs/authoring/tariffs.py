"""Fares as operators keep them (flat, 三角表, zones) as rows of fare_attributes.txt and fare_rules.txt."""

from __future__ import annotations

from collections.abc import Iterator

from gtfs.authoring.documents import Document, Fare
from gtfs.authoring.edit import EditError, Editor

__all__ = ["put_fare", "remove_fare"]

_Price = tuple[int, int | None]


def put_fare(editor: Editor, key: str, document: Document) -> None:
    """Work a fare in. Raises EditError for a route, agency or stop that the feed does not have."""
    if not isinstance(document, Fare):
        raise EditError(f"{type(document).__name__} is no fare")
    for route in document.routes:
        if not editor.has("routes", "route_id", route):
            raise EditError(f"routes: there is no route {route!r}; put it first")
    if document.agency and not editor.has("agency", "agency_id", document.agency):
        raise EditError(f"agency: there is no agency {document.agency!r}; put it first")
    remove_fare(editor, key)
    if document.price is not None:
        _attribute(editor, key, document, (document.price, document.ic_price))
        for route in document.routes:
            editor.add("fare_rules", [_rule(key, route)])
        return
    _zones(editor, document)
    prices: dict[_Price, str] = {}
    for origin, destination, price in _pairs(document):
        fare = prices.get(price)
        if fare is None:
            ticket, ic = price
            fare = prices[price] = f"{key}-{ticket}" + ("" if ic is None or ic == ticket else f"-{ic}")
            _attribute(editor, fare, document, price)
        editor.add("fare_rules", [_rule(fare, r, origin, destination) for r in document.routes or [""]])


def remove_fare(editor: Editor, key: str) -> None:
    """Take a fare out, with every price that was made for it (`KEY-230`)."""
    table = editor.feed.table("fare_attributes")
    ids = table["fare_id"].to_list() if "fare_id" in table.columns else []
    own = [
        i
        for i in ids
        if i == key or (i.startswith(f"{key}-") and i[len(key) + 1 :].replace("-", "").isdigit())
    ]
    editor.remove("fare_attributes", "fare_id", own)
    editor.remove("fare_rules", "fare_id", own)


def _attribute(editor: Editor, fare: str, document: Fare, price: _Price) -> None:
    ticket, ic = price
    row = {
        "fare_id": fare, "price": str(ticket), "currency_type": "JPY",
        "payment_method": "1" if document.before_boarding else "0", "transfers": "0",
        "agency_id": document.agency,
    }  # fmt: skip
    if ic is not None:
        row["ic_price"] = str(ic)
    editor.add("fare_attributes", [row])


def _rule(fare: str, route: str, origin: str = "", destination: str = "") -> dict[str, str]:
    return {"fare_id": fare, "route_id": route, "origin_id": origin, "destination_id": destination}


def _zones(editor: Editor, fare: Fare) -> None:
    seen: dict[str, str] = {}
    for zone, stops in fare.zones.items():
        for stop in stops:
            if not editor.has("stops", "stop_id", stop):
                raise EditError(f"zones.{zone}: there is no stop {stop!r}; put it first")
            if seen.setdefault(stop, zone) != zone:
                raise EditError(f"zones: stop {stop!r} is in {seen[stop]!r} and in {zone!r}; keep one")
            there = editor.rows("stops", stop_id=stop)[0].get("zone_id", "")
            if there not in ("", zone):
                raise EditError(
                    f"zones.{zone}: stop {stop!r} has the zone {there!r}; use that name, or change the stop"
                )
            editor.put("stops", ["stop_id"], {"stop_id": stop, "zone_id": zone})


def _pairs(fare: Fare) -> Iterator[tuple[str, str, _Price]]:
    zones = list(fare.zones)
    for i, row in enumerate(fare.triangle):
        for j, ticket in enumerate(row):
            price = (ticket, fare.ic_triangle[i][j] if fare.ic_triangle else None)
            yield zones[i], zones[j], price
            yield zones[j], zones[i], price
        if fare.within is not None:
            yield zones[i], zones[i], (fare.within, None)
