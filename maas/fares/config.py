"""`fares.toml` of an area: concessions, subsidised rides, caps, passes, employers, points, shares."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from maas.errors import AreaError
from maas.identity.model import EntitlementKind
from maas.services.model import Slug, Texts
from payments.errors import PaymentsError
from payments.fares.caps import Cap, Period
from payments.fares.charge import CorporatePayer, SubsidisedRide
from payments.fares.discounts import Concession, GroupRule
from payments.points import PointsRules
from payments.settlement.invoice import Business
from payments.settlement.split import SplitRule, split_rules

__all__ = ["CorporateRule", "EarnWhen", "FaresConfig", "PassProduct", "agency_operator", "read_fares"]

FILE = "fares.toml"
ACCOUNT = r"^[a-z]+:[A-Za-z0-9_.-]+$"


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ConcessionRule(_Table):
    """Riders with an entitlement pay `percent` of the fare of these operators (all where none is named)."""

    entitlement: EntitlementKind
    percent: int = Field(50, ge=0, le=100)
    step_minor: int = Field(10, ge=1)
    companions: int = Field(0, ge=0, le=4)
    operators: tuple[str, ...] = ()
    name: Texts | None = Field(None, description="what it is called")
    proof: Texts | None = Field(None, description="what must be shown when one rides; none: nothing")
    eligibility_url: str = Field("", max_length=400, pattern=r"^(https?://\S+)?$")

    def plain(self) -> Concession:
        """As `payments.fares` has it."""
        return Concession(self.entitlement.value, self.percent, self.step_minor, companions=self.companions)


class GroupTable(_Table):
    """Parties of so many pay `percent` each."""

    riders_min: int = Field(ge=2)
    percent: int = Field(ge=0, le=100)
    step_minor: int = Field(10, ge=1)

    def plain(self) -> GroupRule:
        """As `payments.fares` has it."""
        return GroupRule(self.riders_min, self.percent, self.step_minor)


class SubsidyRule(_Table):
    """The city's ride: an entitled rider pays so much, `payer` the rest."""

    id: Slug
    text: Texts
    payer: str = Field(pattern=ACCOUNT)
    entitlements: tuple[EntitlementKind, ...] = Field(min_length=1)
    operators: tuple[str, ...] = Field(min_length=1)
    rider_pays_minor: int = Field(500, ge=0)
    subsidy_minor_max: int = Field(3000, ge=0)
    rides_per_month: int | None = Field(None, ge=1)
    proof: Texts | None = Field(None, description="what must be shown when one rides; none: nothing")

    def plain(self) -> SubsidisedRide:
        """As `payments.fares` has it."""
        return SubsidisedRide(
            self.payer, frozenset(each.value for each in self.entitlements), frozenset(self.operators),
            self.rider_pays_minor, self.subsidy_minor_max, self.rides_per_month,
        )  # fmt: skip


class CapRule(_Table):
    """Never more than this within a day, week or month."""

    id: Slug
    period: Period
    amount_minor: int = Field(ge=1)
    operators: tuple[str, ...] = ()

    def plain(self) -> Cap:
        """As `payments.fares` has it."""
        return Cap(self.id, self.period, self.amount_minor, frozenset(self.operators))


class PassProduct(_Table):
    """All one can ride of some operators, for some days from a day that the buyer chooses."""

    id: Slug
    text: Texts
    price_minor: int = Field(ge=1)
    days: int = Field(ge=1, le=366)
    operators: tuple[str, ...] = Field(min_length=1)
    rides_max: int | None = Field(None, ge=1)
    refund_fee_minor: int = Field(0, ge=0)
    receivers: dict[str, int] = Field(min_length=1, description="account -> weight")


class CorporateRule(_Table):
    """An employer pays for its people."""

    id: Slug
    name: str = Field(min_length=1, max_length=80)
    account: str = Field(pattern=ACCOUNT)
    per_ride_minor_max: int = Field(ge=1)
    budget_minor_per_month: int = Field(ge=1, description="of each of its people")
    weekdays: tuple[int, ...] = Field((0, 1, 2, 3, 4), description="0 is Monday")
    operators: tuple[str, ...] = ()

    def plain(self, spent_minor: int) -> CorporatePayer:
        """With what is left of a person's budget this month."""
        left = max(0, self.budget_minor_per_month - spent_minor)
        return CorporatePayer(self.account, self.per_ride_minor_max, left, frozenset(self.weekdays))


class EarnWhen(_Table):
    """When points are earned without being asked for, and who may grant the others.

    `by`: `ride` (each booked ride of `operators` that begins within `hours`), `rider` (claimed by the rider,
    within the scheme's limits), `provider` (a shop, operator or the city grants them).
    """

    by: str = Field(pattern="^(ride|rider|provider)$")
    operators: tuple[str, ...] = ()
    hours: tuple[tuple[int, int], ...] = ()


class FaresConfig(_Table):
    """Everything about fares that an area decides."""

    concessions: tuple[ConcessionRule, ...] = ()
    groups: tuple[GroupTable, ...] = ()
    subsidies: tuple[SubsidyRule, ...] = ()
    caps: tuple[CapRule, ...] = ()
    passes: tuple[PassProduct, ...] = ()
    corporate: tuple[CorporateRule, ...] = ()
    points: dict[str, Any] = {}
    earn_when: dict[str, EarnWhen] = {}
    causes: dict[Slug, Texts] = {}
    split: dict[str, dict[str, Any]] = Field({}, description="provider -> receivers and fee, where not 1:1")
    fee_per_mille: int = Field(0, ge=0, le=1000, description="where `split` says nothing")
    names: dict[str, str] = Field({}, description="account -> name on statements")
    issuer: dict[str, Any] = Field({}, description="who issues receipts: name, address, registration")

    @model_validator(mode="after")
    def _readable(self) -> FaresConfig:
        try:
            rules, _ = self.points_rules, self.splits
            unknown = set(self.earn_when) - set(rules.earn)
            if self.issuer:
                Business(**self.issuer)
        except (PaymentsError, TypeError) as error:
            raise ValueError(str(error)) from None
        if unknown:
            raise ValueError(f"earn_when.{sorted(unknown)[0]}: points.earn has no such rule")
        return self

    @property
    def points_rules(self) -> PointsRules:
        """The points scheme."""
        return PointsRules.from_config(self.points)

    @property
    def splits(self) -> dict[str, SplitRule]:
        """Shares of providers that are not paid one to one."""
        return split_rules(self.split)

    @property
    def issuing(self) -> Business | None:
        """Who issues receipts and invoices; None where the area names nobody."""
        return Business(**self.issuer) if self.issuer else None

    def product(self, product_id: str) -> PassProduct | None:
        """A pass by id."""
        return next((each for each in self.passes if each.id == product_id), None)


def agency_operator(agency_name: str) -> str:
    """The word by which `operators` mean the agency of a timetabled ride."""
    return "".join(c for c in (agency_name or "transit") if c.isalnum() or c in "_.-")


def read_fares(folder: Path | None) -> FaresConfig:
    """Read `fares.toml`; an area without one charges full prices. Raises AreaError that names the key."""
    if folder is None:
        return FaresConfig.model_validate({})
    path = folder / FILE
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return FaresConfig.model_validate({})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AreaError(f"{path}: {error}. Mend that line") from None
    try:
        return FaresConfig.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"])) or "file"
        raise AreaError(f"{path}, {key}: {first['msg']} ({str(first['input'])[:80]!r})") from None
