"""The environment, read once."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Settings"]


@dataclass(frozen=True)
class Settings:
    """What may differ from machine to machine; every field has a default that works on a fresh one."""

    area: Path | None = None  # MAAS_AREA: the built area to serve; the bundled sample if not given
    cache: Path = Path("~/.cache/makuhari-maas")  # MAAS_CACHE: where the sample and default database lie
    database: str | None = None  # MAAS_DATABASE: sqlite:///file or postgresql://user@host/name
    redis: str | None = None  # MAAS_REDIS: redis://host:port/db for live state; this process's memory if none
    mqtt: str | None = None  # MAAS_MQTT: mqtt(s)://user:password@host:port of the broker of real vehicles
    issuer: str | None = None  # MAAS_ISSUER: https://… where browsers reach us; http://localhost:PORT if none
    operator_token: str | None = None  # MAAS_OPERATOR_TOKEN: what fleet operators and vehicles show
    server_key: str | None = None  # MAAS_SERVER_KEY: 32 bytes in base64; one kept in the database if none
    smtp: str | None = None  # MAAS_SMTP: smtp://user:password@host:port?from=…; mails are only logged if none
    broker: Path | None = None  # MAAS_BROKER: JSON file of the city's identity broker
    stripe_key: str | None = None  # MAAS_STRIPE_KEY: pays through Stripe; the sandbox if none
    stripe_webhook_secret: str | None = None  # MAAS_STRIPE_WEBHOOK_SECRET: signs what Stripe posts to us
    stripe_publishable_key: str = ""  # MAAS_STRIPE_PUBLISHABLE_KEY: for Stripe's script in the browser
    push_services: tuple[str, ...] = ()  # MAAS_PUSH_SERVICES: hosts that browsers' messages go to, by commas

    @classmethod
    def from_environment(cls) -> Settings:
        """Read `MAAS_*` variables."""
        area = os.environ.get("MAAS_AREA")
        cache = os.environ.get("MAAS_CACHE", "~/.cache/makuhari-maas")
        return cls(
            area=Path(area) if area else None,
            cache=Path(cache).expanduser(),
            database=os.environ.get("MAAS_DATABASE") or None,
            redis=os.environ.get("MAAS_REDIS") or None,
            mqtt=os.environ.get("MAAS_MQTT") or None,
            issuer=os.environ.get("MAAS_ISSUER") or None,
            operator_token=os.environ.get("MAAS_OPERATOR_TOKEN") or None,
            server_key=os.environ.get("MAAS_SERVER_KEY") or None,
            smtp=os.environ.get("MAAS_SMTP") or None,
            broker=Path(os.environ["MAAS_BROKER"]) if os.environ.get("MAAS_BROKER") else None,
            stripe_key=os.environ.get("MAAS_STRIPE_KEY") or None,
            stripe_webhook_secret=os.environ.get("MAAS_STRIPE_WEBHOOK_SECRET") or None,
            stripe_publishable_key=os.environ.get("MAAS_STRIPE_PUBLISHABLE_KEY", ""),
            push_services=tuple(os.environ.get("MAAS_PUSH_SERVICES", "").replace(",", " ").split()),
        )
