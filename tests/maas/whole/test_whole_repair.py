"""Sagas that go no further: an operator sees them, by HTTP and by command, and sets them right."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import select, text
from whole_world import Person, Whole

from maas.booking import tables as t
from maas.identity.model import Role
from payments.adapters.faults import NO_FAULTS, Faults
from payments.adapters.sandbox import SandboxProcessor
from payments.ledger.audit import audit


@pytest.fixture
def processor(whole: Whole) -> Iterator[SandboxProcessor]:
    """The sandbox; whatever a test breaks of it is whole again afterwards."""
    sandbox = whole.system.paying.sandbox
    assert sandbox is not None
    yield sandbox
    sandbox.faults = NO_FAULTS


def stuck(whole: Whole, rider: Person, processor: SandboxProcessor) -> dict[str, Any]:
    """A bundle whose card was asked for twenty times and never answered; its saga as the operator sees it."""
    part = {"kind": "service", "label": "visit", "slot_id": whole.slot("onsen-entry")["id"]}
    bundle = rider.done("POST", "/v1/bundles", {"parts": [part]})
    processor.faults = Faults(3, lost_answer=1.0)
    assert rider.send("POST", f"/v1/bundles/{bundle['id']}/confirm").status_code == 202
    mine = t.saga.c.bundle_id == bundle["id"]
    for _ in range(200):
        with whole.system.database.read() as connection:
            row = connection.execute(select(t.saga).where(mine)).one()
        if row.state == "stuck":
            break
        with whole.system.database.write() as connection:
            connection.execute(
                text("UPDATE booking_saga SET wake_ms = 0 WHERE id = :i AND lease_until_ms = 0"),
                {"i": row.id},
            )
        whole.system.booking.work()
    assert (row.state, row.phase) == ("stuck", "pay")
    processor.faults = NO_FAULTS
    return {"saga": row.id, "bundle": bundle["id"]}


def test_an_operator_sees_what_is_stuck_and_sets_it_right(
    whole: Whole, processor: SandboxProcessor, maas_command: Callable[..., Any]
) -> None:
    rider, operator = whole.person(), whole.person((Role.OPERATOR, "makuhari-shuttle"))
    chief = whole.person((Role.ADMINISTRATOR, ""))
    rider.save_card()
    tried, undone, marked = (stuck(whole, rider, processor) for _ in range(3))
    assert rider.get("/v1/sagas").status_code == 403
    listed = {one["id"]: one for one in operator.get("/v1/sagas").json()["sagas"]}
    for one in (tried, undone, marked):
        seen = listed[one["saga"]]
        assert (seen["kind"], seen["phase"], seen["state"]) == ("book", "pay", "stuck")
        assert "no answer came in time" in seen["error"]
    database = whole.system.database.engine.url.render_as_string(hide_password=False)
    told = json.loads(maas_command("bundles", "stuck", "--database", database, "--json").stdout)
    assert {one["saga"] for one in (tried, undone, marked)} <= {saga["id"] for saga in told["sagas"]}
    shown = operator.get(f"/v1/sagas/{tried['saga']}").json()
    assert [line["what"] for line in shown["journal"]][:3] == ["open", "held", "begin authorise"]
    assert shown["bundle"]["state"] == "paying"

    why = {"reason": "the processor is back"}
    assert rider.send("POST", f"/v1/sagas/{tried['saga']}/retry", why).status_code == 403
    assert operator.send("POST", f"/v1/sagas/{tried['saga']}/retry", {}).status_code == 422
    done = operator.done("POST", f"/v1/sagas/{tried['saga']}/retry", why)
    assert (done["state"], done["bundle"]["state"]) == ("done", "confirmed")
    assert done["bundle"]["paid_minor"] == done["bundle"]["total"]["amount"] > 0

    done = operator.done("POST", f"/v1/sagas/{undone['saga']}/undo", {"reason": "the rider gave up"})
    assert (done["state"], done["bundle"]["state"], done["bundle"]["paid_minor"]) == ("done", "failed", 0)
    assert {part["state"] for part in done["bundle"]["parts"]} == {"released"}
    assert operator.send("POST", f"/v1/sagas/{undone['saga']}/undo", why).status_code == 409

    done = operator.done("POST", f"/v1/sagas/{marked['saga']}/mark", {"reason": "settled by telephone"})
    assert (done["state"], done["bundle"]["state"]) == ("done", "failed")
    left = {one["id"] for one in operator.get("/v1/sagas").json()["sagas"]}
    assert not left & {one["saga"] for one in (tried, undone, marked)}
    assert {"operator: mark"} <= {line["what"] for line in done["journal"]}
    trail = chief.get(f"/v1/admin/audit?count=1000&subject={rider.account}").json()
    assert {"saga.retry", "saga.undo", "saga.mark"} <= {line["action"] for line in trail}
    with whole.system.database.read() as connection:
        assert audit(connection) == []
