"""`services.toml` of an area: its providers, tables of offers, combined prices, weights and partners."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from maas.errors import AreaError
from maas.services.combine import CombinationRule
from maas.services.model import Provider, Slug
from maas.services.recommend import Weights

__all__ = ["OutsideSystem", "ServicesConfig", "read_services"]

FILE = "services.toml"


class OutsideSystem(BaseModel):
    """A partner's booking system. Its credentials are no part of an area: `wiring` adds them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    protocol: str = Field(pattern="^openactive$")
    booking_url: str = Field(pattern=r"^https?://\S+$", description="base of the Open Booking API")
    feed_url: str = Field("", pattern=r"^(https?://\S+)?$", description="RPDE feed of bookable slots")
    seller: str = Field(min_length=1, max_length=400, description="@id of the seller there")
    timeout_s: float = Field(8.0, gt=0, le=60)


class ServicesConfig(BaseModel):
    """Everything about services that an area decides."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    offers: tuple[str, ...] = Field((), description="CSV files, relative to the folder")
    horizon_days: int = Field(60, ge=1, le=400)
    hold_ttl_s: int = Field(600, ge=10, le=3600)
    waiting_ttl_s: int = Field(900, ge=60, le=86_400, description="to take up what the queue offers")
    recommend: Weights = Weights.model_validate({})
    providers: tuple[Provider, ...] = ()
    combinations: tuple[CombinationRule, ...] = ()
    outside: dict[Slug, OutsideSystem] = {}

    @model_validator(mode="after")
    def _each_once(self) -> ServicesConfig:
        for name, ids in (
            ("providers", [p.id for p in self.providers]),
            ("combinations", [c.id for c in self.combinations]),
        ):
            twice = next((one for one in ids if ids.count(one) > 1), None)
            if twice:
                raise ValueError(f"{name}: {twice!r} stands there twice; remove one of them")
        return self


def read_services(folder: Path) -> ServicesConfig:
    """Read `services.toml`; an area without one has no services. Raises AreaError that names the key."""
    path = folder / FILE
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ServicesConfig.model_validate({})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AreaError(f"{path}: {error}. Mend that line") from None
    try:
        return ServicesConfig.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"])) or "file"
        raise AreaError(f"{path}, {key}: {first['msg']} ({first['input']!r})") from None
