"""The payment service of a server: the durable sandbox, or Stripe where a key is set."""

from __future__ import annotations

from dataclasses import dataclass

from maas.errors import BadRequest
from maas.identity.compose import Identity
from maas.payers.service import Payers
from maas.payers.tables import create_schema as create_payers
from maas.settings import Settings
from maas.settling.payees import create_schema as create_payees
from payments.adapters.sandbox import SandboxProcessor
from payments.adapters.stripe import StripeProcessor
from payments.schema import create_schema
from payments.service import Payments
from storage.database import Database

__all__ = ["Paying", "open_payments"]


@dataclass(frozen=True, slots=True)
class Paying:
    """Money that comes in. `sandbox` is the processor again where it is the sandbox, for its pages."""

    payments: Payments
    payers: Payers
    sandbox: SandboxProcessor | None
    publishable_key: str = ""  # for the processor's own script in the browser; the sandbox needs none


def open_payments(
    database: Database, settings: Settings, identity: Identity, *, stripe_url: str | None = None
) -> Paying:
    """Create the tables and choose the processor. Raises BadRequest for half a configuration.

    `stripe_url` points tests at a local server that speaks as Stripe does.
    """
    create_schema(database)
    create_payers(database)
    create_payees(database)
    if settings.stripe_key is not None:
        if settings.stripe_webhook_secret is None:
            raise BadRequest("MAAS_STRIPE_KEY is set, MAAS_STRIPE_WEBHOOK_SECRET is not; set both or neither")
        stripe = StripeProcessor(settings.stripe_key, settings.stripe_webhook_secret, base_url=stripe_url)
        return Paying(
            Payments(database, stripe), Payers(database, stripe), None, settings.stripe_publishable_key
        )
    secret = identity.kit.seals.keyed("sandbox-webhooks")  # one that no visitor can know
    sandbox = SandboxProcessor(database, clock=identity.clock, webhook_secret=secret)
    return Paying(Payments(database, sandbox), Payers(database, sandbox), sandbox)
