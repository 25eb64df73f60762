"""The ledger's statements, built once: building them anew for every call cost more than running them."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select, text

from payments.ledger import tables as t
from storage.sql import one_of

_a, _b, _c, _p = t.account.c, t.balance.c, t.transfer.c, t.posting.c

PG_NEXT_IDS = text("SELECT nextval('ledger_transfer_ids') FROM generate_series(1, :count)")
LAST_ID = select(func.coalesce(func.max(_c.id), 0))
ACCOUNTS = select(_a.id, _a.code, _a.currency, _a.floor_minor).where(one_of(_a.code, "codes"))
DIGESTS = select(_c.key, _c.digest).where(one_of(_c.key, "keys"))
PARENT = select(_c.id, _c.phase, _c.reference).where(_c.key == bindparam("pending_key")).with_for_update()
REMAINING = (
    select(_a.code, _p.layer, func.sum(_p.amount_minor).label("amount"), func.max(_p.part).label("part"))
    .join(t.transfer, _c.id == _p.transfer_id)
    .join(t.account, _a.id == _p.account_id)
    .where(
        (_c.id == bindparam("pending_id")) | (_c.pending_id == bindparam("pending_id")), _p.layer != "posted"
    )
    .group_by(_a.code, _p.layer)
)
PARENTS = (
    select(_c.id, _c.key, _c.phase, _c.reference)
    .where(one_of(_c.key, "pending_keys"))
    .order_by(_c.id)
    .with_for_update()
)
_root = func.coalesce(_c.pending_id, _c.id)
REMAINING_OF = (
    select(
        _root.label("root"), _a.code, _p.layer, func.sum(_p.amount_minor).label("amount"),
        func.max(_p.part).label("part"),
    )
    .join(t.transfer, _c.id == _p.transfer_id)
    .join(t.account, _a.id == _p.account_id)
    .where(
        one_of(_c.id, "pending_ids", numbers=True)
        | one_of(_c.pending_id, "pending_ids", numbers=True),
        _p.layer != "posted",
    )
    .group_by(_root, _a.code, _p.layer)
)  # fmt: skip
ALL_BALANCES = (
    select(
        _a.code, _a.currency, _a.floor_minor,
        func.sum(_b.posted_minor).label("posted"),
        func.sum(_b.outgoing_minor).label("outgoing"),
        func.sum(_b.incoming_minor).label("incoming"),
    )
    .join(t.account, _a.id == _b.account_id)
    .group_by(_a.code, _a.currency, _a.floor_minor)
    .order_by(_a.code)
)  # fmt: skip
BALANCES = ALL_BALANCES.where(one_of(_a.code, "codes"))
CODES_ENDING = select(_a.code).where(
    _a.currency == bindparam("currency"), _a.code.endswith(bindparam("suffix"), autoescape=False)
)
LOCK = (
    select(_b.shard)
    .where(_b.account_id == select(_a.id).where(_a.code == bindparam("code")).scalar_subquery())
    .with_for_update()
)
SUM_OF_PART = select(func.coalesce(func.sum(_p.amount_minor), 0)).where(_p.part == bindparam("part_name"))
