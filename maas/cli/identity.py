"""`maas identity`: the first administrator."""

from __future__ import annotations

from pathlib import Path

import click

from maas.cli.options import PATH, opened_area
from maas.settings import Settings

__all__ = ["identity"]


@click.group()
def identity() -> None:
    """Keep the one ID: make administrators."""


@identity.command()
@click.argument("email")
@click.option(
    "--area", "folder", type=PATH, help="The area whose server it is; the bundled sample if left out."
)
@click.option("--database", help="sqlite:///FILE or postgresql://…; the area's own file if left out.")
def admin(email: str, folder: Path | None, database: str | None) -> None:
    """Make an account with EMAIL an administrator; it signs in by the link mailed to it.

    \b
    Example:
      maas identity admin clerk@example.jp
    """  # noqa: D301
    from maas.identity.compose import create_administrator
    from maas.wiring.identity import configured_identity
    from maas.wiring.system import database_url
    from storage.database import Database

    settings = Settings.from_environment()
    opened = Database.open(database or database_url(opened_area(folder), settings))
    try:
        account = create_administrator(configured_identity(opened, settings), email)
    finally:
        opened.engine.dispose()
    click.echo(f"{email} is an administrator: account {account}")
