"""`maas bundles`: what goes no further by itself."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import click

from maas.settings import Settings

__all__ = ["bundles"]


@click.group()
def bundles() -> None:
    """Bundles and the sagas behind them."""


@bundles.command()
@click.option("--database", help="sqlite:///FILE or postgresql://…; MAAS_DATABASE if left out.")
@click.option("--older", default=60, show_default=True, help="Tried in vain for so many seconds.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def stuck(database: str | None, older: int, as_json: bool) -> None:
    """List the sagas that an operator should look at; POST /v1/sagas/ID/retry, undo or mark sets them right.

    \b
    Example:
      maas bundles stuck --database postgresql://maas@localhost/maas --json
    """  # noqa: D301
    from maas.booking import store
    from maas.booking.schema import create_schema
    from maas.errors import BadRequest
    from storage.database import Database

    url = database or Settings.from_environment().database
    if url is None:
        raise BadRequest("--database: say which, or set MAAS_DATABASE")
    opened = Database.open(url)
    create_schema(opened)
    with opened.read() as connection:
        found = store.stuck_sagas(connection, older_ms=older * 1000)
    opened.close()
    told = [
        {
            "id": one.id, "bundle_id": one.bundle_id, "kind": one.kind, "phase": one.phase,
            "state": one.state, "attempts": one.attempts, "error": one.error,
            "begun_at": datetime.fromtimestamp(one.created_ms / 1000, UTC).isoformat(),
        }
        for one in found
    ]  # fmt: skip
    if as_json:
        click.echo(json.dumps({"sagas": told}, ensure_ascii=False))
        return
    for one in told:
        click.echo(f"{one['id']}  {one['kind']}/{one['phase']}  {one['attempts']} tries  {one['error']}")
    click.echo(f"{len(told)} sagas to look at")
