"""A month closed from the command line: database, processor and the area's names joined."""

from __future__ import annotations

from pathlib import Path

from maas.area.open import Area
from maas.errors import BadRequest
from maas.fares.config import read_fares
from maas.services.config import ServicesConfig, read_services
from maas.settings import Settings
from maas.settling.month import Closed, close
from maas.wiring.identity import configured_identity
from maas.wiring.payments import open_payments
from maas.wiring.services import utc_now
from maas.wiring.system import database_url
from payments.settlement.reconcile import read_bank_file
from payments.settlement.statement import Month
from storage.database import Database

__all__ = ["account_names", "close_month"]


def account_names(area: Area, services: ServicesConfig | None) -> dict[str, str]:
    """What accounts are called on paper: providers by their own names, the rest by `fares.toml`."""
    providers = () if services is None else services.providers
    return {one.account: one.name.ja for one in providers} | read_fares(area.services).names


def close_month(
    area: Area, settings: Settings, month: str, *, database: str | None, bank: Path | None, pay: bool
) -> Closed:
    """Close a month of an area's server. Raises BadRequest, SettlementError."""
    wanted = Month.parse(month)
    lines = []
    if bank is not None:
        try:
            lines = read_bank_file(bank.read_bytes(), name=str(bank))
        except OSError as error:
            raise BadRequest(f"--bank {bank}: {error.strerror}") from None
    opened = Database.open(database or database_url(area, settings))
    try:
        paying = open_payments(opened, settings, configured_identity(opened, settings))
        services = None if area.services is None else read_services(area.services)
        return close(
            paying.payments, wanted, names=account_names(area, services),
            issuer=read_fares(area.services).issuing, bank=lines, pay=pay, now=utc_now(),
        )  # fmt: skip
    finally:
        opened.engine.dispose()
