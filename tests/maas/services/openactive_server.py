"""A booking system that speaks the Open Booking API, for tests: capacity, leases, orders, an RPDE feed.

It runs as a real HTTP server in a thread and does what partners' systems do on bad days, as `faults` say:
`lose` acts and hangs up, `refuse` hangs up before acting, `late` acts and answers after the client gave up,
`twice` lets a request arrive twice, `broken` answers 500 without acting, `garbage` acts and answers text.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MEDIA_TYPE = "application/vnd.openactive.booking+json; version=1"
FACILITY = "https://partner.example/facilities/court"


class BookingSystem:
    """The partner's state; every method is called under one lock."""

    def __init__(self, capacity: int = 3, price: float = 1500) -> None:
        self.capacity, self.price = capacity, price
        self.leases: dict[str, list[str]] = {}
        self.orders: dict[str, dict[str, Any]] = {}
        self.bookings_made = 0
        self.requests: list[str] = []
        self.faults: list[tuple[str, str]] = []  # (method and start of path, fault), used up in order
        self.lock = threading.Lock()
        self.slow = threading.Event()  # set to let late answers go
        self.always_exists_error = False
        self.in_flight = 0
        self.feed: list[dict[str, Any]] = [
            self.slot("s1", "2026-12-01T10:00:00+09:00", PT="PT1H"),
            self.slot("s2", "2026-12-01T11:00:00+09:00", end="2026-12-01T12:30:00+09:00"),
            self.slot("s3", "2026-12-05T10:00:00+09:00", PT="PT1H30M"),
        ]

    def slot(self, name: str, start: str, *, end: str = "", PT: str = "", uses: int = 3) -> dict[str, Any]:  # noqa: N803
        times = {"endDate": end} if end else {"duration": PT}
        data = {
            "@type": "Slot", "@id": f"https://partner.example/slots/{name}", "facilityUse": FACILITY,
            "startDate": start, **times, "remainingUses": uses, "maximumUses": 3,
            "offers": [{"@type": "Offer", "@id": "https://partner.example/offers/adult", "price": self.price,
                        "priceCurrency": "JPY"}],
        }  # fmt: skip
        return {"state": "updated", "kind": "FacilityUse/Slot", "id": name, "data": data}

    def booked(self, but: str = "") -> int:
        """Places taken, not counting one order of ours."""
        alive = sum(
            sum(not i["orderItemStatus"].endswith("CustomerCancelled") for i in o["orderedItem"])
            for name, o in self.orders.items()
        )
        return alive + sum(len(items) for name, items in self.leases.items() if name != but)

    def handle(
        self, method: str, path: str, body: dict[str, Any] | None
    ) -> tuple[int, dict[str, Any] | None]:
        with self.lock:
            head, _, name = path.strip("/").partition("/")
            if path.startswith("/feed"):
                after = int(path.partition("after=")[2] or 0)
                items = self.feed[after : after + 2]
                return 200, {"next": f"/feed?after={after + len(items)}", "items": items}
            if method == "DELETE":
                return (204, None) if self.leases.pop(name, None) else (404, {"@type": "UnknownOrderError"})
            if method == "GET":
                found = self.orders.get(name)
                return (200, found) if found else (404, {"@type": "UnknownOrderError"})
            if method == "PATCH":
                return self.cancel(name, body or {})
            return self.put(head, name, body or {})

    def put(self, head: str, name: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        items = body["orderedItem"]
        if head == "orders" and name in self.orders:
            if self.always_exists_error:
                return 409, {"@type": "OrderAlreadyExistsError", "description": "there is such an order"}
            return 201, self.orders[name]
        total = {"@type": "PriceSpecification", "price": self.price * len(items), "priceCurrency": "JPY"}
        answer: dict[str, Any] = {"@type": "OrderQuote", "totalPaymentDue": total, "orderedItem": items}
        if self.booked(but=name) + len(items) > self.capacity:
            full = {"@type": "OpportunityIsFullError", "description": "There are no spaces left"}
            return 409, answer | {"orderedItem": [item | {"error": [full]} for item in items]}
        if head == "order-quotes":
            self.leases[name] = [item["orderedItem"]["@id"] for item in items]
            until = datetime.now(UTC) + timedelta(minutes=15)
            answer["lease"] = {"@type": "Lease", "leaseExpires": until.isoformat()}
        if head == "orders":
            if body["totalPaymentDue"]["price"] != total["price"]:
                return 400, {"@type": "TotalPaymentDueMismatchError", "description": "the price has changed"}
            self.leases.pop(name, None)
            self.bookings_made += 1
            confirmed = "https://openactive.io/OrderItemConfirmed"
            answer["@type"] = "Order"
            answer["orderedItem"] = [
                item | {"@id": f"https://partner.example/orders/{name}#{n}", "orderItemStatus": confirmed}
                for n, item in enumerate(items)
            ]
            self.orders[name] = answer
            return 201, answer
        return 200, answer

    def cancel(self, name: str, body: dict[str, Any]) -> tuple[int, dict[str, Any] | None]:
        order = self.orders.get(name)
        if order is None:
            return 404, {"@type": "UnknownOrderError", "description": "no such order"}
        wanted = {item["@id"]: item["orderItemStatus"] for item in body["orderedItem"]}
        for item in order["orderedItem"]:
            item["orderItemStatus"] = wanted.get(item["@id"], item["orderItemStatus"])
        return 204, None

    def settle(self) -> None:
        """Let what was late arrive, and wait until it was dealt with."""
        self.slow.set()
        while self.in_flight:
            time.sleep(0.01)

    def next_fault(self, method: str, path: str) -> str:
        with self.lock:
            self.requests.append(f"{method} {path.split('/')[1]}")
            for n, (where, fault) in enumerate(self.faults):
                if f"{method} {path}".startswith(where):
                    del self.faults[n]
                    return fault
        return ""


class _Handler(BaseHTTPRequestHandler):
    system: BookingSystem

    def _any(self) -> None:
        with self.system.lock:
            self.system.in_flight += 1
        try:
            self._dispatch()
        finally:
            with self.system.lock:
                self.system.in_flight -= 1

    def _dispatch(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        if body is not None:
            assert self.headers["Content-Type"] == MEDIA_TYPE
            assert body["@context"] == "https://openactive.io/"
        fault = self.system.next_fault(self.command, self.path)
        if fault == "refuse":
            self.close_connection = True
            return
        if fault == "broken":
            self._answer(500, None)
            return
        if fault == "late":
            self.system.slow.wait(20)
        status, answer = self.system.handle(self.command, self.path, body)
        if fault == "twice":
            status, answer = self.system.handle(self.command, self.path, body)
        if fault in ("lose", "late"):
            self.close_connection = True
            return
        if fault == "garbage":
            self.send_response(200)
            self.send_header("Content-Length", "9")
            self.end_headers()
            self.wfile.write(b"<html>..>")
            return
        self._answer(status, answer)

    do_GET = do_PUT = do_PATCH = do_DELETE = _any  # noqa: N815

    def _answer(self, status: int, answer: dict[str, Any] | None) -> None:
        if answer is not None and str(answer.get("next", "")).startswith("/"):
            host, port = self.server.server_address[:2]
            answer = answer | {"next": f"http://{host!s}:{port}{answer['next']}"}
        content = b"" if answer is None else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", MEDIA_TYPE)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Silence."""


@contextmanager
def serving(system: BookingSystem) -> Iterator[str]:
    """Run the system on a free port; yields its base URL."""
    handler = type("Handler", (_Handler,), {"system": system})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        system.slow.set()
        server.shutdown()
        server.server_close()
        thread.join()
